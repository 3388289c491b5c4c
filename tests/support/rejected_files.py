"""Generated files that are no accepted images, by their kind."""

import struct


def boxes(brand: bytes, *compatible: bytes) -> bytes:
    """The start of a file of the family of MP4, with its brands."""
    brands = brand + bytes(4) + b"".join(compatible)
    return struct.pack(">I4s", 8 + len(brands), b"ftyp") + brands + bytes(64)


def tiff(*entries: tuple[int, int, int], order: str = "<", gap: bytes = b"") -> bytes:
    """A TIFF with one directory of these entries: tag, type and value."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    body = struct.pack(f"{order}H", len(entries))
    for tag, value_type, value in entries:
        packed = struct.pack(order + ("H2x" if value_type == 3 else "I"), value)
        body += struct.pack(f"{order}HHI", tag, value_type, 1) + packed
    return mark + struct.pack(f"{order}I", 8 + len(gap)) + gap + body + bytes(4)


def thumbnail_and_sensor(order: str) -> bytes:
    """A raw photo whose first directory describes a thumbnail and refers to the sensor's data."""
    first = tiff((254, 4, 1), (330, 4, 38), order=order)
    return first + tiff((254, 4, 0), (262, 3, 32803), order=order)[8:]


HEIC_BRANDS = [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]

# What the message names, and files of that kind.
UNSUPPORTED_IMAGES: dict[str, list[bytes]] = {
    "HEIC": [boxes(brand, b"miaf") for brand in HEIC_BRANDS]
    + [boxes(b"mif1", b"mif1", b"heic"), boxes(b"heic", b"mif1", b"heic")],
    "A raw photo": [
        tiff((256, 3, 64), (50706, 4, 0x0401)),
        tiff((256, 3, 64), (50706, 4, 0x0401), order=">"),
        tiff((262, 3, 32803)),
        tiff((262, 3, 34892)),
        thumbnail_and_sensor("<"),
        thumbnail_and_sensor(">"),
        tiff((256, 3, 64), gap=b"CR\2\0" + bytes(4)),
        boxes(b"crx ", b"crx ", b"isom"),
        b"FUJIFILMCCD-RAW 0201" + bytes(64),
        b"IIU\0" + bytes(64),
        b"IIRO" + bytes(64),
        b"MMOR" + bytes(64),
        b"FOVb" + bytes(64),
    ],
    "JPEG XL": [b"\xff\x0a" + bytes(64), b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(64)],
    "JPEG 2000": [b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(64), b"\xff\x4f\xff\x51" + bytes(64)],
    "PSD": [b"8BPS\0\1" + bytes(64)],
    "ICO": [b"\0\0\1\0\1\0\x10\x10" + bytes(64)],
    "QOI": [b"qoif" + bytes(64)],
    "PNM": [b"P6\n64 64\n255\n" + bytes(64), b"P5 8 8 255 " + bytes(64)],
    "OpenEXR": [b"v/1\1" + bytes(64)],
}

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
DRAWINGS = [
    _SVG,
    b'<?xml version="1.0"?>\n<!-- a drawing -->\n' + _SVG,
    b"\xef\xbb\xbf  " + _SVG,
    b"\xff\xfe" + _SVG.decode().encode("utf-16-le"),
    b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'>" + _SVG,
]

DOCUMENTS: dict[str, list[bytes]] = {
    "text": [b"words", "Übung\n".encode(), b'{"a": 1}', "\ufeffwords".encode("utf-16"), b"<3"],
    "an HTML page": [b"<!DOCTYPE html><html>", b"\n<html><body>404</body></html>", b"<HTML >"],
    "a video": [
        boxes(b"isom", b"mp42"),
        boxes(b"qt  "),
        b"\0\0\0\x08wide\0\0\0\0mdat" + bytes(64),
        b"\x1aE\xdf\xa3" + bytes(64),
        b"RIFF\xff\0\0\0AVI " + bytes(64),
    ],
    "a PDF": [b"%PDF-1.7\n"],
    "an archive": [b"PK\3\4" + bytes(64), b"\x1f\x8b\x08" + bytes(64)],
    "audio": [b"ID3\3" + bytes(64), b"RIFF\xff\0\0\0WAVE" + bytes(64)],
}

UNKNOWN_FILES = [bytes(64), b"\x80\x81\x82" * 9, b"RIFF\0\0\0\0\x80\x81\x82\x83", b"\xff"]
