"""An image and its shares are one item collection; lists contain only existing images."""

from collections import Counter

import pytest

from darkroom import clock, ids
from darkroom.errors import InvalidInputError, NotFoundError
from darkroom.models.gallery import SHARDS, GalleryImage, Share, StoredImage
from darkroom.models.operations import commit
from darkroom.paging import Cursor

pytestmark = pytest.mark.usefixtures("tables")

START = Cursor(("",))


def create_image(owner: str = "john", visibility: str = "private") -> GalleryImage:
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


def share_image(image: GalleryImage, user_id: int = 2) -> None:
    Share.grant(image, user_id, f"sub-{user_id}", f"user-{user_id}")


def test_an_image_can_be_shared_once_with_a_user() -> None:
    image = create_image()
    share_image(image)

    assert Share.exists_for(int(image.image_id), 2)
    with pytest.raises(InvalidInputError, match="already shared"):
        share_image(image)


def test_a_deleted_image_cannot_be_shared() -> None:
    image = create_image()
    image.remove()

    with pytest.raises(NotFoundError, match="Image not found"):
        share_image(image)


def test_shares_of_deleted_images_are_not_listed() -> None:
    deleted, remaining = create_image(), create_image()
    for image in (deleted, remaining):
        share_image(image)
    deleted.remove()

    received = [element.item[1].image_id for element in Share.received_by("sub-2", START, None)]
    given = [element.item[1].image_id for element in Share.given_by("john", START, None)]

    assert received == given == [remaining.image_id]


def test_remove_all_removes_only_the_shares_of_one_image() -> None:
    first, second = create_image(), create_image()
    for image in (first, second):
        for user_id in (2, 3):
            share_image(image, user_id)

    Share.remove_all(int(first.image_id))

    assert not Share.exists_for(int(first.image_id), 2)
    assert not Share.exists_for(int(first.image_id), 3)
    assert Share.exists_for(int(second.image_id), 2)
    assert GalleryImage.find(int(first.image_id)).image_id == first.image_id


@pytest.mark.parametrize("stored", [0, 5, 30])
def test_a_page_of_images_costs_one_query(calls: Counter[str], stored: int) -> None:
    for _ in range(stored):
        create_image()
    calls.clear()

    images = GalleryImage.owned_by("john", START, 3)
    page = [element for _, element in zip(range(4), images, strict=False)]

    assert len(page) == min(stored, 4)
    assert calls == {"Query": 1}


@pytest.mark.parametrize("stored", [1, 5, 30])
def test_a_page_of_shares_costs_one_query_and_one_read(calls: Counter[str], stored: int) -> None:
    for _ in range(stored):
        share_image(create_image())
    calls.clear()

    shares = Share.received_by("sub-2", START, 3)
    page = [element for _, element in zip(range(4), shares, strict=False)]

    assert len(page) == min(stored, 4)
    assert calls == {"Query": 1, "BatchGetItem": 1}


def test_the_public_feed_is_sorted_from_newest_to_oldest() -> None:
    create_image()
    public = [create_image(visibility="public").image_id for _ in range(3)]

    feed = [element.item.image_id for element in GalleryImage.public(Cursor(("",) * SHARDS), None)]

    assert feed == public[::-1]
