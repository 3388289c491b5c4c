"""The ComfyUI host: its status and its start."""

from comfyui_host.routes import router
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GENERATION

app = create_app("ComfyUI host", router, GENERATION)
handler = create_handler(app)
