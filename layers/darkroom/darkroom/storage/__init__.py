"""Image stores. The project's only abstract type, with two implementations."""

from collections.abc import Iterable
from typing import Protocol

from darkroom.images.formats import Image


class ImageStorage(Protocol):
    @property
    def name(self) -> str:
        """The store's name in rows, by which the clean-up finds it."""

    def store(self, image: Image, public_id: str) -> str:
        """Store the image under the public id and return its URL.

        Storing the same id again replaces the image. Raises `StorageError`; `InvalidInputError` or
        `TooLargeError` if the store rejects the image itself.
        """

    def destroy(self, public_ids: Iterable[str]) -> None:
        """Delete the assets, also from caches; an unknown id is not an error.

        Raises `StorageError` after trying all of them.
        """
