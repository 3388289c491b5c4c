"""The catalog of generation: settings, styles, formats and prompt examples."""

from catalog.routes import router
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GENERATION

app = create_app("Catalog", router, GENERATION)
handler = create_handler(app)
