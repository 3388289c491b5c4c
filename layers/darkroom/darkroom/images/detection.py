"""Detection of what a file is, from its first bytes and not by a decoder."""

import codecs
import re
from dataclasses import dataclass

from darkroom.images.raw_photos import is_raw_photo

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"}
_HEIF_BRANDS = {b"mif1", b"msf1"}
_RAW_BRANDS = {b"crx "}
_MAX_BRANDS_SIZE = 1024  # bytes of the box that lists the brands
_MAX_TEXT_SIZE = 4096  # bytes that decide whether a file is text
_MAX_SEGMENTS = 1000  # of a JPEG, before the index of an MPO
_GAIN_MAP = b' hdrgm:Version="'  # of an Ultra HDR JPEG


@dataclass(frozen=True)
class Kind:
    """What a file is. `format` is Pillow's name of an accepted format, and empty for others."""

    name: str
    format: str = ""
    is_image: bool = True
    rejection: str = "{kind} is not supported: send JPEG, PNG or WebP ({file})"

    def reject(self, file_name: str) -> str:
        """The message for a file of this kind."""
        return self.rejection.format(kind=self.name, file=file_name)


def _document(name: str) -> Kind:
    return Kind(name, is_image=False, rejection="The file is {kind}, not an image: {file}")


HEIC, RAW_PHOTO = Kind("HEIC"), Kind("A raw photo")
SVG = Kind("SVG", is_image=False)  # it can contain scripts
UNKNOWN = Kind("unknown", is_image=False, rejection="File is not a valid image: {file}")
TEXT, HTML, XML = _document("text"), _document("an HTML page"), _document("XML")
VIDEO, AUDIO = _document("a video"), _document("audio")
PDF, ARCHIVE = _document("a PDF"), _document("an archive")
_ACCEPTED = {name: Kind(name, name) for name in ("AVIF", "BMP", "GIF", "JPEG", "PNG", "TIFF")}
_WEBP, _MPO = Kind("WebP", "WEBP"), Kind("MPO", "MPO")

_SIGNATURES: list[tuple[bytes, Kind]] = [
    (b"\xff\xd8\xff", _ACCEPTED["JPEG"]),
    (b"\x89PNG\r\n\x1a\n", _ACCEPTED["PNG"]),
    (b"GIF87a", _ACCEPTED["GIF"]),
    (b"GIF89a", _ACCEPTED["GIF"]),
    (b"BM", _ACCEPTED["BMP"]),
    (b"II*\0", _ACCEPTED["TIFF"]),
    (b"MM\0*", _ACCEPTED["TIFF"]),
    (b"II+\0", _ACCEPTED["TIFF"]),
    (b"MM\0+", _ACCEPTED["TIFF"]),
    (b"IIRO", RAW_PHOTO),
    (b"IIRS", RAW_PHOTO),
    (b"MMOR", RAW_PHOTO),
    (b"IIU\0", RAW_PHOTO),
    (b"FUJIFILMCCD-RAW", RAW_PHOTO),
    (b"FOVb", RAW_PHOTO),
    (b"\0MRM", RAW_PHOTO),
    (b"II\x1a\0\0\0HEAPCCDR", RAW_PHOTO),
    (b"II\xbc", Kind("JPEG XR")),
    (b"\xff\x0a", Kind("JPEG XL")),
    (b"\0\0\0\x0cJXL \r\n\x87\n", Kind("JPEG XL")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Kind("JPEG 2000")),
    (b"\xff\x4f\xff\x51", Kind("JPEG 2000")),
    (b"8BPS", Kind("PSD")),
    (b"gimp xcf", Kind("XCF")),
    (b"\0\0\1\0", Kind("ICO")),
    (b"\0\0\2\0", Kind("CUR")),
    (b"icns", Kind("ICNS")),
    (b"DDS ", Kind("DDS")),
    (b"qoif", Kind("QOI")),
    (b"v/1\1", Kind("OpenEXR")),
    (b"#?RADIANCE", Kind("Radiance HDR")),
    (b"%!PS", Kind("PostScript")),
    (b"\xc5\xd0\xd3\xc6", Kind("PostScript")),
    (b"%PDF-", PDF),
    (b"PK\3\4", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\x1aE\xdf\xa3", VIDEO),
    (b"\0\0\1\xba", VIDEO),
    (b"\0\0\1\xb3", VIDEO),
    (b"FLV\1", VIDEO),
    (b"OggS", AUDIO),
    (b"ID3", AUDIO),
    (b"fLaC", AUDIO),
]
_RIFF_TYPES = {b"WEBP": _WEBP, b"AVI ": VIDEO, b"WAVE": AUDIO}
_QUICKTIME_BOXES = {b"moov", b"mdat", b"wide", b"pnot", b"free", b"skip"}
_PORTABLE_ANYMAP = re.compile(rb"P[1-7][ \t\r\n][ \t\r\n#0-9W]")
_MARKUP = re.compile(r"\s*<(?:[!?]|[a-z])", re.IGNORECASE)
_SVG_TAG = re.compile(r"<(?:\w+:)?svg[\s>/]", re.IGNORECASE)
_HTML_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_CONTROL_CHARACTERS = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}


