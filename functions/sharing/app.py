"""Sharing images of the gallery with users by name."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import gallery
from sharing.routes import router

app = create_app("Gallery sharing", router, gallery)
handler = create_handler(app)
