"""Descriptions of responses for the OpenAPI document. No request runs this code."""

from typing import Any

Responses = dict[int | str, dict[str, Any]]


def error_responses(messages: dict[int, str]) -> Responses:
    """The errors of a route by status; ` / ` separates several messages. Their bodies are the
    group's envelope."""
    return {status: {"description": message} for status, message in messages.items()}


def success_response(status: int, description: str, model: str) -> Responses:
    """An additional success whose body has the schema of a model of the same group."""
    schema = {"$ref": f"#/components/schemas/{model}"}
    return {
        status: {"description": description, "content": {"application/json": {"schema": schema}}}
    }
