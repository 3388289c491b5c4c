"""The deployed stack of a journey, with control over its faults, data and permissions."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from ops.stack import Stack
from tests.support import tables
from tests.support.host_instance import HostInstance
from tests.support.permissions import permission_revoked
from tests.support.stories import eventually

SECONDS = 25  # for work that streams and queues start


@dataclass(frozen=True)
class Deployment:
    api: httpx2.Client
    cloudinary: httpx2.Client
    comfyui: httpx2.Client
    aws: Callable[[str], Any]
    stack: Stack
    invoke: Callable[[str, Any], Any]
    kill: Callable[[str], None]

    def settle(self) -> None:
        """Clear faults, start the host, purge its queue, and wait until the ledger is clean."""
        self.cloudinary.delete("/_faults")
        self.host.start()
        self.comfyui.delete("/_faults")
        self.aws("sqs").purge_queue(QueueUrl=self.stack.physical("Generations"))
        assert eventually(self._is_swept)

    def reset(self) -> None:
        """Remove the state of earlier failures: cached secrets, uploads, jobs, deletions."""
        self.kill(r"\w+Function")
        self.delete_rows("UploadsTable")
        self.delete_rows("JobsTable")
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

    def delete_rows(self, table: str) -> None:
        tables.delete_rows(self.aws("dynamodb"), self.stack.physical(table))

    def rows_with_assets(self, table: str) -> list[dict[str, Any]]:
        """The rows that contain public ids of assets."""
        return [row for row in self.rows(table) if row.get("images", {}).get("L")]

    def is_ledger_clean(self) -> bool:
        return not self.rows_with_assets("UploadsTable")

    @contextmanager
    def failing(self, on: str, calls: int = 9) -> Iterator[None]:
        """Make the next `calls` operations of Cloudinary fail while the context is open."""
        self.cloudinary.post("/_faults", json={"on": on, "kind": "500", "calls": calls})
        try:
            yield
        finally:
            self.cloudinary.delete("/_faults")

    def permission_revoked(
        self, function: str, action: str, resource: str
    ) -> AbstractContextManager[None]:
        """Remove the action from the function's role while the context is open."""
        return permission_revoked(self.aws("iam"), function, action, resource)

    def slow_run(self) -> None:
        self.comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 30})


def soon(holds: Callable[[], bool]) -> bool:
    return eventually(holds, SECONDS)


def idempotency_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}
