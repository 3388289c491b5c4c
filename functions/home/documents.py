"""The API's document, and the pages that show it.

Scripts and styles come from this function, so that the pages work where nothing else is reached.
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

# ReDoc's foot would load a picture from its makers; an empty one takes its place.
_PICTURE = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


@cache
def text(name: str) -> str:
    """A file of ours: a page, or the document of all groups as `make openapi` wrote it."""
    return Path(__file__).with_name(name).read_text()


@cache
def asset(name: str) -> str:
    """One of `ASSETS`, from the package that brings them, none of whose code is loaded."""
    static = Path(str(distribution("fastapi-offline").locate_file("fastapi_offline/static")))
    return (static / name).read_text().replace(_PICTURE, _NO_PICTURE)


@cache
def content_policy(page: str) -> str:
    """What a page may load: scripts of this API, the one in the page itself, and nothing else's."""
    script = text(page).split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; "
        f"script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; "
        "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
