"""Parts of an operation that FastAPI does not generate: security, errors and headers."""

from http import HTTPStatus
from typing import Any

from darkroom.errors import ConflictError, UnauthorizedError
from ops.openapi.error_responses import INVALID, complete_error_response
from ops.openapi.groups import Group

Json = dict[str, Any]

SECURITY: list[Json] = [{"login": []}, {"token": []}]
HARDENED = "in the contract mode `hardened`"

LINK = {
    "description": 'The next page, as `<…>; rel="next"`; absent on the last page',
    "schema": {"type": "string"},
}


def complete_operation(method: str, operation: Json, group: Group) -> None:
    """Add security, error responses and headers to an operation of a group, in place."""
    name = operation["operationId"]
    operation["operationId"] = f"{group.package}_{name}"
    operation["summary"] = name.replace("_", " ").capitalize()
    dependencies = group.dependencies(name)
    operation["security"], access = _access(dependencies, group)
    responses = operation["responses"]
    can_be_invalid = responses.pop("422", None) and _is_validated(operation)
    reasons = (
        _reasons(operation, dependencies) | access | (_invalid(group) if can_be_invalid else {})
    )
    declared = set(responses)
    for status, reason in reasons.items():
        responses.setdefault(status, {"description": reason})
    for status, response in responses.items():
        if status < "400":
            _set_phrase(status, response)
        else:
            complete_error_response(status, response, group, is_declared=status in declared)
    _add_headers(method, operation, group)
    operation["responses"] = dict(sorted(responses.items()))


def _access(dependencies: set[str], group: Group) -> tuple[list[Json], dict[str, str]]:
    """The security requirements of an operation, and its 401 and 403 responses."""
    no_token = UnauthorizedError.MESSAGE
    if group.is_protected:
        return SECURITY, {"401": no_token}
    if "verified_caller" not in dependencies:
        return [], {}
    errors = {"401": f"{no_token} / {HARDENED}"}
    if "require_administrator" in dependencies:
        errors["403"] = f"Administrators only / {HARDENED}"
    # The empty requirement makes the token optional.
    return [{}, *SECURITY], errors


def _is_validated(operation: Json) -> bool:
    """Whether a request can be invalid."""
    parameters = operation.get("parameters", [])
    return "requestBody" in operation or not all(_is_any_text(p["schema"]) for p in parameters)


def _is_any_text(schema: Json) -> bool:
    return schema.get("type") == "string" and schema.keys() <= {"type", "title", "default"}


def _invalid(group: Group) -> dict[str, str]:
    return {INVALID.get(group.envelope.name, ("400", ""))[0]: "The request breaks a rule"}


def _reasons(operation: Json, dependencies: set[str]) -> dict[str, str]:
    reasons = {"429": "Too many requests", "500": "Internal Server Error"}
    if "requestBody" in operation:
        reasons["413"] = "The request is too large for the gateway"
    if _is_list(operation):
        reasons["400"] = "cursor: not a cursor of this list"
    if "idempotency_key" in dependencies:
        reasons["409"] = ConflictError.MESSAGE
    return reasons


def _is_list(operation: Json) -> bool:
    return any(parameter["name"] == "cursor" for parameter in operation.get("parameters", []))


def _set_phrase(status: str, response: Json) -> None:
    if response["description"] == "Successful Response":
        response["description"] = HTTPStatus(int(status)).phrase


def _add_headers(method: str, operation: Json, group: Group) -> None:
    responses = operation["responses"]
    if method == "get" and "200" in responses and not group.is_protected:
        responses["304"] = {"description": "The response still has the ETag in `If-None-Match`"}
    if _is_list(operation):
        responses["200"]["headers"] = {"Link": LINK}
