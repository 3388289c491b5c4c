"""Accounts of the gallery: registering and logging in."""

from auth.routes import router
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import gallery

app = create_app("Accounts", router, gallery)
handler = create_handler(app)
