"""URL paths for clients, which include the stage or the base path of a custom domain."""

from fastapi import Request


def public_path(request: Request, path: str) -> str:
    """A path of the API as clients have to request it."""
    event = request.scope["aws.event"]
    base = event["requestContext"]["path"].removesuffix(event["path"])
    return f"{base}{path}"
