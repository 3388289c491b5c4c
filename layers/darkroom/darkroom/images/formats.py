"""What an image is to us, once it has been decoded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    extension: str
    content_type: str


# SVG is missing on purpose: it can carry scripts.
FORMATS = {
    "AVIF": Format("avif", "image/avif"),
    "BMP": Format("bmp", "image/bmp"),
    "GIF": Format("gif", "image/gif"),
    "JPEG": Format("jpg", "image/jpeg"),
    "MPO": Format("jpg", "image/jpeg"),
    "PNG": Format("png", "image/png"),
    "TIFF": Format("tiff", "image/tiff"),
    "WEBP": Format("webp", "image/webp"),
}


@dataclass(frozen=True)
class Image:
    """A file that was decoded and found to be an image."""

    content: bytes
    format: Format
