"""An image and its shares are one collection; lists confirm what they show."""

from collections import Counter

import pytest

from darkroom import clock, ids
from darkroom.errors import InvalidInputError, NotFoundError
from darkroom.models.gallery import SHARDS, GalleryImage, Share, StoredImage
from darkroom.models.operations import commit
from darkroom.paging import Cursor

pytestmark = pytest.mark.usefixtures("tables")

START = Cursor(("",))


def create(owner: str = "john", visibility: str = "private") -> GalleryImage:
    image_id = ids.new_integer()
    image = GalleryImage(
        image_id,
        position=ids.position(image_id),
        owner_sub=owner,
        owner_id=1,
        owner_username=owner,
        shard=image_id % SHARDS if visibility == "public" else None,
        visibility=visibility,
        created_at=clock.now(),
        url="u",
        store="cloudinary",
        images=[StoredImage(public_id="p")],
    )
    commit(image.create)
    return image


def share(image: GalleryImage, user_id: int = 2) -> None:
    Share.grant(image, user_id, f"sub-{user_id}", f"user-{user_id}")


def test_an_image_can_be_shared_once_with_a_user() -> None:
    image = create()
    share(image)

    assert Share.exists_for(int(image.image_id), 2)
    with pytest.raises(InvalidInputError, match="already shared"):
        share(image)


def test_an_image_that_is_gone_cannot_be_shared() -> None:
    image = create()
    image.remove()

    with pytest.raises(NotFoundError, match="Image not found"):
        share(image)


def test_a_share_of_an_image_that_is_gone_is_not_listed() -> None:
    gone, kept = create(), create()
    for image in (gone, kept):
        share(image)
    gone.remove()

    received = [element.item[1].image_id for element in Share.received_by("sub-2", START, None)]
    given = [element.item[1].image_id for element in Share.given_by("john", START, None)]

    assert received == given == [kept.image_id]


def test_forgetting_removes_the_shares_of_one_image_alone() -> None:
    gone, kept = create(), create()
    for image in (gone, kept):
        for user_id in (2, 3):
            share(image, user_id)

    Share.remove_all(int(gone.image_id))

    assert not Share.exists_for(int(gone.image_id), 2)
    assert not Share.exists_for(int(gone.image_id), 3)
    assert Share.exists_for(int(kept.image_id), 2)
    assert GalleryImage.find(int(gone.image_id)).image_id == gone.image_id


@pytest.mark.parametrize("stored", [0, 5, 30])
def test_a_page_of_images_costs_one_query(calls: Counter[str], stored: int) -> None:
    for _ in range(stored):
        create()
    calls.clear()

    images = GalleryImage.owned_by("john", START, 3)
    page = [element for _, element in zip(range(4), images, strict=False)]

    assert len(page) == min(stored, 4)
    assert calls == {"Query": 1}


@pytest.mark.parametrize("stored", [1, 5, 30])
def test_a_page_of_shares_costs_one_query_and_one_read(calls: Counter[str], stored: int) -> None:
    for _ in range(stored):
        share(create())
    calls.clear()

    shares = Share.received_by("sub-2", START, 3)
    page = [element for _, element in zip(range(4), shares, strict=False)]

    assert len(page) == min(stored, 4)
    assert calls == {"Query": 1, "BatchGetItem": 1}


def test_the_feed_is_newest_first_and_public() -> None:
    create()
    public = [create(visibility="public").image_id for _ in range(3)]

    feed = [element.item.image_id for element in GalleryImage.public(Cursor(("",) * SHARDS), None)]

    assert feed == public[::-1]
