"""The orientation, the only EXIF field that affects how an image is shown."""

PREFIX = b"Exif\0\0"
_ORIENTATION = 0x0112
_ROTATED_OR_MIRRORED = range(2, 9)  # 1 is upright


def orientation_only_exif(exif: bytes) -> bytes:
    """EXIF data with only the orientation, without its prefix; empty for an upright image."""
    from PIL import Image as Pillow  # imported late: most cold starts need no Pillow

    orientation = _read_orientation(exif)
    if orientation not in _ROTATED_OR_MIRRORED:
        return b""
    reduced = Pillow.Exif()
    reduced[_ORIENTATION] = orientation
    return reduced.tobytes().removeprefix(PREFIX)


def _read_orientation(exif: bytes) -> object:
    from PIL import Image as Pillow

    # Broken EXIF data is common, and viewers then show the image upright.
    try:
        tags = Pillow.Exif()
        tags.load(exif)
        return tags.get(_ORIENTATION)
    except Exception:
        return None
