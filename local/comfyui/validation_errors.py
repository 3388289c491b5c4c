"""The errors that validation returns for a prompt, with ComfyUI's types and messages."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from local.comfyui.graphs import Graph
from local.comfyui.responses import FOLDER

MAX_LISTED_CHOICES = 20
TRACEBACK = [f'  File "{FOLDER}/execution.py", line 955, in validate_inputs\n']

ValidationError = dict[str, Any]


class Input(NamedTuple):
    """One input of a node: `config` is `[type or choices, options]`."""

    name: str
    config: list[Any]
    value: Any


def error(type: str, message: str, details: str, **extra_info: object) -> ValidationError:
    return {"type": type, "message": message, "details": details, "extra_info": extra_info}


def unknown_node(node_id: str, node: dict[str, Any]) -> ValidationError:
    class_type = node.get("class_type")
    if class_type is None:
        message = (
            f"Node 'ID #{node_id}' has no class_type. "
            "The workflow may be corrupted or a custom node is missing."
        )
    else:
        message = f"Node '{class_type}' not found. The custom node may not be installed."
    extra = {"node_id": node_id, "class_type": class_type, "node_title": class_type}
    return error("missing_node_type", message, f"Node ID '#{node_id}'", **extra)


def no_outputs() -> ValidationError:
    return error("prompt_no_outputs", "Prompt has no outputs", "")


def no_valid_outputs(errors: Sequence[ValidationError]) -> ValidationError:
    details = "\n".join(f"{one['message']}: {one['details']}" for one in errors)
    return error("prompt_outputs_failed_validation", "Prompt outputs failed validation", details)


def missing_input(name: str) -> ValidationError:
    return error("required_input_missing", "Required input is missing", name, input_name=name)


def not_convertible(input: Input, exception: Exception) -> ValidationError:
    return error(
        "invalid_input_type",
        f"Failed to convert an input value to a {input.config[0]} value",
        f"{input.name}, {input.value}, {exception}",
        **_input_details(input),
        exception_message=str(exception),
    )


def out_of_range(input: Input) -> ValidationError | None:
    options, extra = input.config[1], _input_details(input)
    if "min" in options and input.value < options["min"]:
        message = f"Value {input.value} smaller than min of {options['min']}"
        return error("value_smaller_than_min", message, input.name, **extra)
    if "max" in options and input.value > options["max"]:
        message = f"Value {input.value} bigger than max of {options['max']}"
        return error("value_bigger_than_max", message, input.name, **extra)
    return None


def not_in_list(input: Input) -> ValidationError:
    choices = input.config[0]
    short = len(choices) <= MAX_LISTED_CHOICES
    choices_text = choices if short else f"(list of length {len(choices)})"
    return error(
        "value_not_in_list",
        "Value not in list",
        f"{input.name}: '{input.value}' not in {choices_text}",
        input_name=input.name,
        input_config=input.config if short else None,
        received_value=input.value,
    )


def invalid_link(input: Input) -> ValidationError:
    return error(
        "bad_linked_input",
        "Bad linked input, must be a length-2 list of [node_id, slot_index]",
        input.name,
        **_input_details(input),
    )


def _input_details(input: Input) -> dict[str, Any]:
    return {
        "input_name": input.name,
        "input_config": input.config,
        "received_value": input.value,
    }


def type_mismatch(input: Input, received: str) -> ValidationError:
    return error(
        "return_type_mismatch",
        "Return type mismatch between linked nodes",
        f"{input.name}, received_type({received}) mismatch input_type({input.config[0]})",
        input_name=input.name,
        input_config=input.config,
        received_type=received,
        linked_node=input.value,
    )


def linked_node_failed(input: Input, exception: Exception) -> ValidationError:
    return error(
        "exception_during_inner_validation",
        "Exception when validating inner node",
        str(exception),
        input_name=input.name,
        input_config=input.config,
        exception_message=str(exception),
        exception_type=type(exception).__name__,
        traceback=TRACEBACK,
        linked_node=input.value,
    )


def validation_failed(exception: Exception) -> ValidationError:
    return error(
        "exception_during_validation",
        "Exception when validating node",
        str(exception),
        exception_type=type(exception).__name__,
        traceback=TRACEBACK,
    )


def cycle(graph: Graph, node_id: str, nodes: Sequence[str]) -> ValidationError:
    path = " -> ".join(f"{one} ({graph[one]['class_type']})" for one in (*nodes, nodes[0]))
    extra = {"node_id": node_id, "cycle_nodes": list(nodes)}
    return error("dependency_cycle", "Dependency cycle detected", path, **extra)
