"""The gateway's authorizer: verifies the bearer token and returns a policy for the API.

The gateway caches the result by token and uses it for all routes, so the policy covers the whole
stage. Each function decides what its caller may do.
"""

from typing import Any

from darkroom.errors import UnauthorizedError
from darkroom.observability.log import with_request_id
from darkroom.tokens.verification import Claims, bearer_token, verify


@with_request_id
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    try:
        claims = verify(bearer_token(event.get("headers") or {}))
    except UnauthorizedError:
        # The gateway returns 401 for exactly this message, and 500 for any other.
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


def _context(claims: Claims) -> dict[str, str]:
    return {
        "sub": claims.sub,
        "username": claims.username,
        # Cognito allows commas in a group's name, which must not be read as two groups.
        "groups": ",".join(group for group in claims.groups if "," not in group),
        "exp": str(claims.expires_at),
    }
