"""Direct uploads return the responses of the contract's own uploads, for any content."""

import re
import uuid
from typing import Any

import httpx2
import pytest

from tests.conftest import SystemUnderTest
from tests.support.direct_uploads import (
    GROUPS,
    DirectUploadClient,
    direct_upload_client,
    file_entry,
    submit_form,
    submit_forms,
)
from tests.support.gallery import User, new_user
from tests.support.images import bomb, noise, photograph, picture
from tests.support.publications import publication_error
from tests.support.stories import TIMESTAMP, UUID4, V2, Stories

MIB = 1024 * 1024
ENVELOPES = {
    "v1": {"detail"},
    "v2": {"detail"},
    "publications": {"error", "code", "details"},
    "gallery": {"detail"},
}


@pytest.fixture(params=GROUPS)
def uploads(request: pytest.FixtureRequest, john: User) -> DirectUploadClient:
    return direct_upload_client(request.param, john)


@pytest.fixture(params=["v1", "v2"])
def story_uploads(request: pytest.FixtureRequest, john: User) -> DirectUploadClient:
    return direct_upload_client(request.param, john)


@pytest.fixture
def publication_uploads(john: User) -> DirectUploadClient:
    return direct_upload_client("publications", john)


@pytest.fixture
def gallery_uploads(john: User) -> DirectUploadClient:
    return direct_upload_client("gallery", john)


def error_status(uploads: DirectUploadClient, response: httpx2.Response) -> int:
    """Check the group's envelope and return the status."""
    assert set(response.json()) == ENVELOPES[uploads.group], response.text
    return response.status_code


def without_ids(response: httpx2.Response) -> tuple[int, str]:
    text = UUID4.sub("<uuid>", response.text)
    return response.status_code, re.sub(r"s--[\w-]+--|\d{9,}", "<generated>", text)


class TestBeginning:
    def test_beginning_returns_a_form_for_every_file(
        self, story_uploads: DirectUploadClient
    ) -> None:
        upload = story_uploads.begin_upload(picture(), picture(seed=1))

        assert set(upload) == {"upload_id", "expires_at", "complete_url", "files"}
        assert UUID4.fullmatch(upload["upload_id"])
        assert TIMESTAMP.fullmatch(upload["expires_at"])
        assert upload["complete_url"] == f"{story_uploads.path}/{upload['upload_id']}/complete"
        for number, form in enumerate(upload["files"], start=1):
            assert set(form) == {"method", "url", "fields", "file_field"}
            assert (form["method"], form["file_field"]) == ("POST", "file")
            assert form["fields"]["key"] == f"pending/{upload['upload_id']}/{number}"
            assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"

    def test_beginning_twice_with_one_key_creates_one_upload(
        self, uploads: DirectUploadClient
    ) -> None:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        body = {"files": [file_entry(picture())]}

        first, second = (
            uploads.user.request("POST", uploads.path, json=body, headers=headers) for _ in range(2)
        )

        assert first.content == second.content

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"content": b"{"},
            {"json": []},
            {"json": {}},
            {"json": {"files": None}},
            {"json": {"files": []}},
            {"json": {"files": [{}]}},
            {"json": {"files": [file_entry(picture(), size=-1)]}},
            {"json": {"files": [file_entry(picture(), size="5")]}},
            {"json": {"files": [file_entry(picture(), size=1.5)]}},
            {"json": {"files": [file_entry(picture(), size=10**40)]}},
            {"json": {"files": [file_entry(picture(), name=7)]}},
            {"json": {"files": [file_entry(picture(), name="x" * 1001)]}},
            {"json": {"files": [file_entry(picture(), sha256="abc")]}},
            {"json": {"files": [file_entry(picture())] * 51}},
            {"files": {"file": picture()}},
        ],
        ids=[
            "no body",
            "invalid JSON",
            "list",
            "no files",
            "null",
            "empty list",
            "empty file",
            "negative size",
            "size as text",
            "fractional size",
            "huge size",
            "name as number",
            "long name",
            "short hash",
            "51 files",
            "form",
        ],
    )
    def test_an_invalid_announcement_is_rejected(
        self, uploads: DirectUploadClient, options: dict[str, Any]
    ) -> None:
        response = uploads.user.request("POST", uploads.path, **options)

        assert error_status(uploads, response) == (422 if uploads.group == "gallery" else 400)

    def test_an_announcement_without_files_returns_the_contracts_error(
        self, story_uploads: DirectUploadClient
    ) -> None:
        assert story_uploads.post_files().json() == {"detail": "No files provided"}

    @pytest.mark.parametrize("group", ["publications", "gallery"])
    def test_publications_and_gallery_accept_only_one_file(self, john: User, group: str) -> None:
        uploads = direct_upload_client(group, john)

        assert error_status(uploads, uploads.post_files(picture(), picture())) in (400, 422)

    def test_more_than_100_mib_return_413(self, uploads: DirectUploadClient) -> None:
        body = {"files": [file_entry(picture(), size=100 * MIB + 1)]}

        assert error_status(uploads, uploads.user.request("POST", uploads.path, json=body)) == 413

    def test_get_returns_405(self, uploads: DirectUploadClient) -> None:
        response = uploads.user.get(uploads.path)

        assert error_status(uploads, response) == 405
        assert response.headers["Allow"] == "POST"


