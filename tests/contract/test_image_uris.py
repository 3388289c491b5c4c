"""Deleting an image of a publication by any form of its URI."""

import re
from collections.abc import Callable

import httpx2
import pytest

from tests.support.gallery import User
from tests.support.publications import Publication, new_publication

Rename = Callable[[str, str], str]


def transformed(steps: str) -> Rename:
    return lambda uri, _: uri.replace("/upload/", f"/upload/{steps}/")


FORMS_OF_A_URI: dict[str, Rename] = {
    "the id": lambda _, image_id: image_id,
    "the id with an extension": lambda _, image_id: f"{image_id}.jpg",
    "the id with another extension": lambda _, image_id: f"{image_id}.webp",
    "without the version": lambda uri, _: re.sub(r"/v\d+/", "/", uri),
    "with another version": lambda uri, _: re.sub(r"/v\d+/", "/v1/", uri),
    "another extension": lambda uri, _: re.sub(r"\.\w+$", ".png", uri),
    "without an extension": lambda uri, _: re.sub(r"\.\w+$", "", uri),
    "transformed": transformed("w_200,c_fill"),
    "transformed twice": transformed("c_thumb,g_face,w_2.5/e_sepia:80,f_auto,q_auto:good"),
    "transformed and signed": transformed("s--AbC_-123--/c_fill,w_200"),
    "transformed without the version": lambda uri, _: re.sub(r"/v\d+/", "/w_9,h_9/", uri),
    "transformed with a query": lambda uri, _: transformed("w_9")(uri, "") + "?_a=BAAC",
}
OTHER_URIS: dict[str, Rename] = {
    "another account": lambda uri, _: re.sub(r"/[^/]+/image/upload/", "/x/image/upload/", uri),
    "another host": lambda uri, _: re.sub(r"//[^/]+/", "//example.com/", uri),
    "another delivery type": lambda uri, _: uri.replace("/upload/", "/fetch/"),
    "another folder": lambda uri, _: re.sub(r"/v\d+/", "/v1/other/", uri),
    "another name": lambda uri, _: uri.replace("/upload/", "/upload/x"),
    "a name that continues": lambda _, image_id: f"{image_id}x.jpg",
    "an id with two extensions": lambda _, image_id: f"{image_id}.jpg.jpg",
    "only an extension": lambda _, __: ".jpg",
    "a path below it": lambda uri, _: f"{uri}/x",
}


@pytest.fixture
def publication(john: User) -> Publication:
    return new_publication(john)


def delete(publication: Publication, rename: Rename, times: int = 1) -> tuple[httpx2.Response, str]:
    uri = publication.upload()
    image_id = uri.rpartition("/")[2].rpartition(".")[0]
    name = rename(uri, image_id)
    for _ in range(times):
        name = "".join(f"%{byte:02X}" for byte in name.encode())
    return publication.owner.delete(f"{publication.images_path}/{name}"), uri


@pytest.mark.point("P12")
@pytest.mark.variants("rename", "times")
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("rename", FORMS_OF_A_URI.values(), ids=FORMS_OF_A_URI)
def test_an_image_is_deleted_by_every_form_of_its_uri(
    publication: Publication, rename: Rename, times: int
) -> None:
    response, _ = delete(publication, rename, times)

    assert (response.status_code, publication.images()) == (200, [])


@pytest.mark.point("P12")
@pytest.mark.variants("rename")
@pytest.mark.parametrize("rename", OTHER_URIS.values(), ids=OTHER_URIS)
def test_another_uri_deletes_nothing(publication: Publication, rename: Rename) -> None:
    response, uri = delete(publication, rename)

    assert (response.status_code, publication.images()) == (404, [uri])
