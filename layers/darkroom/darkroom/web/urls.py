"""Paths as clients have to write them: below the stage, or a custom domain's base path."""

from fastapi import Request


def public_path(request: Request, path: str) -> str:
    """A path of ours as it is outside."""
    event = request.scope["aws.event"]
    base = event["requestContext"]["path"].removesuffix(event["path"])
    return f"{base}{path}"
