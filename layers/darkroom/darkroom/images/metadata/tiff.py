"""TIFF: directories of tags whose values lie all over the file. Nothing moves: what goes is
overwritten with zeroes, and its directory closes the gap."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.parts import MAX_PARTS, Span, without

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_WHOLE = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # the types of places and sizes
_SUB_DIRECTORIES = 330
_FOREIGN_DIRECTORIES = {34665, 34853, 40965}  # EXIF, GPS, interoperability
_PICTURES = {273: 279, 324: 325, 513: 514}  # tags of its parts' places, and of their sizes
_BIG = 43

# What it takes to decode and show a picture: sizes, strips and tiles, compression, colours.
_NEEDED = {
    *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281),
    *(282, 283, 284, 286, 287, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322),
    *(323, 324, 325, 330, 332, 334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 517),
    *(518, 519, 520, 521, 529, 530, 531, 532, 34675),
}


class _Layout(NamedTuple):
    """How a directory is written: the number of entries, an entry, and the place of the next."""

    order: str
    number: str
    entry: str  # tag, type, number of values; then the value or its place
    place: str

    @property
    def entry_size(self) -> int:
        return struct.calcsize(self.entry) + self.short

    @property
    def short(self) -> int:
        """So many bytes of values stand in the entry itself."""
        return struct.calcsize(self.place)


class _Entry(NamedTuple):
    whole: bytes
    tag: int
    kind: int
    number: int  # of its values
    values: Span


class _Directory(NamedTuple):
    whole: Span
    entries: list[_Entry]
    following: int


def strip(content: bytes) -> bytes:
    order = "<" if content.startswith(b"II") else ">"
    is_big = struct.unpack_from(f"{order}H", content, 2)[0] == _BIG
    layout = (
        _Layout(order, f"{order}Q", f"{order}HHQ", f"{order}Q")
        if is_big
        else _Layout(order, f"{order}H", f"{order}HHI", f"{order}I")
    )
    (place,) = struct.unpack_from(layout.place, content, 8 if is_big else 4)
    parts = _Parts(content, layout)
    parts.sort(place)
    data = without(content, parts.unwanted, parts.needed)
    for begin, directory in parts.directories.items():
        data[begin : begin + len(directory)] = directory
    return bytes(data)


class _Parts:
    """What the parts of a file are: spans that are unwanted or needed, and by their places the
    directories as they are to be."""

    def __init__(self, content: bytes, layout: _Layout) -> None:
        self.unwanted: list[Span] = []
        self.needed: list[Span] = []
        self.directories: dict[int, bytes] = {}
        self._content = content
        self._layout = layout
        self._foreign: list[int] = []
        self._read = 0

    def sort(self, place: int) -> None:
        """Go through the directories from the first one on, the picture's before all others."""
        self._sort_pictures(place)
        while self._foreign:
            place = self._foreign.pop()
            if place and place not in self.directories:
                self._sort_foreign(place)

    def _sort_pictures(self, place: int) -> None:
        while place and place not in self.directories:
            found = self._directory(place)
            kept = {entry.tag: entry for entry in found.entries if entry.tag in _NEEDED}
            self.directories[place] = self._written(found)
            self.needed += [entry.values for entry in kept.values()]
            self.needed += self._pictures(kept)
            self.unwanted += [e.values for e in found.entries if e.tag not in _NEEDED]
            self._foreign += self._places(found, _FOREIGN_DIRECTORIES)
            for inner in self._places(found, {_SUB_DIRECTORIES}):
                self._sort_pictures(inner)
            place = found.following

    def _sort_foreign(self, place: int) -> None:
        found = self._directory(place)
        self.directories[place] = b""
        self.unwanted += [found.whole, *(entry.values for entry in found.entries)]
        self._foreign += [found.following, *self._places(found, _FOREIGN_DIRECTORIES)]

    def _directory(self, place: int) -> _Directory:
        layout = self._layout
        (count,) = struct.unpack_from(layout.number, self._content, place)
        begin = place + struct.calcsize(layout.number)
        end = begin + count * layout.entry_size
        (following,) = struct.unpack_from(layout.place, self._content, end)
        self._count(end - place)
        if len(self.directories) == MAX_PARTS:
            raise ValueError("more directories than a picture has")
        entries = [self._entry(at) for at in range(begin, end, layout.entry_size)]
        return _Directory(Span(place, end + layout.short), entries, following)

    def _entry(self, at: int) -> _Entry:
        layout = self._layout
        whole = self._content[at : at + layout.entry_size]
        tag, kind, count = struct.unpack_from(layout.entry, whole)
        size, place = _SIZES.get(kind, 1) * count, at + layout.entry_size - layout.short
        if size > layout.short:
            (place,) = struct.unpack_from(layout.place, self._content, place)
        return _Entry(whole, tag, kind, count, Span(place, place + size))

    def _places(self, found: _Directory, tags: set[int]) -> list[int]:
        """The directories that those tags lead to."""
        return [n for entry in found.entries if entry.tag in tags for n in self._numbers(entry)]

    def _pictures(self, entries: dict[int, _Entry]) -> Iterator[Span]:
        """Where the parts of the picture itself lie."""
        for places, sizes in _PICTURES.items():
            if places in entries and sizes in entries:
                begins, lengths = self._numbers(entries[places]), self._numbers(entries[sizes])
                for begin, length in zip(begins, lengths, strict=False):
                    yield Span(begin, begin + length)

    def _numbers(self, entry: _Entry) -> tuple[int, ...]:
        """Its values, which are places or sizes; none of another type."""
        if entry.kind not in _WHOLE:
            return ()
        self._count(entry.values.end - entry.values.begin)
        code = f"{self._layout.order}{entry.number}{_WHOLE[entry.kind]}"
        return struct.unpack_from(code, self._content, entry.values.begin)

    def _written(self, found: _Directory) -> bytes:
        """The directory with the needed entries alone, as long as it was."""
        kept = [entry.whole for entry in found.entries if entry.tag in _NEEDED]
        directory = struct.pack(self._layout.number, len(kept)) + b"".join(kept)
        directory += struct.pack(self._layout.place, found.following)
        return directory.ljust(found.whole.end - found.whole.begin, b"\0")

    def _count(self, size: int) -> None:
        """Raise `ValueError` where more is read than there is: the same part again and again."""
        self._read += size
        if self._read > len(self._content):
            raise ValueError("the parts are larger than the file")
