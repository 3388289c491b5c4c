"""Parsing of multipart forms (RFC 7578): complete, or not at all."""

import codecs
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from darkroom.web.media_types import MediaType

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_PARTS = 1000
MAX_TEXT_BYTES = 1024 * 1024

# Python calls these codecs encodings, but no client writes them; some need quadratic time.
_NOT_CHARSETS = {
    *("idna", "punycode", "undefined", "utf-7"),
    *("unicode-escape", "raw-unicode-escape"),
}


class InvalidFormError(HTTPException):
    def __init__(self, message: str) -> None:
        super().__init__(400, message)


class UnfinishedFormError(InvalidFormError):
    """Raised when a body ends before the closing boundary of its form."""

    def __init__(self) -> None:
        super().__init__("The form is incomplete: it ends before its closing boundary")


@dataclass(frozen=True)
class Part:
    """A field of a form. `filename` is None for text, and empty for a file without a name."""

    name: str
    content: bytes
    filename: str | None
    content_type: str
    charset: str

    @property
    def text(self) -> str:
        return decode(self.content, self.charset)


def parse(body: bytes, media_type: MediaType) -> list[Part]:
    """The parts of a form in the order sent.

    Raises `InvalidFormError`, and `UnfinishedFormError` if the end of the form is missing.
    """
    boundary = media_type.parameters.get("boundary", "").encode("latin-1")
    if not boundary:
        raise InvalidFormError("The Content-Type of the form has no boundary")
    collector = _Collector(media_type.parameters.get("charset", "utf-8"))
    try:
        MultipartParser(boundary, collector.callbacks()).write(body)
    except FormParserError as error:
        raise InvalidFormError("The form is invalid") from error
    if not collector.is_finished:
        raise UnfinishedFormError
    if _has_epilogue_parts(body, b"--" + boundary):
        raise InvalidFormError("The form continues after its closing boundary")
    return collector.parts


def _has_epilogue_parts(body: bytes, delimiter: bytes) -> bool:
    # The parser discards everything after the closing boundary. `find` does not copy the body.
    closing = delimiter + b"--"
    if not body.startswith(closing):
        closing = b"\r\n" + closing
    start = body.find(closing)
    return start >= 0 and body.find(delimiter, start + len(closing)) >= 0


class _Collector:
    """Collects the parts that the parser reports."""

    def __init__(self, charset: str) -> None:
        self.parts: list[Part] = []
        self.is_finished = False
        self._charset = charset
        self._begin_part()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._add_header_name,
            "on_header_value": self._add_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._check_headers,
            "on_part_data": self._add_content,
            "on_part_end": self._end_part,
            "on_end": self._finish,
        }

    def _begin_part(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._header_name = self._header_value = b""
        self._content: list[bytes] = []

    def _add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _check_headers(self) -> None:
        if len(self.parts) == MAX_PARTS:
            raise InvalidFormError(f"The form has more than {MAX_PARTS} parts")

    def _add_content(self, data: bytes, start: int, end: int) -> None:
        self._content.append(data[start:end])

    def _end_part(self) -> None:
        part = self._part()
        if part.filename is None and len(part.content) > MAX_TEXT_BYTES:
            raise InvalidFormError(f"A text of the form is larger than {MAX_TEXT_BYTES} bytes")
        self.parts.append(part)

    def _part(self) -> Part:
        disposition = self._headers.get(b"content-disposition", b"")
        content_type = self._headers.get(b"content-type", b"").decode("latin-1")
        _, options = parse_options_header(disposition)
        if b"name" not in options:
            raise InvalidFormError("A part of the form has no name")
        media_type = MediaType.parse(content_type)
        return Part(
            name=decode(options[b"name"], self._charset),
            content=b"".join(self._content),
            filename=_filename(disposition, options.get(b"filename"), self._charset, media_type),
            content_type=content_type,
            charset=media_type.parameters.get("charset", self._charset),
        )

    def _finish(self) -> None:
        self.is_finished = True


def _filename(
    disposition: bytes, plain: bytes | None, charset: str, media_type: MediaType
) -> str | None:
    names = _names(disposition.decode("latin-1")) if b"*" in disposition else []
    extended = next((name for name in names if isinstance(name, tuple)), None)
    if extended:
        name_charset, _, text = extended
        return decode(text.encode("latin-1", "replace"), name_charset or "utf-8")
    if plain is not None:
        return decode(plain, charset)
    return str(names[0]) if names else "" if media_type.is_image else None


def _names(disposition: str) -> list[Any]:
    """The values of `filename` in a header: plain texts, and of `filename*` (RFC 8187) a tuple of
    charset, language and text."""
    message = Message()
    message["Content-Disposition"] = disposition
    try:
        parameters = message.get_params([], "Content-Disposition")
    except ValueError:
        return []
    return [value for name, value in parameters if name == "filename"]


def decode(content: bytes, charset: str) -> str:
    """The text; in UTF-8 or Latin-1 if it is not valid in its charset."""
    for name in (charset, "utf-8"):
        try:
            if codecs.lookup(name).name not in _NOT_CHARSETS:
                return content.decode(name)
        except (LookupError, ValueError):
            pass
    return content.decode("latin-1")
