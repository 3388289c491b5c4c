"""A direct upload ends once, with one response."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from fastapi import Request
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from darkroom.errors import DarkroomError, FileNotReceivedError, StorageError, UploadNotFoundError
from darkroom.images.ingestion import File
from darkroom.models.direct_upload import DirectUpload, UploadEndedError
from darkroom.models.ledger_row import LedgerRow
from darkroom.models.operations import commit, is_condition_failure
from darkroom.uploads.storing import ExtraWrite
from darkroom.web.direct_uploads import Completion, NewDirectUpload

pytestmark = pytest.mark.usefixtures("tables")


def create_upload(path: str = "/uploads", owner: str = "anonymous") -> DirectUpload:
    return DirectUpload.create(path, owner, "s3", 2, {"files": []})


def find(upload: DirectUpload, path: str = "/uploads", owner: str = "anonymous") -> DirectUpload:
    return DirectUpload.find(path, owner, upload.upload_id)


def test_a_pending_upload_owns_the_objects_of_its_forms() -> None:
    upload = create_upload()

    row = LedgerRow.get(upload.upload_id)
    assert row.store == "s3"
    assert [image.public_id for image in row.images] == [
        f"pending/{upload.upload_id}/1",
        f"pending/{upload.upload_id}/2",
    ]
    assert find(upload).request == {"files": []}


def test_an_ended_upload_owns_no_objects_and_returns_its_response() -> None:
    upload = create_upload()

    upload.reject(413, "{}")

    assert LedgerRow.count(upload.upload_id) == 0
    with pytest.raises(UploadEndedError) as raised:
        find(upload)
    assert (raised.value.response.status, raised.value.response.body) == (413, "{}")


def test_the_first_response_is_final() -> None:
    upload = create_upload()
    upload.reject(400, "first")

    with pytest.raises(UploadEndedError) as raised:
        upload.reject(400, "second")

    assert raised.value.response.body == "first"


def test_one_of_two_concurrent_requests_ends_the_upload() -> None:
    upload = create_upload()

    def end_after_another_request(write: TransactWrite) -> None:
        upload.end(write, 200, "second")
        if LedgerRow.count(upload.upload_id):
            upload.reject(200, "first")

    with pytest.raises(TransactWriteError) as failed:
        commit(end_after_another_request)

    assert is_condition_failure(failed.value)
    with pytest.raises(UploadEndedError) as raised:
        find(upload)
    assert raised.value.response.body == "first"


def test_an_abandoned_upload_is_not_found_and_cannot_end() -> None:
    upload = create_upload()
    upload.abandon()

    with pytest.raises(UploadNotFoundError):
        find(upload)
    with pytest.raises(UploadNotFoundError):
        upload.reject(400, "{}")


@pytest.mark.parametrize(("path", "owner"), [("/uploads", "ada"), ("/others", "anonymous")])
def test_an_upload_of_another_path_or_owner_is_never_found(path: str, owner: str) -> None:
    upload = create_upload()

    with pytest.raises(UploadNotFoundError):
        find(upload, path, owner)
    upload.reject(400, "{}")
    with pytest.raises(UploadNotFoundError):
        find(upload, path, owner)


@pytest.mark.parametrize("error", [FileNotReceivedError("missing"), StorageError("no such key")])
def test_a_request_that_finds_its_objects_deleted_returns_the_first_response(
    error: DarkroomError,
) -> None:
    upload = create_upload()

    def create_after_another_request(
        body: NewDirectUpload, files: Iterator[File], extra_writes: Sequence[ExtraWrite]
    ) -> None:
        upload.reject(200, "first")
        raise error

    completion = Completion(
        NewDirectUpload, create_after_another_request, 200, lambda _: NewDirectUpload(files=[])
    )
    path = f"/uploads/{upload.upload_id}/complete"
    scope = {"type": "http", "path": path, "aws.event": {"requestContext": {}}}

    # `asyncio.run` would remove the event loop of the thread, which Mangum needs in other tests.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        response = runner.run(completion.respond(Request(scope), upload.upload_id))

    assert (response.status_code, response.body) == (200, b"first")
