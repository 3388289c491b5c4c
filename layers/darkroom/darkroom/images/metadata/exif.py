"""The orientation, the only EXIF field that affects how an image is shown."""

import struct

PREFIX = b"Exif\0\0"
_ORIENTATION = 0x0112
_ROTATED_OR_MIRRORED = range(2, 9)  # 1 is upright
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_FORMATS = {1: "B", 3: "H", 4: "I"}  # of the integer types
_ENTRY_SIZE = 12


def orientation_only_exif(exif: bytes) -> bytes:
    """EXIF data with only the orientation, without its prefix; empty for an upright image."""
    orientation = _read_orientation(exif.removeprefix(PREFIX))
    if orientation not in _ROTATED_OR_MIRRORED:
        return b""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)


def _read_orientation(exif: bytes) -> int | None:
    # Broken EXIF data is common, and viewers then show the image upright.
    try:
        return _find_orientation(exif, _BYTE_ORDERS[exif[:4]])
    except (KeyError, struct.error):
        return None


def _find_orientation(exif: bytes, order: str) -> int | None:
    """The orientation in the first directory. The other values, of any size, are not read."""
    (directory,) = struct.unpack_from(f"{order}I", exif, 4)
    (entry_count,) = struct.unpack_from(f"{order}H", exif, directory)
    for number in range(entry_count):
        offset = directory + 2 + number * _ENTRY_SIZE
        tag, value_type, count = struct.unpack_from(f"{order}HHI", exif, offset)
        if tag == _ORIENTATION and count == 1 and value_type in _FORMATS:
            value: int = struct.unpack_from(order + _FORMATS[value_type], exif, offset + 8)[0]
            return value
    return None
