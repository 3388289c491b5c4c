"""MPO: consecutive JPEG images, each with its metadata. The first one contains the MP index."""

import struct
from collections.abc import Iterator
from itertools import pairwise

from darkroom.images.metadata.jpeg import index_after, join, kept_segments
from darkroom.images.metadata.jpeg_segments import APP1, APP2, Segment, build_segment, segments
from darkroom.images.metadata.parts import MAX_PARTS, TooManyPartsError

_PREFIX, _START = b"MPF\0", b"\xff\xd8"
_VERSION, _IMAGE_COUNT, _MP_ENTRIES = 0xB000, 0xB001, 0xB002  # tags of the index
_LONG, _UNDEFINED = 4, 7  # types of their values
_MP_ENTRY = "IIIHH"  # attribute, size, offset, and the numbers of two dependent images
_MP_ENTRY_SIZE = struct.calcsize(">" + _MP_ENTRY)
_MP_ENTRIES_OFFSET = 50  # in an index that `_build_index` returns: after header and directory


def strip(content: bytes) -> bytes:
    """All images without their metadata, with a new index."""
    images = list(_kept_images(content))
    attributes = [attribute for attribute, _ in images]
    first, *others = [segments for _, segments in images]
    split = index_after(first, APP1)
    head, tail = join(first[:split]), join(first[split:])
    other_images = [join(segments) for segments in others]
    segment_size = 4 + len(_PREFIX) + _MP_ENTRIES_OFFSET + _MP_ENTRY_SIZE * len(attributes)
    sizes = [len(head) + segment_size + len(tail), *map(len, other_images)]
    index = _build_index(attributes, sizes, len(head) + 4 + len(_PREFIX))
    return b"".join([head, build_segment(APP2, _PREFIX + index).raw, tail, *other_images])


def _kept_images(content: bytes) -> Iterator[tuple[int, list[Segment]]]:
    """The attribute and the kept segments of each image. Offsets that lead to no image, such as
    those of a file that was cut, are ignored."""
    segment_count = 0
    for attribute, image in _images(content):
        if image.startswith(_START):
            source = list(segments(image))
            segment_count += len(source)
            if segment_count > MAX_PARTS:
                raise TooManyPartsError(f"the file has more than {MAX_PARTS} parts")
            yield attribute, kept_segments(source)


def _images(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The attribute of each image in the index, and its bytes up to the start of the next one.

    The sizes in the index are ignored, because many writers get them wrong.
    """
    segment = next(s for s in segments(content) if _is_index(s))
    base, index = segment.offset + 4 + len(_PREFIX), segment.payload[len(_PREFIX) :]
    (first_attribute, *_), *others = _read_entries(index)
    yield first_attribute, content
    attributes = {base + offset: attribute for attribute, _, offset, _, _ in others}
    for start, end in pairwise([*sorted(attributes), len(content)]):
        yield attributes[start], content[start:end]


def _is_index(segment: Segment) -> bool:
    return segment.marker == APP2 and segment.payload.startswith(_PREFIX)


def _read_entries(index: bytes) -> list[tuple[int, ...]]:
    order = "<" if index.startswith(b"II") else ">"
    (directory,) = struct.unpack_from(f"{order}I", index, 4)
    (field_count,) = struct.unpack_from(f"{order}H", index, directory)
    for number in range(field_count):
        field = struct.unpack_from(f"{order}HHII", index, directory + 2 + 12 * number)
        tag, _, length, offset = field
        if tag == _MP_ENTRIES:
            return list(struct.iter_unpack(order + _MP_ENTRY, index[offset : offset + length]))
    raise ValueError("the index has no entries")


def _build_index(attributes: list[int], sizes: list[int], base: int) -> bytes:
    """An index of consecutive images. Its offsets count from its own offset, the base."""
    offsets = [0, *(sum(sizes[:number]) - base for number in range(1, len(sizes)))]
    entries = [
        struct.pack(">" + _MP_ENTRY, attribute, size, offset, 0, 0)
        for attribute, size, offset in zip(attributes, sizes, offsets, strict=True)
    ]
    fields = [
        (_VERSION, _UNDEFINED, 4, int.from_bytes(b"0100")),
        (_IMAGE_COUNT, _LONG, 1, len(entries)),
        (_MP_ENTRIES, _UNDEFINED, _MP_ENTRY_SIZE * len(entries), _MP_ENTRIES_OFFSET),
    ]
    directory = b"".join(struct.pack(">HHII", *field) for field in fields)
    return struct.pack(">2sHIH", b"MM", 42, 8, 3) + directory + bytes(4) + b"".join(entries)
