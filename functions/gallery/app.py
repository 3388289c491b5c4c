"""Gallery images: uploads, lists and deletion."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GALLERY
from gallery.routes import router

app = create_app("Gallery images", router, GALLERY)
handler = create_handler(app)
