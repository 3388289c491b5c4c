"""GIF: blocks, whose data is split into sub-blocks of up to 255 bytes."""

from collections.abc import Iterator

from darkroom.images.metadata.parts import limit_parts

_EXTENSION, _IMAGE, _TRAILER = ord("!"), ord(","), ord(";")
_APPLICATION, _COMMENT = 0xFF, 0xFE  # labels of extensions

# The number of loops, and colour profiles.
_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def strip(content: bytes) -> bytes:
    start = 13 + _colour_table_size(content[10])
    return content[:start] + b"".join(b for b in _blocks(content, start) if _is_kept(b))


@limit_parts
def _blocks(content: bytes, offset: int) -> Iterator[bytes]:
    while offset < len(content):
        start, offset = offset, _block_end(content, offset)
        yield content[start:offset]
        if content[start] == _TRAILER:
            return


def _block_end(content: bytes, offset: int) -> int:
    """The end of the block at the offset. A byte that starts no block counts as one."""
    introducer = content[offset]
    if introducer == _EXTENSION:
        return _sub_blocks_end(content, offset + 2)
    if introducer == _IMAGE:
        return _sub_blocks_end(content, offset + 11 + _colour_table_size(content[offset + 9]))
    return offset + 1


def _sub_blocks_end(content: bytes, offset: int) -> int:
    while size := content[offset]:
        offset += 1 + size
    return offset + 1


def _colour_table_size(flags: int) -> int:
    """The bytes of the colour table that follows a header with these flags."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _is_kept(block: bytes) -> bool:
    if block[0] != _EXTENSION:
        return block[0] in (_IMAGE, _TRAILER)
    if block[1] == _APPLICATION:
        return block[3:14].startswith(_KEPT_APPLICATIONS)
    return block[1] != _COMMENT
