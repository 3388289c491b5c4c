"""The six calls of the stories contracts, which differ in their bodies and their store alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from darkroom import ids
from darkroom.errors import InvalidInputError, NotFoundError
from darkroom.images.ingestion import File
from darkroom.models.story import SHARDS, Story, StoryImage
from darkroom.story_library import Library, delete_all
from darkroom.uploads.storing import Also
from darkroom.web.direct_uploads import (
    Completion,
    DirectUploadOut,
    FileIn,
    NewDirectUpload,
    begin,
    completing,
)
from darkroom.web.forms import MAX_FILES, MULTIPART_FILES, UploadedFiles
from darkroom.web.guarded import GuardedRoute
from darkroom.web.hardened import ASK_FOR_ADMINISTRATOR, ASK_FOR_TOKEN
from darkroom.web.idempotency import KEYED
from darkroom.web.openapi_responses import refusals
from darkroom.web.pages import AskedPage
from darkroom.web.routers import group_router


class NewDirectStory(NewDirectUpload):
    files: Annotated[list[FileIn], Field(max_length=MAX_FILES)]


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


async def visible_story(story_id: str) -> Story:
    canonical = ids.canonical_uuid(story_id)
    if canonical is None:
        raise NotFoundError("Story not found")
    return Story.find(canonical)


VisibleStory = Annotated[Story, Depends(visible_story)]

UNKNOWN_STORY = refusals({404: "Story not found"})


def stories_router(prefix: str, tag: str, library: Library, bodies: Bodies) -> APIRouter:
    """The routes below the prefix, in the order in which fixed names win over story ids."""
    router = group_router(
        prefix=prefix, tags=[tag], dependencies=[ASK_FOR_TOKEN], route_class=GuardedRoute
    )
    _add_upload(router, library, bodies)
    _add_direct_upload(router, library, bodies)
    _add_lists(router, bodies)
    _add_story(router, bodies)
    return router


def _add_upload(router: APIRouter, library: Library, bodies: Bodies) -> None:
    @router.post(
        "/upload",
        response_model=bodies.uploaded,
        openapi_extra=MULTIPART_FILES,
        dependencies=[KEYED],
        responses=refusals(_reasons(library)),
    )
    async def upload_images(files: UploadedFiles) -> BaseModel:
        """Makes one story of all the images, numbered from 1 in the order sent. All are stored, or
        none. Their type is told by their bytes."""
        return bodies.uploaded.of(library.upload(files))

    @router.get("/upload", include_in_schema=False)
    @router.get("/uploads", include_in_schema=False)
    async def refuse_get_upload() -> None:
        """Keeps these names from being read as story ids."""
        raise HTTPException(405, headers={"Allow": "POST"})


def _reasons(library: Library) -> dict[int, str]:
    """Why an upload is refused, by status."""
    return {
        400: "No files provided / Too many files, or one that is no image",
        413: "File is larger than 10485760 bytes: image.jpg / All together are too large",
        500: library.failure,
    }


def _add_direct_upload(router: APIRouter, library: Library, bodies: Bodies) -> None:
    def keep(asked: NewDirectStory, files: Iterator[File], also: Also) -> Story:
        return library.upload(files, also)

    completion = Completion(NewDirectStory, keep, 200, bodies.uploaded.of)

    @router.post("/uploads", status_code=201, dependencies=[KEYED])
    async def begin_upload(request: Request, body: NewDirectStory) -> DirectUploadOut:
        if not body.files:
            raise InvalidInputError("No files provided")
        return await begin(request, body)

    @router.post(
        "/uploads/{upload_id}/complete",
        response_model=bodies.uploaded,
        responses=completing(_reasons(library)),
    )
    async def complete_upload(request: Request, upload_id: str) -> Response:
        return await completion.answer(request, upload_id)


def _add_lists(router: APIRouter, bodies: Bodies) -> None:
    @router.get("", response_model=list[bodies.image])  # type: ignore[name-defined]
    async def list_images(page: AskedPage) -> Response:
        """All images of all stories, the oldest story first."""
        return page.of(f"{router.prefix} images", Story.after, bodies.images_as_json, SHARDS)

    @router.get("/story-ids", response_model=list[str])
    async def list_story_ids(page: AskedPage) -> Response:
        """The ids of all stories, the oldest first."""
        return page.of(f"{router.prefix} ids", Story.after, _id_as_json, SHARDS)

    @router.delete("", response_model=bodies.all_deleted, dependencies=[ASK_FOR_ADMINISTRATOR])
    async def delete_all_images() -> BaseModel:
        """Deletes every story of this contract. All are gone from this moment on."""
        delete_all()
        return bodies.all_deleted()


def _add_story(router: APIRouter, bodies: Bodies) -> None:
    @router.get(
        "/{story_id}",
        response_model=list[bodies.image],  # type: ignore[name-defined]
        responses=UNKNOWN_STORY,
    )
    async def get_story(story: VisibleStory) -> list[BaseModel]:
        """The images of one story, in their order."""
        return bodies.images(story)

    @router.delete("/{story_id}", response_model=bodies.deleted, responses=UNKNOWN_STORY)
    async def delete_story(story: VisibleStory) -> BaseModel:
        """Deletes one story with all its images."""
        story.remove()
        return bodies.deleted.of(story)


def _id_as_json(story: Story) -> list[bytes]:
    return [f'"{story.story_id}"'.encode()]
