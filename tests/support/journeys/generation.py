"""Generation: the catalog, jobs, the host, and scheduled functions."""

import httpx2

from tests.support import generation
from tests.support.host_instance import no_idle_time
from tests.support.journeys.deployment import SECONDS, Deployment, idempotency_key, soon


def _reset_catalog(deployment: Deployment) -> None:
    """Make new processes write the starter set again."""
    deployment.delete_rows("CatalogTable")
    deployment.kill("CatalogFunction")
    deployment.kill("GenerationFunction")


def catalog(deployment: Deployment) -> None:
    _reset_catalog(deployment)
    styles, headers = "/api/images/styles", idempotency_key()
    body = {"name": "Ink", "prompt_template": "ink drawing of {prompt}"}

    def create() -> httpx2.Response:
        return deployment.api.post(styles, json=body, headers=headers)

    assert deployment.api.get(styles).status_code == 200
    with deployment.permission_revoked("CatalogFunction", "dynamodb:PutItem", "CatalogTable"):
        assert create().status_code == 500
    style_id = create().json()["id"]
    assert create().json()["id"] == style_id
    assert deployment.api.get(f"{styles}/{style_id}").status_code == 200
    assert deployment.api.put(f"{styles}/{style_id}", json={"name": "Ink, wet"}).status_code == 200
    assert deployment.api.delete(f"{styles}/{style_id}").status_code == 200


def generate(deployment: Deployment) -> None:
    _reset_catalog(deployment)
    response = generation.generate(deployment.api, style_id=1, format_id=1)
    assert response.status_code == 200, response.text
    headers = {**generation.RESPOND_ASYNC, **idempotency_key()}
    body = {"prompt": "a pier", "steps": 2}

    def start() -> str:
        response = deployment.api.post(generation.GENERATE, json=body, headers=headers)
        assert response.status_code == 202, response.text
        return str(response.json()["job_id"])

    deployment.slow_run()
    first = start()
    assert start() == first
    assert generation.read_job(deployment.api, first)["state"] in generation.OPEN_STATES
    cancelled = deployment.api.delete(f"{generation.JOBS}/{first}")
    assert cancelled.json()["state"] == "cancelled"
    assert start() != first
    deployment.comfyui.delete("/_faults")
    assert deployment.api.get(generation.JOBS).status_code == 200
    assert soon(lambda: _is_host_free(deployment))


def _is_host_free(deployment: Deployment) -> bool:
    return bool(deployment.comfyui.get("/prompt").json()["exec_info"]["queue_remaining"] == 0)


def _succeeds(deployment: Deployment) -> None:
    job = generation.finished_job(deployment.api, generation.start_job(deployment.api), SECONDS)
    assert job["state"] == "succeeded"


def store_with_failures(deployment: Deployment) -> None:
    """The worker leaves no partial upload, and retries."""
    with deployment.failing("upload", calls=4):
        _succeeds(deployment)
    assert deployment.is_ledger_clean()


def host_with_failure(deployment: Deployment) -> None:
    """The next message posts a job again that the host has rejected."""
    deployment.comfyui.post("/_faults", json={"on": "prompt", "kind": "http_502", "calls": 1})
    _succeeds(deployment)


def stopped_host(deployment: Deployment) -> None:
    _succeeds(deployment)
    deployment.host.stop()
    assert deployment.api.get("/api/images/comfyui/status").json()["status"] == "stopped"
    assert deployment.api.post("/api/images/comfyui/start").status_code == 200
    deployment.host.stop()
    _succeeds(deployment)


def idle_host(deployment: Deployment) -> None:
    """The schedule stops the host; the next job starts it."""
    _succeeds(deployment)

    def is_stopped() -> bool:  # the job's last message may still be in flight
        deployment.invoke("HostKeeperFunction", {})
        return not deployment.host.is_reachable()

    with no_idle_time(deployment.aws("lambda"), deployment.stack.physical("HostKeeperFunction")):
        assert soon(is_stopped)
    _succeeds(deployment)


def lost_job(deployment: Deployment) -> None:
    """The schedule closes a job whose message is lost."""
    deployment.slow_run()
    job_id = generation.start_job(deployment.api)
    old = "2020-01-01T00:00:00.000000Z"
    deployment.aws("dynamodb").update_item(
        TableName=deployment.stack.physical("JobsTable"),
        Key={"job_id": {"S": job_id}},
        UpdateExpression="SET deadline = :old, #p = :position",
        ExpressionAttributeNames={"#p": "position"},
        ExpressionAttributeValues={":old": {"S": old}, ":position": {"S": f"{old}#{job_id}"}},
    )

    deployment.invoke("HostKeeperFunction", {})

    (row,) = [row for row in deployment.rows("JobsTable") if row["job_id"]["S"] == job_id]
    assert row["state"]["S"] == "failed"
    deployment.comfyui.delete("/_faults")


def expired_upload(deployment: Deployment) -> None:
    row = {"upload_id": "lost", "expires_at": "2020-01-01T00:00:00.000000Z", "store": "cloudinary"}
    item = {name: {"S": text} for name, text in row.items()}
    image = {"M": {"public_id": {"S": "darkroom/lost"}}}
    deployment.aws("dynamodb").put_item(
        TableName=deployment.stack.physical("UploadsTable"),
        Item={**item, "shard": {"N": "0"}, "images": {"L": [image]}},
    )

    deployment.invoke("UploadSweeperFunction", {})

    assert deployment.is_ledger_clean()
