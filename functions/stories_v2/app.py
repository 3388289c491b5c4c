"""Stories whose images live in Cloudinary."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import stories
from stories_v2.routes import router

app = create_app("Stories images v2", router, stories)
handler = create_handler(app)
