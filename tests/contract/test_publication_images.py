"""Publications: listing and deleting their images."""

import re
from urllib.parse import quote

import pytest

from tests.support.gallery import User
from tests.support.publications import (
    ROOT,
    Publication,
    new_publication,
    publication_error,
)


@pytest.fixture
def publication(john: User) -> Publication:
    return new_publication(john)


class TestListing:
    @pytest.mark.point("P-2")
    def test_a_publication_without_images_has_an_empty_list(self, publication: Publication) -> None:
        response = publication.owner.get(publication.images_path)

        assert response.status_code == 200
        assert response.json() == {
            "publicationId": publication.id,
            "images": [],
            "totalImages": 0,
        }

    @pytest.mark.point("P-2", "X17", "P5")
    def test_any_user_can_list_the_images_in_the_order_added(
        self, publication: Publication, jane: User
    ) -> None:
        uris = [publication.upload(seed) for seed in range(3)]

        response = jane.get(publication.images_path)

        assert response.json() == {
            "publicationId": publication.id,
            "images": uris,
            "totalImages": 3,
        }

    @pytest.mark.point("P-2", "P7", "P13")
    @pytest.mark.parametrize("publication_id", ["unknown", "a.b", "x" * 129, "ñ", "%2e%2e"])
    def test_an_unknown_publication_returns_404(self, john: User, publication_id: str) -> None:
        response = john.get(f"{ROOT}/{publication_id}/images")

        assert publication_error(response) == (404, "PUBLICATION_NOT_FOUND")


def encode(text: str) -> str:
    return quote(text, safe="")


class TestDeletingOne:
    @pytest.mark.point("P-3", "P14")
    def test_deleting_an_image_returns_the_documented_body(self, publication: Publication) -> None:
        uris = [publication.upload(seed) for seed in range(3)]

        response = publication.owner.delete(f"{publication.images_path}/{encode(uris[1])}")

        assert response.status_code == 200
        assert response.json() == {
            "message": "Imagen eliminada exitosamente",
            "publicationId": publication.id,
            "remainingImages": 2,
        }
        assert publication.images() == [uris[0], uris[2]]

    @pytest.mark.point("P12")
    @pytest.mark.parametrize(
        "spelling",
        [
            lambda uri: encode(uri),
            lambda uri: encode(encode(uri)),
            lambda uri: encode(encode(encode(uri))),
            lambda uri: uri,
            lambda uri: uri.replace("//", "/", 1),
            lambda uri: encode(uri.replace("//", "/", 1)),
            lambda uri: encode(f"{uri}?width=200#top"),
            lambda uri: f"{uri}?width=200",
            lambda uri: encode(re.sub("^http:", "https:", uri)),
            lambda uri: encode(re.sub("^https:", "http:", uri)),
            lambda uri: encode(uri) + "/",
            lambda uri: uri.rpartition("/")[2].removesuffix(".jpg"),
            lambda uri: encode(uri[uri.index("darkroom/") :].removesuffix(".jpg")),
        ],
        ids=[
            "encoded",
            "encoded twice",
            "encoded three times",
            "not encoded",
            "one slash",
            "one slash encoded",
            "query and fragment encoded",
            "query",
            "https",
            "http",
            "trailing slash",
            "id",
            "public id",
        ],
    )
    def test_several_spellings_of_a_uri_are_accepted(
        self, publication: Publication, spelling: object
    ) -> None:
        assert callable(spelling)
        other_uri, uri = publication.upload(0), publication.upload(1)

        response = publication.owner.delete(f"{publication.images_path}/{spelling(uri)}")

        assert response.status_code == 200, response.text
        assert publication.images() == [other_uri]

    @pytest.mark.point("X3", "P12")
    @pytest.mark.parametrize("empty", ["", "/", "%2F", "%252F", "%20", "?", "#", "%23"])
    def test_an_empty_name_never_deletes_all_images(
        self, publication: Publication, empty: str
    ) -> None:
        uri = publication.upload()

        response = publication.owner.delete(f"{publication.images_path}/{empty}")

        assert response.json()["error"] == "Imagen no encontrada"
        assert publication_error(response) == (404, "IMAGE_NOT_FOUND")
        assert publication.images() == [uri]

    @pytest.mark.point("P12")
    def test_an_image_of_another_publication_returns_404(self, publication: Publication) -> None:
        other = new_publication(publication.owner)
        uri = other.upload()
        publication.upload()

        response = publication.owner.delete(f"{publication.images_path}/{encode(uri)}")

        assert publication_error(response) == (404, "IMAGE_NOT_FOUND")
        assert other.images() == [uri]

    @pytest.mark.point("P15")
    def test_a_second_delete_returns_404(self, publication: Publication) -> None:
        path = f"{publication.images_path}/{encode(publication.upload())}"
        publication.owner.delete(path)

        assert publication_error(publication.owner.delete(path)) == (404, "IMAGE_NOT_FOUND")

    @pytest.mark.point("P-3", "P5")
    def test_only_the_owner_can_delete_an_image(self, publication: Publication, jane: User) -> None:
        uri = publication.upload()

        response = jane.delete(f"{publication.images_path}/{encode(uri)}")

        assert publication_error(response) == (403, "NOT_OWNER")
        assert publication.images() == [uri]


class TestDeletingAll:
    @pytest.mark.point("P-4", "P14", "P15")
    def test_every_delete_returns_the_documented_body(self, publication: Publication) -> None:
        publication.upload()

        for _ in range(2):
            response = publication.owner.delete(publication.images_path)
            assert response.status_code == 200
            assert response.json() == {
                "message": "Todas las imágenes fueron eliminadas exitosamente",
                "publicationId": publication.id,
            }
        assert publication.images() == []
        assert publication.add().json()["totalImages"] == 1

    @pytest.mark.point("P-4", "P5")
    def test_only_the_owner_can_delete_all_images(
        self, publication: Publication, jane: User
    ) -> None:
        uri = publication.upload()

        assert publication_error(jane.delete(publication.images_path)) == (403, "NOT_OWNER")
        assert publication.images() == [uri]

    @pytest.mark.point("P-4")
    def test_an_unknown_publication_returns_404(self, john: User) -> None:
        response = john.delete(f"{ROOT}/unknown/images")

        assert publication_error(response) == (404, "PUBLICATION_NOT_FOUND")
