"""The app and the Lambda handler of a group."""

from typing import Any

from fastapi import APIRouter, FastAPI
from mangum import Mangum

from darkroom.observability.log import Handler, with_request_id
from darkroom.web.envelopes import Envelope
from darkroom.web.error_handlers import add_error_handlers
from darkroom.web.response_headers import ResponseHeaders


def create_app(title: str, router: APIRouter, envelope: Envelope) -> FastAPI:
    """An app with the router's routes that returns every error in the group's envelope."""
    # The routes are passed, not included: included ones are analyzed again by the first request.
    # A redirect for a slash would contain the gateway's own host name and change the method.
    app = FastAPI(
        title=title,
        routes=router.routes,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.envelope = envelope
    add_error_handlers(app, envelope)
    return app


def create_handler(app: FastAPI) -> Handler[dict[str, Any]]:
    """The Lambda handler of the app, for API Gateway's proxy events."""
    adapter = Mangum(ResponseHeaders(app), lifespan="off")

    @with_request_id
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return adapter(event, context)

    return handler
