"""The bodies of error responses: those of the group's envelope, and those of the gateway."""

from functools import cache
from typing import Any

from darkroom.errors import DarkroomError
from darkroom.web.error_handlers import STATUS_CODES
from ops.openapi.groups import Group, gateway_bodies

Json = dict[str, Any]

# The gateway returns these statuses too, with a body that has the keys of all envelopes.
GATEWAY = "GatewayError"
GATEWAY_STATUSES = {"401", "413", "429", "500"}
# Only the gallery has its own status and schema for invalid requests.
INVALID = {"GalleryError": ("422", "GalleryInvalid")}


def complete_error_response(status: str, response: Json, group: Group, is_declared: bool) -> None:
    """Add the body, in place. `is_declared` means that the route declares the response."""
    content: Json = {"schema": _schema(status, group)}
    if status not in {"503", INVALID.get(group.envelope.name, ("", ""))[0]}:
        # For 503 and 422 the example of the schema is the only body.
        content["example"] = _example(status, response["description"], group, is_declared)
    response["content"] = {"application/json": content}


def _schema(status: str, group: Group) -> Json:
    invalid_status, invalid_name = INVALID.get(group.envelope.name, ("", ""))
    names = [invalid_name if status == invalid_status else group.envelope.name]
    names += [GATEWAY] if status in GATEWAY_STATUSES else []
    references = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return references[0] if len(references) == 1 else {"anyOf": references}


def _example(status: str, description: str, group: Group, is_declared: bool) -> Any:
    from_gateway = status in GATEWAY_STATUSES and (group.is_protected or status != "401")
    if from_gateway and not is_declared and status in _gateway_bodies():
        return _gateway_bodies()[status]
    text = description.split(" / ")[0]
    bodies = [group.envelope.body(int(status), kind(text)) for kind in _kinds(int(status))]
    return next((body for body in bodies if body.get("error") == text), bodies[0])


def _kinds(status: int) -> list[type[DarkroomError]]:
    """The errors of that status, the most general first."""
    kinds = [kind for kind, code in STATUS_CODES.items() if code == status]
    return kinds + [special for kind in kinds for special in kind.__subclasses__()]


@cache
def _gateway_bodies() -> dict[str, Any]:
    return gateway_bodies()