class TestCompleting:
    @pytest.mark.point("X4")
    def test_completing_returns_the_response_of_the_contracts_upload(
        self, uploads: DirectUploadClient
    ) -> None:
        content = picture(seed=5)

        response = uploads.upload(content)

        assert response.status_code == uploads.status
        assert response.headers["Content-Type"] == "application/json"
        multipart_response = direct_upload_client(uploads.group, uploads.user).multipart(content)
        assert list(response.json()) == list(multipart_response.json())
        assert httpx2.get(uploads.image_url(response)).content == content

    def test_a_story_lists_its_images_in_the_announced_order(
        self, api: httpx2.Client, john: User
    ) -> None:
        stories = Stories(api, V2)
        contents = [picture(seed=seed) for seed in range(12)]

        response = direct_upload_client("v2", john).upload(*contents)

        assert response.json()["image_count"] == 12
        assert [httpx2.get(url).content for url in response.json()["image_urls"]] == contents
        assert stories.get(response.json()["story_id"]).status_code == 200

    def test_completing_again_returns_the_same_response(self, uploads: DirectUploadClient) -> None:
        upload = uploads.begin_upload(picture())
        submit_forms(upload, picture())

        first, second, third = (uploads.complete(upload) for _ in range(3))

        assert first.status_code == uploads.status
        assert (second.status_code, second.content) == (first.status_code, first.content)
        assert third.content == first.content

    def test_a_story_can_be_completed_after_its_missing_file_arrives(
        self, story_uploads: DirectUploadClient
    ) -> None:
        upload = story_uploads.begin_upload(picture(), picture(seed=1))
        submit_form(upload["files"][0], picture())

        early = story_uploads.complete(upload)
        submit_form(upload["files"][1], picture(seed=1))

        assert error_status(story_uploads, early) == 400
        assert early.json()["detail"] == "File has not been received yet: image.jpg"
        assert story_uploads.complete(upload).status_code == 200

    def test_every_group_rejects_completing_before_the_file_arrives(
        self, uploads: DirectUploadClient
    ) -> None:
        upload = uploads.begin_upload(picture())

        assert error_status(uploads, uploads.complete(upload)) == 400
        submit_forms(upload, picture())
        assert uploads.complete(upload).status_code == uploads.status

    def test_a_form_can_be_sent_again_before_completing(self, uploads: DirectUploadClient) -> None:
        upload = uploads.begin_upload(picture(seed=3))
        submit_forms(upload, bytes(len(picture(seed=3))))
        submit_forms(upload, picture(seed=3))

        response = uploads.complete(upload)

        assert httpx2.get(uploads.image_url(response)).content == picture(seed=3)

    def test_a_file_of_another_size_than_announced_is_rejected(
        self, uploads: DirectUploadClient
    ) -> None:
        upload = uploads.begin_upload(picture())
        # AWS rejects the form itself. If S3 accepts it, completing the upload rejects the file.
        submit_form(upload["files"][0], picture() + b"\0")

        assert error_status(uploads, uploads.complete(upload)) == 400

    def test_a_file_with_another_hash_than_announced_is_rejected_permanently(
        self, uploads: DirectUploadClient
    ) -> None:
        body = {"files": [file_entry(picture(), sha256="0" * 64)]}
        upload = uploads.user.request("POST", uploads.path, json=body).json()
        submit_forms(upload, picture())

        responses = [uploads.complete(upload) for _ in range(2)]

        assert [error_status(uploads, response) for response in responses] == [400, 400]
        assert responses[0].content == responses[1].content

    @pytest.mark.point("X1", "X24")
    @pytest.mark.parametrize(
        "content",
        [b"", b"no image", picture()[:300], bomb(), picture("GIF")[:30]],
        ids=["empty", "text", "truncated JPEG", "bomb", "truncated GIF"],
    )
    def test_an_invalid_file_returns_the_error_of_the_contracts_upload(
        self, uploads: DirectUploadClient, content: bytes
    ) -> None:
        upload = uploads.begin_upload(content)
        submit_forms(upload, content)

        response = uploads.complete(upload)

        assert without_ids(response) == without_ids(uploads.multipart(content))
        assert uploads.complete(upload).content == response.content

    def test_an_unknown_upload_returns_404(self, uploads: DirectUploadClient) -> None:
        for name in (str(uuid.uuid4()), "unknown", "x" * 3000, "answer%23x"):
            response = uploads.user.request("POST", f"{uploads.path}/{name}/complete")
            assert error_status(uploads, response) == 404

    def test_an_upload_cannot_be_completed_at_another_path(self, john: User) -> None:
        uploads, other_uploads = (
            direct_upload_client("publications", john),
            direct_upload_client("publications", john),
        )
        upload = uploads.begin_upload(picture())
        submit_forms(upload, picture())

        at_other_publication = john.request(
            "POST", f"{other_uploads.path}/{upload['upload_id']}/complete"
        )
        at_stories = john.request("POST", f"{V2.base}/uploads/{upload['upload_id']}/complete")

        assert publication_error(at_other_publication) == (404, "UPLOAD_NOT_FOUND")
        assert (at_stories.status_code, at_stories.json()) == (404, {"detail": "Upload not found"})
        assert uploads.complete(upload).status_code == 201

    def test_an_upload_cannot_be_completed_by_another_caller(self, john: User, jane: User) -> None:
        uploads = direct_upload_client("gallery", john)
        upload = uploads.begin_upload(picture())
        submit_forms(upload, picture())

        before = jane.request("POST", upload["complete_url"])
        completed = uploads.complete(upload)
        after = jane.request("POST", upload["complete_url"])

        assert [response.status_code for response in (before, completed, after)] == [404, 201, 404]
        assert before.json() == {"detail": "Upload not found"}
        assert jane.my_images() == []

    @pytest.mark.parametrize("group", ["publications", "gallery"])
    def test_publications_and_gallery_require_a_token(self, john: User, group: str) -> None:
        uploads = direct_upload_client(group, john)
        upload = uploads.begin_upload(picture())

        assert john.api.post(uploads.path, json={}).status_code == 401
        assert john.api.post(upload["complete_url"]).status_code == 401

    def test_an_upload_can_be_completed_after_a_storage_failure(
        self, john: User, cloudinary: httpx2.Client
    ) -> None:
        uploads = direct_upload_client("v2", john)
        upload = uploads.begin_upload(picture())
        submit_forms(upload, picture())
        cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})

        failed = uploads.complete(upload)

        assert (failed.status_code, failed.json()) == (500, {"detail": V2.upload_error})
        assert uploads.complete(upload).status_code == 200


