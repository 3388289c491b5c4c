"""The tracks of an AVIF sequence: frames and their timing."""

from collections.abc import Iterator

from darkroom.images.metadata.avif_properties import keep_handler, keep_property
from darkroom.images.metadata.boxes import Box, Copy
from darkroom.images.metadata.parts import Span

_CONTAINERS = {
    b"moov": {b"mvhd", b"trak"},
    b"trak": {b"tkhd", b"tref", b"edts", b"mdia"},
    b"edts": {b"elst"},
    b"tref": {b"auxl", b"prem"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"vmhd", b"dinf", b"stbl"},
    b"dinf": {b"dref"},
    b"dref": {b"url "},
    b"stbl": {b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"stss", b"ctts"},
    b"stsd": {b"av01"},
}
_LISTS = {b"dref", b"stsd"}  # their boxes follow a version and a count
_LIST_HEADER_SIZE = 8
# Sizes with 32-bit and 64-bit times. The times of creation and change follow the version.
_TIMED = {b"mvhd": (100, 112), b"tkhd": (84, 96), b"mdhd": (24, 36)}
_SIZES = {b"auxl": 4, b"prem": 4, b"vmhd": 12, b"url ": 4}
_ENTRY_SIZES = {b"stts": 8, b"stsc": 12, b"stco": 4, b"co64": 8, b"stss": 4, b"ctts": 8}
_SAMPLE_ENTRY_SIZE, _ENCODER_NAME = 78, (42, 74)


class Tracks:
    """The tracks of a `moov` box. Keeps those with pictures."""

    def __init__(self, copy: Copy, moov: Box) -> None:
        self._copy = copy
        self.samples: list[list[Span]] = []  # of each track
        self._keep(moov)

    def _keep(self, container: Box) -> dict[bytes, Box]:
        """Keep the known boxes of a container. Its nesting is limited: none contains itself."""
        start = container.start
        if container.type in _LISTS:
            self._copy.keep_payload(container, 0, _LIST_HEADER_SIZE)
            start += _LIST_HEADER_SIZE
        boxes: dict[bytes, Box] = {}
        for box in self._copy.boxes(start, container.end):
            is_repeated = box.type in boxes and box.type != b"trak"
            if box.type not in _CONTAINERS[container.type] or is_repeated:
                self._copy.remove(box)
                continue
            boxes[box.type] = box
            self._keep_box(box)
        return boxes

    def _keep_box(self, box: Box) -> None:
        if box.type == b"stbl":
            self._keep_samples(box)
        elif box.type in _CONTAINERS:
            self._keep(box)
        elif box.type in _TIMED:
            self._keep_timed(box)
        elif box.type == b"av01":
            self._keep_sample_entry(box)
        elif box.type == b"hdlr":
            keep_handler(self._copy, box)
        elif box.type == b"elst":
            self._keep_entries(box, 20 if self._copy.content[box.start] else 12)
        elif box.type == b"stsz":
            self._keep_sizes(box)
        elif box.type in _ENTRY_SIZES:
            self._keep_entries(box, _ENTRY_SIZES[box.type])
        else:
            self._copy.keep_payload(box, 0, _SIZES[box.type])

    def _keep_timed(self, box: Box) -> None:
        is_long = self._copy.content[box.start]
        self._copy.keep_payload(box, 0, 4)
        self._copy.keep_payload(box, 20 if is_long else 12, _TIMED[box.type][bool(is_long)])

    def _keep_entries(self, box: Box, size: int, header_size: int = 8) -> None:
        count = self._copy.reader(box, header_size - 4).count(4)
        end = header_size + count * size
        if box.start + end > box.end:
            raise ValueError("the entries exceed their box")
        self._copy.keep_payload(box, 0, end)

    def _keep_sizes(self, stsz: Box) -> None:
        has_one_size = self._copy.reader(stsz, 4).integer(4)
        self._keep_entries(stsz, 0 if has_one_size else 4, 12)

    def _keep_sample_entry(self, av01: Box) -> None:
        if av01.end < av01.start + _SAMPLE_ENTRY_SIZE:
            raise ValueError("a sample entry is damaged")
        self._copy.keep_payload(av01, 0, _ENCODER_NAME[0])
        self._copy.keep_payload(av01, _ENCODER_NAME[1], _SAMPLE_ENTRY_SIZE)
        for box in self._copy.boxes(av01.start + _SAMPLE_ENTRY_SIZE, av01.end):
            keep_property(self._copy, box)

    def _keep_samples(self, stbl: Box) -> None:
        boxes = self._keep(stbl)
        has_pictures = b"stsd" in boxes and self._copy.content[
            boxes[b"stsd"].start + _LIST_HEADER_SIZE + 4 :
        ].startswith(b"av01")
        offsets = boxes.get(b"co64") or boxes.get(b"stco")
        if not has_pictures or not offsets or not boxes.keys() >= {b"stsc", b"stsz"}:
            return
        samples = list(self._samples(boxes[b"stsc"], boxes[b"stsz"], offsets))
        for sample in samples:
            self._copy.keep(*sample)
        self.samples.append(samples)

    def _samples(self, stsc: Box, stsz: Box, offsets: Box) -> Iterator[Span]:
        """The frames of all chunks, in their order."""
        sizes = self._sizes(stsz)
        runs = self._runs(stsc)
        reader = self._copy.reader(offsets, 4)
        per_chunk, next_run = 0, next(runs, None)
        for chunk in range(1, reader.count(4) + 1):
            offset = reader.integer(8 if offsets.type == b"co64" else 4)
            while next_run and next_run[0] <= chunk:
                per_chunk, next_run = next_run[1], next(runs, None)
            for _, size in zip(range(per_chunk), sizes, strict=False):
                self._copy.count_parts()
                yield Span(offset, offset + size)
                offset += size

    def _sizes(self, stsz: Box) -> Iterator[int]:
        reader = self._copy.reader(stsz, 4)
        one_size, count = reader.integer(4), reader.count(4)
        for _ in range(count):
            yield one_size or reader.integer(4)

    def _runs(self, stsc: Box) -> Iterator[tuple[int, int]]:
        """The first chunk with a number of frames, and that number."""
        reader = self._copy.reader(stsc, 4)
        for _ in range(reader.count(4)):
            yield reader.integer(4), reader.integer(4)
            reader.integer(4)  # the index of a sample entry
