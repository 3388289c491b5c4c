"""Direct uploads answer what the contract's own upload answers, whatever is sent by the forms."""

import re
import uuid
from typing import Any

import httpx2
import pytest

from tests.conftest import Target
from tests.support.direct import GROUPS, Direct, announced, new_direct, send, send_all
from tests.support.gallery import Person, new_person
from tests.support.images import bomb, noise, photograph, picture
from tests.support.publications import refusal
from tests.support.stories import SECONDS, UUID4, V2, Stories

MIB = 1024 * 1024
ENVELOPES = {
    "v1": {"detail"},
    "v2": {"detail"},
    "publications": {"error", "code", "details"},
    "gallery": {"detail"},
}


@pytest.fixture(params=GROUPS)
def direct(request: pytest.FixtureRequest, john: Person) -> Direct:
    return new_direct(request.param, john)


@pytest.fixture(params=["v1", "v2"])
def story(request: pytest.FixtureRequest, john: Person) -> Direct:
    return new_direct(request.param, john)


@pytest.fixture
def publication(john: Person) -> Direct:
    return new_direct("publications", john)


@pytest.fixture
def gallery(john: Person) -> Direct:
    return new_direct("gallery", john)


def refused(direct: Direct, answer: httpx2.Response) -> int:
    """The status of an error in the group's own envelope."""
    assert set(answer.json()) == ENVELOPES[direct.group], answer.text
    return answer.status_code


def without_ids(answer: httpx2.Response) -> tuple[int, str]:
    text = UUID4.sub("<uuid>", answer.text)
    return answer.status_code, re.sub(r"s--[\w-]+--|\d{9,}", "<made>", text)


class TestBeginning:
    def test_gives_a_form_for_every_file(self, story: Direct) -> None:
        upload = story.begun(picture(), picture(seed=1))

        assert set(upload) == {"upload_id", "expires_at", "complete_url", "files"}
        assert UUID4.fullmatch(upload["upload_id"])
        assert SECONDS.fullmatch(upload["expires_at"])
        assert upload["complete_url"] == f"{story.path}/{upload['upload_id']}/complete"
        for number, form in enumerate(upload["files"], start=1):
            assert set(form) == {"method", "url", "fields", "file_field"}
            assert (form["method"], form["file_field"]) == ("POST", "file")
            assert form["fields"]["key"] == f"pending/{upload['upload_id']}/{number}"
            assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"

    def test_announcing_twice_under_a_key_begins_one_upload(self, direct: Direct) -> None:
        key, body = {"Idempotency-Key": str(uuid.uuid4())}, {"files": [announced(picture())]}

        one, two = (
            direct.person.request("POST", direct.path, json=body, headers=key) for _ in range(2)
        )

        assert one.content == two.content

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
            {"json": {"files": [announced(picture(), size=-1)]}},
            {"json": {"files": [announced(picture(), size="5")]}},
            {"json": {"files": [announced(picture(), size=1.5)]}},
            {"json": {"files": [announced(picture(), size=10**40)]}},
            {"json": {"files": [announced(picture(), name=7)]}},
            {"json": {"files": [announced(picture(), name="x" * 1001)]}},
            {"json": {"files": [announced(picture(), sha256="abc")]}},
            {"json": {"files": [announced(picture())] * 51}},
            {"files": {"file": picture()}},
        ],
    )
    def test_what_announces_nothing_is_refused(
        self, direct: Direct, options: dict[str, Any]
    ) -> None:
        answer = direct.person.request("POST", direct.path, **options)

        assert refused(direct, answer) == (422 if direct.group == "gallery" else 400)

    def test_no_files_are_told_as_the_contract_tells_it(self, story: Direct) -> None:
        assert story.begin().json() == {"detail": "No files provided"}

    @pytest.mark.parametrize("group", ["publications", "gallery"])
    def test_these_take_one_file(self, john: Person, group: str) -> None:
        direct = new_direct(group, john)

        assert refused(direct, direct.begin(picture(), picture())) in (400, 422)

    def test_more_than_100_mib_are_too_large(self, direct: Direct) -> None:
        body = {"files": [announced(picture(), size=100 * MIB + 1)]}

        assert refused(direct, direct.person.request("POST", direct.path, json=body)) == 413

    def test_getting_is_not_allowed(self, direct: Direct) -> None:
        answer = direct.person.get(direct.path)

        assert refused(direct, answer) == 405
        assert answer.headers["Allow"] == "POST"


