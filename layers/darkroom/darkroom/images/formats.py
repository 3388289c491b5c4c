"""The image formats that are accepted, and a checked image."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    extension: str
    content_type: str


# By Pillow's names. SVG is excluded, because it can contain scripts.
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
    """A file that was decoded as an image."""

    content: bytes
    format: Format
