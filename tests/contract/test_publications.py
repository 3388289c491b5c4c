"""Publications: adding images, and publications themselves."""

import re
from urllib.parse import quote

import httpx2
import pytest

from tests.conftest import SystemUnderTest
from tests.support.gallery import User, add_to_group, new_user
from tests.support.images import bomb, noise, picture
from tests.support.publications import (
    ROOT,
    Publication,
    add_image,
    new_publication,
    publication_error,
)

MIB = 1024 * 1024


@pytest.fixture
def publication(john: User) -> Publication:
    return new_publication(john)


@pytest.fixture
def premium(system: SystemUnderTest, john: User) -> User:
    """John with a token of the group `premium`."""
    return add_to_group(system.settings, john, "premium")


class TestAdding:
    @pytest.mark.point("P-1", "X23", "P14")
    def test_adding_an_image_returns_the_documented_body(self, publication: Publication) -> None:
        response = publication.add(isPremium="false")

        assert response.status_code == 201
        uri = response.json()["imageUri"]
        assert response.json() == {
            "message": "Imagen agregada exitosamente",
            "imageUri": uri,
            "publicationId": publication.id,
            "totalImages": 1,
        }

    @pytest.mark.point("P13")
    def test_an_image_is_stored_in_the_publications_folder(
        self, publication: Publication, cloudinary: httpx2.Client
    ) -> None:
        uri = publication.upload()

        assert f"/images_{publication.id}/" in uri
        assert httpx2.get(uri).content == picture()

    @pytest.mark.point("P-1", "P2", "P5", "P19")
    def test_a_regular_user_can_add_four_images(self, publication: Publication) -> None:
        statuses = [publication.add(picture(seed=seed)).status_code for seed in range(5)]

        response = publication.add(picture(seed=9))
        assert statuses == [201, 201, 201, 201, 403]
        assert response.json()["error"] == "Has alcanzado el límite de imágenes para tu plan"
        assert publication_error(response) == (403, "IMAGE_LIMIT_REACHED")
        assert len(publication.images()) == 4

    @pytest.mark.point("P2")
    @pytest.mark.documented
    def test_the_premium_field_allows_eight_images(self, publication: Publication) -> None:
        for seed in range(8):
            publication.upload(seed, isPremium="true")

        response = publication.add(picture(seed=9), isPremium="true")
        assert publication_error(response) == (403, "IMAGE_LIMIT_REACHED")

    @pytest.mark.local
    @pytest.mark.point("P2", "P16")
    def test_a_premium_token_allows_eight_images_which_remain_without_it(
        self, premium: User, john: User
    ) -> None:
        publication = new_publication(premium)
        for seed in range(8):
            publication.upload(seed)

        assert publication_error(add_image(john, publication.id, picture(seed=9)))[0] == 403
        assert len(publication.images()) == 8

    @pytest.mark.point("P3")
    @pytest.mark.documented
    @pytest.mark.variants("word")
    @pytest.mark.parametrize("word", ["true", "1", "yes", "on", "True"])
    def test_several_spellings_of_true_are_accepted(
        self, publication: Publication, word: str
    ) -> None:
        for seed in range(4):
            publication.upload(seed)

        assert publication.add(picture(seed=4), isPremium=word).status_code == 201

    @pytest.mark.point("P3")
    @pytest.mark.variants("word")
    @pytest.mark.parametrize("word", ["false", "0", "no", "off", ""])
    def test_several_spellings_of_false_are_accepted(
        self, publication: Publication, word: str
    ) -> None:
        for seed in range(4):
            publication.upload(seed)

        assert publication.add(picture(seed=4), isPremium=word).status_code == 403

    @pytest.mark.point("P2", "P3")
    def test_a_premium_field_that_is_not_a_boolean_is_rejected(
        self, publication: Publication
    ) -> None:
        response = publication.add(isPremium="premium")

        assert publication_error(response) == (400, "INVALID_DATA")

    @pytest.mark.point("P8")
    def test_the_same_bytes_are_rejected_under_another_name(self, publication: Publication) -> None:
        publication.upload()
        files = {"image": ("otra.png", picture(), "image/png")}

        response = publication.owner.request("POST", publication.images_path, files=files)

        assert response.json()["error"] == "La imagen ya existe en esta publicación"
        assert publication_error(response) == (400, "DUPLICATE_IMAGE")

    @pytest.mark.point("P8")
    def test_another_publication_can_contain_the_same_image(self, publication: Publication) -> None:
        publication.upload()

        assert new_publication(publication.owner).add().status_code == 201

    @pytest.mark.point("P8")
    def test_a_deleted_image_can_be_added_again(self, publication: Publication) -> None:
        uri = publication.upload()
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
    def test_the_format_is_detected_from_the_bytes(
        self, publication: Publication, kind: str, declared: str
    ) -> None:
        files = {"image": ("foto.jpg", picture(kind), declared)}

        response = publication.owner.request("POST", publication.images_path, files=files)

        assert response.status_code == 201

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
        ids=["empty", "GIF", "WEBP", "text", "truncated JPEG", "damaged JPEG", "bomb"],
    )
    def test_a_file_that_is_not_a_valid_jpeg_or_png_is_rejected(
        self, publication: Publication, content: bytes, expected: tuple[int, str]
    ) -> None:
        assert publication_error(publication.add(content)) == expected
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
        ids=[
            "no body",
            "JSON",
            "text",
            "empty input",
            "other field",
            "two images",
            "premium as file",
            "no boundary",
        ],
    )
    def test_a_request_without_exactly_one_image_is_rejected(
        self, publication: Publication, options: dict[str, object]
    ) -> None:
        response = publication.owner.request("POST", publication.images_path, **options)

        assert publication_error(response) == (400, "INVALID_DATA")