class TestCompleting:
    @pytest.mark.point("X4")
    def test_answers_as_the_contracts_own_upload(self, direct: Direct) -> None:
        content = picture(seed=5)

        answer = direct.upload(content)

        assert answer.status_code == direct.status
        assert answer.headers["Content-Type"] == "application/json"
        other = new_direct(direct.group, direct.person).multipart(content)
        assert list(answer.json()) == list(other.json())
        assert httpx2.get(direct.url(answer)).content == content

    def test_a_story_has_its_images_in_the_order_announced(
        self, api: httpx2.Client, john: Person
    ) -> None:
        stories = Stories(api, V2)
        contents = [picture(seed=seed) for seed in range(12)]

        answer = new_direct("v2", john).upload(*contents)

        assert answer.json()["image_count"] == 12
        assert [httpx2.get(url).content for url in answer.json()["image_urls"]] == contents
        assert stories.get(answer.json()["story_id"]).status_code == 200

    def test_twice_is_the_same_as_once(self, direct: Direct) -> None:
        upload = direct.begun(picture())
        send_all(upload, picture())

        first, second, third = (direct.complete(upload) for _ in range(3))

        assert first.status_code == direct.status
        assert (second.status_code, second.content) == (first.status_code, first.content)
        assert third.content == first.content

    def test_before_the_bytes_are_there_it_is_refused_and_goes_on(self, story: Direct) -> None:
        upload = story.begun(picture(), picture(seed=1))
        send(upload["files"][0], picture())

        early = story.complete(upload)
        send(upload["files"][1], picture(seed=1))

        assert refused(story, early) == 400
        assert early.json()["detail"] == "File has not been received yet: image.jpg"
        assert story.complete(upload).status_code == 200

    def test_so_it_is_in_every_group(self, direct: Direct) -> None:
        upload = direct.begun(picture())

        assert refused(direct, direct.complete(upload)) == 400
        send_all(upload, picture())
        assert direct.complete(upload).status_code == direct.status

    def test_a_form_may_be_sent_again_before(self, direct: Direct) -> None:
        upload = direct.begun(picture(seed=3))
        send_all(upload, bytes(len(picture(seed=3))))
        send_all(upload, picture(seed=3))

        answer = direct.complete(upload)

        assert httpx2.get(direct.url(answer)).content == picture(seed=3)

    def test_another_size_than_announced_never_becomes_an_image(self, direct: Direct) -> None:
        upload = direct.begun(picture())
        # AWS refuses the form itself; where it is taken, completing refuses it.
        send(upload["files"][0], picture() + b"\0")

        assert refused(direct, direct.complete(upload)) == 400

    def test_other_bytes_than_announced_are_refused_for_good(self, direct: Direct) -> None:
        body = {"files": [announced(picture(), sha256="0" * 64)]}
        upload = direct.person.request("POST", direct.path, json=body).json()
        send_all(upload, picture())

        answers = [direct.complete(upload) for _ in range(2)]

        assert [refused(direct, answer) for answer in answers] == [400, 400]
        assert answers[0].content == answers[1].content

    @pytest.mark.point("X1", "X24")
    @pytest.mark.parametrize(
        "content", [b"", b"no image", picture()[:300], bomb(), picture("GIF")[:30]]
    )
    def test_what_the_contract_refuses_is_refused_in_the_same_words(
        self, direct: Direct, content: bytes
    ) -> None:
        upload = direct.begun(content)
        send_all(upload, content)

        answer = direct.complete(upload)

        assert without_ids(answer) == without_ids(direct.multipart(content))
        assert direct.complete(upload).content == answer.content

    def test_an_unknown_upload_is_not_found(self, direct: Direct) -> None:
        for name in (str(uuid.uuid4()), "unknown", "x" * 3000, "answer%23x"):
            answer = direct.person.request("POST", f"{direct.path}/{name}/complete")
            assert refused(direct, answer) == 404

    def test_an_upload_belongs_to_its_path(self, john: Person) -> None:
        one, two = new_direct("publications", john), new_direct("publications", john)
        upload = one.begun(picture())
        send_all(upload, picture())

        elsewhere = john.request("POST", f"{two.path}/{upload['upload_id']}/complete")
        as_story = john.request("POST", f"{V2.base}/uploads/{upload['upload_id']}/complete")

        assert refusal(elsewhere) == (404, "UPLOAD_NOT_FOUND")
        assert (as_story.status_code, as_story.json()) == (404, {"detail": "Upload not found"})
        assert one.complete(upload).status_code == 201

    def test_an_upload_belongs_to_its_caller(self, john: Person, jane: Person) -> None:
        direct = new_direct("gallery", john)
        upload = direct.begun(picture())
        send_all(upload, picture())

        before = jane.request("POST", upload["complete_url"])
        completed = direct.complete(upload)
        after = jane.request("POST", upload["complete_url"])

        assert [answer.status_code for answer in (before, completed, after)] == [404, 201, 404]
        assert before.json() == {"detail": "Upload not found"}
        assert jane.my_images() == []

    @pytest.mark.parametrize("group", ["publications", "gallery"])
    def test_it_asks_for_a_token_where_the_contract_does(self, john: Person, group: str) -> None:
        direct = new_direct(group, john)
        upload = direct.begun(picture())

        assert john.api.post(direct.path, json={}).status_code == 401
        assert john.api.post(upload["complete_url"]).status_code == 401

    def test_a_failing_store_leaves_it_to_be_completed(
        self, john: Person, cloudinary: httpx2.Client
    ) -> None:
        direct = new_direct("v2", john)
        upload = direct.begun(picture())
        send_all(upload, picture())
        cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})

        failed = direct.complete(upload)

        assert (failed.status_code, failed.json()) == (500, {"detail": V2.failure})
        assert direct.complete(upload).status_code == 200


