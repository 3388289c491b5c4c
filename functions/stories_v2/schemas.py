"""The bodies of the stories v2 contract."""

from pydantic import BaseModel

from darkroom import clock
from darkroom.models.story import Story, StoryImage


class ImageOut(BaseModel):
    url: str
    story_id: str
    image_number: int
    created_at: str

    @classmethod
    def of(cls, story: Story, number: int, image: StoryImage) -> "ImageOut":
        return cls(
            url=image.url,
            story_id=story.story_id,
            image_number=number,
            created_at=clock.to_seconds(story.created_at),
        )


class StoryUploaded(BaseModel):
    story_id: str
    image_urls: list[str]
    image_count: int

    @classmethod
    def of(cls, story: Story) -> "StoryUploaded":
        urls = [image.url for image in story.images]
        return cls(story_id=story.story_id, image_urls=urls, image_count=len(urls))


class StoryDeleted(BaseModel):
    message: str

    @classmethod
    def of(cls, story: Story) -> "StoryDeleted":
        return cls(message=f"Successfully deleted all images for story {story.story_id}")


class AllDeleted(BaseModel):
    message: str = "Successfully deleted all images"