class TestPublications:
    @pytest.mark.point("X2", "X4", "P10")
    def test_5_mib_are_accepted_and_one_more_byte_is_rejected(
        self, publication_uploads: DirectUploadClient, local_functions: SystemUnderTest
    ) -> None:
        """Compares with the error of the function, which a gateway would replace by its own."""
        function_uploads = direct_upload_client("publications", new_user(local_functions.api))
        too_large = noise(5 * MIB + 1, seed=1)

        assert publication_uploads.upload(noise(5 * MIB)).status_code == 201
        response = publication_uploads.upload(too_large)
        assert publication_error(response) == (413, "FILE_TOO_LARGE")
        assert response.json() == function_uploads.multipart(too_large).json()

    @pytest.mark.point("P8")
    def test_a_direct_upload_of_a_stored_image_is_a_duplicate(
        self, publication_uploads: DirectUploadClient
    ) -> None:
        assert publication_uploads.multipart(photograph()).status_code == 201

        assert publication_error(publication_uploads.upload(photograph())) == (
            400,
            "DUPLICATE_IMAGE",
        )

    @pytest.mark.point("P2")
    @pytest.mark.documented
    def test_the_plan_limits_the_number_of_images(
        self, publication_uploads: DirectUploadClient
    ) -> None:
        for seed in range(4):
            assert publication_uploads.upload(picture(seed=seed)).status_code == 201

        assert publication_error(publication_uploads.upload(picture(seed=4))) == (
            403,
            "IMAGE_LIMIT_REACHED",
        )
        premium = publication_uploads.upload(picture(seed=4), isPremium=True)
        assert premium.json()["totalImages"] == 5

    @pytest.mark.point("P5")
    def test_only_the_owner_can_begin_and_complete_an_upload(
        self, publication_uploads: DirectUploadClient, jane: User
    ) -> None:
        upload = publication_uploads.begin_upload(picture())

        assert publication_error(jane.request("POST", publication_uploads.path)) == (
            403,
            "NOT_OWNER",
        )
        assert publication_error(jane.request("POST", upload["complete_url"])) == (403, "NOT_OWNER")

    def test_an_unknown_publication_returns_404(self, john: User) -> None:
        response = john.request("POST", "/api/v1/publications/unknown/images/uploads", json={})

        assert publication_error(response) == (404, "PUBLICATION_NOT_FOUND")

    @pytest.mark.point("P11")
    @pytest.mark.parametrize("kind", ["GIF", "WEBP"])
    def test_other_formats_are_rejected(
        self, publication_uploads: DirectUploadClient, kind: str
    ) -> None:
        assert publication_error(publication_uploads.upload(picture(kind))) == (
            415,
            "UNSUPPORTED_FORMAT",
        )


