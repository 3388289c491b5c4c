"""Stories whose images live in S3."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import stories
from stories_v1.routes import router

app = create_app("Stories images v1", router, stories)
handler = create_handler(app)
