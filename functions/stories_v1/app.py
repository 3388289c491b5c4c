"""Stories with images in S3."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import STORIES
from stories_v1.routes import router

app = create_app("Stories images v1", router, STORIES)
handler = create_handler(app)
