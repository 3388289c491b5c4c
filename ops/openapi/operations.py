"""What holds of all calls, and no app says: who may call, and how calls are refused."""

from http import HTTPStatus
from typing import Any

from ops.openapi.groups import Group
from ops.openapi.refusals import INVALID, complete_refusal

Json = dict[str, Any]

SECURITY: list[Json] = [{"login": []}, {"token": []}]
HARDENED = "where `ContractMode` is `hardened`"

LINK = {"description": '`<…>; rel="next"`, unless the list ends here', "schema": {"type": "string"}}


def complete(method: str, operation: Json, group: Group) -> None:
    """Add to a call of a group what its app does not know, in place."""
    name = operation["operationId"]
    operation["operationId"] = f"{group.package}_{name}"
    operation["summary"] = name.replace("_", " ").capitalize()
    asks = group.asks(name)
    operation["security"], access = _access(asks, group)
    responses = operation["responses"]
    can_be_invalid = responses.pop("422", None) and _has_rules(operation)
    reasons = _reasons(operation, asks) | access | (_invalid(group) if can_be_invalid else {})
    own = set(responses)
    for status, reason in reasons.items():
        responses.setdefault(status, {"description": reason})
    for status, response in responses.items():
        if status < "400":
            _name(status, response)
        else:
            complete_refusal(status, response, group, is_own=status in own)
    _add_headers(method, operation, group)
    operation["responses"] = dict(sorted(responses.items()))


def _access(asks: set[str], group: Group) -> tuple[list[Json], dict[str, str]]:
    """What a call asks of its caller, and how it refuses those who lack it."""
    no_token = "Could not validate credentials"  # noqa: S105
    if group.is_protected:
        return SECURITY, {"401": no_token}
    if "verified_caller" not in asks:
        return [], {}
    refusals = {"401": f"{no_token} / {HARDENED}"}
    if "require_administrator" in asks:
        refusals["403"] = f"Administrators only / {HARDENED}"
    # The empty one: there are callers without a token.
    return [{}, *SECURITY], refusals


def _has_rules(operation: Json) -> bool:
    """Whether a request can break a rule."""
    parameters = operation.get("parameters", [])
    return "requestBody" in operation or not all(_is_any_text(p["schema"]) for p in parameters)


def _is_any_text(schema: Json) -> bool:
    return schema.get("type") == "string" and schema.keys() <= {"type", "title", "default"}


def _invalid(group: Group) -> dict[str, str]:
    return {INVALID.get(group.envelope.name, ("400", ""))[0]: "The request breaks a rule"}


def _reasons(operation: Json, asks: set[str]) -> dict[str, str]:
    reasons = {"429": "Too many requests", "500": "Internal Server Error"}
    if "requestBody" in operation:
        reasons["413"] = "The request is too large for the gateway"
    if _is_list(operation):
        reasons["400"] = "cursor: not a cursor of this list"
    if "idempotency_key" in asks:
        reasons["409"] = "The Idempotency-Key was used with another request"
    return reasons


def _is_list(operation: Json) -> bool:
    return any(parameter["name"] == "cursor" for parameter in operation.get("parameters", []))


def _name(status: str, response: Json) -> None:
    if response["description"] == "Successful Response":
        response["description"] = HTTPStatus(int(status)).phrase


def _add_headers(method: str, operation: Json, group: Group) -> None:
    responses = operation["responses"]
    if method == "get" and "200" in responses and not group.is_protected:
        responses["304"] = {"description": "What `If-None-Match` names is still so"}
    if _is_list(operation):
        responses["200"]["headers"] = {"Link": LINK}
