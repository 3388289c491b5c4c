"""Publications and their images: the PagaPoco contract, in Spanish."""

from darkroom.web.app import create_app, create_handler
from publications.envelope import ENVELOPE
from publications.routes import router

app = create_app("Publications", router, ENVELOPE)
handler = create_handler(app)
