"""The two calls of a direct upload, in whichever group: what they take and what they answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, Field
from pynamodb.transactions import TransactWrite

from darkroom import clock
from darkroom.errors import DarkroomError, NotReceivedError
from darkroom.images.ingestion import File
from darkroom.models.direct_upload import DirectUpload, UploadEndedError
from darkroom.uploads import presigned_forms
from darkroom.uploads.presigned_forms import Announced, received
from darkroom.uploads.storing import Also
from darkroom.web.caller import caller_name
from darkroom.web.error_handlers import answer_to, is_lasting
from darkroom.web.openapi_responses import Responses, refusals
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
    def files_announced(self) -> list[Announced]:
        return [Announced(**file.model_dump()) for file in self.files]


class NewDirectImage(NewDirectUpload):
    files: Annotated[list[FileIn], Field(min_length=1, max_length=1)]


class FormOut(BaseModel):
    """A form of S3's: its fields are sent as they are, and before the file."""

    method: Literal["POST"] = "POST"
    url: str
    fields: dict[str, str]
    file_field: Literal["file"] = "file"


class DirectUploadOut(BaseModel):
    upload_id: str
    expires_at: str
    complete_url: str
    files: list[FormOut]


def completing(uploading: dict[int, str]) -> Responses:
    """Why an upload is not completed, for the API's document: what the contract's own upload is
    refused for, and more."""
    missing = f"{uploading[400]} / File has not been received yet: image.jpg"
    return refusals({**uploading, 400: missing, 404: "Upload not found"})


async def begin(request: Request, body: NewDirectUpload) -> DirectUploadOut:
    """Raises `TooLargeError`."""
    path, kept = str(request.scope["path"]), body.model_dump(mode="json")
    caller = await caller_name(request)
    begun = presigned_forms.begin(path, caller, body.files_announced, kept)
    return DirectUploadOut(
        upload_id=begun.upload_id,
        expires_at=clock.to_seconds(begun.forms_end_at),
        complete_url=f"{path}/{begun.upload_id}/complete",
        files=[FormOut(url=form.url, fields=form.fields) for form in begun.forms],
    )


@dataclass(frozen=True)
class Completion(Generic[Body, Row]):
    """How a group completes an upload: what it had announced, what keeps the files, and the
    contract's own answer to that."""

    announced: type[Body]
    keep: Callable[[Body, Iterator[File], Also], Row]
    status: int
    render: Callable[[Row], BaseModel]

    async def answer(self, request: Request, upload_id: str) -> Response:
        """The answer of the contract's own upload, the same however often it is asked for.

        Raises `UploadNotFoundError`.
        """
        path = str(request.scope["path"]).removesuffix(f"/{upload_id}/complete")
        try:
            upload = DirectUpload.find(path, await caller_name(request), upload_id)
            return await self._end(request, upload)
        except UploadEndedError as ended:
            return _json(ended.answer.body, int(ended.answer.status))

    async def _end(self, request: Request, upload: DirectUpload) -> Response:
        def also(write: TransactWrite, row: Row) -> None:
            upload.end(write, self.status, self._body(row))

        asked = self.announced.model_validate(upload.request)
        try:
            row = self.keep(asked, received(upload, asked.files_announced), also)
        except DarkroomError as error:
            # Whoever completed it at the same time has taken its objects away.
            upload.require_pending()
            if isinstance(error, NotReceivedError):
                raise
            return _refusal(upload, await answer_to(request, error))
        return _json(self._body(row), self.status)

    def _body(self, row: Row) -> str:
        return self.render(row).model_dump_json(by_alias=True)


def _refusal(upload: DirectUpload, answer: Response) -> Response:
    if is_lasting(answer.status_code):
        upload.refuse(answer.status_code, bytes(answer.body).decode())
    return answer


def _json(body: str, status: int) -> Response:
    return Response(body, status, media_type="application/json")
