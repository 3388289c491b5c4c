"""The one thing that EXIF data says about how to show a picture."""

PREFIX = b"Exif\0\0"
_ORIENTATION = 0x0112
_TURNED = range(2, 9)  # 1 is upright


def orientation_alone(exif: bytes) -> bytes:
    """EXIF data, without its prefix, of nothing but the orientation; empty for upright."""
    from PIL import Image as Pillow  # not before the first image

    # Broken EXIF data is common, and shows its picture upright.
    try:
        found = Pillow.Exif()
        found.load(exif)
        orientation = found.get(_ORIENTATION)
    except Exception:
        return b""
    if orientation not in _TURNED:
        return b""
    kept = Pillow.Exif()
    kept[_ORIENTATION] = orientation
    return kept.tobytes().removeprefix(PREFIX)
