"""The bodies of the stories v1 contract."""

from pydantic import BaseModel

from darkroom import clock
from darkroom.models.story import Story, StoryImage


class ImageOut(BaseModel):
    id: str
    story_id: str
    path: str
    created_at: str

    @classmethod
    def of(cls, story: Story, number: int, image: StoryImage) -> "ImageOut":
        return cls(
            id=str(number),
            story_id=story.story_id,
            path=image.url,
            created_at=clock.to_seconds(story.created_at),
        )


class StoryUploaded(BaseModel):
    story_id: str
    image_paths: list[str]
    image_count: int

    @classmethod
    def of(cls, story: Story) -> "StoryUploaded":
        paths = [image.url for image in story.images]
        return cls(story_id=story.story_id, image_paths=paths, image_count=len(paths))


class StoryDeleted(BaseModel):
    success: bool = True
    message: str = "Images deleted successfully"

    @classmethod
    def of(cls, story: Story) -> "StoryDeleted":
        return cls()


class AllDeleted(BaseModel):
    success: bool = True
    message: str = "All images deleted successfully"
