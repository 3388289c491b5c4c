"""One prompt on its way from node to node."""

from dataclasses import dataclass, field
from threading import Event
from typing import Any

from local.comfyui import files
from local.comfyui.answers import FOLDER
from local.comfyui.definitions import inputs
from local.comfyui.entries import Entry, Record
from local.comfyui.faults import FAILURES
from local.comfyui.graphs import Graph, in_order, is_link, signatures
from local.comfyui.nodes import NODES, Images, Made
from local.comfyui.reports import Report
from local.comfyui.workshop import Workshop

TRACEBACK = [f'  File "{FOLDER}/execution.py", line 545, in execute\n']


class Interrupted(Exception):
    """Somebody asked the run to stop."""


class NodeError(Exception):
    """A fault made a node raise; `type` is the Python name of what it raised."""

    def __init__(self, type: str, message: str) -> None:
        super().__init__(message)
        self.type = type


@dataclass
class Engine:
    """What runs share: the last one's results, the wish to stop, and whose node is at work."""

    results: dict[str, Made] = field(default_factory=dict)
    interrupted: Event = field(default_factory=Event)
    at_work: tuple[str | None, str] | None = None


class Run:
    def __init__(self, workshop: Workshop, engine: Engine, entry: Entry) -> None:
        self._workshop = workshop
        self._engine = engine
        self._entry = entry
        self._graph = _known_inputs(entry.graph, workshop)
        self._fault = workshop.faults.take("run")
        self._report = Report(workshop.sockets, entry)

    def finish(self) -> Record:
        """Run to whatever end."""
        self._report.message("execution_start")
        try:
            self._execute_all()
        except Interrupted:
            self._report.message("execution_interrupted", **self._place())
        except Exception as error:
            self._report.message("execution_error", **self._place(), **self._failure(error))
        else:
            self._report.message("execution_success")
        self._engine.at_work = None
        return Record(self._entry, self._report.outputs, self._report.messages)

    def step(self, value: int, maximum: int) -> None:
        """Takes its share of the time. Raises `Interrupted`."""
        seconds = self._workshop.seconds
        if self._fault and self._fault.kind == "slow_run":
            seconds += self._fault.seconds
        if self._engine.interrupted.wait(seconds / maximum):
            raise Interrupted
        self._report.steps(value, maximum)

    def save(self, images: Images, prefix: str) -> list[dict[str, str]]:
        if self._fault and self._fault.kind == "fewer_images":
            images = images[:-1]
        return files.save(self._workshop.output, images, prefix, self._entry.graph)

    def _execute_all(self) -> None:
        ordered = in_order(self._graph, self._entry.outputs)
        signed = signatures(self._graph, ordered)
        # A run under a fault neither uses results nor leaves any.
        known = {} if self._fault else self._engine.results
        made = {one: known[signed[one]] for one in ordered if signed[one] in known}
        self._report.message("execution_cached", nodes=list(made))
        self._engine.results = {signed[one]: made[one] for one in made}
        for node_id in ordered:
            if node_id not in made:
                made[node_id] = self._execute(node_id, made)
            elif shown := made[node_id].shown:
                self._report.reuses(node_id, shown)
            if not self._fault:
                self._engine.results[signed[node_id]] = made[node_id]

    def _execute(self, node_id: str, made: dict[str, Made]) -> Made:
        if self._engine.interrupted.is_set():
            raise Interrupted
        self._engine.at_work = (self._entry.client_id, node_id)
        self._report.starts(node_id)
        node = self._graph[node_id]
        self._strike(node["class_type"])
        given = {
            name: made[value[0]].values[value[1]] if is_link(value) else value
            for name, value in node["inputs"].items()
        }
        result = NODES[node["class_type"]](self, **given)
        self._report.ends(result.shown)
        return result

    def _strike(self, class_type: str) -> None:
        failure = FAILURES.get(self._fault.kind) if self._fault else None
        if failure and failure.class_type == class_type:
            raise NodeError(failure.exception_type, failure.message)

    def _place(self) -> dict[str, Any]:
        node_id = self._report.node_id
        return {
            "node_id": node_id,
            "node_type": self._graph[node_id]["class_type"],
            "executed": self._report.executed,
        }

    def _failure(self, error: Exception) -> dict[str, Any]:
        given = self._graph[self._report.node_id]["inputs"]
        return {
            "exception_message": f"{str(error).rstrip()}\n",
            "exception_type": error.type if isinstance(error, NodeError) else type(error).__name__,
            "traceback": TRACEBACK,
            "current_inputs": {
                name: [f"<{value}>" if is_link(value) else value] for name, value in given.items()
            },
            "current_outputs": list(self._graph),
        }


def _known_inputs(graph: Graph, workshop: Workshop) -> Graph:
    """Without what no node asks for, which a host ignores, broken as it may be."""
    known: Graph = {}
    for node_id, node in graph.items():
        wanted = inputs(workshop.definitions[node["class_type"]])
        given = node.get("inputs")
        known[node_id] = {
            "class_type": node["class_type"],
            "inputs": {name: given[name] for name in wanted if name in given}
            if isinstance(given, dict)
            else {},
        }
    return known