class TestPublications:
    @pytest.mark.point("X2", "X4", "P10")
    def test_5_mib_are_taken_and_one_byte_more_is_not(
        self, publication: Direct, handlers: Target
    ) -> None:
        """The refusal is that of the function itself, which no gateway lets one see."""
        own = new_direct("publications", new_person(handlers.api))
        too_large = noise(5 * MIB + 1, seed=1)

        assert publication.upload(noise(5 * MIB)).status_code == 201
        answer = publication.upload(too_large)
        assert refusal(answer) == (413, "FILE_TOO_LARGE")
        assert answer.json() == own.multipart(too_large).json()

    @pytest.mark.point("P8")
    def test_a_duplicate_is_one_whichever_way_it_came(self, publication: Direct) -> None:
        assert publication.multipart(photograph()).status_code == 201

        assert refusal(publication.upload(photograph())) == (400, "DUPLICATE_IMAGE")

    @pytest.mark.point("P2")
    @pytest.mark.documented
    def test_the_limit_is_that_of_the_plan(self, publication: Direct) -> None:
        for seed in range(4):
            assert publication.upload(picture(seed=seed)).status_code == 201

        assert refusal(publication.upload(picture(seed=4))) == (403, "IMAGE_LIMIT_REACHED")
        assert publication.upload(picture(seed=4), isPremium=True).json()["totalImages"] == 5

    @pytest.mark.point("P5")
    def test_only_the_owner_begins_and_completes(self, publication: Direct, jane: Person) -> None:
        upload = publication.begun(picture())

        assert refusal(jane.request("POST", publication.path)) == (403, "NOT_OWNER")
        assert refusal(jane.request("POST", upload["complete_url"])) == (403, "NOT_OWNER")

    def test_an_unknown_publication_is_not_found(self, john: Person) -> None:
        answer = john.request("POST", "/api/v1/publications/unknown/images/uploads", json={})

        assert refusal(answer) == (404, "PUBLICATION_NOT_FOUND")

    @pytest.mark.point("P11")
    @pytest.mark.parametrize("kind", ["GIF", "WEBP"])
    def test_other_formats_are_refused(self, publication: Direct, kind: str) -> None:
        assert refusal(publication.upload(picture(kind))) == (415, "UNSUPPORTED_FORMAT")


class TestGallery:
    def test_an_image_has_its_caption_and_is_as_visible_as_asked_for(
        self, gallery: Direct, jane: Person
    ) -> None:
        private = gallery.upload(picture(), caption="Día 1").json()
        public = gallery.upload(picture(), visibility="public").json()

        assert (private["caption"], private["visibility"]) == ("Día 1", "private")
        assert (public["caption"], public["visibility"]) == (None, "public")
        assert jane.get(f"/images/{private['image_id']}").status_code == 403
        assert jane.get(f"/images/{public['image_id']}").status_code == 200

    @pytest.mark.parametrize("fields", [{"visibility": "secret"}, {"caption": "x" * 2001}])
    def test_what_the_contract_refuses_is_refused_at_once(
        self, gallery: Direct, fields: dict[str, str]
    ) -> None:
        answer = gallery.begin(picture(), **fields)

        assert answer.status_code == 422
        assert [item["loc"] for item in answer.json()["detail"]] == [["body", *fields]]

    def test_the_declared_type_counts_as_in_a_form(self, gallery: Direct) -> None:
        body = {"files": [announced(picture(), content_type="text/plain")]}
        upload = gallery.person.request("POST", gallery.path, json=body).json()
        send_all(upload, picture())

        answer = gallery.complete(upload)

        assert (answer.status_code, answer.json()) == (400, {"detail": "File must be an image"})
