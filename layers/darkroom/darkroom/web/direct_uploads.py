"""The two calls of a direct upload, which all groups share: their bodies and responses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, Field
from pynamodb.transactions import TransactWrite

from darkroom import clock
from darkroom.errors import DarkroomError, FileNotReceivedError, UploadNotFoundError
from darkroom.images.ingestion import File
from darkroom.models.direct_upload import DirectUpload, UploadEndedError
from darkroom.uploads.presigned_forms import FileAnnouncement, issue_forms, received_files
from darkroom.uploads.storing import ExtraWrite
from darkroom.web.caller import caller_id
from darkroom.web.error_handlers import is_final, render_error
from darkroom.web.openapi_responses import Responses, error_responses
from darkroom.web.strict_types import Integer

Row = TypeVar("Row")
Body = TypeVar("Body", bound="NewDirectUpload")


class FileIn(BaseModel):
    name: Annotated[str, Field(max_length=1000)]
    content_type: Annotated[str, Field(max_length=200)]
    size: Annotated[Integer, Field(ge=0, le=10**15)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None


class NewDirectUpload(BaseModel):
    files: list[FileIn]

    @property
    def announcements(self) -> list[FileAnnouncement]:
        return [FileAnnouncement(**file.model_dump()) for file in self.files]


class NewDirectImage(NewDirectUpload):
    files: Annotated[list[FileIn], Field(min_length=1, max_length=1)]


class FormOut(BaseModel):
    """A form for S3; its fields are sent unchanged and before the file."""

    method: Literal["POST"] = "POST"
    url: str
    fields: dict[str, str]
    file_field: Literal["file"] = "file"


class DirectUploadOut(BaseModel):
    upload_id: str
    expires_at: str
    complete_url: str
    files: list[FormOut]


def completion_errors(upload_errors: dict[int, str]) -> Responses:
    """The errors of a completion: those of the contract's own upload, and its additional ones."""
    invalid = f"{upload_errors[400]} / File has not been received yet: image.jpg"
    return error_responses({**upload_errors, 400: invalid, 404: UploadNotFoundError.MESSAGE})


async def begin(request: Request, body: NewDirectUpload) -> DirectUploadOut:
    """Raises `TooLargeError`."""
    path, announced = str(request.scope["path"]), body.model_dump(mode="json")
    issued = issue_forms(path, await caller_id(request), body.announcements, announced)
    return DirectUploadOut(
        upload_id=issued.upload_id,
        expires_at=clock.to_seconds(issued.expire_at),
        complete_url=f"{path}/{issued.upload_id}/complete",
        files=[FormOut(url=form.url, fields=form.fields) for form in issued.forms],
    )


@dataclass(frozen=True)
class Completion(Generic[Body, Row]):
    """How a group completes an upload: the body that announced it, the function that stores the
    files, and the status and body of the contract's own upload."""

    announced: type[Body]
    store: Callable[[Body, Iterator[File], Sequence[ExtraWrite]], Row]
    status: int
    render: Callable[[Row], BaseModel]

    async def respond(self, request: Request, upload_id: str) -> Response:
        """The response of the contract's own upload, the same for repeated calls.

        Raises `UploadNotFoundError`.
        """
        path = str(request.scope["path"]).removesuffix(f"/{upload_id}/complete")
        try:
            upload = DirectUpload.find(path, await caller_id(request), upload_id)
            return await self._complete(request, upload)
        except UploadEndedError as ended:
            return _json(ended.response.body, int(ended.response.status))

    async def _complete(self, request: Request, upload: DirectUpload) -> Response:
        def end_upload(write: TransactWrite, row: Row) -> None:
            upload.end(write, self.status, self._body(row))

        announced = self.announced.model_validate(upload.request)
        files = received_files(upload, announced.announcements)
        try:
            row = self.store(announced, files, [end_upload])
        except DarkroomError as error:
            # A concurrent call may have completed the upload, which deletes its objects.
            upload.require_pending()
            if isinstance(error, FileNotReceivedError):
                raise
            return _reject(upload, await render_error(request, error))
        return _json(self._body(row), self.status)

    def _body(self, row: Row) -> str:
        return self.render(row).model_dump_json(by_alias=True)


def _reject(upload: DirectUpload, response: Response) -> Response:
    if is_final(response.status_code):
        upload.reject(response.status_code, bytes(response.body).decode())
    return response


def _json(body: str, status: int) -> Response:
    return Response(body, status, media_type="application/json")
