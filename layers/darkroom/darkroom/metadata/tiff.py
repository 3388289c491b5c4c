"""TIFF: directories of tags whose values lie all over the file. Nothing moves: what goes is
overwritten with zeroes, and its directory closes the gap."""

import struct
from typing import NamedTuple

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_SUB_DIRECTORIES = 330
_FOREIGN_DIRECTORIES = {34665, 34853, 40965}  # EXIF, GPS, interoperability
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


def strip(content: bytes) -> bytes:
    order = "<" if content.startswith(b"II") else ">"
    is_big = struct.unpack_from(f"{order}H", content, 2)[0] == _BIG
    layout = (
        _Layout(f"{order}Q", f"{order}HHQ", f"{order}Q")
        if is_big
        else _Layout(f"{order}H", f"{order}HHI", f"{order}I")
    )
    cleaner = _Cleaner(bytearray(content), layout)
    (place,) = struct.unpack_from(layout.place, content, 8 if is_big else 4)
    cleaner.clean(place, _NEEDED)
    return bytes(cleaner.data)


class _Cleaner:
    """Cleans the directories of one file, each once."""

    def __init__(self, data: bytearray, layout: _Layout) -> None:
        self.data = data
        self.layout = layout
        self._seen: set[int] = set()
        self._erased = 0

    def clean(self, place: int, needed: set[int]) -> None:
        """Leave only the needed tags in the directory and those that follow it."""
        while place and place not in self._seen:
            self._seen.add(place)
            place = self._clean_one(place, needed)

    def _clean_one(self, place: int, needed: set[int]) -> int:
        """Clean one directory; the place of the next."""
        size = self.layout.entry_size
        (count,) = struct.unpack_from(self.layout.number, self.data, place)
        begin = place + struct.calcsize(self.layout.number)
        end = begin + count * size
        entries = [bytes(self.data[at : at + size]) for at in range(begin, end, size)]
        (following,) = struct.unpack_from(self.layout.place, self.data, end)
        kept = [entry for entry in entries if self._keep(entry, needed)]
        directory = struct.pack(self.layout.number, len(kept)) + b"".join(kept)
        directory += struct.pack(self.layout.place, following)
        whole = end + self.layout.short - place
        self.data[place : place + whole] = directory.ljust(whole, b"\0")
        return int(following)

    def _keep(self, entry: bytes, needed: set[int]) -> bool:
        """Whether the entry stays; erases its value if not, and cleans what it leads to."""
        tag, kind, count = struct.unpack_from(self.layout.entry, entry)
        size = _SIZES.get(kind, 1) * count
        if tag == _SUB_DIRECTORIES and tag in needed:
            for place in self._places(entry, count):
                self.clean(place, needed)
        elif tag in _FOREIGN_DIRECTORIES:
            self.clean(self._place(entry), set())
        elif tag not in needed and size > self.layout.short:
            self._erase(self._place(entry), size)
        return tag in needed

    def _place(self, entry: bytes) -> int:
        (place,) = struct.unpack_from(self.layout.place, entry, len(entry) - self.layout.short)
        return int(place)

    def _places(self, entry: bytes, count: int) -> list[int]:
        if count == 1:
            return [self._place(entry)]
        code = self.layout.place[0] + str(count) + self.layout.place[1]
        return list(struct.unpack_from(code, self.data, self._place(entry)))

    def _erase(self, place: int, size: int) -> None:
        self._erased += size
        if place + size > len(self.data) or self._erased > len(self.data):
            raise ValueError("the values are larger than the file")
        self.data[place : place + size] = bytes(size)
