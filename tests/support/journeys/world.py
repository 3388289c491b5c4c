"""The deployed stack as a journey finds it, and the ways to trouble it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from local.comfyui.instance import TAG
from local.settings import STACK
from ops.stack import Stack
from tests.support.permissions import grants, taken_away
from tests.support.stories import eventually

SECONDS = 25  # for what goes by streams and queues


@dataclass(frozen=True)
class World:
    api: httpx2.Client
    cloudinary: httpx2.Client
    comfyui: httpx2.Client
    aws: Callable[[str], Any]
    stack: Stack
    invoke: Callable[[str, Any], Any]
    kill: Callable[[str], None]

    def settle(self) -> None:
        """Wait for what others left to be swept, and leave nothing for the host to do."""
        self.cloudinary.delete("/_faults")
        self.wake_host()
        self.comfyui.delete("/_faults")
        self.aws("sqs").purge_queue(QueueUrl=self.stack.physical("Generations"))
        assert eventually(self._is_swept)

    def forget(self) -> None:
        """Leave nothing of what went wrong: secrets in memory, uploads, jobs, deletions."""
        self.kill(r"\w+Function")
        for table, key in (("UploadsTable", "upload_id"), ("JobsTable", "job_id")):
            name = self.stack.physical(table)
            for row in self.rows(table):
                self.aws("dynamodb").delete_item(TableName=name, Key={key: row[key]})
        for queue in ("AssetDeletions", "StoriesV1Purges", "StoriesV2Purges"):
            self.aws("sqs").purge_queue(QueueUrl=self.stack.physical(queue))
        self.settle()

    def _is_swept(self) -> bool:
        self.invoke("UploadSweeperFunction", {})
        return self.is_ledger_clean()

    def rows(self, table: str) -> list[dict[str, Any]]:
        name = self.stack.physical(table)
        pages = self.aws("dynamodb").get_paginator("scan").paginate(TableName=name)
        return [item for page in pages for item in page["Items"]]

    def named_by(self, table: str) -> list[dict[str, Any]]:
        """The rows that name assets."""
        return [row for row in self.rows(table) if row.get("images", {}).get("L")]

    def is_ledger_clean(self) -> bool:
        return not self.named_by("UploadsTable")

    @contextmanager
    def failing(self, on: str, calls: int = 9) -> Iterator[None]:
        """Cloudinary in trouble."""
        self.cloudinary.post("/_faults", json={"on": on, "kind": "500", "calls": calls})
        try:
            yield
        finally:
            self.cloudinary.delete("/_faults")

    @contextmanager
    def without(self, function: str, action: str, resource: str) -> Iterator[None]:
        """The function without one of its permissions, where it has it."""
        iam = self.aws("iam")
        with ExitStack() as taken:
            for grant in grants(iam):
                if grant.allows(function, action, resource):
                    taken.enter_context(taken_away(iam, grant))
            yield

    def stop_host(self) -> None:
        self.aws("ec2").stop_instances(InstanceIds=[self._instance()])
        assert soon(lambda: not self.host_answers())

    def wake_host(self) -> None:
        self.aws("ec2").start_instances(InstanceIds=[self._instance()])
        assert soon(self.host_answers)

    def host_answers(self) -> bool:
        try:
            return self.comfyui.get("/prompt").status_code == 200
        except httpx2.HTTPError:
            return False

    def _instance(self) -> str:
        filters = [{"Name": f"tag:{TAG}", "Values": [STACK]}]
        (group,) = self.aws("ec2").describe_instances(Filters=filters)["Reservations"]
        return str(group["Instances"][0]["InstanceId"])

    def slow_run(self) -> None:
        self.comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 30})


def soon(holds: Callable[[], bool]) -> bool:
    return eventually(holds, SECONDS)


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}
