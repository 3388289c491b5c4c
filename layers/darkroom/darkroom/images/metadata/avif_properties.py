"""The properties of a picture in an AVIF file: its size, colours, orientation and encoding."""

from darkroom.images.metadata.boxes import Box, Copy
from darkroom.images.metadata.icc import trim_profile

# Sizes of the payloads. The rest of a longer box is removed.
_SIZES = {
    **{b"a1lx": 13, b"a1op": 1, b"amve": 8, b"auxi": 0, b"auxC": 0, b"ccst": 8, b"cclv": 42},
    **{b"clap": 32, b"clli": 4, b"imir": 1, b"irot": 1, b"ispe": 12, b"lsel": 2, b"mdcv": 24},
    **{b"pasp": 8, b"pixi": 8},
}
_CONFIGURATION_SIZE = 4  # of `av1C`, before the OBUs
_SEQUENCE_HEADER = 0x0A  # the first byte of its OBU
_ALPHA_TYPES = (
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
    b"urn:mpeg:hevc:2015:auxid:1\0",
)
_CODED_COLOURS, _PROFILES = b"nclx", (b"prof", b"rICC")
_HANDLER_SIZE = 12  # before reserved bytes and the name
_HANDLER_NAMES = {b"\0libavif\0", b"\0PictureHandler\0", b"libavif\0", b"PictureHandler\0"}


def keep_property(copy: Copy, box: Box) -> None:
    if box.type in _SIZES:
        copy.keep_payload(box, 0, _SIZES[box.type])
        if alpha := _alpha_type(copy.content, box):
            copy.keep_payload(box, 0, 4 + len(alpha))
    elif box.type == b"av1C":
        _keep_configuration(copy, box)
    elif box.type == b"colr":
        _keep_colours(copy, box)
    else:
        copy.remove(box)


def is_alpha(content: bytes, box: Box) -> bool:
    return box.type == b"auxC" and bool(_alpha_type(content, box))


def keep_handler(copy: Copy, hdlr: Box) -> None:
    copy.keep_payload(hdlr, 0, _HANDLER_SIZE)
    name = 24  # after reserved bytes
    if copy.content[hdlr.start + name : hdlr.end] in _HANDLER_NAMES:
        copy.keep_payload(hdlr, name, hdlr.end)


def _alpha_type(content: bytes, box: Box) -> bytes:
    if box.type not in (b"auxC", b"auxi"):
        return b""
    payload = content[box.start + 4 : box.end]
    return next((name for name in _ALPHA_TYPES if payload.startswith(name)), b"")


def _keep_configuration(copy: Copy, av1c: Box) -> None:
    """Keep the encoding and, if there is nothing else, the header of the sequence."""
    obus = copy.content[av1c.start + _CONFIGURATION_SIZE : av1c.end]
    is_header = len(obus) >= 2 and obus[0] == _SEQUENCE_HEADER and obus[1] == len(obus) - 2 < 64
    copy.keep_payload(av1c, 0, av1c.end if is_header else _CONFIGURATION_SIZE)


def _keep_colours(copy: Copy, colr: Box) -> None:
    colour_type = copy.content[colr.start : colr.start + 4]
    if colour_type == _CODED_COLOURS:
        copy.keep_payload(colr, 0, 11)
        return
    profile = trim_profile(copy.content[colr.start + 4 : colr.end])
    if colour_type in _PROFILES and profile:
        copy.keep_payload(colr, 0, 4 + len(profile))
    else:
        copy.remove(colr)
