"""Forms as real clients write them, and forms that end early, for all four upload contracts."""

import uuid

import pytest

from tests.support.forms import CONTENT_TYPE, UPLOADS, Upload, form, part
from tests.support.gallery import User
from tests.support.images import picture

ENVELOPES = [["detail"], ["error", "code", "details"]]

# Where a form with two parts may end: counted from the beginning of its last part.
CUTS = {
    "at the last part": 0,
    "in the boundary": 5,
    "in a header's name": 25,
    "in a header's value": 60,
    "in the content": -40,
    "before the closing boundary": -len("--boundary-4711--\r\n"),
    "in the closing boundary": -4,
}


@pytest.fixture(params=UPLOADS)
def upload(request: pytest.FixtureRequest, john: User) -> Upload:
    return UPLOADS[request.param](john)


def whole_form(upload: Upload) -> tuple[bytes, int]:
    """A form with a file and another part, and the offset of the other part."""
    first = upload.file()
    names = {"files": 'name="files"; filename="b.jpg"', "file": 'name="caption"'}
    last = part(b"true" * 20, names.get(upload.field, 'name="other"'))
    if upload.field == "files":
        last = part(picture(seed=1), names["files"], "image/jpeg")
    return form(first, last), len(first)


def cut(upload: Upload, end: int) -> bytes:
    body, last_part = whole_form(upload)
    return body[: last_part + end if end >= 0 else end]


@pytest.mark.point("N1")
@pytest.mark.variants("end")
@pytest.mark.parametrize("end", CUTS.values(), ids=CUTS)
def test_an_unfinished_form_is_rejected_and_stores_nothing(upload: Upload, end: int) -> None:
    before = upload.count()

    response = upload.post(cut(upload, end))

    assert response.status_code == 400, response.text
    assert list(response.json()) in ENVELOPES
    assert upload.count() == before


@pytest.mark.point("N1")
@pytest.mark.variants("end")
@pytest.mark.parametrize("end", CUTS.values(), ids=CUTS)
def test_the_key_of_an_unfinished_form_can_carry_the_whole_form(upload: Upload, end: int) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}

    unfinished = [upload.post(cut(upload, end), **key) for _ in range(2)]
    whole = [upload.post(whole_form(upload)[0], **key) for _ in range(2)]

    assert [response.status_code for response in unfinished] == [400, 400]
    assert "Idempotent-Replayed" not in unfinished[1].headers
    assert [response.status_code for response in whole] == [upload.success] * 2
    assert whole[1].headers["Idempotent-Replayed"] == "true"
    if upload.field == "files":
        assert whole[0].json()["image_count"] == 2


@pytest.mark.point("N1")
def test_an_empty_multipart_body_is_rejected_and_its_key_stays_unused(upload: Upload) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}

    assert upload.post(b"", **key).status_code == 400
    assert upload.post(form(upload.file()), **key).status_code == upload.success


@pytest.mark.point("N1")
def test_parts_behind_the_closing_boundary_are_not_dropped(upload: Upload) -> None:
    body = form(upload.file())

    assert upload.post(body + body).status_code == 400


NAMES = {
    "UTF-8": "filename*=UTF-8''%C3%B1.jpg",
    "lower case": "filename*=utf-8''%c3%b1.jpg",
    "with a language": "filename*=ISO-8859-1'es'%F1.jpg",
    "windows-1252": "filename*=windows-1252''%80.jpg",
    "shift_jis": "filename*=shift_jis''%83e.jpg",
    "unknown charset": "filename*=x-unknown''%C3%B1.jpg",
    "both": "filename=\"n.jpg\"; filename*=UTF-8''%C3%B1.jpg",
    "both, in the other order": "filename*=UTF-8''%C3%B1.jpg; filename=n.jpg",
    "in several parts": "filename*0*=UTF-8''%C3; filename*1*=%B1.jpg",
    "raw bytes": 'filename="ñ.jpg"',
    "a broken one": "filename*=UTF-8''%ZZ",
    "none": "",
}


@pytest.mark.point("N2")
@pytest.mark.variants("name")
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_part_with_any_file_name_is_a_file(upload: Upload, name: str) -> None:
    response = upload.post(form(upload.file(name)))

    assert response.status_code == upload.success, response.text


@pytest.mark.point("N2")
@pytest.mark.parametrize("name", ["filename*=UTF-8''%C3%B1.jpg", "filename*=iso-8859-1''%F1.jpg"])
def test_errors_contain_the_decoded_file_name(john: User, name: str) -> None:
    upload = UPLOADS["stories v1"](john)

    response = upload.post(form(part(b"text", f'name="files"; {name}', "image/jpeg")))

    assert response.status_code == 400
    assert "ñ.jpg" in response.json()["detail"]


@pytest.mark.point("N2")
@pytest.mark.variants("contract")
@pytest.mark.parametrize("contract", ["stories v1", "stories v2"])
def test_indexed_fields_are_files_in_the_order_sent(john: User, contract: str) -> None:
    names = ["files[0]", "files[1]", "files[]", "files"]
    parts = [part(picture(seed=n), f'name="{name}"; filename="a"') for n, name in enumerate(names)]

    response = UPLOADS[contract](john).post(form(*parts))

    assert (response.status_code, response.json()["image_count"]) == (200, 4)


PART_TYPES = ["IMAGE/JPEG", "Image/Png; q=1", "application/octet-stream; charset=UTF-8", None]


@pytest.mark.point("N2", "C14")
@pytest.mark.variants("content_type")
@pytest.mark.parametrize("content_type", PART_TYPES)
def test_the_type_of_a_part_is_read_without_case_and_parameters(
    upload: Upload, content_type: str | None
) -> None:
    response = upload.post(form(upload.file(content_type=content_type)))

    assert response.status_code == upload.success, response.text


@pytest.mark.point("N2")
@pytest.mark.parametrize("kind", ["Multipart/Form-Data", "MULTIPART/FORM-DATA"])
def test_the_case_of_the_form_s_type_does_not_make_another_request(
    upload: Upload, kind: str
) -> None:
    key, body = {"Idempotency-Key": str(uuid.uuid4())}, form(upload.file())
    other_boundary = body.replace(b"boundary-4711", b"boundary-4712")

    first = upload.post(body, CONTENT_TYPE, **key)
    second = upload.post(other_boundary, f"{kind}; charset=utf-8; Boundary=boundary-4712", **key)

    assert (first.status_code, second.status_code) == (upload.success, upload.success)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.content == first.content