class TestGallery:
    def test_an_image_has_the_requested_caption_and_visibility(
        self, gallery_uploads: DirectUploadClient, jane: User
    ) -> None:
        private = gallery_uploads.upload(picture(), caption="Día 1").json()
        public = gallery_uploads.upload(picture(), visibility="public").json()

        assert (private["caption"], private["visibility"]) == ("Día 1", "private")
        assert (public["caption"], public["visibility"]) == (None, "public")
        assert jane.get(f"/images/{private['image_id']}").status_code == 403
        assert jane.get(f"/images/{public['image_id']}").status_code == 200

    @pytest.mark.parametrize("fields", [{"visibility": "secret"}, {"caption": "x" * 2001}])
    def test_invalid_fields_are_rejected_when_an_upload_begins(
        self, gallery_uploads: DirectUploadClient, fields: dict[str, str]
    ) -> None:
        response = gallery_uploads.post_files(picture(), **fields)

        assert response.status_code == 422
        assert [item["loc"] for item in response.json()["detail"]] == [["body", *fields]]

    def test_a_declared_type_that_is_not_an_image_type_is_rejected(
        self, gallery_uploads: DirectUploadClient
    ) -> None:
        body = {"files": [file_entry(picture(), content_type="text/plain")]}
        upload = gallery_uploads.user.request("POST", gallery_uploads.path, json=body).json()
        submit_forms(upload, picture())

        response = gallery_uploads.complete(upload)

        assert (response.status_code, response.json()) == (400, {"detail": "File must be an image"})
