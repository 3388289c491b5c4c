"""The welcome, health, documentation and studio routes, and 404 for paths of no group."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import STORIES
from home.routes import router

app = create_app("Darkroom", router, STORIES)
handler = create_handler(app)
