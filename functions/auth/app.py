"""Accounts of the gallery: registration and login."""

from auth.routes import router
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GALLERY

app = create_app("Accounts", router, GALLERY)
handler = create_handler(app)
