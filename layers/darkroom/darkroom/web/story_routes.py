"""The six routes of the stories contracts, which differ only in their bodies and their store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from darkroom import ids
from darkroom.errors import InvalidInputError, StoryNotFoundError
from darkroom.images.ingestion import File, too_large
from darkroom.models.story import SHARDS, Story, StoryImage
from darkroom.uploads.storing import ExtraWrite
from darkroom.uploads.story_upload import MAX_FILES, StoryUpload
from darkroom.web.direct_uploads import (
    Completion,
    DirectUploadOut,
    FileIn,
    NewDirectUpload,
    begin,
    completion_errors,
)
from darkroom.web.forms import FILES_FORM, NO_FILES, uploaded_files
from darkroom.web.hardened import REQUIRE_ADMINISTRATOR, REQUIRE_TOKEN, verified_caller_id
from darkroom.web.idempotency import IDEMPOTENT, idempotent_route
from darkroom.web.openapi_responses import error_responses
from darkroom.web.pages import RequestedPage
from darkroom.web.routers import group_router

PURGE_SECONDS = 10  # within one request, which the gateway ends after 29


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


async def find_story(story_id: str) -> Story:
    """Raises `StoryNotFoundError`."""
    canonical = ids.canonical_uuid(story_id)
    if canonical is None:
        raise StoryNotFoundError
    return Story.find(canonical)


StoryInPath = Annotated[Story, Depends(find_story)]
StoryFiles = Annotated[list[File], Depends(uploaded_files(MAX_FILES))]

STORY_NOT_FOUND = error_responses({404: StoryNotFoundError.MESSAGE})


def stories_router(prefix: str, tag: str, upload: StoryUpload, bodies: Bodies) -> APIRouter:
    """The routes below the prefix. Fixed names come first, so that they take precedence over story
    ids."""
    router = group_router(
        prefix=prefix,
        tags=[tag],
        dependencies=[REQUIRE_TOKEN],
        route_class=idempotent_route(verified_caller_id),
    )
    _add_upload(router, upload, bodies)
    _add_direct_upload(router, upload, bodies)
    _add_lists(router, bodies)
    _add_story(router, bodies)
    return router


def _add_upload(router: APIRouter, upload: StoryUpload, bodies: Bodies) -> None:
    @router.post(
        "/upload",
        response_model=bodies.uploaded,
        openapi_extra=FILES_FORM,
        dependencies=[IDEMPOTENT],
        responses=error_responses(_upload_errors(upload)),
    )
    async def upload_images(files: StoryFiles) -> BaseModel:
        """Creates one story of all images, numbered from 1 in the order sent. Either all are
        stored or none. Formats are detected from the files' bytes."""
        return bodies.uploaded.of(upload.store(files))

    @router.get("/upload", include_in_schema=False)
    @router.get("/uploads", include_in_schema=False)
    async def reject_get_upload() -> None:
        """Reserve these names: they are not story ids."""
        raise HTTPException(405, headers={"Allow": "POST"})


def _upload_errors(upload: StoryUpload) -> dict[int, str]:
    return {
        400: f"{NO_FILES} / Too many files, or a file that is not an image",
        413: f"{too_large('image.jpg')} / All files together are too large",
        500: upload.failure,
    }


def _add_direct_upload(router: APIRouter, upload: StoryUpload, bodies: Bodies) -> None:
    def store(
        announced: NewDirectStory, files: Iterator[File], extra_writes: Sequence[ExtraWrite]
    ) -> Story:
        return upload.store(files, extra_writes)

    completion = Completion(NewDirectStory, store, 200, bodies.uploaded.of)

    @router.post("/uploads", status_code=201, dependencies=[IDEMPOTENT])
    async def begin_upload(request: Request, body: NewDirectStory) -> DirectUploadOut:
        if not body.files:
            raise InvalidInputError(NO_FILES)
        return await begin(request, body)

    @router.post(
        "/uploads/{upload_id}/complete",
        response_model=bodies.uploaded,
        responses=completion_errors(_upload_errors(upload)),
    )
    async def complete_upload(request: Request, upload_id: str) -> Response:
        return await completion.respond(request, upload_id)


def _add_lists(router: APIRouter, bodies: Bodies) -> None:
    @router.get("", response_model=list[bodies.image])  # type: ignore[name-defined]
    async def list_images(page: RequestedPage) -> Response:
        """All images of all stories, the oldest story first."""
        return page.of(f"{router.prefix} images", Story.after, bodies.images_as_json, SHARDS)

    @router.get("/story-ids", response_model=list[str])
    async def list_story_ids(page: RequestedPage) -> Response:
        """The ids of all stories, the oldest first."""
        return page.of(f"{router.prefix} ids", Story.after, _id_as_json, SHARDS)

    @router.delete("", response_model=bodies.all_deleted, dependencies=[REQUIRE_ADMINISTRATOR])
    async def delete_all_images() -> BaseModel:
        """Deletes every story of this contract. All are invisible from this moment on."""
        Story.delete_all(PURGE_SECONDS)
        return bodies.all_deleted()


def _add_story(router: APIRouter, bodies: Bodies) -> None:
    @router.get(
        "/{story_id}",
        response_model=list[bodies.image],  # type: ignore[name-defined]
        responses=STORY_NOT_FOUND,
    )
    async def get_story(story: StoryInPath) -> list[BaseModel]:
        """The images of one story, in their order."""
        return bodies.images(story)

    @router.delete("/{story_id}", response_model=bodies.deleted, responses=STORY_NOT_FOUND)
    async def delete_story(story: StoryInPath) -> BaseModel:
        """Deletes one story with all its images."""
        story.remove()
        return bodies.deleted.of(story)


def _id_as_json(story: Story) -> list[bytes]:
    return [f'"{story.story_id}"'.encode()]
