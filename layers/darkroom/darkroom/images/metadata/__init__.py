"""Removal of metadata from image files: locations, devices, names and texts.

The file is rebuilt from its own parts and never re-encoded, so its pixels do not change. The parts
for decoding, colours, animation and orientation are kept. All others, including unknown ones and
data after the end of the image, are removed.
"""

from collections.abc import Callable

from darkroom.images.metadata import avif, bmp, gif, jpeg, mpo, png, tiff, webp

_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "AVIF": avif.strip,
    "BMP": bmp.strip,
    "GIF": gif.strip,
    "JPEG": jpeg.strip,
    "MPO": mpo.strip,
    "PNG": png.strip,
    "TIFF": tiff.strip,
    "WEBP": webp.strip,
}


def strip(content: bytes, format_name: str) -> bytes:
    """The file without its metadata, or the same object if it has none.

    `format_name` is Pillow's name of the format. Raises any exception for a file that cannot be
    parsed.
    """
    stripper = _STRIPPERS.get(format_name)
    stripped = stripper(content) if stripper else content
    return content if stripped == content else stripped
