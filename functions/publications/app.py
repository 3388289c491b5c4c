"""Publications and their images, in the words of PagaPoco."""

from darkroom.web.app import create_app, create_handler
from publications.routes import router
from publications.schemas import ENVELOPE

app = create_app("Publications", router, ENVELOPE)
handler = create_handler(app)
