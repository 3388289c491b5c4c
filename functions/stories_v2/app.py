"""Stories with images in Cloudinary."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import STORIES
from stories_v2.routes import router

app = create_app("Stories images v2", router, STORIES)
handler = create_handler(app)
