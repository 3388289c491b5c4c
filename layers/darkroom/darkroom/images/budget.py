"""Limits on the images of one request: their pixels, the parts of their files, and time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from darkroom.errors import TooManyImagePartsError, TooManyPixelsError

MAX_PIXELS = 50_000_000  # of one image, or of one frame of an animation
MAX_ANIMATION_PIXELS = 500_000_000  # of all frames of one image
MAX_UPLOAD_PIXELS = 500_000_000  # of all images of a request, as far as they are decoded
MAX_UPLOAD_PARTS = 200_000  # of all files of a request: segments, chunks, blocks, boxes
MAX_SECONDS = 10.0  # for all images of a request, which the gateway ends after 29


@dataclass
class Budget:
    """What remains of the limits of one request, for the images that are still to be read."""

    pixels: int = MAX_UPLOAD_PIXELS
    parts: int = MAX_UPLOAD_PARTS
    seconds: float = MAX_SECONDS

    def require_pixels(self, pixels: int) -> None:
        """Raises `TooManyPixelsError` if fewer remain."""
        if pixels > self.pixels:
            message = f"The images have more than {MAX_UPLOAD_PIXELS} pixels together"
            raise TooManyPixelsError(message)

    def require_parts(self, parts: int) -> None:
        """Raises `TooManyImagePartsError` if fewer remain."""
        if parts > self.parts:
            message = f"The files have more than {MAX_UPLOAD_PARTS} parts together"
            raise TooManyImagePartsError(message)

    @contextmanager
    def timed(self) -> Iterator[float]:
        """The seconds that remain for a block. Raises `TimeoutError` if none do."""
        if self.seconds <= 0:
            raise TimeoutError
        start = time.monotonic()
        try:
            yield self.seconds
        finally:
            self.seconds -= time.monotonic() - start
