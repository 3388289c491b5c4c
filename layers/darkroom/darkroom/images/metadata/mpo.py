"""MPO: several JPEGs one after the other, each with its metadata, and in the first one an index."""

import struct
from collections.abc import Iterator
from itertools import pairwise

from darkroom.images.metadata import jpeg
from darkroom.images.metadata.jpeg import APP1, APP2, after, joined, segment_of, segments

_NAME = b"MPF\0"
_VERSION, _COUNT, _LIST = 0xB000, 0xB001, 0xB002  # tags of the index
_LONG, _UNDEFINED = 4, 7  # their types
_ROW = "IIIHH"  # kind, size, place, and the numbers of two pictures that this one needs
_ROW_SIZE = struct.calcsize(">" + _ROW)
_LIST_AT = 50  # in an index of ours: behind a header, three entries and the end of the directory


def strip(content: bytes) -> bytes:
    """All pictures without their metadata, under a new index."""
    listed = [(kind, jpeg.needed(picture)) for kind, picture in _pictures(content)]
    kinds = [kind for kind, segments in listed if segments]
    first, *others = [segments for _, segments in listed if segments]
    split = after(first, APP1)
    before, behind = joined(first[:split]), joined(first[split:])
    index_size = 4 + len(_NAME) + _LIST_AT + _ROW_SIZE * len(kinds)
    pictures = [joined(segments) for segments in others]
    sizes = [len(before) + index_size + len(behind), *map(len, pictures)]
    index = _index(kinds, sizes, len(before) + 4 + len(_NAME))
    return b"".join([before, segment_of(APP2, _NAME + index).whole, behind, *pictures])


def _pictures(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind of each picture that the index lists, and the file from where it begins.

    It ends before the next one, whatever size the index tells: writers are free with those.
    """
    found = next(s for s in segments(content) if s.marker == APP2 and s.content.startswith(_NAME))
    base, index = found.place + 4 + len(_NAME), found.content[len(_NAME) :]
    (first, *_), *others = _rows(index)
    yield first, content
    kinds = {base + offset: kind for kind, _, offset, _, _ in others}
    for begin, end in pairwise([*sorted(kinds), len(content)]):
        yield kinds[begin], content[begin:end]


def _rows(index: bytes) -> list[tuple[int, ...]]:
    order = "<" if index.startswith(b"II") else ">"
    (directory,) = struct.unpack_from(f"{order}I", index, 4)
    (entries,) = struct.unpack_from(f"{order}H", index, directory)
    for number in range(entries):
        at = directory + 2 + 12 * number
        tag, _, length, place = struct.unpack_from(f"{order}HHII", index, at)
        if tag == _LIST:
            return list(struct.iter_unpack(order + _ROW, index[place : place + length]))
    raise ValueError("the index lists no pictures")


def _index(kinds: list[int], sizes: list[int], base: int) -> bytes:
    """An index of pictures that follow each other; places in it count from its own, the base."""
    places = [0, *(sum(sizes[:number]) - base for number in range(1, len(sizes)))]
    rows = [
        struct.pack(">" + _ROW, kind, size, place, 0, 0)
        for kind, size, place in zip(kinds, sizes, places, strict=True)
    ]
    entries = [
        (_VERSION, _UNDEFINED, 4, int.from_bytes(b"0100")),
        (_COUNT, _LONG, 1, len(rows)),
        (_LIST, _UNDEFINED, _ROW_SIZE * len(rows), _LIST_AT),
    ]
    directory = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    return struct.pack(">2sHIH", b"MM", 42, 8, 3) + directory + bytes(4) + b"".join(rows)
