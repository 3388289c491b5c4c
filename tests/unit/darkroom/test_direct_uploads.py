"""A direct upload ends once, with one answer."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import Request
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from darkroom.errors import DarkroomError, NotReceivedError, StorageError, UploadNotFoundError
from darkroom.images.ingestion import File
from darkroom.models.direct_upload import DirectUpload, UploadEndedError
from darkroom.models.ledger_row import Upload
from darkroom.models.operations import commit, is_condition_failure
from darkroom.uploads.storing import Also
from darkroom.web.direct_uploads import Completion, NewDirectUpload

pytestmark = pytest.mark.usefixtures("tables")


def begun(path: str = "/uploads", owner: str = "anonymous") -> DirectUpload:
    return DirectUpload.begin_at(path, owner, "s3", 2, {"files": []})


def found(upload: DirectUpload, path: str = "/uploads", owner: str = "anonymous") -> DirectUpload:
    return DirectUpload.find(path, owner, upload.upload_id)


def test_a_pending_one_owns_the_objects_of_its_forms() -> None:
    upload = begun()

    row = Upload.get(upload.upload_id)
    assert row.store == "s3"
    assert [image.public_id for image in row.images] == [
        f"pending/{upload.upload_id}/1",
        f"pending/{upload.upload_id}/2",
    ]
    assert found(upload).request == {"files": []}


def test_an_ended_one_owns_nothing_and_has_its_answer() -> None:
    upload = begun()

    upload.refuse(413, "{}")

    assert Upload.count(upload.upload_id) == 0
    with pytest.raises(UploadEndedError) as raised:
        found(upload)
    assert (raised.value.answer.status, raised.value.answer.body) == (413, "{}")


def test_the_first_answer_stays() -> None:
    upload = begun()
    upload.refuse(400, "first")

    with pytest.raises(UploadEndedError) as raised:
        upload.refuse(400, "second")

    assert raised.value.answer.body == "first"


def test_of_two_that_saw_it_pending_one_ends_it() -> None:
    upload = begun()

    def ended_meanwhile(write: TransactWrite) -> None:
        upload.end(write, 200, "second")
        if Upload.count(upload.upload_id):
            upload.refuse(200, "first")

    with pytest.raises(TransactWriteError) as failed:
        commit(ended_meanwhile)

    assert is_condition_failure(failed.value)
    with pytest.raises(UploadEndedError) as raised:
        found(upload)
    assert raised.value.answer.body == "first"


def test_a_swept_one_is_not_found_and_ends_no_more() -> None:
    upload = begun()
    upload.abandon()

    with pytest.raises(UploadNotFoundError):
        found(upload)
    with pytest.raises(UploadNotFoundError):
        upload.refuse(400, "{}")


@pytest.mark.parametrize(("path", "owner"), [("/uploads", "ada"), ("/others", "anonymous")])
def test_anothers_is_not_found_before_and_after_its_end(path: str, owner: str) -> None:
    upload = begun()

    with pytest.raises(UploadNotFoundError):
        found(upload, path, owner)
    upload.refuse(400, "{}")
    with pytest.raises(UploadNotFoundError):
        found(upload, path, owner)


@pytest.mark.parametrize("error", [NotReceivedError("gone"), StorageError("no such key")])
def test_whoever_finds_the_bytes_gone_gets_the_answer_that_they_went_into(
    error: DarkroomError,
) -> None:
    upload = begun()

    def beaten(asked: NewDirectUpload, files: Iterator[File], also: Also) -> None:
        upload.refuse(200, "first")
        raise error

    completion = Completion(NewDirectUpload, beaten, 200, lambda _: NewDirectUpload(files=[]))
    path = f"/uploads/{upload.upload_id}/complete"
    scope = {"type": "http", "path": path, "aws.event": {"requestContext": {}}}

    # `asyncio.run` would leave the thread without the loop that gateway events are answered on.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        answer = runner.run(completion.answer(Request(scope), upload.upload_id))

    assert (answer.status_code, answer.body) == (200, b"first")
