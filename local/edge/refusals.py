"""Answers that the gateway gives itself, as the template says them."""

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
        return Response(self.body, self.status, self.headers, "application/json")


def too_large(settings: Settings, api_id: str) -> Refusal:
    """The deployed `REQUEST_TOO_LARGE` gateway response."""
    response = client(settings, "apigateway").get_gateway_response(
        restApiId=api_id, responseType="REQUEST_TOO_LARGE"
    )
    headers = {
        name.removeprefix("gatewayresponse.header."): value.strip("'")
        for name, value in response["responseParameters"].items()
        if value.startswith("'")
    }
    return Refusal(
        int(response["statusCode"]), headers, response["responseTemplates"]["application/json"]
    )
