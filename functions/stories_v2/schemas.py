"""The bodies of the stories v2 contract."""

from pydantic import BaseModel


class StoryUploaded(BaseModel):
    story_id: str
    image_urls: list[str]
    image_count: int


class ImageOut(BaseModel):
    url: str
    story_id: str
    image_number: int
    created_at: str


class Message(BaseModel):
    message: str
