"""One process of the server, with the memory that a restart clears."""

import itertools
import threading
from collections.abc import Collection
from typing import Any, NamedTuple

from local.comfyui.entries import HistoryEntry, QueueEntry
from local.comfyui.installation import Installation
from local.comfyui.run import ExecutionState, Run

MAX_HISTORY = 10_000


class Snapshot(NamedTuple):
    """A consistent copy of the queue and the history."""

    running: list[QueueEntry]
    pending: list[QueueEntry]
    history: dict[str, HistoryEntry]

    @property
    def remaining(self) -> int:
        return len(self.running) + len(self.pending)


class Host:
    """The queue, the history, and the worker thread that runs one prompt at a time."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._changed = threading.Condition()
        self._running: list[QueueEntry] = []
        self._pending: list[QueueEntry] = []
        self._history: dict[str, HistoryEntry] = {}
        self._stopped = False
        self._worker = threading.Thread(target=self._work, daemon=True)
        self.execution = ExecutionState()
        self.numbers = itertools.count()

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        """Interrupt the current run and end the worker thread."""
        with self._changed:
            self._stopped = True
            self.execution.interrupted.set()
            self._changed.notify()
        self._worker.join()

    def snapshot(self) -> Snapshot:
        with self._changed:
            return Snapshot(self._running[:], self._pending[:], dict(self._history))

    def add(self, entry: QueueEntry) -> bool:
        """Queue the prompt; return False if its number and id are already in the queue.

        A real host queues that prompt too, but fails while it compares the two entries.
        """
        with self._changed:
            queued = [one[:2] for one in self._pending]
            self._pending.append(entry)
            self._pending.sort(key=lambda one: one[:2])
            self._changed.notify()
        self.broadcast_status()
        return entry[:2] not in queued

    def remove(self, prompt_id: str) -> bool:
        """Remove the first pending prompt with this id; return whether there was one."""
        with self._changed:
            entry = next((one for one in self._pending if one.prompt_id == prompt_id), None)
            if entry:
                self._pending.remove(entry)
        self.broadcast_status()
        return entry is not None

    def clear_queue(self) -> None:
        with self._changed:
            self._pending.clear()
        self.broadcast_status()

    def delete_history(self, prompt_ids: Collection[str]) -> None:
        with self._changed:
            for prompt_id in prompt_ids:
                self._history.pop(prompt_id, None)

    def interrupt(self, prompt_id: str | None = None) -> bool:
        """Interrupt the run of this prompt, or any run; return whether there was one."""
        with self._changed:
            running = any(prompt_id in {None, one.prompt_id} for one in self._running)
            if running:
                self.execution.interrupted.set()
        return running

    def broadcast_status(self) -> None:
        self._installation.sockets.broadcast("status", self.status())

    def status(self) -> dict[str, Any]:
        return {"status": {"exec_info": {"queue_remaining": self.snapshot().remaining}}}

    def _work(self) -> None:
        while entry := self._next_entry():
            self.broadcast_status()
            result = Run(self._installation, self.execution, entry).execute()
            self._store(result)
            self.broadcast_status()
            end = {"node": None, "prompt_id": entry.prompt_id}
            self._installation.sockets.send(entry.client_id, "executing", end)

    def _next_entry(self) -> QueueEntry | None:
        """Wait for a pending prompt; return None when the host stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._stopped)
            if self._stopped:
                return None
            self.execution.interrupted.clear()
            self._running = [self._pending.pop(0)]
            return self._running[0]

    def _store(self, result: HistoryEntry) -> None:
        with self._changed:
            self._running = []
            self._history.pop(result.prompt.prompt_id, None)
            self._history[result.prompt.prompt_id] = result
            if len(self._history) > MAX_HISTORY:
                del self._history[next(iter(self._history))]
