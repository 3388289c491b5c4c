"""What one life of the server remembers: a restart loses all of it."""

import itertools
import threading
from collections.abc import Collection
from typing import Any, NamedTuple

from local.comfyui.entries import Entry, Record
from local.comfyui.run import Engine, Run
from local.comfyui.workshop import Workshop

LONGEST_HISTORY = 10_000


class View(NamedTuple):
    """One consistent look at everything."""

    running: list[Entry]
    pending: list[Entry]
    history: dict[str, Record]

    @property
    def remaining(self) -> int:
        return len(self.running) + len(self.pending)


class Host:
    """The queue, the history, and the one worker between them."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._changed = threading.Condition()
        self._running: list[Entry] = []
        self._pending: list[Entry] = []
        self._history: dict[str, Record] = {}
        self._stopped = False
        self._worker = threading.Thread(target=self._work, daemon=True)
        self.engine = Engine()
        self.numbers = itertools.count()

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        """Ends without finishing the run."""
        with self._changed:
            self._stopped = True
            self.engine.interrupted.set()
            self._changed.notify()
        self._worker.join()

    def view(self) -> View:
        with self._changed:
            return View(self._running[:], self._pending[:], dict(self._history))

    def add(self, entry: Entry) -> bool:
        """Whether it can be ordered: of two with one number and one id the second is stuck."""
        with self._changed:
            places = [one[:2] for one in self._pending]
            self._pending.append(entry)
            self._pending.sort(key=lambda one: one[:2])
            self._changed.notify()
        self.tell_remaining()
        return entry[:2] not in places

    def remove(self, prompt_id: str) -> bool:
        """Of two with one id the first goes."""
        with self._changed:
            found = next((one for one in self._pending if one.prompt_id == prompt_id), None)
            if found:
                self._pending.remove(found)
        self.tell_remaining()
        return found is not None

    def clear(self) -> None:
        with self._changed:
            self._pending.clear()
        self.tell_remaining()

    def forget(self, prompt_ids: Collection[str]) -> None:
        with self._changed:
            for prompt_id in prompt_ids:
                self._history.pop(prompt_id, None)

    def interrupt(self, prompt_id: str | None = None) -> bool:
        """Whether something runs, or with an id whether that runs, which then stops."""
        with self._changed:
            concerned = any(prompt_id in {None, one.prompt_id} for one in self._running)
            if concerned:
                self.engine.interrupted.set()
        return concerned

    def tell_remaining(self) -> None:
        self._workshop.sockets.tell_all("status", self.status())

    def status(self) -> dict[str, Any]:
        return {"status": {"exec_info": {"queue_remaining": self.view().remaining}}}

    def _work(self) -> None:
        while entry := self._take():
            self.tell_remaining()
            record = Run(self._workshop, self.engine, entry).finish()
            self._keep(record)
            self.tell_remaining()
            done = {"node": None, "prompt_id": entry.prompt_id}
            self._workshop.sockets.tell(entry.client_id, "executing", done)

    def _take(self) -> Entry | None:
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._stopped)
            if self._stopped:
                return None
            self.engine.interrupted.clear()
            self._running = [self._pending.pop(0)]
            return self._running[0]

    def _keep(self, record: Record) -> None:
        with self._changed:
            self._running = []
            self._history.pop(record.entry.prompt_id, None)
            self._history[record.entry.prompt_id] = record
            if len(self._history) > LONGEST_HISTORY:
                del self._history[next(iter(self._history))]
