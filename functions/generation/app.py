"""Image generation: requests for images, and their jobs."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GENERATION
from generation.routes import router

app = create_app("Image generation", router, GENERATION)
handler = create_handler(app)
