"""The items of an AVIF file: pictures, their properties, and the references between them."""

from collections import defaultdict
from collections.abc import Iterator

from darkroom.images.metadata.avif_properties import is_alpha, keep_handler, keep_property
from darkroom.images.metadata.boxes import Box, Copy, Reader
from darkroom.images.metadata.parts import Span, TooManyPartsError, limit_parts

MAX_ITEMS = 4_000  # a decoder compares each item with all others
_REQUIRED = {b"iinf", b"iloc", b"iprp"}
_BOXES = {*_REQUIRED, b"pitm", b"hdlr", b"iref", b"idat", b"grpl"}
_PICTURE_TYPES = {b"av01", b"grid", b"iovl", b"iden", b"tmap", b"sato"}
_REFERENCES = {b"auxl", b"cdsc", b"dimg", b"prem", b"thmb", b"base"}
_NAMES = {b"Color\0", b"Alpha\0", b"Gain Map\0"}  # of libavif; other names can contain anything


class Items:
    """The items of a `meta` box. Keeps the primary picture and all that it consists of."""

    def __init__(self, copy: Copy, meta: Box) -> None:
        self._copy = copy
        self._types: dict[int, bytes] = {}
        self._type_offsets: dict[int, int] = {}
        self._references: dict[bytes, dict[int, list[int]]] = defaultdict(dict)
        self._alpha_items: set[int] = set()
        self.sizes: list[int] = []  # in pixels
        copy.keep_payload(meta, 0, 4)
        boxes = self._read_boxes(meta)
        self._spans: dict[int, list[Span]] = defaultdict(list)
        self.needed: set[int] = set()
        if boxes.keys() >= _REQUIRED:
            self._read(boxes)

    def _read(self, boxes: dict[bytes, Box]) -> None:
        self._read_items(boxes[b"iinf"])
        # A sequence can lack a primary picture.
        has_primary = b"pitm" in boxes
        primary = self._read_primary(boxes[b"pitm"]) if has_primary else next(iter(self._types), 0)
        if b"iref" in boxes:
            self._read_references(boxes[b"iref"])
        self._read_properties(boxes[b"iprp"])
        if b"grpl" in boxes:
            self._keep_groups(boxes[b"grpl"])
        self.needed = self._needed_items(primary)
        self._remove_items()
        self._keep_spans(boxes[b"iloc"], boxes[b"idat"].start if b"idat" in boxes else 0)

    def _read_boxes(self, meta: Box) -> dict[bytes, Box]:
        boxes: dict[bytes, Box] = {}
        for box in self._copy.boxes(meta.start + 4, meta.end):
            if box.type in _BOXES and box.type not in boxes:
                boxes[box.type] = box
            else:
                self._copy.remove(box)
        if b"hdlr" in boxes:
            keep_handler(self._copy, boxes[b"hdlr"])
        return boxes

    def _read_primary(self, pitm: Box) -> int:
        size = 4 if self._copy.content[pitm.start] else 2
        self._copy.keep_payload(pitm, 0, 4 + size)
        return self._copy.reader(pitm, 4).integer(size)

    def _read_items(self, iinf: Box) -> None:
        start = 8 if self._copy.content[iinf.start] else 6
        self._copy.keep_payload(iinf, 0, start)
        for entry in self._copy.boxes(iinf.start + start, iinf.end):
            version = self._copy.content[entry.start]
            if len(self._types) > MAX_ITEMS:
                raise TooManyPartsError(f"the file has more than {MAX_ITEMS} items")
            if entry.type != b"infe" or version not in (2, 3):
                raise ValueError("an item has an unknown version")
            id_size = 2 if version == 2 else 4
            item_id = self._copy.reader(entry, 4).integer(id_size)
            end = 4 + id_size + 6
            offset = entry.start + end - 4
            self._copy.keep_payload(entry, 0, end)
            self._types[item_id] = self._copy.content[offset : offset + 4]
            self._type_offsets[item_id] = offset
            if self._copy.content[offset + 4 : entry.end] in _NAMES:
                self._copy.keep_payload(entry, end, entry.end)

    def _read_references(self, iref: Box) -> None:
        id_size = 4 if self._copy.content[iref.start] else 2
        self._copy.keep_payload(iref, 0, 4)
        for box in self._copy.boxes(iref.start + 4, iref.end):
            reader = self._copy.reader(box)
            item_id, count = reader.integer(id_size), reader.integer(2)
            self._copy.count_parts(count)
            targets = [reader.integer(id_size) for _ in range(count)]
            self._references[box.type].setdefault(item_id, []).extend(targets)
            self._copy.keep(box.start, reader.offset)
            if box.type not in _REFERENCES:
                self._copy.remove(box)

    def _read_properties(self, iprp: Box) -> None:
        alpha: set[int] = set()
        for box in self._copy.boxes(iprp.start, iprp.end):
            if box.type == b"ipco":
                for index, entry in enumerate(self._copy.boxes(box.start, box.end), 1):
                    keep_property(self._copy, entry)
                    if is_alpha(self._copy.content, entry):
                        alpha.add(index)
                    elif entry.type == b"ispe":
                        reader = self._copy.reader(entry, 4)
                        self.sizes.append(reader.integer(4) * reader.integer(4))
            elif box.type == b"ipma":
                self._read_associations(box, alpha)
            else:
                self._copy.remove(box)

    def _read_associations(self, ipma: Box, alpha: set[int]) -> None:
        content = self._copy.content
        id_size = 4 if content[ipma.start] else 2
        is_long = content[ipma.start + 3] & 1
        reader = self._copy.reader(ipma, 4)
        for _ in range(reader.count(4, MAX_ITEMS)):
            item_id, count = reader.integer(id_size), reader.integer(1)
            self._copy.count_parts(count)
            for _ in range(count):
                index = reader.integer(2) & 0x7FFF if is_long else reader.integer(1) & 0x7F
                if index in alpha:
                    self._alpha_items.add(item_id)
        self._copy.keep(ipma.start, reader.offset)

    def _keep_groups(self, grpl: Box) -> None:
        """Alternatives of the primary picture, such as one for displays of high brightness."""
        for box in self._copy.boxes(grpl.start, grpl.end):
            if box.type != b"altr":
                self._copy.remove(box)
                continue
            reader = self._copy.reader(box, 8)
            for _ in range(reader.count(4)):
                reader.integer(4)
            self._copy.keep(box.start, reader.offset)

    def _needed_items(self, primary: int) -> set[int]:
        """The primary picture, its tiles, gain maps and alpha channels, but no thumbnails."""
        sources: dict[int, list[int]] = defaultdict(list)
        for item_id, targets in self._references[b"dimg"].items():
            sources[item_id] += targets
            if self._types.get(item_id) == b"tmap":
                for target in targets:
                    sources[target].append(item_id)
        for item_id, targets in self._references[b"auxl"].items():
            for target in targets if item_id in self._alpha_items else []:
                sources[target].append(item_id)
        needed: set[int] = set()
        pending = [primary]
        while pending:
            item_id = pending.pop()
            if item_id not in needed and self._types.get(item_id) in _PICTURE_TYPES:
                needed.add(item_id)
                pending += sources[item_id]
        return needed

    def _remove_items(self) -> None:
        for item_id, offset in self._type_offsets.items():
            if item_id not in self.needed:
                self._copy.remove_type(offset)

    def _keep_spans(self, iloc: Box, idat_start: int) -> None:
        reader = self._copy.reader(iloc)
        for item_id, span in _extents(reader, idat_start):
            if item_id in self.needed:
                self._copy.keep(*span)
                self._spans[item_id].append(span)
        self._copy.keep(iloc.start, reader.offset)

    def pictures(self) -> Iterator[list[Span]]:
        """The spans of each needed picture, except those composed of others."""
        for item_id, spans in self._spans.items():
            if self._types[item_id] == b"av01":
                yield spans


@limit_parts
def _extents(reader: Reader, idat_start: int) -> Iterator[tuple[int, Span]]:
    """The id of an item and one of its spans, for all spans of all items."""
    version = reader.integer(4) >> 24
    sizes = reader.integer(2)
    offset_size, length_size, base_size, index_size = (sizes >> at & 15 for at in (12, 8, 4, 0))
    id_size = 4 if version == 2 else 2
    # A small file can list billions of such extents.
    if not offset_size + length_size:
        raise ValueError("extents have neither an offset nor a length")
    for _ in range(reader.count(id_size, MAX_ITEMS)):
        item_id = reader.integer(id_size)
        method = reader.integer(2) & 15 if version else 0
        if method > 1:
            raise ValueError("an item is in an unknown place")
        reader.integer(2)  # data reference index
        base = reader.integer(base_size) + (idat_start if method else 0)
        for _ in range(reader.integer(2)):
            reader.integer(index_size if version else 0)
            start = base + reader.integer(offset_size)
            yield item_id, Span(start, start + reader.integer(length_size))
