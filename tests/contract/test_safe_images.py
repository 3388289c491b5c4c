"""A photograph comes back without what it said of places and devices, whichever way it came in."""

import io
from collections.abc import Callable

import httpx2
import pytest
from PIL import Image

from tests.support.gallery import Person
from tests.support.images import SECRET, photograph
from tests.support.publications import new_publication
from tests.support.stories import V1, V2, Stories


def by_stories_v1(john: Person, content: bytes) -> bytes:
    path = Stories(john.api, V1).upload(content).urls[0]
    return httpx2.get(john.api.get(path).headers["Location"]).content


def by_stories_v2(john: Person, content: bytes) -> bytes:
    return httpx2.get(Stories(john.api, V2).upload(content).urls[0]).content


def by_publications(john: Person, content: bytes) -> bytes:
    return httpx2.get(new_publication(john).add(content).json()["imageUri"]).content


def by_gallery(john: Person, content: bytes) -> bytes:
    return httpx2.get(john.post_image(content).json()["image_url"]).content


WAYS = [by_stories_v1, by_stories_v2, by_publications, by_gallery]


@pytest.mark.parametrize("way", WAYS)
def test_a_photograph_loses_its_place_and_no_pixel(
    john: Person, way: Callable[[Person, bytes], bytes]
) -> None:
    content = photograph()

    kept = way(john, content)

    assert SECRET.encode() in content
    assert SECRET.encode() not in kept
    before, after = (Image.open(io.BytesIO(c)) for c in (content, kept))
    assert after.tobytes() == before.tobytes()
    assert after.getexif()[0x0112] == before.getexif()[0x0112]
    assert not after.getexif().get_ifd(0x8825)


def test_a_photograph_that_differs_in_its_metadata_alone_is_no_duplicate(john: Person) -> None:
    publication = new_publication(john)

    answers = [publication.add(photograph(comment=text)) for text in (b"one", b"two", b"one")]

    assert [answer.status_code for answer in answers] == [201, 201, 400]
