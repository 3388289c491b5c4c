"""Raw photos in the form of a TIFF: DNG, CR2, NEF, ARW, PEF and others.

Their first image is often a thumbnail. Storing it would lose the photo.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress

_SUB_DIRECTORIES, _PHOTOMETRIC, _DNG_VERSION = 330, 262, 50706
_SENSOR_COLOURS = {32803, 34892}  # colour filter array, linear raw
_MAX_DIRECTORIES, _MAX_ENTRIES = 16, 1000
_CANON = slice(8, 10)

Entry = tuple[int, int, int]  # tag, number of values, and the value or the offset of the values


def is_raw_photo(tiff: bytes) -> bool:
    with suppress(struct.error):
        return tiff[_CANON] == b"CR" or any(_is_sensor_data(e) for e in _entries(tiff))
    return False


def _is_sensor_data(entry: Entry) -> bool:
    tag, _, value = entry
    return tag == _DNG_VERSION or (tag == _PHOTOMETRIC and value in _SENSOR_COLOURS)


def _entries(tiff: bytes) -> Iterator[Entry]:
    """The entries of the first directories and of their sub-directories, in a classic TIFF."""
    order = "<" if tiff.startswith(b"II") else ">"
    (version, first) = struct.unpack_from(f"{order}HI", tiff, 2)
    offsets = [first] if version == 42 else []
    for _ in range(_MAX_DIRECTORIES):
        if not offsets:
            return
        offset = offsets.pop(0)
        for entry in _directory(tiff, order, offset):
            yield entry
            if entry[0] == _SUB_DIRECTORIES:
                offsets += _offsets(tiff, order, entry)


def _directory(tiff: bytes, order: str, offset: int) -> Iterator[Entry]:
    (count,) = struct.unpack_from(f"{order}H", tiff, offset)
    for start in range(offset + 2, offset + 2 + 12 * min(count, _MAX_ENTRIES), 12):
        tag, value_type, values = struct.unpack_from(f"{order}HHI", tiff, start)
        code = "H" if value_type == 3 and values == 1 else "I"
        yield tag, values, struct.unpack_from(order + code, tiff, start + 8)[0]


def _offsets(tiff: bytes, order: str, entry: Entry) -> tuple[int, ...]:
    _, count, value = entry
    if count == 1:
        return (value,)
    return struct.unpack_from(f"{order}{min(count, _MAX_DIRECTORIES)}I", tiff, value)
