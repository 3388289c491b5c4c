"""Shares of gallery images with other users."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GALLERY
from sharing.routes import router

app = create_app("Gallery sharing", router, GALLERY)
handler = create_handler(app)
