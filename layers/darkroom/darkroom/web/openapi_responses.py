"""What routes say of their answers in the API's document. Nothing here runs in a request."""

from typing import Any

Responses = dict[int | str, dict[str, Any]]


def refusals(reasons: dict[int, str]) -> Responses:
    """What a route says when it refuses, by status; ` / ` stands between several texts. The body is
    its group's envelope."""
    return {status: {"description": reason} for status, reason in reasons.items()}


def success(status: int, description: str, model: str) -> Responses:
    """A success beside the usual one; its body has the schema of a model of the same group."""
    schema = {"$ref": f"#/components/schemas/{model}"}
    return {
        status: {"description": description, "content": {"application/json": {"schema": schema}}}
    }
