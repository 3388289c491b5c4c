"""A direct upload ends once, with one answer."""

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


def begun(path: str = "/uploads", owner: str = "anonymous") -> DirectUpload:
    return DirectUpload.create(path, owner, "s3", 2, {"files": []})


def found(upload: DirectUpload, path: str = "/uploads", owner: str = "anonymous") -> DirectUpload:
    return DirectUpload.find(path, owner, upload.upload_id)


def test_a_pending_one_owns_the_objects_of_its_forms() -> None:
    upload = begun()

    row = LedgerRow.get(upload.upload_id)
    assert row.store == "s3"
    assert [image.public_id for image in row.images] == [
        f"pending/{upload.upload_id}/1",
        f"pending/{upload.upload_id}/2",
    ]
    assert found(upload).request == {"files": []}


def test_an_ended_one_owns_nothing_and_has_its_answer() -> None:
    upload = begun()

    upload.reject(413, "{}")

    assert LedgerRow.count(upload.upload_id) == 0
    with pytest.raises(UploadEndedError) as raised:
        found(upload)
    assert (raised.value.response.status, raised.value.response.body) == (413, "{}")


def test_the_first_answer_stays() -> None:
    upload = begun()
    upload.reject(400, "first")

    with pytest.raises(UploadEndedError) as raised:
        upload.reject(400, "second")

    assert raised.value.response.body == "first"


def test_of_two_that_saw_it_pending_one_ends_it() -> None:
    upload = begun()

    def ended_meanwhile(write: TransactWrite) -> None:
        upload.end(write, 200, "second")
        if LedgerRow.count(upload.upload_id):
            upload.reject(200, "first")

    with pytest.raises(TransactWriteError) as failed:
        commit(ended_meanwhile)

    assert is_condition_failure(failed.value)
    with pytest.raises(UploadEndedError) as raised:
        found(upload)
    assert raised.value.response.body == "first"


def test_a_swept_one_is_not_found_and_ends_no_more() -> None:
    upload = begun()
    upload.abandon()

    with pytest.raises(UploadNotFoundError):
        found(upload)
    with pytest.raises(UploadNotFoundError):
        upload.reject(400, "{}")


@pytest.mark.parametrize(("path", "owner"), [("/uploads", "ada"), ("/others", "anonymous")])
def test_anothers_is_not_found_before_and_after_its_end(path: str, owner: str) -> None:
    upload = begun()

    with pytest.raises(UploadNotFoundError):
        found(upload, path, owner)
    upload.reject(400, "{}")
    with pytest.raises(UploadNotFoundError):
        found(upload, path, owner)


@pytest.mark.parametrize("error", [FileNotReceivedError("gone"), StorageError("no such key")])
def test_whoever_finds_the_bytes_gone_gets_the_answer_that_they_went_into(
    error: DarkroomError,
) -> None:
    upload = begun()

    def beaten(
        announced: NewDirectUpload, files: Iterator[File], extra_writes: Sequence[ExtraWrite]
    ) -> None:
        upload.reject(200, "first")
        raise error

    completion = Completion(NewDirectUpload, beaten, 200, lambda _: NewDirectUpload(files=[]))
    path = f"/uploads/{upload.upload_id}/complete"
    scope = {"type": "http", "path": path, "aws.event": {"requestContext": {}}}

    # `asyncio.run` would leave the thread without the loop that gateway events are answered on.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        answer = runner.run(completion.respond(Request(scope), upload.upload_id))

    assert (answer.status_code, answer.body) == (200, b"first")
