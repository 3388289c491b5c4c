"""TIFF: directories of entries whose values are anywhere in the file. Offsets must not change:
removed values are overwritten with zeroes, and their directory is rewritten without them."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.parts import MAX_PARTS, Span, zero_out

_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TYPE_SIZES |= {16: 8, 17: 8, 18: 8}
_INTEGER_TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_SUB_DIRECTORIES = 330
_METADATA_DIRECTORIES = {34665, 34853, 40965}  # EXIF, GPS, interoperability
_IMAGE_DATA = {273: 279, 324: 325, 513: 514}  # offsets to sizes: strips, tiles, JPEG
_BIG_TIFF = 43

# The tags for decoding and showing an image: sizes, strips and tiles, compression, colours.
_KEPT_TAGS = {
    *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281),
    *(282, 283, 284, 286, 287, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322),
    *(323, 324, 325, 330, 332, 334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 517),
    *(518, 519, 520, 521, 529, 530, 531, 532, 34675),
}


class _Layout(NamedTuple):
    """The `struct` formats of a directory: the number of entries, an entry, and an offset."""

    byte_order: str
    entry_count: str
    entry: str  # tag, type and number of values; the inline values or their offset follow
    offset: str

    @property
    def entry_size(self) -> int:
        return struct.calcsize(self.entry) + self.inline_size

    @property
    def inline_size(self) -> int:
        """The bytes of values that fit into the entry itself."""
        return struct.calcsize(self.offset)


class _Entry(NamedTuple):
    raw: bytes
    tag: int
    type: int
    value_count: int
    values: Span


class _Directory(NamedTuple):
    span: Span
    entries: list[_Entry]
    next_offset: int


def strip(content: bytes) -> bytes:
    layout, first_offset = _read_header(content)
    walker = _Walker(content, layout)
    walker.walk(first_offset)
    data = zero_out(content, walker.removed, walker.kept)
    for offset, directory in walker.directories.items():
        data[offset : offset + len(directory)] = directory
    return bytes(data)


def _read_header(content: bytes) -> tuple[_Layout, int]:
    """The layout of the directories, and the offset of the first one."""
    order = "<" if content.startswith(b"II") else ">"
    is_big = struct.unpack_from(f"{order}H", content, 2)[0] == _BIG_TIFF
    layout = (
        _Layout(order, f"{order}Q", f"{order}HHQ", f"{order}Q")
        if is_big
        else _Layout(order, f"{order}H", f"{order}HHI", f"{order}I")
    )
    return layout, struct.unpack_from(layout.offset, content, 8 if is_big else 4)[0]


class _Walker:
    """Collects the removed and kept spans of a file, and its rewritten directories by offset."""

    def __init__(self, content: bytes, layout: _Layout) -> None:
        self.removed: list[Span] = []
        self.kept: list[Span] = []
        self.directories: dict[int, bytes] = {}
        self._content = content
        self._layout = layout
        self._metadata_offsets: list[int] = []
        self._bytes_read = 0

    def walk(self, first_offset: int) -> None:
        """Read all directories of the file, those of images before those of metadata."""
        self._walk_images(first_offset)
        while self._metadata_offsets:
            offset = self._metadata_offsets.pop()
            if offset and offset not in self.directories:
                self._remove_directory(offset)

    def _walk_images(self, offset: int) -> None:
        while offset and offset not in self.directories:
            directory = self._read_directory(offset)
            kept = {entry.tag: entry for entry in directory.entries if _is_kept(entry)}
            self.directories[offset] = self._rewrite(directory)
            self.kept += [entry.values for entry in kept.values()]
            self.kept += self._image_data(kept)
            self.removed += [entry.values for entry in directory.entries if not _is_kept(entry)]
            self._metadata_offsets += self._directory_offsets(directory, _METADATA_DIRECTORIES)
            for sub_directory in self._directory_offsets(directory, {_SUB_DIRECTORIES}):
                self._walk_images(sub_directory)
            offset = directory.next_offset

    def _remove_directory(self, offset: int) -> None:
        directory = self._read_directory(offset)
        self.directories[offset] = b""
        self.removed += [directory.span, *(entry.values for entry in directory.entries)]
        self._metadata_offsets.append(directory.next_offset)
        self._metadata_offsets += self._directory_offsets(directory, _METADATA_DIRECTORIES)

    def _read_directory(self, offset: int) -> _Directory:
        layout = self._layout
        (entry_count,) = struct.unpack_from(layout.entry_count, self._content, offset)
        start = offset + struct.calcsize(layout.entry_count)
        end = start + entry_count * layout.entry_size
        (next_offset,) = struct.unpack_from(layout.offset, self._content, end)
        self._count_bytes(end - offset)
        if len(self.directories) == MAX_PARTS:
            raise ValueError(f"the file has more than {MAX_PARTS} directories")
        entries = [self._read_entry(at) for at in range(start, end, layout.entry_size)]
        return _Directory(Span(offset, end + layout.inline_size), entries, next_offset)

    def _read_entry(self, entry_offset: int) -> _Entry:
        layout = self._layout
        raw = self._content[entry_offset : entry_offset + layout.entry_size]
        tag, value_type, count = struct.unpack_from(layout.entry, raw)
        size = _TYPE_SIZES.get(value_type, 1) * count
        offset = entry_offset + layout.entry_size - layout.inline_size
        if size > layout.inline_size:
            (offset,) = struct.unpack_from(layout.offset, self._content, offset)
        return _Entry(raw, tag, value_type, count, Span(offset, offset + size))

    def _image_data(self, entries: dict[int, _Entry]) -> Iterator[Span]:
        for offsets_tag, sizes_tag in _IMAGE_DATA.items():
            if offsets_tag in entries and sizes_tag in entries:
                offsets = self._values(entries[offsets_tag])
                sizes = self._values(entries[sizes_tag])
                for offset, size in zip(offsets, sizes, strict=False):
                    yield Span(offset, offset + size)

    def _directory_offsets(self, directory: _Directory, tags: set[int]) -> list[int]:
        entries = (entry for entry in directory.entries if entry.tag in tags)
        return [value for entry in entries for value in self._values(entry)]

    def _values(self, entry: _Entry) -> tuple[int, ...]:
        """The values of an entry of an integer type, and nothing for another type."""
        if entry.type not in _INTEGER_TYPES:
            return ()
        self._count_bytes(entry.values.end - entry.values.start)
        code = f"{self._layout.byte_order}{entry.value_count}{_INTEGER_TYPES[entry.type]}"
        return struct.unpack_from(code, self._content, entry.values.start)

    def _rewrite(self, directory: _Directory) -> bytes:
        """The directory with only its kept entries, padded to its size."""
        entries = [entry.raw for entry in directory.entries if _is_kept(entry)]
        rewritten = struct.pack(self._layout.entry_count, len(entries)) + b"".join(entries)
        rewritten += struct.pack(self._layout.offset, directory.next_offset)
        return rewritten.ljust(directory.span.end - directory.span.start, b"\0")

    def _count_bytes(self, size: int) -> None:
        """Raise `ValueError` above the file size: the same part is listed repeatedly."""
        self._bytes_read += size
        if self._bytes_read > len(self._content):
            raise ValueError("the parts are larger than the file")


def _is_kept(entry: _Entry) -> bool:
    return entry.tag in _KEPT_TAGS