@pytest.mark.point("X2", "X4", "P10")
def test_5_mib_are_accepted_and_one_more_byte_is_rejected(local_functions: SystemUnderTest) -> None:
    """Sends the files to the function, because a gateway would reject them."""
    publication = new_publication(new_user(local_functions.api))

    assert publication.add(noise(5 * MIB)).status_code == 201
    assert publication_error(publication.add(noise(5 * MIB + 1, seed=1))) == (413, "FILE_TOO_LARGE")


class TestOrderOfChecks:
    """If two errors apply, the response reports the one that is checked first."""

    @pytest.mark.safe
    @pytest.mark.point("P4", "P17")
    def test_the_token_is_checked_before_the_publication(self, anonymous: httpx2.Client) -> None:
        response = anonymous.get(f"{ROOT}/unknown/images")

        assert response.status_code == 401
        assert response.json()["error"] == "No autenticado o token inválido"
        assert response.json()["code"] == "UNAUTHORIZED"
        assert response.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.point("P4")
    def test_the_publication_is_checked_before_owner_and_data(self, john: User) -> None:
        response = john.request("POST", f"{ROOT}/unknown/images", content=b"x")

        assert response.json()["error"] == "Publicación no encontrada"
        assert publication_error(response) == (404, "PUBLICATION_NOT_FOUND")

    @pytest.mark.point("P4", "P5")
    def test_the_owner_is_checked_before_the_data(
        self, publication: Publication, jane: User
    ) -> None:
        response = jane.request("POST", publication.images_path, files={"other": ("a", b"")})

        assert response.json()["error"] == "No eres propietario de esta publicación"
        assert publication_error(response) == (403, "NOT_OWNER")

    @pytest.mark.point("X2", "P4")
    def test_the_size_is_checked_before_the_format(self, local_functions: SystemUnderTest) -> None:
        publication = new_publication(new_user(local_functions.api))

        assert publication_error(publication.add(b"GIF89a" + b"\0" * 5 * MIB))[0] == 413

    @pytest.mark.point("P4")
    def test_the_format_is_checked_before_damage(self, publication: Publication) -> None:
        assert publication_error(publication.add(picture("GIF")[:20]))[0] == 415

    @pytest.mark.point("P4")
    def test_damage_is_checked_before_the_limit(self, publication: Publication) -> None:
        for seed in range(4):
            publication.upload(seed)

        assert publication_error(publication.add(picture(seed=5)[:200]))[0] == 400

    @pytest.mark.point("P4")
    def test_duplicates_are_checked_before_the_limit(self, publication: Publication) -> None:
        for seed in range(4):
            publication.upload(seed)

        assert publication_error(publication.add(picture(seed=0))) == (400, "DUPLICATE_IMAGE")


class TestPublications:
    @pytest.mark.point("X7", "P6")
    def test_a_new_publication_has_an_id_and_a_time(self, john: User) -> None:
        response = john.request("POST", ROOT)

        body = response.json()
        assert response.status_code == 201
        assert list(body) == ["publicationId", "createdAt"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["createdAt"])
        assert john.get(f"{ROOT}/{body['publicationId']}").json() == body

    @pytest.mark.point("P6")
    def test_an_id_in_use_is_rejected(self, publication: Publication, jane: User) -> None:
        response = jane.request("POST", ROOT, json={"publicationId": publication.id})

        assert publication_error(response) == (400, "INVALID_DATA")

    @pytest.mark.point("P13")
    @pytest.mark.parametrize(
        "body", ['{"publicationId": "a b"}', '{"publicationId": 7}', "[]", "{"]
    )
    def test_an_invalid_id_or_body_is_rejected(self, john: User, body: str) -> None:
        response = john.request(
            "POST", ROOT, content=body, headers={"Content-Type": "application/json"}
        )

        assert publication_error(response) == (400, "INVALID_DATA")

    @pytest.mark.point("P6")
    def test_deleting_a_publication_deletes_its_images(self, publication: Publication) -> None:
        publication.upload()

        response = publication.owner.delete(f"{ROOT}/{publication.id}")

        assert response.status_code == 200
        assert response.json() == {
            "message": "Publicación eliminada exitosamente",
            "publicationId": publication.id,
        }
        assert publication_error(publication.owner.get(publication.images_path))[0] == 404
        assert new_publication(publication.owner, publication.id).images() == []

    @pytest.mark.point("P6")
    def test_only_the_owner_can_delete_a_publication(
        self, publication: Publication, jane: User
    ) -> None:
        response = jane.delete(f"{ROOT}/{publication.id}")

        assert publication_error(response) == (403, "NOT_OWNER")
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
def test_errors_of_the_framework_have_the_contracts_envelope(
    john: User, method: str, path: str, expected: tuple[int, str]
) -> None:
    assert publication_error(john.request(method, path)) == expected


@pytest.mark.point("X22", "P1")
def test_a_storage_failure_returns_an_internal_error(
    publication: Publication, cloudinary: httpx2.Client
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 10})

    response = publication.add()

    assert response.json()["error"] == "Error interno del servidor"
    assert publication_error(response) == (500, "INTERNAL_ERROR")
    assert publication.images() == []


@pytest.mark.point("X3")
def test_a_trailing_slash_makes_no_difference(publication: Publication) -> None:
    publication.upload()

    plain = publication.owner.get(publication.images_path)

    assert publication.owner.get(f"{publication.images_path}/").content == plain.content
