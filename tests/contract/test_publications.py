"""Publications: the four calls of the document, those around them, and every doubtful point."""

import re
from urllib.parse import quote

import httpx2
import pytest

from tests.conftest import Target
from tests.support.gallery import Person, granted, new_person
from tests.support.images import bomb, noise, picture
from tests.support.publications import (
    ROOT,
    Publication,
    add_image,
    new_publication,
    refusal,
)

MIB = 1024 * 1024


@pytest.fixture
def publication(john: Person) -> Publication:
    return new_publication(john)


@pytest.fixture
def premium(target: Target, john: Person) -> Person:
    """John, with a token that says he is premium."""
    return granted(target.settings, john, "premium")


class TestAdding:
    @pytest.mark.point("P-1", "X23", "P14")
    def test_answers_as_documented(self, publication: Publication) -> None:
        answer = publication.add(isPremium="false")

        assert answer.status_code == 201
        uri = answer.json()["imageUri"]
        assert answer.json() == {
            "message": "Imagen agregada exitosamente",
            "imageUri": uri,
            "publicationId": publication.id,
            "totalImages": 1,
        }

    @pytest.mark.point("P13")
    def test_keeps_the_bytes_in_the_publications_own_folder(
        self, publication: Publication, cloudinary: httpx2.Client
    ) -> None:
        uri = publication.added()

        assert f"/images_{publication.id}/" in uri
        assert httpx2.get(uri).content == picture()

    @pytest.mark.point("P-1", "P2", "P5", "P19")
    def test_a_regular_user_has_four(self, publication: Publication) -> None:
        statuses = [publication.add(picture(seed=seed)).status_code for seed in range(5)]

        answer = publication.add(picture(seed=9))
        assert statuses == [201, 201, 201, 201, 403]
        assert answer.json()["error"] == "Has alcanzado el límite de imágenes para tu plan"
        assert refusal(answer) == (403, "IMAGE_LIMIT_REACHED")
        assert len(publication.images()) == 4

    @pytest.mark.point("P2")
    @pytest.mark.documented
    def test_whoever_says_premium_has_eight(self, publication: Publication) -> None:
        for seed in range(8):
            publication.added(seed, isPremium="true")

        answer = publication.add(picture(seed=9), isPremium="true")
        assert refusal(answer) == (403, "IMAGE_LIMIT_REACHED")

    @pytest.mark.local
    @pytest.mark.point("P2", "P16")
    def test_a_premium_token_has_eight_and_keeps_them_when_it_no_longer_is(
        self, premium: Person, john: Person
    ) -> None:
        publication = new_publication(premium)
        for seed in range(8):
            publication.added(seed)

        assert refusal(add_image(john, publication.id, picture(seed=9)))[0] == 403
        assert len(publication.images()) == 8

    @pytest.mark.point("P3")
    @pytest.mark.documented
    @pytest.mark.variants("word")
    @pytest.mark.parametrize("word", ["true", "1", "yes", "on", "True"])
    def test_premium_may_be_said_in_many_ways(self, publication: Publication, word: str) -> None:
        for seed in range(4):
            publication.added(seed)

        assert publication.add(picture(seed=4), isPremium=word).status_code == 201

    @pytest.mark.point("P3")
    @pytest.mark.variants("word")
    @pytest.mark.parametrize("word", ["false", "0", "no", "off", ""])
    def test_so_may_regular(self, publication: Publication, word: str) -> None:
        for seed in range(4):
            publication.added(seed)

        assert publication.add(picture(seed=4), isPremium=word).status_code == 403

    @pytest.mark.point("P2", "P3")
    def test_a_premium_that_is_no_boolean_is_refused(self, publication: Publication) -> None:
        answer = publication.add(isPremium="premium")

        assert refusal(answer) == (400, "INVALID_DATA")

    @pytest.mark.point("P8")
    def test_the_same_bytes_are_refused_whatever_their_name(self, publication: Publication) -> None:
        publication.added()
        files = {"image": ("otra.png", picture(), "image/png")}

        answer = publication.owner.request("POST", publication.images_path, files=files)

        assert answer.json()["error"] == "La imagen ya existe en esta publicación"
        assert refusal(answer) == (400, "DUPLICATE_IMAGE")

    @pytest.mark.point("P8")
    def test_another_publication_may_have_the_same(self, publication: Publication) -> None:
        publication.added()

        assert new_publication(publication.owner).add().status_code == 201

    @pytest.mark.point("P8")
    def test_after_its_deletion_it_may_come_again(self, publication: Publication) -> None:
        uri = publication.added()
        publication.owner.delete(f"{publication.images_path}/{quote(uri, safe='')}")

        assert publication.add().status_code == 201

    @pytest.mark.point("P11")
    @pytest.mark.variants("kind", "declared")
    @pytest.mark.parametrize(
        ("kind", "declared"),
        [
            ("JPEG", "image/jpg"),
            ("JPEG", "application/octet-stream"),
            ("PNG", "image/jpeg"),
            ("MPO", "image/jpeg"),
        ],
    )
    def test_the_type_is_what_the_bytes_are(
        self, publication: Publication, kind: str, declared: str
    ) -> None:
        files = {"image": ("foto.jpg", picture(kind), declared)}

        answer = publication.owner.request("POST", publication.images_path, files=files)

        assert answer.status_code == 201

    @pytest.mark.point("P11")
    @pytest.mark.variants("content", "expected")
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", (400, "INVALID_DATA")),
            (picture("GIF"), (415, "UNSUPPORTED_FORMAT")),
            (picture("WEBP"), (415, "UNSUPPORTED_FORMAT")),
            (b"no image at all", (415, "UNSUPPORTED_FORMAT")),
            (picture()[:200], (400, "INVALID_DATA")),
            (b"\xff\xd8\xff no jpeg", (400, "INVALID_DATA")),
            (bomb(), (400, "INVALID_DATA")),
        ],
    )
    def test_what_is_no_jpeg_or_png_is_refused(
        self, publication: Publication, content: bytes, expected: tuple[int, str]
    ) -> None:
        assert refusal(publication.add(content)) == expected
        assert publication.images() == []

    @pytest.mark.point("X13", "P18", "P20")
    @pytest.mark.variants("options")
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"json": {}},
            {"data": {"image": "text"}},
            {"files": {"image": ("", b"")}},
            {"files": {"other": ("a.jpg", picture())}},
            {"files": [("image", ("a.jpg", picture())), ("image", ("b.jpg", picture()))]},
            {"files": {"image": ("a.jpg", picture()), "isPremium": ("b", b"true")}},
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        ],
    )
    def test_exactly_one_image_has_to_be_sent(
        self, publication: Publication, options: dict[str, object]
    ) -> None:
        answer = publication.owner.request("POST", publication.images_path, **options)

        assert refusal(answer) == (400, "INVALID_DATA")


