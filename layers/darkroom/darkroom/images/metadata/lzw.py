"""LZW codes that contain the pixels of a GIF."""

_MAX_WIDTH = 12  # bits of a code


def needed_bytes(data: bytes, start_bits: int, pixels: int) -> tuple[int, bool]:
    """The number of bytes up to the last pixel or the end code, and whether they are complete.

    Only the lengths of the table's strings are tracked, not the strings. Raises `ValueError` for a
    code that the table does not contain.
    """
    if not 1 <= start_bits < _MAX_WIDTH:
        raise ValueError("the image data has an unknown width")
    clear, end = 1 << start_bits, (1 << start_bits) + 1
    position, last = 0, 8 * len(data)  # in bits
    padded = data + bytes(2)
    width, mask, previous = start_bits + 1, (2 << start_bits) - 1, 0
    lengths = [1] * (clear + 2)
    while pixels > 0:
        if position + width > last:
            return len(data), False
        index = position >> 3
        bits = padded[index] | padded[index + 1] << 8 | padded[index + 2] << 16
        code = bits >> (position & 7) & mask
        position += width
        if code == clear:
            del lengths[clear + 2 :]
            width, mask, previous = start_bits + 1, (2 << start_bits) - 1, 0
        elif code == end:
            return (position + 7) // 8, True
        else:
            length = _length(lengths, code, previous)
            if previous and len(lengths) < 1 << _MAX_WIDTH:
                lengths.append(previous + 1)
                if len(lengths) > mask and width < _MAX_WIDTH:
                    width, mask = width + 1, 2 * mask + 1
            previous = length
            pixels -= length
    return _with_end(padded, position, last, mask, width, end), True


def _length(lengths: list[int], code: int, previous: int) -> int:
    """The number of pixels of a code. It can be the table's next entry, which is not yet added."""
    if code < len(lengths):
        return lengths[code]
    if code > len(lengths) or not previous:
        raise ValueError("the image data is damaged")
    return previous + 1


def _with_end(padded: bytes, position: int, last: int, mask: int, width: int, end: int) -> int:
    """The number of bytes with the end code, if it follows."""
    bits = int.from_bytes(padded[position >> 3 : (position >> 3) + 3], "little")
    has_end = position + width <= last and bits >> (position & 7) & mask == end
    return (position + (width if has_end else 0) + 7) // 8
