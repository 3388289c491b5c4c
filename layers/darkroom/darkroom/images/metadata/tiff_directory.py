"""The directories of a TIFF: entries with a tag, whose values are anywhere in the file."""

import struct
from collections.abc import Container
from typing import NamedTuple

from darkroom.images.metadata.parts import Span, TooManyPartsError, TruncatedError

_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TYPE_SIZES |= {16: 8, 17: 8, 18: 8}
_INTEGER_TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_BIG_TIFF = 43
_MAX_ENTRIES = 4096  # of a directory, like libtiff


class Layout(NamedTuple):
    """The `struct` formats of a directory: the number of entries, an entry, and an offset."""

    byte_order: str
    entry_count: str
    entry: str  # tag, type and number of values; the inline values or their offset follow
    offset: str
    header_size: int

    @property
    def entry_size(self) -> int:
        return struct.calcsize(self.entry) + self.inline_size

    @property
    def inline_size(self) -> int:
        """The bytes of values that fit into the entry itself."""
        return struct.calcsize(self.offset)


class Entry(NamedTuple):
    raw: bytes
    tag: int
    type: int
    value_count: int
    values: Span


class Directory(NamedTuple):
    span: Span
    entries: list[Entry]
    next_offset: int


def read_header(content: bytes) -> tuple[Layout, int]:
    """The layout of the directories, and the offset of the first one."""
    order = "<" if content.startswith(b"II") else ">"
    is_big = struct.unpack_from(f"{order}H", content, 2)[0] == _BIG_TIFF
    layout = (
        Layout(order, f"{order}Q", f"{order}HHQ", f"{order}Q", 16)
        if is_big
        else Layout(order, f"{order}H", f"{order}HHI", f"{order}I", 8)
    )
    return layout, struct.unpack_from(layout.offset, content, 8 if is_big else 4)[0]


def directory_span(content: bytes, layout: Layout, offset: int) -> Span:
    """Raises `TruncatedError` or `TooManyPartsError` for a directory that cannot be read."""
    start = offset + struct.calcsize(layout.entry_count)
    if offset < layout.header_size or start > len(content):
        raise TruncatedError("the file ends before its directory")
    (entry_count,) = struct.unpack_from(layout.entry_count, content, offset)
    end = start + entry_count * layout.entry_size + layout.inline_size
    if end > len(content):
        raise TruncatedError("the file ends within its directory")
    if entry_count > _MAX_ENTRIES:
        raise TooManyPartsError(f"a directory has more than {_MAX_ENTRIES} entries")
    return Span(offset, end)


def read_directory(content: bytes, layout: Layout, offset: int, tags: Container[int]) -> Directory:
    """The directory with the entries of the given tags."""
    span = directory_span(content, layout, offset)
    start = offset + struct.calcsize(layout.entry_count)
    end = span.end - layout.inline_size
    (next_offset,) = struct.unpack_from(layout.offset, content, end)
    rows = struct.iter_unpack(f"{layout.entry}{layout.inline_size}x", content[start:end])
    entries = [
        _read_entry(content, layout, start + number * layout.entry_size)
        for number, (tag, *_) in enumerate(rows)
        if tag in tags
    ]
    return Directory(span, entries, next_offset)


def _read_entry(content: bytes, layout: Layout, entry_offset: int) -> Entry:
    raw = content[entry_offset : entry_offset + layout.entry_size]
    tag, value_type, count = struct.unpack_from(layout.entry, raw)
    size = _TYPE_SIZES.get(value_type, 1) * count
    inline = layout.entry_size - layout.inline_size
    if size <= layout.inline_size:
        # The rest of the field is unused.
        raw = raw[: inline + size].ljust(layout.entry_size, b"\0")
        start = entry_offset + inline
        return Entry(raw, tag, value_type, count, Span(start, start + size))
    (offset,) = struct.unpack_from(layout.offset, raw, inline)
    return Entry(raw, tag, value_type, count, Span(offset, offset + size))


def read_values(content: bytes, layout: Layout, entry: Entry) -> tuple[int, ...]:
    """The values of an entry of an integer type, and nothing for another type."""
    if entry.type not in _INTEGER_TYPES:
        return ()
    code = f"{layout.byte_order}{entry.value_count}{_INTEGER_TYPES[entry.type]}"
    return struct.unpack_from(code, content, entry.values.start)


def build_directory(layout: Layout, directory: Directory) -> bytes:
    """The directory, padded to its size."""
    raw = struct.pack(layout.entry_count, len(directory.entries))
    raw += b"".join(entry.raw for entry in directory.entries)
    raw += struct.pack(layout.offset, directory.next_offset)
    return raw.ljust(directory.span.end - directory.span.start, b"\0")
