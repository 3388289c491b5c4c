"""LZW codes that contain the pixels of a GIF. Their strings are not decoded."""

from functools import cache

from darkroom.images.metadata.parts import TooManyPartsError

_MAX_WIDTH = 12  # bits of a code
_FIRST_RUN, _MAX_RUN = 64, 4096  # codes that are read at once
# A run ends at a clear code. Encoders without compression write one after a few pixels.
MAX_RUNS = 1_000_000
MAX_CODES = 2_000_000


class Scanner:
    """Finds the ends of the images of one file, in a limited number of steps."""

    def __init__(self) -> None:
        self._runs = self._codes = 0

    def find_end(self, data: bytes, start_bits: int, pixels: int) -> int | None:
        """The number of bytes up to the end code or, without one, up to the last pixel.

        None if the data ends before. Raises `TooManyPartsError` for too many steps.
        """
        if not 1 <= start_bits < _MAX_WIDTH:
            raise ValueError("the image data has an unknown width")
        end = self._find_end_code(data, start_bits)
        return end if end is not None else self._find_last_pixel(data, start_bits, pixels)

    def _find_end_code(self, data: bytes, start_bits: int) -> int | None:
        """The width of a code depends only on the number of codes since the last clear code."""
        clear, end = 1 << start_bits, (1 << start_bits) + 1
        position, last = 0, 8 * len(data)  # in bits
        width, left, run = start_bits + 1, clear - 1, _FIRST_RUN
        while position < last:
            self._count_run()
            count = min(left, run) if width < _MAX_WIDTH else run
            codes = _read_bits(data, position, width * count)
            to_end = _find_code(codes, end, width, count)
            to_clear = _find_code(codes, clear, width, count)
            position += width * min(count, to_end + 1, to_clear + 1)
            if to_end < min(to_clear, count):
                return (position + 7) // 8 if position <= last else None
            left, run = left - count, min(2 * run, _MAX_RUN)
            if to_clear < count:
                width, left, run = start_bits + 1, clear - 1, _FIRST_RUN
            elif not left and width < _MAX_WIDTH:
                width, left = width + 1, 1 << width
        return None

    def _count_run(self) -> None:
        self._runs += 1
        if self._runs > MAX_RUNS:
            raise TooManyPartsError(f"the images have more than {MAX_RUNS} runs of codes")

    def _find_last_pixel(self, data: bytes, start_bits: int, pixels: int) -> int | None:
        """Tracks the lengths of the table's strings, which are the pixels of their codes."""
        clear = 1 << start_bits
        lengths = [1] * (clear + 2)
        width, previous, position = start_bits + 1, 0, 0
        while pixels > 0:
            self._codes += 1
            if self._codes > MAX_CODES:
                raise TooManyPartsError(f"images without an end have more than {MAX_CODES} codes")
            code = _read_bits(data, position, width)
            position += width
            if position > 8 * len(data):
                return None
            if code == clear:
                del lengths[clear + 2 :]
                width, previous = start_bits + 1, 0
                continue
            length = _pixels_of(code, lengths, previous)
            if previous and len(lengths) < 1 << _MAX_WIDTH:
                lengths.append(previous + 1)
            width = min(len(lengths).bit_length(), _MAX_WIDTH)
            previous = length
            pixels -= length
        return (position + 7) // 8


def _pixels_of(code: int, lengths: list[int], previous: int) -> int:
    """A code can be the next entry of the table, which is not yet added."""
    if code < len(lengths):
        return lengths[code]
    if code > len(lengths) or not previous:
        raise ValueError("the image data is damaged")
    return previous + 1


def _read_bits(data: bytes, position: int, size: int) -> int:
    """Bits in a number, the first one as the lowest. Those after the data are zero."""
    first, end = position >> 3, (position + size + 7) >> 3
    return int.from_bytes(data[first:end], "little") >> (position & 7) & (1 << size) - 1


def _find_code(codes: int, code: int, width: int, count: int) -> int:
    """The index of the first of `count` codes that equals the given one; `count` if none does.

    Compares all at once: subtraction borrows only from the first field that is zero, and above it.
    """
    ones = _ones(width, count)
    difference = codes ^ code * ones
    zeroes = (difference - ones) & ~difference & ones << width - 1
    return ((zeroes & -zeroes).bit_length() - 1) // width if zeroes else count


@cache
def _ones(width: int, count: int) -> int:
    """The number 1 in each of `count` fields."""
    return ((1 << width * count) - 1) // ((1 << width) - 1)