@pytest.mark.point("X2", "X4", "P10")
def test_an_image_of_5_mib_is_taken_and_one_byte_more_is_not(
    handlers: Target,
) -> None:
    """A gateway would not carry them, so they go to the function itself."""
    publication = new_publication(new_person(handlers.api))

    assert publication.add(noise(5 * MIB)).status_code == 201
    assert refusal(publication.add(noise(5 * MIB + 1, seed=1))) == (413, "FILE_TOO_LARGE")


class TestOrderOfChecks:
    """Of two things wrong, the one that is told first."""

    @pytest.mark.safe
    @pytest.mark.point("P4", "P17")
    def test_token_before_publication(self, anonymous: httpx2.Client) -> None:
        answer = anonymous.get(f"{ROOT}/unknown/images")

        assert answer.status_code == 401
        assert answer.json()["error"] == "No autenticado o token inválido"
        assert answer.json()["code"] == "UNAUTHORIZED"
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.point("P4")
    def test_publication_before_owner_and_data(self, john: Person) -> None:
        answer = john.request("POST", f"{ROOT}/unknown/images", content=b"x")

        assert answer.json()["error"] == "Publicación no encontrada"
        assert refusal(answer) == (404, "PUBLICATION_NOT_FOUND")

    @pytest.mark.point("P4", "P5")
    def test_owner_before_data(self, publication: Publication, jane: Person) -> None:
        answer = jane.request("POST", publication.images_path, files={"other": ("a", b"")})

        assert answer.json()["error"] == "No eres propietario de esta publicación"
        assert refusal(answer) == (403, "NOT_OWNER")

    @pytest.mark.point("X2", "P4")
    def test_size_before_format(self, handlers: Target) -> None:
        publication = new_publication(new_person(handlers.api))

        assert refusal(publication.add(b"GIF89a" + b"\0" * 5 * MIB))[0] == 413

    @pytest.mark.point("P4")
    def test_format_before_damage(self, publication: Publication) -> None:
        assert refusal(publication.add(picture("GIF")[:20]))[0] == 415

    @pytest.mark.point("P4")
    def test_damage_before_limit(self, publication: Publication) -> None:
        for seed in range(4):
            publication.added(seed)

        assert refusal(publication.add(picture(seed=5)[:200]))[0] == 400

    @pytest.mark.point("P4")
    def test_duplicate_before_limit(self, publication: Publication) -> None:
        for seed in range(4):
            publication.added(seed)

        assert refusal(publication.add(picture(seed=0))) == (400, "DUPLICATE_IMAGE")


