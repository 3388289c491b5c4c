"""Stories whose images live in Cloudinary."""

from darkroom.web.app import create_app, create_handler
from darkroom.web.errors import detail
from stories_v2.routes import router

app = create_app("Stories images v2", router, detail)
handler = create_handler(app)
