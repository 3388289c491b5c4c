"""AV1 pictures: units (OBUs), of which the sequence header states the size and the depth."""

from collections.abc import Iterator
from typing import NamedTuple

SEQUENCE_HEADER = 1  # a type of unit
_SRGB = (1, 13, 0)  # primaries, transfer and matrix, whose colours are not subsampled


class Sequence(NamedTuple):
    width: int
    height: int
    depth: int
    samples: float  # per pixel: 1 without colours, up to 3

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def decoded_bytes(self) -> int:
        return int(self.pixels * self.samples * (2 if self.depth > 8 else 1))


def read_units(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The type and the payload of each unit."""
    offset = 0
    while offset < len(data):
        header = data[offset]
        offset += 2 if header & 4 else 1
        size = len(data) - offset
        if header & 2:
            size, offset = _read_size(data, offset)
        yield header >> 3 & 15, data[offset : offset + size]
        offset += size


def _read_size(data: bytes, offset: int) -> tuple[int, int]:
    """A number of 7 bits per byte, and the offset after it."""
    size = 0
    for index, byte in enumerate(data[offset : offset + 8]):
        size |= (byte & 127) << 7 * index
        if byte < 128:
            return size, offset + index + 1
    raise ValueError("a unit has no size")


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data[:256])
        self._left = 8 * len(data[:256])

    def read(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("a sequence header ends early")
        return self._value >> self._left & (1 << count) - 1

    def skip_variable(self) -> None:
        """A number after as many zeroes as it has bits."""
        zeroes = 0
        while zeroes < 32 and not self.read(1):
            zeroes += 1
        self.read(zeroes if zeroes < 32 else 0)


def read_sequence(data: bytes) -> Sequence:
    """Follows section 5.5 of the AV1 specification."""
    bits = _Bits(data)
    profile, _, is_reduced = bits.read(3), bits.read(1), bits.read(1)
    if is_reduced:
        bits.read(5)
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
    width, height = bits.read(width_bits) + 1, bits.read(height_bits) + 1
    if not is_reduced and bits.read(1):
        bits.read(7)  # lengths of frame ids
    bits.read(3)
    if not is_reduced:
        _skip_tools(bits)
    bits.read(3)
    return Sequence(width, height, *_read_colours(bits, profile))


def _skip_operating_points(bits: _Bits) -> None:
    delay_bits = 0
    if bits.read(1):  # timing
        bits.read(64)
        if bits.read(1):
            bits.skip_variable()
        if bits.read(1):  # a decoder model
            delay_bits = bits.read(5) + 1
            bits.read(42)
    has_display_delay = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > 7:
            bits.read(1)
        if delay_bits and bits.read(1):
            bits.read(2 * delay_bits + 1)
        if has_display_delay and bits.read(1):
            bits.read(4)


def _skip_tools(bits: _Bits) -> None:
    bits.read(4)
    has_order = bits.read(1)
    if has_order:
        bits.read(2)
    has_screen_content = 1 if bits.read(1) else bits.read(1)
    if has_screen_content and not bits.read(1):
        bits.read(1)
    if has_order:
        bits.read(3)


def _read_colours(bits: _Bits, profile: int) -> tuple[int, float]:
    """The depth, and samples per pixel."""
    depth = 10 if bits.read(1) else 8
    if profile == 2 and depth > 8 and bits.read(1):
        depth = 12
    if profile != 1 and bits.read(1):
        return depth, 1
    colours = tuple(bits.read(8) for _ in range(3)) if bits.read(1) else ()
    if colours == _SRGB or profile == 1:
        return depth, 3
    bits.read(1)
    if profile == 0:
        return depth, 1.5
    if depth < 12:
        return depth, 2
    is_subsampled = bits.read(1)
    return depth, (1.5 if bits.read(1) else 2) if is_subsampled else 3
