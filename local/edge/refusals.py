"""Answers that the gateway gives itself, as the template says them."""

import uuid
from dataclasses import dataclass

from starlette.responses import Response

from local.settings import Settings
from local.stack import client


@dataclass(frozen=True)
class Refusal:
    status: int
    headers: dict[str, str]
    body: str

    def response(self) -> Response:
        request_id = {"X-Request-Id": str(uuid.uuid4())}
        return Response(self.body, self.status, self.headers | request_id, "application/json")


def refusal(settings: Settings, api_id: str, kind: str, status: int) -> Refusal:
    """The deployed gateway response of that kind; the status is AWS's where it sets none."""
    response = client(settings, "apigateway").get_gateway_response(
        restApiId=api_id, responseType=kind
    )
    headers = {
        name.removeprefix("gatewayresponse.header."): value.strip("'")
        for name, value in response["responseParameters"].items()
        if value.startswith("'")
    }
    body = response["responseTemplates"]["application/json"]
    return Refusal(int(response.get("statusCode", status)), headers, body)