class TestListing:
    @pytest.mark.point("P-2")
    def test_without_images_is_an_empty_list(self, publication: Publication) -> None:
        answer = publication.owner.get(publication.images_path)

        assert answer.status_code == 200
        assert answer.json() == {
            "publicationId": publication.id,
            "images": [],
            "totalImages": 0,
        }

    @pytest.mark.point("P-2", "X17", "P5")
    def test_shows_images_in_the_order_added_to_whoever_has_a_token(
        self, publication: Publication, jane: Person
    ) -> None:
        uris = [publication.added(seed) for seed in range(3)]

        answer = jane.get(publication.images_path)

        assert answer.json() == {
            "publicationId": publication.id,
            "images": uris,
            "totalImages": 3,
        }

    @pytest.mark.point("P-2", "P7", "P13")
    @pytest.mark.parametrize("publication_id", ["unknown", "a.b", "x" * 129, "ñ", "%2e%2e"])
    def test_an_unknown_publication_is_not_found(self, john: Person, publication_id: str) -> None:
        answer = john.get(f"{ROOT}/{publication_id}/images")

        assert refusal(answer) == (404, "PUBLICATION_NOT_FOUND")


def once(text: str) -> str:
    return quote(text, safe="")


class TestDeletingOne:
    @pytest.mark.point("P-3", "P14")
    def test_answers_as_documented(self, publication: Publication) -> None:
        uris = [publication.added(seed) for seed in range(3)]

        answer = publication.owner.delete(f"{publication.images_path}/{once(uris[1])}")

        assert answer.status_code == 200
        assert answer.json() == {
            "message": "Imagen eliminada exitosamente",
            "publicationId": publication.id,
            "remainingImages": 2,
        }
        assert publication.images() == [uris[0], uris[2]]

    @pytest.mark.point("P12")
    @pytest.mark.parametrize(
        "form",
        [
            lambda uri: once(uri),
            lambda uri: once(once(uri)),
            lambda uri: once(once(once(uri))),
            lambda uri: uri,
            lambda uri: uri.replace("//", "/", 1),
            lambda uri: once(uri.replace("//", "/", 1)),
            lambda uri: once(f"{uri}?width=200#top"),
            lambda uri: f"{uri}?width=200",
            lambda uri: once(re.sub("^http:", "https:", uri)),
            lambda uri: once(re.sub("^https:", "http:", uri)),
            lambda uri: once(uri) + "/",
            lambda uri: uri.rpartition("/")[2].removesuffix(".jpg"),
            lambda uri: once(uri[uri.index("darkroom/") :].removesuffix(".jpg")),
        ],
    )
    def test_a_uri_may_be_written_in_many_ways(
        self, publication: Publication, form: object
    ) -> None:
        assert callable(form)
        kept, uri = publication.added(0), publication.added(1)

        answer = publication.owner.delete(f"{publication.images_path}/{form(uri)}")

        assert answer.status_code == 200, answer.text
        assert publication.images() == [kept]

    @pytest.mark.point("X3", "P12")
    @pytest.mark.parametrize("empty", ["", "/", "%2F", "%252F", "%20", "?", "#", "%23"])
    def test_an_empty_one_never_deletes_everything(
        self, publication: Publication, empty: str
    ) -> None:
        uri = publication.added()

        answer = publication.owner.delete(f"{publication.images_path}/{empty}")

        assert answer.json()["error"] == "Imagen no encontrada"
        assert refusal(answer) == (404, "IMAGE_NOT_FOUND")
        assert publication.images() == [uri]

    @pytest.mark.point("P12")
    def test_another_publications_image_is_not_found(self, publication: Publication) -> None:
        other = new_publication(publication.owner)
        uri = other.added()
        publication.added()

        answer = publication.owner.delete(f"{publication.images_path}/{once(uri)}")

        assert refusal(answer) == (404, "IMAGE_NOT_FOUND")
        assert other.images() == [uri]

    @pytest.mark.point("P15")
    def test_a_second_time_is_not_found(self, publication: Publication) -> None:
        path = f"{publication.images_path}/{once(publication.added())}"
        publication.owner.delete(path)

        assert refusal(publication.owner.delete(path)) == (404, "IMAGE_NOT_FOUND")

    @pytest.mark.point("P-3", "P5")
    def test_is_the_owners_alone(self, publication: Publication, jane: Person) -> None:
        uri = publication.added()

        answer = jane.delete(f"{publication.images_path}/{once(uri)}")

        assert refusal(answer) == (403, "NOT_OWNER")
        assert publication.images() == [uri]


