"""The ComfyUI host: how it is, and starting it."""

from comfyui_host.routes import router
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import generation

app = create_app("ComfyUI host", router, generation)
handler = create_handler(app)
