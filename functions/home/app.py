"""The front door: what this API is, that it is up, its documents, and 404 for all that no group
owns."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import stories
from home.routes import router

app = create_app("Darkroom", router, stories)
handler = create_handler(app)
