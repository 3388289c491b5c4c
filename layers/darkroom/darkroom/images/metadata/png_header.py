"""The header of a PNG: its size and how its pixels are stored."""

import struct
from typing import NamedTuple

HEADER_SIZE = 13
PALETTE = 3  # a colour type
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by colour type
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
# First column and row of each pass, and the distances to the next ones.
_INTERLACED_PASSES = [
    *[(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)],
    *[(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)],
]


class Header(NamedTuple):
    width: int
    height: int
    depth: int
    colour_type: int
    is_interlaced: int

    def inflated_size(self, width: int, height: int) -> int:
        """Bytes of the rows of a frame, each with its filter type."""
        bits = self.depth * _CHANNELS[self.colour_type]
        size = 0
        for x, y, dx, dy in _INTERLACED_PASSES if self.is_interlaced else [(0, 0, 1, 1)]:
            columns, rows = (width - x + dx - 1) // dx, (height - y + dy - 1) // dy
            size += rows * (1 + (columns * bits + 7) // 8) if columns else 0
        return size


def parse_header(data: bytes) -> Header:
    """Raises `ValueError` for values that the standard does not define."""
    width, height, depth, colour_type, compression, filters, interlace = struct.unpack(
        ">IIBBBBB", data
    )
    if depth not in _DEPTHS.get(colour_type, ()):
        raise ValueError("the colour type is unknown")
    if compression or filters or interlace > 1 or not width * height:
        raise ValueError("the header has unknown values")
    return Header(width, height, depth, colour_type, interlace)
