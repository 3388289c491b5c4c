"""A photograph comes back without what it said of places and devices, whichever way it came in."""

import io

import httpx2
import pytest
from PIL import Image

from tests.support.direct import GROUPS, new_direct
from tests.support.gallery import Person
from tests.support.images import SECRET, photograph
from tests.support.publications import new_publication


@pytest.mark.parametrize("way", ["multipart", "upload"])
@pytest.mark.parametrize("group", GROUPS)
def test_a_photograph_loses_its_place_and_no_pixel(john: Person, group: str, way: str) -> None:
    direct, content = new_direct(group, john), photograph()

    kept = httpx2.get(direct.url(getattr(direct, way)(content))).content

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
