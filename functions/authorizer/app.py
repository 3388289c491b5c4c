"""The gateway's authorizer: from the bearer token of a request to leave to call the API.

The gateway keeps an answer for the token it was given for, whatever route comes next, so the
policy covers the whole stage; what a user may do there is each function's to say.
"""

from typing import Any

from darkroom import tokens
from darkroom.errors import UnauthorizedError
from darkroom.observability.log import logger


# The event holds the token, so it is never logged, whatever the environment says.
@logger.inject_lambda_context(clear_state=True, log_event=False)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    try:
        claims = tokens.verify(tokens.bearer(event.get("headers") or {}))
    except UnauthorizedError:
        # The gateway turns this very text into 401, and any other into 500.
        raise Exception("Unauthorized") from None
    return {
        "principalId": claims.sub,
        "policyDocument": _policy(event["methodArn"]),
        "context": _context(claims),
    }


def _policy(method_arn: str) -> dict[str, Any]:
    api, stage = method_arn.split("/")[:2]
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Allow",
        "Resource": f"{api}/{stage}/*/*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _context(claims: tokens.Claims) -> dict[str, str]:
    return {
        "sub": claims.sub,
        "username": claims.username,
        # Cognito allows commas in a group's name; such a one must not pass for two others.
        "groups": ",".join(group for group in claims.groups if "," not in group),
        "exp": str(claims.expires_at),
    }
