"""The six calls of the stories contracts, which differ in their bodies and their store alone."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel

from darkroom import ids
from darkroom.errors import NotFoundError
from darkroom.models.story import SHARDS, Story, StoryImage
from darkroom.stories import Library, delete_all
from darkroom.web.forms import MULTIPART_FILES, UploadedFiles
from darkroom.web.guarded import GuardedRoute
from darkroom.web.guards import ASK_FOR_ADMINISTRATOR, ASK_FOR_TOKEN
from darkroom.web.keys import KEYED
from darkroom.web.pages import AskedPage


class ImageBody(Protocol):
    @classmethod
    def of(cls, story: Story, number: int, image: StoryImage) -> BaseModel: ...


class StoryBody(Protocol):
    @classmethod
    def of(cls, story: Story) -> BaseModel: ...


@dataclass(frozen=True)
class Bodies:
    """The bodies of one contract."""

    image: type[ImageBody]
    uploaded: type[StoryBody]
    deleted: type[StoryBody]
    all_deleted: type[BaseModel]

    def images(self, story: Story) -> list[BaseModel]:
        return [
            self.image.of(story, number, image)
            for number, image in enumerate(story.images, start=1)
        ]

    def images_as_json(self, story: Story) -> list[bytes]:
        return [body.model_dump_json().encode() for body in self.images(story)]


def visible_story(story_id: str) -> Story:
    canonical = ids.canonical_uuid(story_id)
    if canonical is None:
        raise NotFoundError("Story not found")
    return Story.find(canonical)


VisibleStory = Annotated[Story, Depends(visible_story)]


def stories_router(prefix: str, tag: str, library: Library, bodies: Bodies) -> APIRouter:
    """The routes below the prefix, in the order in which fixed names win over story ids."""
    router = APIRouter(
        prefix=prefix, tags=[tag], dependencies=[ASK_FOR_TOKEN], route_class=GuardedRoute
    )
    _add_upload(router, library, bodies)
    _add_lists(router, bodies)
    _add_story(router, bodies)
    return router


def _add_upload(router: APIRouter, library: Library, bodies: Bodies) -> None:
    @router.post(
        "/upload",
        response_model=bodies.uploaded,
        openapi_extra=MULTIPART_FILES,
        dependencies=[KEYED],
    )
    def upload_images(files: UploadedFiles) -> BaseModel:
        return bodies.uploaded.of(library.upload(files))

    @router.get("/upload", include_in_schema=False)
    def refuse_get_upload() -> None:
        """Keeps `upload` from being read as a story id."""
        raise HTTPException(405, headers={"Allow": "POST"})


def _add_lists(router: APIRouter, bodies: Bodies) -> None:
    @router.get("", response_model=list[bodies.image])  # type: ignore[name-defined]
    def list_images(page: AskedPage) -> Response:
        return page.of(f"{router.prefix} images", Story.after, bodies.images_as_json, SHARDS)

    @router.get("/story-ids", response_model=list[str])
    def list_story_ids(page: AskedPage) -> Response:
        return page.of(f"{router.prefix} ids", Story.after, _id_as_json, SHARDS)

    @router.delete("", response_model=bodies.all_deleted, dependencies=[ASK_FOR_ADMINISTRATOR])
    def delete_all_images() -> BaseModel:
        delete_all()
        return bodies.all_deleted()


def _add_story(router: APIRouter, bodies: Bodies) -> None:
    @router.get("/{story_id}", response_model=list[bodies.image])  # type: ignore[name-defined]
    def get_story(story: VisibleStory) -> list[BaseModel]:
        return bodies.images(story)

    @router.delete("/{story_id}", response_model=bodies.deleted)
    def delete_story(story: VisibleStory) -> BaseModel:
        story.remove()
        return bodies.deleted.of(story)


def _id_as_json(story: Story) -> list[bytes]:
    return [f'"{story.story_id}"'.encode()]
