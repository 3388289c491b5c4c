"""Publications and their images, in the words of PagaPoco."""

from darkroom.web.app import create_app, create_handler
from publications.envelope import ENVELOPE
from publications.routes import router

app = create_app("Publications", router, ENVELOPE)
handler = create_handler(app)
