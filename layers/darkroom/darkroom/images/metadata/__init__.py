"""Taking out of a picture's file what it says beside the picture: places, devices, people, texts.

A file is put together again from its own parts and never encoded anew, so that its pixels are the
very same. What decoding, colours, animation and orientation need stays. What is not known to be
needed goes, and with it whatever follows the picture's end. BMP has no place for such data.
"""

from collections.abc import Callable

from darkroom.images.metadata import avif, gif, jpeg, mpo, png, tiff, webp

_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "AVIF": avif.strip,
    "GIF": gif.strip,
    "JPEG": jpeg.strip,
    "MPO": mpo.strip,
    "PNG": png.strip,
    "TIFF": tiff.strip,
    "WEBP": webp.strip,
}


def strip(content: bytes, kind: str) -> bytes:
    """The file without its metadata, by Pillow's name of its format, or the very file when it has
    none; raises anything for a file whose parts cannot be told apart."""
    stripper = _STRIPPERS.get(kind)
    stripped = stripper(content) if stripper else content
    return content if stripped == content else stripped
