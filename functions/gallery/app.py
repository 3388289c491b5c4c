"""Images of the gallery: uploading, looking, deleting."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import gallery
from gallery.routes import router

app = create_app("Gallery images", router, gallery)
handler = create_handler(app)
