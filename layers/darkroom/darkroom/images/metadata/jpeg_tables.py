"""The tables of a JPEG. Decoders ignore those that no scan uses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from darkroom.images.metadata.jpeg_segments import Segment
from darkroom.images.metadata.parts import limit_parts

_DHT, _DAC, _DQT, _DRI, _SOS = 0xC4, 0xCC, 0xDB, 0xDD, 0xDA
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA, 0xCB}
_MAX_COMPONENTS = 4

Key = tuple[int, int]  # the marker, and the number of the table


class Table(NamedTuple):
    key: Key
    segment: int  # index of the segment
    data: bytes


@dataclass
class _Reader:
    """Follows the tables through a file, as a decoder does."""

    current: dict[Key, Table] = field(default_factory=dict)
    used: set[Table] = field(default_factory=set)
    components: list[tuple[int, int]] = field(default_factory=list)  # id, quantization table

    def read(self, segment: Segment, tables: list[Table]) -> None:
        if segment.marker in _FRAMES:
            self.components = _read_frame(segment)
        elif segment.marker == _SOS:
            self.use(_scan_keys(segment, self.components))
        else:
            self.current |= {table.key: table for table in tables}

    def use(self, keys: set[Key]) -> None:
        self.used |= {self.current[key] for key in keys & self.current.keys()}


def remove_unused(segments: list[Segment]) -> list[Segment]:
    """The segments without the tables that no scan uses. In a file of tables only, which a TIFF
    has, the last one of each number is used."""
    reader, tables = _Reader(), _all_tables(segments)
    for index, segment in enumerate(segments):
        reader.read(segment, tables.get(index, []))
    if not any(segment.marker == _SOS for segment in segments):
        reader.use(set(reader.current))
    rebuilt = (
        _rebuild(segment, [table.data for table in tables.get(index, []) if table in reader.used])
        for index, segment in enumerate(segments)
    )
    return [segment for segment in rebuilt if segment]


def _rebuild(segment: Segment, tables: list[bytes]) -> Segment | None:
    if segment.marker not in _PARSERS:
        return segment
    data = b"".join(tables)
    raw = segment.raw[:2] + (len(data) + 2).to_bytes(2) + data
    return segment._replace(raw=raw) if tables else None


def _all_tables(segments: list[Segment]) -> dict[int, list[Table]]:
    """The tables of each segment, by its index."""
    tables: dict[int, list[Table]] = {}
    for table in _tables(segments):
        tables.setdefault(table.segment, []).append(table)
    return tables


@limit_parts
def _tables(segments: list[Segment]) -> Iterator[Table]:
    for index, segment in enumerate(segments):
        if segment.marker in _PARSERS:
            for number, data in _PARSERS[segment.marker](segment.payload):
                yield Table((segment.marker, number), index, data)


def _huffman_tables(payload: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset < len(payload):
        size = 17 + sum(payload[offset + 1 : offset + 17])
        yield payload[offset], _slice(payload, offset, size)
        offset += size


def _quantization_tables(payload: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset < len(payload):
        size = 1 + (128 if payload[offset] >> 4 else 64)
        yield payload[offset] & 15, _slice(payload, offset, size)
        offset += size


def _slice(payload: bytes, offset: int, size: int) -> bytes:
    if offset + size > len(payload):
        raise ValueError("a table is incomplete")
    return payload[offset : offset + size]


def _conditionings(payload: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(payload) - 1, 2):
        yield payload[start], payload[start : start + 2]


def _restart_interval(payload: bytes) -> Iterator[tuple[int, bytes]]:
    yield 0, payload[:2]


_PARSERS = {
    _DHT: _huffman_tables,
    _DQT: _quantization_tables,
    _DAC: _conditionings,
    _DRI: _restart_interval,
}


def _read_frame(segment: Segment) -> list[tuple[int, int]]:
    """The id and the quantization table of each component."""
    components = segment.payload[6:]
    if len(segment.payload) < 6 or len(components) != 3 * segment.payload[5]:
        raise ValueError("the header of a frame has a wrong size")
    return [(components[offset], components[offset + 2]) for offset in range(0, len(components), 3)]


def _scan_keys(scan: Segment, components: list[tuple[int, int]]) -> set[Key]:
    header = scan.raw[4 : scan.header_size]
    count = header[0] if header else 0
    if not 1 <= count <= _MAX_COMPONENTS or len(header) != 4 + 2 * count:
        raise ValueError("the header of a scan has a wrong size")
    identifiers, selectors = header[1:-3:2], header[2:-3:2]
    keys = {(_DRI, 0)}
    keys |= {(_DQT, table) for identifier, table in components if identifier in identifiers}
    for selector in selectors:
        tables = selector >> 4, selector & 15 | 0x10
        keys |= {(marker, table) for marker in (_DHT, _DAC) for table in tables}
    return keys
