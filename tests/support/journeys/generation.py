"""Generation: the catalog, jobs, the host, and what runs by schedule."""

import httpx2

from tests.support import generation
from tests.support.host_instance import no_idle_time
from tests.support.journeys.world import SECONDS, World, key, soon


def _forget_catalog(world: World) -> None:
    """Have the starter set written again, by processes that do not know that it ever was."""
    world.empty("CatalogTable")
    world.kill("CatalogFunction")
    world.kill("GenerationFunction")


def catalog(world: World) -> None:
    _forget_catalog(world)
    styles, same = "/api/images/styles", key()
    body = {"name": "Ink", "prompt_template": "ink drawing of {prompt}"}

    def create() -> httpx2.Response:
        return world.api.post(styles, json=body, headers=same)

    assert world.api.get(styles).status_code == 200
    with world.without("CatalogFunction", "dynamodb:PutItem", "CatalogTable"):
        assert create().status_code == 500
    made = create().json()["id"]
    assert create().json()["id"] == made
    assert world.api.get(f"{styles}/{made}").status_code == 200
    assert world.api.put(f"{styles}/{made}", json={"name": "Ink, wet"}).status_code == 200
    assert world.api.delete(f"{styles}/{made}").status_code == 200


def generate(world: World) -> None:
    _forget_catalog(world)
    answer = generation.generate(world.api, style_id=1, format_id=1)
    assert answer.status_code == 200, answer.text
    keyed = {**generation.NOW, **key()}
    body = {"prompt": "a pier", "steps": 2}

    def begin() -> str:
        answer = world.api.post(generation.GENERATE, json=body, headers=keyed)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])

    world.slow_run()
    first = begin()
    assert begin() == first
    assert generation.job(world.api, first)["state"] in generation.OPEN
    cancelled = world.api.delete(f"{generation.JOBS}/{first}")
    assert cancelled.json()["state"] == "cancelled"
    assert begin() != first
    world.comfyui.delete("/_faults")
    assert world.api.get(generation.JOBS).status_code == 200
    assert soon(lambda: _is_host_free(world))


def _is_host_free(world: World) -> bool:
    return bool(world.comfyui.get("/prompt").json()["exec_info"]["queue_remaining"] == 0)


def _succeeds(world: World) -> None:
    done = generation.ended(world.api, generation.begin(world.api), SECONDS)
    assert done["state"] == "succeeded"


def store_in_trouble(world: World) -> None:
    """The worker keeps nothing half, and tries again."""
    with world.failing("upload", calls=4):
        _succeeds(world)
    assert world.is_ledger_clean()


def host_in_trouble(world: World) -> None:
    """A job that a host did not take is given to it by the next message."""
    world.comfyui.post("/_faults", json={"on": "prompt", "kind": "http_502", "calls": 1})
    _succeeds(world)


def host_stopped_and_woken(world: World) -> None:
    _succeeds(world)
    world.host.stop()
    assert world.api.get("/api/images/comfyui/status").json()["status"] == "stopped"
    assert world.api.post("/api/images/comfyui/start").status_code == 200
    world.host.stop()
    _succeeds(world)


def idle_host(world: World) -> None:
    """The host is stopped by schedule, and comes back for the next job."""
    _succeeds(world)

    def stopped() -> bool:  # the job's last message may still be in flight
        world.invoke("HostKeeperFunction", {})
        return not world.host.is_reachable()

    with no_idle_time(world.aws("lambda"), world.stack.physical("HostKeeperFunction")):
        assert soon(stopped)
    _succeeds(world)


def lost_job(world: World) -> None:
    """A job whose message is lost is closed by schedule."""
    world.slow_run()
    job_id = generation.begin(world.api)
    old = "2020-01-01T00:00:00.000000Z"
    world.aws("dynamodb").update_item(
        TableName=world.stack.physical("JobsTable"),
        Key={"job_id": {"S": job_id}},
        UpdateExpression="SET deadline = :old, #p = :position",
        ExpressionAttributeNames={"#p": "position"},
        ExpressionAttributeValues={":old": {"S": old}, ":position": {"S": f"{old}#{job_id}"}},
    )

    world.invoke("HostKeeperFunction", {})

    (row,) = [row for row in world.rows("JobsTable") if row["job_id"]["S"] == job_id]
    assert row["state"]["S"] == "failed"
    world.comfyui.delete("/_faults")


def expired_upload(world: World) -> None:
    row = {"upload_id": "lost", "expires_at": "2020-01-01T00:00:00.000000Z", "store": "cloudinary"}
    item = {name: {"S": text} for name, text in row.items()}
    image = {"M": {"public_id": {"S": "darkroom/lost"}}}
    world.aws("dynamodb").put_item(
        TableName=world.stack.physical("UploadsTable"),
        Item={**item, "shard": {"N": "0"}, "images": {"L": [image]}},
    )

    world.invoke("UploadSweeperFunction", {})

    assert world.is_ledger_clean()
