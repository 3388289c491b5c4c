"""WebP: everything but the picture is removed, and wrong sizes are repaired."""

import io
import struct
from typing import Any

import pytest
from PIL import Image, ImageSequence

from darkroom.images.metadata import webp
from darkroom.images.metadata.parts import MAX_PARTS, TooManyPartsError, TruncatedError
from tests.support.images import SECRET, SRGB_PROFILE, exif

MARK = SECRET.encode()

Chunk = tuple[bytes, bytes]


def build(*chunks: Chunk) -> bytes:
    body = b"WEBP" + b"".join(build_chunk(*chunk) for chunk in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def build_chunk(fourcc: bytes, data: bytes) -> bytes:
    return fourcc + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def chunks(content: bytes, offset: int = 12) -> list[Chunk]:
    found = []
    while offset < len(content):
        fourcc, size = struct.unpack_from("<4sI", content, offset)
        found.append((fourcc, content[offset + 8 : offset + 8 + size]))
        offset += 8 + size + size % 2
    assert offset == len(content)
    return found


def picture(mode: str = "RGB", size: tuple[int, int] = (43, 31), angle: int = 0) -> Image.Image:
    gradient = Image.radial_gradient("L").resize(size).rotate(angle)
    image = Image.merge("RGB", [gradient, gradient.rotate(90).resize(size), gradient])
    if mode == "RGBA":
        image.putalpha(gradient)
    return image.convert(mode)


def encode(*pictures: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if pictures[1:]:
        options = {"save_all": True, "append_images": pictures[1:], "duration": 90} | options
    pictures[0].save(buffer, "WEBP", **options)
    return buffer.getvalue()


def animation(mode: str = "RGB", **options: Any) -> bytes:
    pictures = [picture(mode, angle=9 * n) for n in range(4)]
    return encode(*pictures, **({"duration": [90, 120, 150, 30], "loop": 3} | options))


def frames(content: bytes) -> list[Any]:
    with Image.open(io.BytesIO(content)) as image:
        return [
            (frame.mode, frame.size, frame.tobytes(), frame.info.get("duration"))
            for frame in ImageSequence.Iterator(image)
        ]


def info(content: bytes) -> dict[Any, Any]:
    with Image.open(io.BytesIO(content)) as image:
        return dict(image.info)


STILLS = {
    "lossy": encode(picture(), quality=60),
    "lossless": encode(picture(), lossless=True),
    "lossy with alpha": encode(picture("RGBA"), quality=60),
    "lossy with lossless alpha": encode(picture("RGBA"), alpha_quality=30, method=6),
    "lossless with alpha": encode(picture("RGBA"), lossless=True, exact=True),
    "grey": encode(picture("L")),
    "small": encode(picture(size=(1, 1))),
    "profile": encode(picture(), icc_profile=SRGB_PROFILE),
}
ANIMATIONS = {
    "animation": animation(),
    "lossless animation": animation(lossless=True),
    "animation with alpha": animation("RGBA"),
    "mixed animation": animation("RGBA", allow_mixed=True),
    "animation with key frames": animation(
        minimize_size=True, kmin=1, kmax=2, background=(9, 9, 9, 9)
    ),
}
FILES = STILLS | ANIMATIONS


@pytest.mark.parametrize("name", FILES)
def test_a_webp_without_metadata_is_unchanged(name: str) -> None:
    assert webp.strip(FILES[name]) == FILES[name]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize(
    "options",
    [*({"quality": quality} for quality in (0, 40, 100)), {"lossless": True}, {"method": 0}],
    ids=str,
)
@pytest.mark.parametrize("count", [1, 3], ids=["still", "animation"])
def test_frames_and_colours_are_unchanged(mode: str, options: dict[str, Any], count: int) -> None:
    pictures = [picture(mode, angle=9 * n) for n in range(count)]
    content = encode(*pictures, exif=exif(6), xmp=MARK, icc_profile=SRGB_PROFILE, **options)

    stripped = webp.strip(content)

    assert MARK not in stripped
    assert frames(stripped) == frames(content)
    assert info(stripped)["icc_profile"] == SRGB_PROFILE
    with Image.open(io.BytesIO(stripped)) as image:
        assert image.getexif() == {0x0112: 6}
    assert webp.strip(stripped) == stripped


EXTENDED = encode(picture("RGBA"), quality=60, icc_profile=SRGB_PROFILE)


def insert(content: bytes, extra: bytes, before: bytes) -> bytes:
    """The file with more bytes before a chunk, and the sizes of both."""
    offset = content.index(before) if before else len(content)
    content = content[:offset] + extra + content[offset:]
    return content[:4] + struct.pack("<I", len(content) - 8) + content[8:]


def with_frames(change: Any) -> bytes:
    return build(
        *(
            (fourcc, change(data) if fourcc == b"ANMF" else data)
            for fourcc, data in chunks(FILES["animation with alpha"])
        )
    )


def overwrite(content: bytes, offset: int, data: bytes) -> bytes:
    return content[:offset] + data + content[offset + len(data) :]


PLANTED = {
    "XMP": insert(EXTENDED, build_chunk(b"XMP ", MARK), b""),
    "EXIF": insert(EXTENDED, build_chunk(b"EXIF", MARK), b""),
    "unknown chunk": insert(EXTENDED, build_chunk(b"abcd", MARK), b"VP8 "),
    "unknown chunk after the picture": insert(EXTENDED, build_chunk(b"abcd", MARK), b""),
    "second profile": insert(EXTENDED, build_chunk(b"ICCP", MARK), b"ALPH"),
    "second picture": insert(EXTENDED, build_chunk(b"VP8 ", MARK), b""),
    "second alpha": insert(EXTENDED, build_chunk(b"ALPH", MARK), b"VP8 "),
    "data after the end": EXTENDED + MARK,
    "chunks after the end": EXTENDED + build_chunk(b"ICCP", MARK),
    "end of the canvas": insert(
        EXTENDED.replace(b"VP8X\x0a", b"VP8X\x14"), MARK + bytes(10 - len(MARK)), b"ICCP"
    ),
    "reserved bytes of the canvas": overwrite(EXTENDED, 21, MARK[:3]),
    "profile of an unextended file": insert(FILES["lossy"], build_chunk(b"ICCP", MARK), b""),
    "alpha of an unextended file": insert(FILES["lossy"], build_chunk(b"ALPH", MARK), b"VP8 "),
    "frames of a still picture": insert(EXTENDED, build_chunk(b"ANMF", bytes(16) + MARK), b""),
    "loop of a still picture": insert(EXTENDED, build_chunk(b"ANIM", MARK), b"ALPH"),
    "chunk in a frame": with_frames(lambda data: data + build_chunk(b"abcd", MARK)),
    "chunk before the picture of a frame": with_frames(
        lambda data: data[:16] + build_chunk(b"EXIF", MARK) + data[16:]
    ),
    "second picture in a frame": with_frames(lambda data: data + build_chunk(b"VP8L", MARK)),
    "bytes in a frame": with_frames(lambda data: data + MARK),
    "unknown chunk between frames": insert(
        ANIMATIONS["animation with alpha"], build_chunk(b"abcd", MARK), b"ANMF"
    ),
    "end of the loop": build(
        *(
            (fourcc, data + MARK if fourcc == b"ANIM" else data)
            for fourcc, data in chunks(ANIMATIONS["animation with alpha"])
        )
    ),
    "animation followed by data": ANIMATIONS["animation with alpha"] + MARK,
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_secret_in_a_webp_is_removed(place: str) -> None:
    content = PLANTED[place]
    secret = MARK[:3] if place.startswith("reserved") else MARK
    assert secret in content
    original = EXTENDED
    if "unextended" in place:
        original = FILES["lossy"]
    elif any(
        word in place
        for word in ("in a frame", "of a frame", "between", "end of the loop", "animation")
    ):
        original = ANIMATIONS["animation with alpha"]

    assert webp.strip(content) == original


def test_the_end_of_a_profile_is_removed() -> None:
    content = encode(picture(), icc_profile=SRGB_PROFILE + MARK)

    assert webp.strip(content) == encode(picture(), icc_profile=SRGB_PROFILE)


@pytest.mark.parametrize("profile", [MARK, SRGB_PROFILE[:-1]], ids=["text", "cut"])
def test_a_damaged_profile_is_removed(profile: bytes) -> None:
    stripped = webp.strip(encode(picture(), icc_profile=profile))

    assert "icc_profile" not in info(stripped)
    assert frames(stripped) == frames(encode(picture()))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [0, 4, 11, 2**31, 2**32 - 1])
def test_a_wrong_size_in_the_header_is_repaired(name: str, size: int) -> None:
    content = overwrite(FILES[name], 4, struct.pack("<I", size))

    assert webp.strip(content) == FILES[name]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("difference", range(-3, 4))
def test_a_size_in_the_header_that_is_off_by_few_bytes_is_repaired(
    name: str, difference: int
) -> None:
    content = overwrite(FILES[name], 4, struct.pack("<I", len(FILES[name]) - 8 + difference))

    assert webp.strip(content) == FILES[name]


@pytest.mark.parametrize("name", STILLS)
def test_missing_padding_is_repaired(name: str) -> None:
    *others, (fourcc, data) = chunks(STILLS[name])
    content = build(*others, (fourcc, data + bytes(1 - len(data) % 2)))

    assert webp.strip(content[:-1]) == content


def test_data_in_the_padding_of_a_picture_is_kept() -> None:
    """Decoders read it, so the picture could lose its last pixels."""
    content = build((b"VP8L", b"\x2f" + bytes(8)))[:-1] + b"\x07"

    assert webp.strip(content) == build((b"VP8L", b"\x2f" + bytes(8) + b"\x07"))


@pytest.mark.parametrize("name", FILES)
def test_a_missing_last_byte_of_the_picture_is_accepted(name: str) -> None:
    data = chunks(FILES[name])[-1][1]
    content = FILES[name][: len(FILES[name]) - 1 - len(data) % 2]

    chunks(webp.strip(content))


@pytest.mark.parametrize("name", STILLS)
def test_a_webp_that_ends_within_its_picture_is_rejected(name: str) -> None:
    content = STILLS[name]
    for length in range(12, len(content) - 3):
        with pytest.raises(TruncatedError):
            webp.strip(content[:length])


@pytest.mark.parametrize("name", ANIMATIONS)
def test_an_animation_that_ends_within_a_frame_is_rejected(name: str) -> None:
    content = ANIMATIONS[name]
    starts = [at for at in range(len(content)) if content[at : at + 4] == b"ANMF"]
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        for length in range(start + 1, end - 3, 5):
            with pytest.raises(TruncatedError):
                webp.strip(content[:length])


def test_an_animation_without_a_loop_is_rejected() -> None:
    parts = [part for part in chunks(ANIMATIONS["animation"]) if part[0] != b"ANIM"]

    with pytest.raises(ValueError, match="the animation is damaged"):
        webp.strip(build(*parts))


@pytest.mark.parametrize(
    "data", [b"", bytes(16), bytes(16) + build_chunk(b"ALPH", b"\0")], ids=["0", "16", "alpha"]
)
def test_a_frame_without_a_picture_is_rejected(data: bytes) -> None:
    with pytest.raises(ValueError, match="picture"):
        webp.strip(insert(ANIMATIONS["animation"], build_chunk(b"ANMF", data), b""))


@pytest.mark.parametrize("fourcc", [b"ANMF", b"ALPH", b"abcd", b"EXIF", b"VP8 "])
@pytest.mark.parametrize("name", ["lossy", "animation"])
def test_a_webp_of_too_many_chunks_is_rejected(fourcc: bytes, name: str) -> None:
    extra = build_chunk(fourcc, b"") * (MAX_PARTS + 1)
    content = insert(FILES[name], extra, b"")

    with pytest.raises(TooManyPartsError):
        webp.strip(content)


def test_a_frame_of_too_many_chunks_is_rejected() -> None:
    data = bytes(16) + build_chunk(b"abcd", b"") * (MAX_PARTS + 1)
    content = insert(ANIMATIONS["animation"], build_chunk(b"ANMF", data), b"")

    with pytest.raises(TooManyPartsError):
        webp.strip(content)