class TestDeletingAll:
    @pytest.mark.point("P-4", "P14", "P15")
    def test_answers_as_documented_as_often_as_asked(self, publication: Publication) -> None:
        publication.added()

        for _ in range(2):
            answer = publication.owner.delete(publication.images_path)
            assert answer.status_code == 200
            assert answer.json() == {
                "message": "Todas las imágenes fueron eliminadas exitosamente",
                "publicationId": publication.id,
            }
        assert publication.images() == []
        assert publication.add().json()["totalImages"] == 1

    @pytest.mark.point("P-4", "P5")
    def test_is_the_owners_alone(self, publication: Publication, jane: Person) -> None:
        uri = publication.added()

        assert refusal(jane.delete(publication.images_path)) == (403, "NOT_OWNER")
        assert publication.images() == [uri]

    @pytest.mark.point("P-4")
    def test_needs_a_publication(self, john: Person) -> None:
        answer = john.delete(f"{ROOT}/unknown/images")

        assert refusal(answer) == (404, "PUBLICATION_NOT_FOUND")


class TestPublications:
    @pytest.mark.point("X7", "P6")
    def test_a_new_one_gets_an_id_and_a_time(self, john: Person) -> None:
        answer = john.request("POST", ROOT)

        body = answer.json()
        assert answer.status_code == 201
        assert list(body) == ["publicationId", "createdAt"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["createdAt"])
        assert john.get(f"{ROOT}/{body['publicationId']}").json() == body

    @pytest.mark.point("P6")
    def test_an_id_may_be_chosen_once(self, publication: Publication, jane: Person) -> None:
        answer = jane.request("POST", ROOT, json={"publicationId": publication.id})

        assert refusal(answer) == (400, "INVALID_DATA")

    @pytest.mark.point("P13")
    @pytest.mark.parametrize(
        "body", ['{"publicationId": "a b"}', '{"publicationId": 7}', "[]", "{"]
    )
    def test_an_id_has_to_be_writable_in_a_path(self, john: Person, body: str) -> None:
        answer = john.request(
            "POST", ROOT, content=body, headers={"Content-Type": "application/json"}
        )

        assert refusal(answer) == (400, "INVALID_DATA")

    @pytest.mark.point("P6")
    def test_deleting_one_takes_its_images_along(self, publication: Publication) -> None:
        publication.added()

        answer = publication.owner.delete(f"{ROOT}/{publication.id}")

        assert answer.status_code == 200
        assert answer.json() == {
            "message": "Publicación eliminada exitosamente",
            "publicationId": publication.id,
        }
        assert refusal(publication.owner.get(publication.images_path))[0] == 404
        assert new_publication(publication.owner, publication.id).images() == []

    @pytest.mark.point("P6")
    def test_deleting_is_the_owners_alone(self, publication: Publication, jane: Person) -> None:
        answer = jane.delete(f"{ROOT}/{publication.id}")

        assert refusal(answer) == (403, "NOT_OWNER")
        assert jane.get(f"{ROOT}/{publication.id}").status_code == 200


@pytest.mark.point("X1", "P1")
@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", f"{ROOT}/123/nothing", (404, "NOT_FOUND")),
        ("PUT", f"{ROOT}/123/images", (405, "METHOD_NOT_ALLOWED")),
        ("GET", f"{ROOT}/123/images/abc", (405, "METHOD_NOT_ALLOWED")),
    ],
)
def test_what_the_framework_refuses_has_the_same_shape(
    john: Person, method: str, path: str, expected: tuple[int, str]
) -> None:
    assert refusal(john.request(method, path)) == expected


@pytest.mark.point("X22", "P1")
def test_a_failing_store_is_an_internal_error(
    publication: Publication, cloudinary: httpx2.Client
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 10})

    answer = publication.add()

    assert answer.json()["error"] == "Error interno del servidor"
    assert refusal(answer) == (500, "INTERNAL_ERROR")
    assert publication.images() == []


@pytest.mark.point("X3")
def test_with_and_without_a_slash_is_the_same(publication: Publication) -> None:
    publication.added()

    plain = publication.owner.get(publication.images_path)

    assert publication.owner.get(f"{publication.images_path}/").content == plain.content
