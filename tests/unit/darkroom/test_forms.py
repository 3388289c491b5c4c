"""Reading multipart forms: complete, or not at all."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkroom.web.media_types import MediaType
from darkroom.web.multipart import (
    MAX_PARTS,
    MAX_TEXT_BYTES,
    InvalidFormError,
    UnfinishedFormError,
    decode,
    parse,
)

TYPE = MediaType.parse("multipart/form-data; boundary=b-1")


def form(*parts: tuple[str, bytes]) -> bytes:
    """A form; each part has its headers and its content."""
    return (
        b"".join(
            b"--b-1\r\n" + headers.encode() + b"\r\n\r\n" + content + b"\r\n"
            for headers, content in parts
        )
        + b"--b-1--\r\n"
    )


def cases(text: str) -> st.SearchStrategy[str]:
    """The text with any of its letters in the other case."""
    letters = [st.sampled_from([letter.lower(), letter.upper()]) for letter in text]
    return st.tuples(*letters).map("".join)


CHARSETS = ["utf-8", "iso-8859-1", "windows-1252", "shift_jis", "gb18030", "utf-16", "koi8-r"]
ODD_CHARSETS = ["", "x-unknown", "hex", "rot13", "idna", "punycode", "undefined", "unicode_escape"]
names = st.text(string.ascii_letters + string.digits + ' .-_/\\"ñ€日', max_size=20)


@st.composite
def extended_names(draw: st.DrawFn) -> str:
    charset = draw(st.sampled_from(CHARSETS + ODD_CHARSETS))
    raw = draw(st.binary(max_size=20))
    encoded = "".join(f"%{byte:02x}" for byte in raw)
    return f"filename*={charset}'{draw(st.sampled_from(['', 'es']))}'{encoded}"


@st.composite
def part_headers(draw: st.DrawFn) -> str:
    quoted = draw(names).replace("\\", "\\\\").replace('"', '\\"')
    name = draw(st.sampled_from(["", f'; filename="{quoted}"']))
    disposition = f'{draw(cases("form-data"))}; {draw(cases("name"))}="files"{name}'
    if draw(st.booleans()):
        disposition += f"; {draw(extended_names())}"
    charset = draw(st.sampled_from(CHARSETS + ODD_CHARSETS))
    kind = draw(st.sampled_from(["image/jpeg", "text/plain", "application/octet-stream"]))
    lines = [f"{draw(cases('content-disposition'))}: {disposition}"]
    if draw(st.booleans()):
        type_ = f"{draw(cases(kind))}{draw(st.sampled_from(['', f'; charset={charset}']))}"
        lines.insert(draw(st.integers(0, 1)), f"{draw(cases('content-type'))}: {type_}")
    return "\r\n".join(lines)


forms = st.lists(st.tuples(part_headers(), st.binary(max_size=30)), max_size=3)


@given(parts=forms)
def test_a_complete_form_loses_no_part_and_no_byte(parts: list[tuple[str, bytes]]) -> None:
    parsed = parse(form(*parts), TYPE)

    assert [part.content for part in parsed] == [content for _, content in parts]
    assert {part.name for part in parsed} <= {"files"}
    for part, (headers, _) in zip(parsed, parts, strict=True):
        part.text.encode()  # is valid text
        is_image = "image/jpeg" in headers.lower()
        assert (part.filename is not None) == (is_image or "filename" in headers)


@given(parts=forms)
def test_a_form_that_is_cut_at_any_byte_is_unfinished(parts: list[tuple[str, bytes]]) -> None:
    body = form(*parts)

    for end in range(len(body) - len("\r\n")):
        with pytest.raises(UnfinishedFormError):
            parse(body[:end], TYPE)


@given(parts=forms, offset=st.integers(0, 400), junk=st.binary(max_size=8))
def test_a_broken_form_is_parsed_or_rejected(
    parts: list[tuple[str, bytes]], offset: int, junk: bytes
) -> None:
    body = form(*parts)
    offset = min(offset, len(body))
    try:
        parse(body[:offset] + junk + body[offset + len(junk) :], TYPE)
    except InvalidFormError as error:
        assert error.status_code == 400


@given(content=st.binary(max_size=60), charset=st.text(max_size=12) | st.sampled_from(ODD_CHARSETS))
def test_any_bytes_in_any_charset_are_text(content: bytes, charset: str) -> None:
    decode(content, charset).encode()


@pytest.mark.parametrize(
    ("headers", "filename"),
    [
        ("filename*=UTF-8''%C3%B1.jpg", "ñ.jpg"),
        ("filename=n; filename*=ISO-8859-1'es'%F1.jpg", "ñ.jpg"),
        ("filename*=windows-1252''%80; filename=euro", "€"),
        ("filename*0*=UTF-8''%e2; filename*1*=%82%ac", "€"),
        ("filename*0=a; filename*1=b", "ab"),
        ('filename="a*b.jpg"', "a*b.jpg"),
        ('filename="ñ*.jpg"', "ñ*.jpg"),
        ('note="filename*"', None),
        ("other", None),
    ],
)
def test_file_names_are_read_in_every_notation(headers: str, filename: str | None) -> None:
    (part,) = parse(form((f"Content-Disposition: form-data; name=files; {headers}", b"")), TYPE)

    assert part.filename == filename


@given(value=cases("multipart/form-data"), parameter=cases("boundary"))
def test_media_types_are_read_without_case(value: str, parameter: str) -> None:
    media_type = MediaType.parse(f' {value} ; charset=x;{parameter}="A;b" ')

    assert media_type.essence == "multipart/form-data"
    assert media_type.parameters == {"charset": "x", "boundary": "A;b"}


@given(value=st.text(max_size=40))
def test_any_text_is_read_as_a_media_type(value: str) -> None:
    assert MediaType.parse(value).essence == MediaType.parse(value).essence.lower()


HEADERS = "Content-Disposition: form-data; name=files"


@pytest.mark.parametrize(
    "body",
    [
        form(*[(HEADERS, b"")] * (MAX_PARTS + 1)),
        form((HEADERS, b"x" * (MAX_TEXT_BYTES + 1))),
        form((f"{HEADERS}; filename={'x' * 5000}", b"")),
        form(("Content-Disposition: form-data", b"")),
        form(("X: y\r\n" * 9 + HEADERS, b"")),
        form((HEADERS, b"")) * 2,
    ],
    ids=["parts", "text", "header", "no name", "headers", "two forms"],
)
def test_a_form_beyond_a_limit_is_rejected(body: bytes) -> None:
    with pytest.raises(InvalidFormError):
        parse(body, TYPE)


def test_a_boundary_is_required() -> None:
    with pytest.raises(InvalidFormError):
        parse(form(), MediaType.parse("multipart/form-data; boundary="))
