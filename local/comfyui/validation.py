"""Whether a prompt can run, found out as ComfyUI does: from each output node up its links."""

from typing import Any, NamedTuple

from local.comfyui import findings
from local.comfyui.definitions import Definition, inputs
from local.comfyui.findings import Finding, Input
from local.comfyui.graphs import Graph, is_link

CONVERT = {"INT": int, "FLOAT": float, "STRING": str}
# Whatever a host written in Python stumbles over in a graph that is none.
STUMBLES = (AttributeError, IndexError, KeyError, TypeError)


class Verdict(NamedTuple):
    """The outputs that can run; with none of them there is an error."""

    outputs: list[str]
    error: Finding | None
    node_errors: dict[str, Any]


def validate(graph: Graph, definitions: dict[str, Definition]) -> Verdict:
    """Numbers given as text become numbers in the graph itself.

    Raises one of `STUMBLES` for what is no graph at all.
    """
    for node_id, node in graph.items():
        if node.get("class_type") not in definitions:
            return Verdict([], findings.unknown_node(node_id, node), {})
    outputs = [one for one in graph if definitions[graph[one]["class_type"]]["output_node"]]
    if not outputs:
        return Verdict([], findings.no_outputs(), {})
    check = Check(graph, definitions)
    valid = [output for output in outputs if check.output(output)]
    error = None if valid else findings.nothing_valid(check.reasons)
    return Verdict(valid, error, check.node_errors)


class Check:
    """What is known so far of the nodes of one prompt."""

    def __init__(self, graph: Graph, definitions: dict[str, Definition]) -> None:
        self._graph = graph
        self._definitions = definitions
        self._found: dict[str, list[Finding]] = {}
        self._valid: dict[str, bool] = {}
        self._path: list[str] = []
        self.reasons: list[Finding] = []
        self.node_errors: dict[str, Any] = {}

    def output(self, output: str) -> bool:
        """Whether it can run; if not, what is wrong is kept in `node_errors`."""
        try:
            valid = self._node(output)
        except STUMBLES as error:
            valid = False
            self._found[output] = [findings.broken(error)]
        self._path.clear()
        if not valid:
            self.reasons += self._found[output]
            self._blame(output)
        return valid

    def _blame(self, output: str) -> None:
        for node_id, found in self._found.items():
            if found:
                told = {
                    "errors": found,
                    "dependent_outputs": [],
                    "class_type": self._graph[node_id]["class_type"],
                }
                self.node_errors.setdefault(node_id, told)["dependent_outputs"].append(output)

    def _node(self, node_id: str) -> bool:
        if node_id in self._valid:
            return self._valid[node_id]
        self._path.append(node_id)
        node = self._graph[node_id]
        given, found, above = node["inputs"], [], True
        for name, config in inputs(self._definitions[node["class_type"]]).items():
            if name not in given:
                found.append(findings.missing(name))
            elif is_link(given[name]):
                wrong, valid = self._link(Input(name, config, given[name]))
                found += wrong
                above = above and valid
            else:
                found += _value(Input(name, config, given[name]), given)
        self._path.pop()
        self._found.setdefault(node_id, []).extend(found)
        self._valid[node_id] = above and not self._found[node_id]
        return self._valid[node_id]

    def _link(self, link: Input) -> tuple[list[Finding], bool]:
        """What is wrong with the link itself, and whether all above it is valid."""
        if len(link.value) != 2:
            return [findings.no_link(link)], False
        source, slot = link.value
        received = self._definitions[self._graph[source]["class_type"]]["output"][slot]
        if received != link.config[0]:
            return [findings.mismatch(link, received)], False
        if source in self._path:
            self._cycle(self._path[self._path.index(source) :])
            return [], False
        return [], self._above(link)

    def _above(self, link: Input) -> bool:
        source, depth = link.value[0], len(self._path)
        try:
            return self._node(source)
        except STUMBLES as error:
            del self._path[depth:]
            self._found[source] = [findings.broken_inside(link, error)]
            self._valid[source] = False
            return False

    def _cycle(self, nodes: list[str]) -> None:
        for node_id in nodes:
            self._found[node_id] = [findings.cycle(self._graph, node_id, nodes)]


def _value(given: Input, node_inputs: dict[str, Any]) -> list[Finding]:
    kind = given.config[0]
    if isinstance(kind, list):
        return [] if given.value in kind else [findings.not_in_list(given)]
    if kind not in CONVERT:
        return []  # text where a link belongs is found out at run time alone
    try:
        value = CONVERT[kind](given.value)
    except (OverflowError, TypeError, ValueError) as error:
        return [findings.not_convertible(given, error)]
    node_inputs[given.name] = value
    wrong = findings.out_of_range(Input(given.name, given.config, value))
    return [wrong] if wrong else []
