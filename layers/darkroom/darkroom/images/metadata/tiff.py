"""TIFF: directories of entries whose values are anywhere in the file. Offsets must not change: the
bytes that no kept entry reaches become zeroes, and directories are rewritten without the others."""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from darkroom.images.metadata.icc import trim_profile
from darkroom.images.metadata.jpeg import decoded_segments
from darkroom.images.metadata.jpeg_segments import APP2, segments
from darkroom.images.metadata.parts import MAX_PARTS, Span, TooManyPartsError
from darkroom.images.metadata.tiff_directory import (
    Entry,
    Layout,
    build_directory,
    directory_span,
    read_directory,
    read_header,
    read_values,
)

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_SAMPLES, _ROWS_PER_STRIP, _PLANAR, _TILE_WIDTH, _TILE_HEIGHT = 277, 278, 284, 322, 323
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_JPEG, _JPEG_SIZE, _JPEG_TABLES, _PROFILE, _SUB_DIRECTORIES = 513, 514, 347, 34675, 330
_UNCOMPRESSED, _YCBCR, _SEPARATE_PLANES = 1, 6, 2
_OLD_JPEG_TABLES = {519: (64, False), 520: (16, True), 521: (16, True)}  # size, then its sum
_MAX_SAMPLES = 64
MAX_DIRECTORIES = 10_000  # a file of 10 MiB has room for 1,000 bytes per page
_MAX_JPEG_SEGMENTS = 4 * MAX_PARTS  # of all strips together
_MAX_IMAGE_DATA = 2  # times the size of the file: decoders read the same data repeatedly

# The tags for decoding and showing an image, with the largest number of their values.
_MAX_VALUES = dict.fromkeys(
    [*range(254, 260), 262, 263, 264, 265, 266, 274, 277, 278, 282, 283, 284, 286, 287, 290, 292],
    1,
)
_MAX_VALUES |= dict.fromkeys([293, 296, 317, 322, 323, 332, 334, 512, 513, 514, 515, 531], 1)
_MAX_VALUES |= {297: 2, 318: 2, 319: 6, 321: 2, 342: 6, 529: 3, 530: 2, 532: 2 * _MAX_SAMPLES}
_MAX_VALUES |= dict.fromkeys([_BITS, 280, 281, 338, 339, 340, 341, 517, 518, 519, 520, 521], 4)
_MAX_VALUES |= {291: 1 << 16, 301: 3 << 16, 320: 3 << 16, 336: 2 * _MAX_SAMPLES}
_MAX_VALUES |= {_JPEG_TABLES: 1 << 20, _PROFILE: 1 << 24, _SUB_DIRECTORIES: MAX_PARTS}
_COUNTED = {_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES}
_KEPT_TAGS = _MAX_VALUES.keys() | _COUNTED
_PER_SAMPLE = {_BITS, 280, 281, 338, 339, 340, 341}


def strip(content: bytes) -> bytes:
    layout, first_offset = read_header(content)
    cleaner = _Cleaner(content, layout)
    cleaner.read(first_offset)
    return cleaner.build()


