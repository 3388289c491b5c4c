"""The six calls of the stories v2 contract."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from darkroom import clock, ids, paging
from darkroom.errors import NotFoundError
from darkroom.models.story import SHARDS, Story
from darkroom.web.forms import MULTIPART_FILES, UploadedFiles
from darkroom.web.pages import CursorText, Limit, page_response
from stories_v2 import service
from stories_v2.schemas import ImageOut, Message, StoryUploaded

router = APIRouter(prefix="/api/v2/images", tags=["images-v2"])


def visible_story(story_id: str) -> Story:
    canonical = ids.canonical_uuid(story_id)
    if canonical is None:
        raise NotFoundError("Story not found")
    return Story.find(canonical)


VisibleStory = Annotated[Story, Depends(visible_story)]


@router.post("/upload", openapi_extra=MULTIPART_FILES)
def upload_images(files: UploadedFiles) -> StoryUploaded:
    story = service.upload(files)
    urls = [image.url for image in story.images]
    return StoryUploaded(story_id=story.story_id, image_urls=urls, image_count=len(urls))


@router.get("", response_model=list[ImageOut])
def list_images(request: Request, limit: Limit = None, cursor: CursorText = None) -> Response:
    start = paging.decode(cursor, "stories-v2", SHARDS)
    page = paging.cut(Story.after(start, limit), start, limit, _images_as_json)
    return page_response(request, page, "stories-v2", limit)


@router.get("/story-ids", response_model=list[str])
def list_story_ids(request: Request, limit: Limit = None, cursor: CursorText = None) -> Response:
    start = paging.decode(cursor, "story-ids-v2", SHARDS)
    page = paging.cut(Story.after(start, limit), start, limit, _id_as_json)
    return page_response(request, page, "story-ids-v2", limit)


@router.get("/upload", include_in_schema=False)
def refuse_get_upload() -> None:
    """Keeps `upload` from being read as a story id."""
    raise HTTPException(405, headers={"Allow": "POST"})


@router.get("/{story_id}")
def get_story(story: VisibleStory) -> list[ImageOut]:
    return _images(story)


@router.delete("")
def delete_all() -> Message:
    service.delete_all()
    return Message(message="Successfully deleted all images")


@router.delete("/{story_id}")
def delete_story(story: VisibleStory) -> Message:
    service.delete(story)
    return Message(message=f"Successfully deleted all images for story {story.story_id}")


def _images(story: Story) -> list[ImageOut]:
    created_at = clock.to_seconds(story.created_at)
    return [
        ImageOut(url=image.url, story_id=story.story_id, image_number=number, created_at=created_at)
        for number, image in enumerate(story.images, start=1)
    ]


def _images_as_json(story: Story) -> list[bytes]:
    return [image.model_dump_json().encode() for image in _images(story)]


def _id_as_json(story: Story) -> list[bytes]:
    return [f'"{story.story_id}"'.encode()]
