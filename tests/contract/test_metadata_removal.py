"""Every way of uploading removes the location and device of an image and keeps its pixels."""

import io

import httpx2
import pytest
from PIL import Image

from tests.support.direct_uploads import GROUPS, direct_upload_client
from tests.support.gallery import User
from tests.support.images import SECRET, photograph
from tests.support.publications import new_publication


@pytest.mark.parametrize("upload_method", ["multipart", "upload"])
@pytest.mark.parametrize("group", GROUPS)
def test_an_upload_removes_metadata_and_keeps_pixels(
    john: User, group: str, upload_method: str
) -> None:
    uploads, content = direct_upload_client(group, john), photograph()

    response = getattr(uploads, upload_method)(content)
    stored = httpx2.get(uploads.image_url(response)).content

    assert SECRET.encode() in content
    assert SECRET.encode() not in stored
    before, after = (Image.open(io.BytesIO(c)) for c in (content, stored))
    assert after.tobytes() == before.tobytes()
    assert after.getexif()[0x0112] == before.getexif()[0x0112]
    assert not after.getexif().get_ifd(0x8825)


def test_an_image_that_differs_only_in_its_metadata_is_not_a_duplicate(john: User) -> None:
    publication = new_publication(john)

    responses = [publication.add(photograph(comment=text)) for text in (b"one", b"two", b"one")]

    assert [response.status_code for response in responses] == [201, 201, 400]
