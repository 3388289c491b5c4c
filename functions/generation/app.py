"""Image generation: asking for pictures, and the jobs that make them."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import generation
from generation.routes import router

app = create_app("Image generation", router, generation)
handler = create_handler(app)
