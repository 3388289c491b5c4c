"""Where image bytes are kept. The one abstract type of the project, with two real stores."""

from collections.abc import Iterable
from typing import Protocol

from darkroom.images.formats import Image


class ImageStorage(Protocol):
    @property
    def name(self) -> str:
        """What rows call the store, so that the clean-up finds it."""

    def store(self, image: Image, public_id: str) -> str:
        """Keep the image under an id of ours and return where it is found.

        Storing the same id again replaces it. Raises `StorageError`; `InvalidInputError`
        or `TooLargeError` where the store refuses the image itself.
        """

    def destroy(self, public_ids: Iterable[str]) -> None:
        """Remove the images for good, also from caches; an unknown id is no error.

        Raises `StorageError` after having tried them all.
        """
