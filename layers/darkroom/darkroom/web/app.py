"""One app and one handler per endpoint group."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI
from mangum import Mangum

from darkroom.observability.log import logger
from darkroom.web.envelopes import Envelope
from darkroom.web.error_handlers import add_error_handlers
from darkroom.web.response_headers import Manners

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def create_app(title: str, router: APIRouter, envelope: Envelope) -> FastAPI:
    """The group's app: its routes, and every error in its contract's envelope."""
    # Included routes would be analyzed a second time, in the middle of the first request.
    # A redirect for a slash would name the gateway's own host and lose the method.
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


def create_handler(app: FastAPI) -> Handler:
    """The Lambda handler of the app, for API Gateway's proxy events."""
    adapter = Mangum(Manners(app), lifespan="off")

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return adapter(event, context)

    return handler
