"""The gateway responses of the deployed API, which the edge returns itself."""

import uuid
from dataclasses import dataclass

from starlette.responses import Response

from local.settings import Settings
from local.stack import client


@dataclass(frozen=True)
class GatewayResponse:
    status: int
    headers: dict[str, str]
    body: str

    def response(self) -> Response:
        request_id = {"X-Request-Id": str(uuid.uuid4())}
        return Response(self.body, self.status, self.headers | request_id, "application/json")


def read_gateway_response(
    settings: Settings, api_id: str, response_type: str, default_status: int
) -> GatewayResponse:
    """The deployed response of this type. `default_status` is AWS's, used if it sets none."""
    response = client(settings, "apigateway").get_gateway_response(
        restApiId=api_id, responseType=response_type
    )
    headers = {
        name.removeprefix("gatewayresponse.header."): value.strip("'")
        for name, value in response["responseParameters"].items()
        if value.startswith("'")
    }
    body = response["responseTemplates"]["application/json"]
    return GatewayResponse(int(response.get("statusCode", default_status)), headers, body)
