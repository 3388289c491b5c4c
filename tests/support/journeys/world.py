"""The deployed stack as a journey finds it, and the ways to trouble it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from ops.stack import Stack
from tests.support import tables
from tests.support.host_instance import HostInstance
from tests.support.permissions import without
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
        self.host.start()
        self.comfyui.delete("/_faults")
        self.aws("sqs").purge_queue(QueueUrl=self.stack.physical("Generations"))
        assert eventually(self._is_swept)

    def forget(self) -> None:
        """Leave nothing of what went wrong: secrets in memory, uploads, jobs, deletions."""
        self.kill(r"\w+Function")
        self.empty("UploadsTable")
        self.empty("JobsTable")
        for queue in ("AssetDeletions", "StoriesV1Purges", "StoriesV2Purges"):
            self.aws("sqs").purge_queue(QueueUrl=self.stack.physical(queue))
        self.settle()

    def _is_swept(self) -> bool:
        self.invoke("UploadSweeperFunction", {})
        return self.is_ledger_clean()

    @property
    def host(self) -> HostInstance:
        return HostInstance(self.aws("ec2"), self.comfyui)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return tables.rows(self.aws("dynamodb"), self.stack.physical(table))

    def empty(self, table: str) -> None:
        tables.empty(self.aws("dynamodb"), self.stack.physical(table))

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

    def without(self, function: str, action: str, resource: str) -> AbstractContextManager[None]:
        """The function without one of its permissions, where it has it."""
        return without(self.aws("iam"), function, action, resource)

    def slow_run(self) -> None:
        self.comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 30})


def soon(holds: Callable[[], bool]) -> bool:
    return eventually(holds, SECONDS)


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}
