"""What validation can say of a prompt, in the words that clients of ComfyUI read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from local.comfyui.answers import FOLDER
from local.comfyui.graphs import Graph

LONGEST_LIST = 20
TRACEBACK = [f'  File "{FOLDER}/execution.py", line 955, in validate_inputs\n']

Finding = dict[str, Any]


class Input(NamedTuple):
    """One input of a node: `config` is `[type or choices, options]`."""

    name: str
    config: list[Any]
    value: Any


def finding(type: str, message: str, details: str, **extra_info: object) -> Finding:
    return {"type": type, "message": message, "details": details, "extra_info": extra_info}


def unknown_node(node_id: str, node: dict[str, Any]) -> Finding:
    class_type = node.get("class_type")
    if class_type is None:
        message = (
            f"Node 'ID #{node_id}' has no class_type. "
            "The workflow may be corrupted or a custom node is missing."
        )
    else:
        message = f"Node '{class_type}' not found. The custom node may not be installed."
    extra = {"node_id": node_id, "class_type": class_type, "node_title": class_type}
    return finding("missing_node_type", message, f"Node ID '#{node_id}'", **extra)


def no_outputs() -> Finding:
    return finding("prompt_no_outputs", "Prompt has no outputs", "")


def nothing_valid(reasons: Sequence[Finding]) -> Finding:
    details = "\n".join(f"{reason['message']}: {reason['details']}" for reason in reasons)
    return finding("prompt_outputs_failed_validation", "Prompt outputs failed validation", details)


def missing(name: str) -> Finding:
    return finding("required_input_missing", "Required input is missing", name, input_name=name)


def not_convertible(given: Input, error: Exception) -> Finding:
    return finding(
        "invalid_input_type",
        f"Failed to convert an input value to a {given.config[0]} value",
        f"{given.name}, {given.value}, {error}",
        **_received(given),
        exception_message=str(error),
    )


def out_of_range(given: Input) -> Finding | None:
    options, extra = given.config[1], _received(given)
    if "min" in options and given.value < options["min"]:
        message = f"Value {given.value} smaller than min of {options['min']}"
        return finding("value_smaller_than_min", message, given.name, **extra)
    if "max" in options and given.value > options["max"]:
        message = f"Value {given.value} bigger than max of {options['max']}"
        return finding("value_bigger_than_max", message, given.name, **extra)
    return None


def not_in_list(given: Input) -> Finding:
    choices = given.config[0]
    short = len(choices) <= LONGEST_LIST
    told = choices if short else f"(list of length {len(choices)})"
    return finding(
        "value_not_in_list",
        "Value not in list",
        f"{given.name}: '{given.value}' not in {told}",
        input_name=given.name,
        input_config=given.config if short else None,
        received_value=given.value,
    )


def no_link(given: Input) -> Finding:
    return finding(
        "bad_linked_input",
        "Bad linked input, must be a length-2 list of [node_id, slot_index]",
        given.name,
        **_received(given),
    )


def _received(given: Input) -> dict[str, Any]:
    return {
        "input_name": given.name,
        "input_config": given.config,
        "received_value": given.value,
    }


def mismatch(given: Input, received: str) -> Finding:
    return finding(
        "return_type_mismatch",
        "Return type mismatch between linked nodes",
        f"{given.name}, received_type({received}) mismatch input_type({given.config[0]})",
        input_name=given.name,
        input_config=given.config,
        received_type=received,
        linked_node=given.value,
    )


def broken_inside(given: Input, error: Exception) -> Finding:
    return finding(
        "exception_during_inner_validation",
        "Exception when validating inner node",
        str(error),
        input_name=given.name,
        input_config=given.config,
        exception_message=str(error),
        exception_type=type(error).__name__,
        traceback=TRACEBACK,
        linked_node=given.value,
    )


def broken(error: Exception) -> Finding:
    return finding(
        "exception_during_validation",
        "Exception when validating node",
        str(error),
        exception_type=type(error).__name__,
        traceback=TRACEBACK,
    )


def cycle(graph: Graph, node_id: str, nodes: Sequence[str]) -> Finding:
    way = " -> ".join(f"{one} ({graph[one]['class_type']})" for one in (*nodes, nodes[0]))
    extra = {"node_id": node_id, "cycle_nodes": list(nodes)}
    return finding("dependency_cycle", "Dependency cycle detected", way, **extra)
