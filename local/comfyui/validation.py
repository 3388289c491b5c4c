"""Validate a prompt as ComfyUI does: from each output node along the links to its sources."""

from typing import Any, NamedTuple

from local.comfyui import validation_errors
from local.comfyui.definitions import Definition, required_inputs
from local.comfyui.graphs import Graph, is_link
from local.comfyui.validation_errors import Input, ValidationError

CONVERT = {"INT": int, "FLOAT": float, "STRING": str}
# Python's exceptions on a real host when a graph does not have the expected structure.
MALFORMED_GRAPH_ERRORS = (AttributeError, IndexError, KeyError, TypeError)


class ValidationResult(NamedTuple):
    """The output nodes that can run. `error` is set if there are none."""

    outputs: list[str]
    error: ValidationError | None
    node_errors: dict[str, Any]


def validate(graph: Graph, definitions: dict[str, Definition]) -> ValidationResult:
    """Convert values to the types of their inputs, in the graph itself.

    Raises one of `MALFORMED_GRAPH_ERRORS`.
    """
    for node_id, node in graph.items():
        if node.get("class_type") not in definitions:
            return ValidationResult([], validation_errors.unknown_node(node_id, node), {})
    outputs = [
        node_id for node_id in graph if definitions[graph[node_id]["class_type"]]["output_node"]
    ]
    if not outputs:
        return ValidationResult([], validation_errors.no_outputs(), {})
    validator = GraphValidator(graph, definitions)
    valid = [output for output in outputs if validator.validate_output(output)]
    error = None if valid else validation_errors.no_valid_outputs(validator.output_errors)
    return ValidationResult(valid, error, validator.node_errors)


class GraphValidator:
    """Validates each node of a prompt once.

    `output_errors` has the errors of the output nodes, `node_errors` those of all nodes.
    """

    def __init__(self, graph: Graph, definitions: dict[str, Definition]) -> None:
        self._graph = graph
        self._definitions = definitions
        self._errors: dict[str, list[ValidationError]] = {}
        self._valid: dict[str, bool] = {}
        self._path: list[str] = []
        self.output_errors: list[ValidationError] = []
        self.node_errors: dict[str, Any] = {}

    def validate_output(self, output: str) -> bool:
        try:
            valid = self._validate_node(output)
        except MALFORMED_GRAPH_ERRORS as error:
            valid = False
            self._errors[output] = [validation_errors.validation_failed(error)]
        self._path.clear()
        if not valid:
            self.output_errors += self._errors[output]
            self._add_node_errors(output)
        return valid

    def _add_node_errors(self, output: str) -> None:
        for node_id, errors in self._errors.items():
            if errors:
                node_error = {
                    "errors": errors,
                    "dependent_outputs": [],
                    "class_type": self._graph[node_id]["class_type"],
                }
                self.node_errors.setdefault(node_id, node_error)["dependent_outputs"].append(output)

    def _validate_node(self, node_id: str) -> bool:
        if node_id in self._valid:
            return self._valid[node_id]
        self._path.append(node_id)
        node = self._graph[node_id]
        inputs, errors, sources_valid = node["inputs"], [], True
        for name, config in required_inputs(self._definitions[node["class_type"]]).items():
            if name not in inputs:
                errors.append(validation_errors.missing_input(name))
            elif is_link(inputs[name]):
                link_errors, valid = self._validate_link(Input(name, config, inputs[name]))
                errors += link_errors
                sources_valid = sources_valid and valid
            else:
                errors += _validate_value(Input(name, config, inputs[name]), inputs)
        self._path.pop()
        self._errors.setdefault(node_id, []).extend(errors)
        self._valid[node_id] = sources_valid and not self._errors[node_id]
        return self._valid[node_id]

    def _validate_link(self, link: Input) -> tuple[list[ValidationError], bool]:
        """The errors of the link itself, and whether its source node is valid."""
        if len(link.value) != 2:
            return [validation_errors.invalid_link(link)], False
        source, slot = link.value
        received = self._definitions[self._graph[source]["class_type"]]["output"][slot]
        if received != link.config[0]:
            return [validation_errors.type_mismatch(link, received)], False
        if source in self._path:
            self._set_cycle_errors(self._path[self._path.index(source) :])
            return [], False
        return [], self._validate_source(link)

    def _validate_source(self, link: Input) -> bool:
        source, depth = link.value[0], len(self._path)
        try:
            return self._validate_node(source)
        except MALFORMED_GRAPH_ERRORS as error:
            del self._path[depth:]
            self._errors[source] = [validation_errors.linked_node_failed(link, error)]
            self._valid[source] = False
            return False

    def _set_cycle_errors(self, nodes: list[str]) -> None:
        for node_id in nodes:
            self._errors[node_id] = [validation_errors.cycle(self._graph, node_id, nodes)]


def _validate_value(input: Input, node_inputs: dict[str, Any]) -> list[ValidationError]:
    type_or_choices = input.config[0]
    if isinstance(type_or_choices, list):
        is_choice = input.value in type_or_choices
        return [] if is_choice else [validation_errors.not_in_list(input)]
    if type_or_choices not in CONVERT:
        return []  # a text in place of a link fails only when the node runs
    try:
        value = CONVERT[type_or_choices](input.value)
    except (OverflowError, TypeError, ValueError) as error:
        return [validation_errors.not_convertible(input, error)]
    node_inputs[input.name] = value
    range_error = validation_errors.out_of_range(Input(input.name, input.config, value))
    return [range_error] if range_error else []
