"""GIF: blocks, whose data is split into sub-blocks of up to 255 bytes."""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.icc import trim_profile
from darkroom.images.metadata.lzw import Scanner
from darkroom.images.metadata.parts import TruncatedError, limit_parts

_HEADER_SIZE = 13
_EXTENSION, _IMAGE, _TRAILER = b"!", b",", b";"
_BLOCK_START = re.compile(rb"[!,;]")
_CONTROL, _COMMENT, _APPLICATION = 0xF9, 0xFE, 0xFF  # labels of extensions
_CONTROL_SIZE, _NAME_SIZE = 4, 11
_IMAGE_HEADER_SIZE = 10
_IMAGE_FLAGS = 0xE7  # the others are reserved
_CONTROL_FLAGS, _HAS_TRANSPARENCY = 0x1F, 0x01
_LOOP_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PROFILE_APPLICATION = b"ICCRGBG1012"


class _Block(NamedTuple):
    """An image or an extension."""

    label: int  # of an extension; 0 for an image
    header: bytes  # of an image, with its colour table and the width of its codes
    data: bytes  # of all sub-blocks
    is_complete: bool


def strip(content: bytes) -> bytes:
    blocks = list(_blocks(content))
    images = b"".join(_build_images(blocks))
    if not images:
        raise TruncatedError("the file ends before its image")
    extensions = _build_loop(blocks) + _build_profile(blocks)
    return content[: _first_block(content)] + extensions + images + _TRAILER


@limit_parts
def _blocks(content: bytes) -> Iterator[_Block]:
    """The blocks up to the trailer. Like decoders, ignores other bytes between them."""
    offset = _first_block(content)
    while start := _BLOCK_START.search(content, offset):
        offset = start.start()
        if start.group() == _TRAILER:
            return
        block, offset = (_read_image if start.group() == _IMAGE else _read_extension)(
            content, offset
        )
        yield block


def _first_block(content: bytes) -> int:
    if not content.startswith((b"GIF87a", b"GIF89a")):
        raise ValueError("the signature is missing")
    if len(content) < _HEADER_SIZE:
        raise TruncatedError("the file ends within its header")
    return _HEADER_SIZE + _colour_table_size(content[10])


def _read_image(content: bytes, offset: int) -> tuple[_Block, int]:
    flags_offset = offset + _IMAGE_HEADER_SIZE - 1
    flags = content[flags_offset] if flags_offset < len(content) else 0
    start = flags_offset + 2 + _colour_table_size(flags)
    if start > len(content):
        raise TruncatedError("the file ends within its image")
    data, is_complete, end = _read_sub_blocks(content, start)
    return _Block(0, content[offset:start], data, is_complete), end


def _read_extension(content: bytes, offset: int) -> tuple[_Block, int]:
    data, is_complete, end = _read_sub_blocks(content, offset + 2)
    label = content[offset + 1] if offset + 1 < len(content) else _COMMENT
    return _Block(label or _COMMENT, b"", data, is_complete), end


def _read_sub_blocks(content: bytes, offset: int) -> tuple[bytes, bool, int]:
    """The data, whether it has an end, and the offset after it."""
    data = bytearray()
    while offset < len(content):
        size = content[offset]
        data += content[offset + 1 : offset + 1 + size]
        offset += 1 + size
        if not size:
            return bytes(data), True, offset
    return bytes(data), False, len(content)


def _colour_table_size(flags: int) -> int:
    """The bytes of the colour table that follows a header with these flags."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _image_blocks(content: bytes) -> list[_Block]:
    return [block for block in _blocks(content) if not block.label]


def _canvas_pixels(content: bytes, images: list[_Block]) -> int:
    width, height = struct.unpack_from("<2H", content, 6)
    for image in images:
        x, y, image_width, image_height = struct.unpack_from("<4H", image.header, 1)
        width, height = max(width, x + image_width), max(height, y + image_height)
    return int(width) * int(height)


def _build_images(blocks: list[_Block]) -> Iterator[bytes]:
    """Each image with its graphic control, which is the last one before it."""
    control, scanner = b"", Scanner()
    for block in blocks:
        if not block.label:
            yield control + _build_image(block, scanner)
            control = b""
        elif block.label == _CONTROL and len(block.data) >= _CONTROL_SIZE:
            flags, delay, transparent = struct.unpack_from("<BHB", block.data)
            transparent *= flags & _HAS_TRANSPARENCY
            data = struct.pack("<BHB", flags & _CONTROL_FLAGS, delay, transparent)
            control = _EXTENSION + bytes([_CONTROL]) + _build_sub_blocks(data)


def _build_image(block: _Block, scanner: Scanner) -> bytes:
    header = bytearray(block.header)
    width, height = struct.unpack_from("<2H", header, 5)
    size = scanner.find_end(block.data, header[-1], width * height)
    if size is None and not block.is_complete:
        raise TruncatedError("the file ends within its image")
    header[_IMAGE_HEADER_SIZE - 1] &= _IMAGE_FLAGS
    return bytes(header) + _build_sub_blocks(block.data[:size])


def _build_loop(blocks: list[_Block]) -> bytes:
    """The number of loops: the first value of its application's first sub-block."""
    for application, payload in _applications(blocks):
        if application in _LOOP_APPLICATIONS and payload[:1] == b"\1" and len(payload) >= 3:
            return _build_application(application, payload[:3])
    return b""


def _build_profile(blocks: list[_Block]) -> bytes:
    for application, payload in _applications(blocks):
        if application == _PROFILE_APPLICATION and (profile := trim_profile(payload)):
            return _build_application(application, profile)
    return b""


def _applications(blocks: list[_Block]) -> Iterator[tuple[bytes, bytes]]:
    """The name and the payload of each application extension."""
    for block in blocks:
        if block.label == _APPLICATION:
            yield block.data[:_NAME_SIZE], block.data[_NAME_SIZE:]


def _build_application(name: bytes, payload: bytes) -> bytes:
    start = _EXTENSION + bytes([_APPLICATION, len(name)]) + name
    return start + _build_sub_blocks(payload)


def _build_sub_blocks(data: bytes) -> bytes:
    parts = (data[at : at + 255] for at in range(0, len(data), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
