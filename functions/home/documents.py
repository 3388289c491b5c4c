"""The OpenAPI document, and the pages that render it.

Scripts and style sheets are served by this function, so the pages work without any other host.
"""

import base64
import hashlib
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
}

# ReDoc's footer loads a logo from its CDN; an empty picture replaces it.
_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_EMPTY_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


@cache
def text(name: str) -> str:
    """A page, or the OpenAPI document that `make openapi` wrote."""
    return Path(__file__).with_name(name).read_text()


@cache
def asset(name: str) -> str:
    """One of `ASSETS`, from the files of the package `fastapi-offline`, which is not imported."""
    static = Path(str(distribution("fastapi-offline").locate_file("fastapi_offline/static")))
    return (static / name).read_text().replace(_LOGO, _EMPTY_PICTURE)


@cache
def content_policy(page: str) -> str:
    """The policy of a page: only scripts of this API and the page's inline script may run."""
    script = text(page).split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; "
        f"script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; "
        "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
