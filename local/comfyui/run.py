"""The execution of one prompt, node by node."""

from dataclasses import dataclass, field
from threading import Event
from typing import Any

from local.comfyui import files
from local.comfyui.definitions import Definition, required_inputs
from local.comfyui.entries import HistoryEntry, QueueEntry
from local.comfyui.faults import NODE_FAILURES
from local.comfyui.graphs import Graph, cache_keys, execution_order, is_link
from local.comfyui.installation import Installation
from local.comfyui.nodes import NODES, Images, NodeResult
from local.comfyui.progress import ProgressReporter
from local.comfyui.responses import FOLDER

TRACEBACK = [f'  File "{FOLDER}/execution.py", line 545, in execute\n']


class InterruptedRunError(Exception):
    """A client or a shutdown interrupted the run."""


class NodeError(Exception):
    """The failure of a node by a fault; `type` is the name of the exception that it imitates."""

    def __init__(self, type: str, message: str) -> None:
        super().__init__(message)
        self.type = type


@dataclass
class ExecutionState:
    """State that the runs of one host share.

    `cache` has the last run's results by cache key, `current_node` the client id and node id.
    """

    cache: dict[str, NodeResult] = field(default_factory=dict)
    interrupted: Event = field(default_factory=Event)
    current_node: tuple[str | None, str] | None = None


class Run:
    def __init__(
        self, installation: Installation, execution: ExecutionState, entry: QueueEntry
    ) -> None:
        self._installation = installation
        self._execution = execution
        self._entry = entry
        self._graph = _without_unknown_inputs(entry.graph, installation.definitions)
        self._fault = installation.faults.consume("run")
        self._reporter = ProgressReporter(installation.sockets, entry)

    def execute(self) -> HistoryEntry:
        """Return the result of the run, also when it fails or is interrupted."""
        self._reporter.add_message("execution_start")
        try:
            self._execute_nodes()
        except InterruptedRunError:
            self._reporter.add_message("execution_interrupted", **self._node_details())
        except Exception as error:
            details = self._node_details() | self._error_details(error)
            self._reporter.add_message("execution_error", **details)
        else:
            self._reporter.add_message("execution_success")
        self._execution.current_node = None
        return HistoryEntry(self._entry, self._reporter.outputs, self._reporter.messages)

    def step(self, value: int, maximum: int) -> None:
        """Wait for the duration of one sampling step. Raises `InterruptedRunError`."""
        seconds = self._installation.seconds
        if self._fault and self._fault.kind == "slow_run":
            seconds += self._fault.seconds
        if self._execution.interrupted.wait(seconds / maximum):
            raise InterruptedRunError
        self._reporter.step(value, maximum)

    def save(self, images: Images, prefix: str) -> list[dict[str, str]]:
        if self._fault and self._fault.kind == "fewer_images":
            images = images[:-1]
        return files.save(self._installation.output, images, prefix, self._entry.graph)

    def _execute_nodes(self) -> None:
        ordered = execution_order(self._graph, self._entry.outputs)
        keys = cache_keys(self._graph, ordered)
        # A run with a fault does not use the cache.
        cache = {} if self._fault else self._execution.cache
        results = {node: cache[keys[node]] for node in ordered if keys[node] in cache}
        self._reporter.add_message("execution_cached", nodes=list(results))
        self._execution.cache = {keys[node]: result for node, result in results.items()}
        for node_id in ordered:
            if node_id not in results:
                results[node_id] = self._execute_node(node_id, results)
            elif output := results[node_id].ui:
                self._reporter.reuse_node(node_id, output)
            if not self._fault:
                self._execution.cache[keys[node_id]] = results[node_id]

    def _execute_node(self, node_id: str, results: dict[str, NodeResult]) -> NodeResult:
        if self._execution.interrupted.is_set():
            raise InterruptedRunError
        self._execution.current_node = (self._entry.client_id, node_id)
        self._reporter.start_node(node_id)
        node = self._graph[node_id]
        self._fail_on_fault(node["class_type"])
        inputs = {
            name: results[value[0]].outputs[value[1]] if is_link(value) else value
            for name, value in node["inputs"].items()
        }
        result = NODES[node["class_type"]](self, **inputs)
        self._reporter.finish_node(result.ui)
        return result

    def _fail_on_fault(self, class_type: str) -> None:
        failure = NODE_FAILURES.get(self._fault.kind) if self._fault else None
        if failure and failure.class_type == class_type:
            raise NodeError(failure.exception_type, failure.message)

    def _node_details(self) -> dict[str, Any]:
        node_id = self._reporter.node_id
        return {
            "node_id": node_id,
            "node_type": self._graph[node_id]["class_type"],
            "executed": self._reporter.executed,
        }

    def _error_details(self, error: Exception) -> dict[str, Any]:
        inputs = self._graph[self._reporter.node_id]["inputs"]
        return {
            "exception_message": f"{str(error).rstrip()}\n",
            "exception_type": error.type if isinstance(error, NodeError) else type(error).__name__,
            "traceback": TRACEBACK,
            "current_inputs": {
                name: [f"<{value}>" if is_link(value) else value] for name, value in inputs.items()
            },
            "current_outputs": list(self._graph),
        }


def _without_unknown_inputs(graph: Graph, definitions: dict[str, Definition]) -> Graph:
    """A host ignores inputs that the node does not define, even malformed ones."""
    return {
        node_id: {
            "class_type": node["class_type"],
            "inputs": _known_inputs(node, definitions[node["class_type"]]),
        }
        for node_id, node in graph.items()
    }


def _known_inputs(node: dict[str, Any], definition: Definition) -> dict[str, Any]:
    inputs = node.get("inputs")
    if not isinstance(inputs, dict):
        return {}
    return {name: inputs[name] for name in required_inputs(definition) if name in inputs}