def detect(content: bytes) -> Kind:
    """The kind of a file; `UNKNOWN` if nothing fits."""
    kind = _detect_signature(content) or _detect_container(content)
    if kind is None:
        return _detect_text(content)
    if kind.format == "TIFF" and is_raw_photo(content):
        return RAW_PHOTO
    if kind.format == "JPEG" and _has_index_of_images(content):
        return _MPO
    return kind


def _detect_signature(content: bytes) -> Kind | None:
    if _PORTABLE_ANYMAP.match(content):
        return Kind("PNM")
    matches = (kind for signature, kind in _SIGNATURES if content.startswith(signature))
    return next(matches, None)


def _detect_container(content: bytes) -> Kind | None:
    if content.startswith(b"RIFF"):
        return _RIFF_TYPES.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _detect_brands(content)
    return VIDEO if content[4:8] in _QUICKTIME_BOXES else None


def _detect_brands(content: bytes) -> Kind:
    size = min(int.from_bytes(content[:4]), _MAX_BRANDS_SIZE)
    offsets = [8, *range(16, size - 3, 4)]  # the major brand, its version, the compatible brands
    brands = {content[offset : offset + 4] for offset in offsets}
    if brands & _AVIF_BRANDS:
        return _ACCEPTED["AVIF"]
    if brands & (_HEIC_BRANDS | _HEIF_BRANDS):
        return HEIC
    return RAW_PHOTO if brands & _RAW_BRANDS else VIDEO


def _detect_text(content: bytes) -> Kind:
    text = _read_text(content[:_MAX_TEXT_SIZE])
    if text is None:
        return UNKNOWN
    if not _MARKUP.match(text):
        return TEXT
    if _HTML_TAG.search(text):
        return HTML
    return SVG if _SVG_TAG.search(text) else XML


def _read_text(head: bytes) -> str | None:
    """The beginning of a file as text, and nothing for binary data."""
    marks = (mark for mark in _BYTE_ORDER_MARKS if head.startswith(mark))
    mark = next(marks, b"")
    try:
        # The head may end within a character.
        decoder = codecs.getincrementaldecoder(_BYTE_ORDER_MARKS.get(mark, "utf-8"))()
        text = decoder.decode(head[len(mark) :])
    except UnicodeDecodeError:
        return None
    return None if _CONTROL_CHARACTERS.search(text) else text


def _has_index_of_images(content: bytes) -> bool:
    """Whether a JPEG is the first image of an MPO file, and not one with a gain map."""
    has_index = False
    offset = 2
    for _ in range(_MAX_SEGMENTS):
        marker = content[offset : offset + 2]
        if not b"\xff\xc0" <= marker <= b"\xff\xfe" or marker == b"\xff\xda":
            break
        end = offset + 2 + int.from_bytes(content[offset + 2 : offset + 4])
        if marker == b"\xff\xe2":
            has_index |= content.startswith(b"MPF\0", offset + 4)
        elif marker == b"\xff\xe1" and _GAIN_MAP in content[offset:end]:
            return False
        offset = end
    return has_index