class _Image:
    """The values of a directory that describe an image."""

    def __init__(self, content: bytes, layout: Layout, entries: list[Entry]) -> None:
        self.entries = {entry.tag: entry for entry in entries}
        self._content = content
        self._layout = layout

    def values(self, tag: int) -> tuple[int, ...]:
        entry = self.entries.get(tag)
        return read_values(self._content, self._layout, entry) if entry else ()

    def value(self, tag: int, default: int) -> int:
        return next(iter(self.values(tag)), default)

    def data(self) -> Iterator[Span]:
        """The strips or tiles, without bytes that exceed them."""
        for offsets_tag, sizes_tag in ((_STRIPS, _STRIP_SIZES), (_TILES, _TILE_SIZES)):
            offsets, sizes = self.values(offsets_tag), self.values(sizes_tag)
            if not offsets:
                continue
            if self.value(_COMPRESSION, 1) == _UNCOMPRESSED and not self._is_subsampled():
                sizes = tuple(self._sizes(len(offsets), is_tiled=offsets_tag == _TILES))
            for offset, size in zip_longest(offsets, sizes[: len(offsets)]):
                if size is None:
                    raise ValueError("the size of the image data is missing")
                yield Span(offset, min(offset + size, len(self._content)))

    def _is_subsampled(self) -> bool:
        return self.value(_PHOTOMETRIC, 0) == _YCBCR

    def _sizes(self, count: int, *, is_tiled: bool) -> Iterator[int]:
        """The sizes of uncompressed strips or tiles."""
        width, height = self.value(_WIDTH, 0), self.value(_HEIGHT, 0)
        planes = self.value(_SAMPLES, 1) if self.value(_PLANAR, 1) == _SEPARATE_PLANES else 1
        if is_tiled:
            row = self._row_size(self.value(_TILE_WIDTH, 0))
            yield from [row * self.value(_TILE_HEIGHT, 0)] * count
            return
        rows = min(self.value(_ROWS_PER_STRIP, height) or height, height) or 1
        per_plane = -(-height // rows)
        for number in range(min(count, per_plane * planes)):
            yield self._row_size(width) * min(rows, height - number % per_plane * rows)
        yield from [0] * (count - per_plane * planes)

    def _row_size(self, width: int) -> int:
        samples = 1 if self.value(_PLANAR, 1) == _SEPARATE_PLANES else self.value(_SAMPLES, 1)
        bits = self.values(_BITS) or (1,)
        total = sum(bits[:samples]) if len(bits) >= samples else bits[0] * samples
        return -(-width * total // 8)


class _Cleaner:
    """Collects what a file keeps: spans as they are, and rewritten bytes by offset."""

    def __init__(self, content: bytes, layout: Layout) -> None:
        self._content = content
        self._layout = layout
        self._copied = {Span(0, layout.header_size)}
        self._rewritten: list[tuple[Span, bytes]] = []
        self._directories: set[int] = set()
        self._image_data: set[Span] = set()
        self._table_bytes = 0
        self._data_bytes = 0
        self._segment_count = 0

    def read(self, first_offset: int) -> None:
        pending = [first_offset]
        while pending:
            offset = pending.pop()
            if offset not in self._directories:
                pending += self._read_directory(offset)

    def build(self) -> bytes:
        """Raises `ValueError` if a rewritten part overlaps another one."""
        copied = [(span, self._content[span.start : span.end]) for span in self._copied]
        parts = copied + self._rewritten
        data = bytearray(max(span.end for span, _ in parts))
        for span, raw in parts:
            data[span.start : span.end] = raw
        if any(data[span.start : span.end] != raw for span, raw in parts):
            raise ValueError("the parts overlap")
        return bytes(data)

    def _read_directory(self, offset: int) -> list[int]:
        """The offsets of the next directories."""
        if len(self._directories) == MAX_DIRECTORIES:
            raise TooManyPartsError(f"the file has more than {MAX_DIRECTORIES} directories")
        self._directories.add(offset)
        directory = read_directory(self._content, self._layout, offset, _KEPT_TAGS)
        self._count_table(directory.span)
        kept = [entry for entry in directory.entries if self._is_kept(entry)]
        image = _Image(self._content, self._layout, kept)
        for entry in kept:
            self._keep_values(entry)
        if any(count > 1 for count in Counter(entry.tag for entry in kept).values()):
            raise ValueError("a directory has two entries of a tag")
        self._keep_image(image)
        next_offsets = [directory.next_offset] if self._is_readable(directory.next_offset) else []
        reduced = directory._replace(entries=kept, next_offset=sum(next_offsets))
        self._rewritten.append((directory.span, build_directory(self._layout, reduced)))
        sub_directories = image.values(_SUB_DIRECTORIES)
        return [*next_offsets, *(at for at in sub_directories if self._is_readable(at))]

    def _is_readable(self, offset: int) -> bool:
        """Broken pointers are common; viewers ignore them."""
        try:
            directory_span(self._content, self._layout, offset)
        except ValueError:
            return False
        return True

    def _is_kept(self, entry: Entry) -> bool:
        if entry.tag in _COUNTED:
            if entry.value_count > MAX_PARTS:
                raise TooManyPartsError(f"an image has more than {MAX_PARTS} strips or tiles")
            return True
        limit = _MAX_SAMPLES if entry.tag in _PER_SAMPLE else _MAX_VALUES.get(entry.tag, 0)
        return entry.value_count <= limit and entry.values.end <= len(self._content)

    def _keep_values(self, entry: Entry) -> None:
        content = self._content[entry.values.start : entry.values.end]
        if len(content) <= self._layout.inline_size:
            return  # the values are in the directory
        self._count_table(entry.values)
        if entry.tag == _JPEG_TABLES:
            self._keep_jpeg(entry.values)
        elif entry.tag == _PROFILE:
            profile = trim_profile(content).ljust(len(content), b"\0")
            self._rewritten.append((entry.values, profile))
        else:
            self._copied.add(entry.values)

    def _keep_image(self, image: _Image) -> None:
        for span in image.data():
            self._keep_data(span)
        for offset, size in zip(image.values(_JPEG), image.values(_JPEG_SIZE), strict=False):
            self._keep_data(Span(offset, min(offset + size, len(self._content))))
        for tag, (size, is_summed) in _OLD_JPEG_TABLES.items():
            for offset in image.values(tag):
                symbols = sum(self._content[offset : offset + size]) if is_summed else 0
                self._keep_data(Span(offset, min(offset + size + symbols, len(self._content))))

    def _keep_data(self, span: Span) -> None:
        if span in self._image_data or span.start >= span.end:
            return
        self._image_data.add(span)
        self._data_bytes += span.end - span.start
        if self._data_bytes > _MAX_IMAGE_DATA * len(self._content):
            raise TooManyPartsError("the parts are larger than the file")
        if self._content.startswith(b"\xff\xd8\xff", span.start, span.end):
            self._keep_jpeg(span)
        else:
            self._copied.add(span)

    def _keep_jpeg(self, span: Span) -> None:
        """A JPEG without its metadata, whose segments stay at their offsets: fill bytes, which
        decoders skip, are in the place of the others."""
        source = list(segments(self._content[span.start : span.end]))
        self._segment_count += len(source)
        if self._segment_count > _MAX_JPEG_SEGMENTS:
            raise TooManyPartsError(f"the file has more than {_MAX_JPEG_SEGMENTS} parts")
        end = source[-1].offset + len(source[-1].raw)
        data = bytearray(b"\xff" * end)
        for segment in decoded_segments(source):
            if segment.marker != APP2:
                data[segment.offset : segment.offset + len(segment.raw)] = segment.raw
        self._rewritten.append((span, bytes(data.ljust(span.end - span.start, b"\0"))))

    def _count_table(self, span: Span) -> None:
        """Raise `TooManyPartsError` above the file size: the same part is listed repeatedly."""
        self._table_bytes += span.end - span.start
        if self._table_bytes > len(self._content):
            raise TooManyPartsError("the parts are larger than the file")
