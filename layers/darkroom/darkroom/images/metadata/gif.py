"""GIF: blocks, whose data comes in sub-blocks of up to 255 bytes."""

from collections.abc import Iterator

from darkroom.images.metadata.parts import counted

_EXTENSION, _PICTURE, _END = ord("!"), ord(","), ord(";")
_APPLICATION, _COMMENT = 0xFF, 0xFE

# Of what applications add: how often to repeat, and colours.
_NEEDED = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def strip(content: bytes) -> bytes:
    begin = 13 + _colours(content[10])
    return content[:begin] + b"".join(b for b in _blocks(content, begin) if _is_needed(b))


@counted
def _blocks(content: bytes, place: int) -> Iterator[bytes]:
    while place < len(content):
        begin, place = place, _end(content, place)
        yield content[begin:place]
        if content[begin] == _END:
            return


def _end(content: bytes, place: int) -> int:
    """Where the block ends that begins there; what begins none is a byte between two."""
    match content[place]:
        case 0x21:  # an extension
            return _end_of_data(content, place + 2)
        case 0x2C:  # a picture
            return _end_of_data(content, place + 11 + _colours(content[place + 9]))
        case _:
            return place + 1


def _end_of_data(content: bytes, place: int) -> int:
    while size := content[place]:
        place += 1 + size
    return place + 1


def _colours(flags: int) -> int:
    """How many bytes of colours follow."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _is_needed(block: bytes) -> bool:
    if block[0] != _EXTENSION:
        return block[0] in (_PICTURE, _END)
    if block[1] == _APPLICATION:
        return block[3:14].startswith(_NEEDED)
    return block[1] != _COMMENT
