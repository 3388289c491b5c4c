"""PNG: everything but the picture is removed, and damaged parts of no use do not matter."""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageSequence, PngImagePlugin

from darkroom.errors import TooManyPixelsError
from darkroom.images.metadata import png, zlib_stream
from darkroom.images.metadata.parts import MAX_PARTS, TooManyPartsError, TruncatedError
from tests.support.images import SECRET, SRGB_PROFILE, bomb, exif

MARK = SECRET.encode()
SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ENCODINGS = [(colour, depth) for colour, depths in DEPTHS.items() for depth in depths]

Chunk = tuple[bytes, bytes]


def build(*chunks: Chunk) -> bytes:
    return SIGNATURE + b"".join(build_chunk(*chunk) for chunk in chunks)


def build_chunk(chunk_type: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(chunk_type + data))
    return struct.pack(">I", len(data)) + chunk_type + data + checksum


def chunks(content: bytes) -> Iterator[Chunk]:
    """All chunks, with their checksums verified."""
    offset = 8
    while offset < len(content):
        length, chunk_type = struct.unpack_from(">I4s", content, offset)
        data = content[offset + 8 : offset + 8 + length]
        assert build_chunk(chunk_type, data) == content[offset : offset + 12 + length]
        yield chunk_type, data
        offset += 12 + length


def header(width: int, height: int, depth: int, colour: int, interlace: int = 0) -> Chunk:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)


def rows(width: int, height: int, bits: int, seed: int = 1) -> bytes:
    """Rows of a gradient, without filters."""
    size = (width * bits + 7) // 8
    return b"".join(
        b"\0" + bytes((seed + 7 * row + 3 * x) & 255 for x in range(size)) for row in range(height)
    )


def all_rows(width: int, height: int, bits: int, interlace: int) -> bytes:
    passes = [
        *[(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)],
        *[(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)],
    ]
    if not interlace:
        return rows(width, height, bits)
    sizes = [(len(range(x, width, dx)), len(range(y, height, dy))) for x, y, dx, dy in passes]
    return b"".join(rows(columns, count, bits) for columns, count in sizes if columns)


PALETTE = b"PLTE", bytes(range(48))


def still(*extra: Chunk, tail: bytes = b"", data: bytes | None = None) -> bytes:
    """A palette image of 16 x 12 pixels, with more chunks before its data."""
    data = zlib.compress(rows(16, 12, 4)) if data is None else data
    return build(header(16, 12, 4, 3), PALETTE, *extra, (b"IDAT", data + tail), (b"IEND", b""))


def frames(content: bytes) -> list[Any]:
    with Image.open(io.BytesIO(content)) as image:
        info = ("duration", "blend", "disposal")
        return [
            (
                frame.mode,
                frame.size,
                frame.tobytes(),
                frame.convert("RGBA").tobytes(),
                [frame.info.get(key) for key in info],
            )
            for frame in ImageSequence.Iterator(image)
        ]


def info(content: bytes) -> dict[Any, Any]:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return dict(image.info)


def animation(**options: Any) -> bytes:
    pictures = [Image.radial_gradient("L").resize((40, 30)).rotate(9 * n) for n in range(4)]
    buffer = io.BytesIO()
    pictures[0].convert("RGBA").save(
        buffer,
        "PNG",
        save_all=True,
        append_images=[picture.convert("RGBA") for picture in pictures[1:]],
        **({"duration": [90, 120, 150, 30], "loop": 3} | options),
    )
    return buffer.getvalue()


@pytest.mark.parametrize("interlace", [0, 1], ids=["plain", "interlaced"])
@pytest.mark.parametrize(("colour", "depth"), ENCODINGS)
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (33, 17)], ids=["1x1", "5x3", "33x17"])
def test_a_png_of_every_encoding_is_unchanged(
    colour: int, depth: int, size: tuple[int, int], interlace: int
) -> None:
    data = zlib.compress(all_rows(*size, depth * CHANNELS[colour], interlace))
    palette = [(b"PLTE", bytes(i & 255 for i in range(3 << depth)))] if colour == 3 else []
    content = build(
        header(*size, depth, colour, interlace), *palette, (b"IDAT", data), (b"IEND", b"")
    )

    assert frames(content)
    assert png.strip(content) == content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize(
    "options",
    [{}, {"optimize": True}, {"compress_level": 0}, {"compress_level": 1}, {"compress_type": 3}],
    ids=str,
)
def test_pixels_of_encoded_images_are_unchanged(mode: str, options: dict[str, Any]) -> None:
    source = Image.radial_gradient("L").resize((301, 211))
    image = source.convert("I").convert("I;16") if mode == "I;16" else source.convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", icc_profile=SRGB_PROFILE, dpi=(72, 90), exif=exif(3), **options)

    stripped = png.strip(buffer.getvalue())

    assert MARK not in stripped
    assert frames(stripped) == frames(buffer.getvalue())
    assert info(stripped)["icc_profile"] == SRGB_PROFILE
    assert info(stripped)["dpi"] == info(buffer.getvalue())["dpi"]
    assert png.strip(stripped) == stripped


def test_colours_and_the_pixel_size_are_kept() -> None:
    kept = [
        (b"cHRM", bytes(range(32))),
        (b"cICP", b"\x09\x10\x00\x01"),
        (b"cLLI", bytes(8)),
        (b"gAMA", struct.pack(">I", 45455)),
        (b"mDCV", bytes(24)),
        (b"pHYs", struct.pack(">IIB", 2835, 1400, 1)),
        (b"sBIT", b"\5\6\5"),
        (b"sRGB", b"\0"),
        (b"bKGD", b"\3"),
        (b"tRNS", b"\0\x80\xff"),
    ]
    content = still(*kept)

    assert png.strip(content) == content


TRUECOLOUR = build(header(3, 2, 8, 2), (b"IDAT", zlib.compress(rows(3, 2, 24))), (b"IEND", b""))


def insert(content: bytes, *extra: Chunk, before: bytes = b"IDAT") -> bytes:
    offset = content.index(before) - 4
    return content[:offset] + b"".join(build_chunk(*chunk) for chunk in extra) + content[offset:]


PLANTED = {
    "text": still((b"tEXt", b"Comment\0" + MARK)),
    "international text": still((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + MARK)),
    "time": still((b"tIME", MARK[:7])),
    "unknown chunk": still((b"vpAg", MARK)),
    "unknown chunk that is safe to copy": still((b"maSk", MARK)),
    "suggested palette": still((b"sPLT", MARK + b"\0\x08" + bytes(6))),
    "histogram": still((b"hIST", MARK)),
    "palette of a truecolour image": insert(TRUECOLOUR, (b"PLTE", MARK + bytes(3 - len(MARK) % 3))),
    "palette above the depth": still()[:8]
    + build(
        header(16, 12, 4, 3),
        (b"PLTE", bytes(48) + MARK[:9]),
        (b"IDAT", zlib.compress(rows(16, 12, 4))),
        (b"IEND", b""),
    )[8:],
    "transparency of unused colours": still((b"tRNS", bytes(16) + MARK)),
    "name of the profile": still((b"iCCP", MARK + b"\0\0" + zlib.compress(SRGB_PROFILE))),
    "end of the profile chunk": still((b"iCCP", b"a\0\0" + zlib.compress(SRGB_PROFILE) + MARK)),
    "no profile": still((b"iCCP", b"a\0\0" + zlib.compress(MARK, 0))),
    "end of the profile": still((b"iCCP", b"a\0\0" + zlib.compress(SRGB_PROFILE + MARK, 0))),
    "oversized colour chunk": still((b"gAMA", struct.pack(">I", 45455) + MARK)),
    "second colour chunk": still((b"cICP", b"\1\1\0\1"), (b"cICP", MARK[:4])),
    "colour chunk after the data": insert(still(), (b"cHRM", MARK.ljust(32)), before=b"IEND"),
    "text after the data": insert(still(), (b"tEXt", MARK), before=b"IEND"),
    "end of the data chunk": still(tail=MARK),
    "data chunk after the end of the data": insert(still(), (b"IDAT", MARK), before=b"IEND"),
    "rows after the image": still(data=zlib.compress(rows(16, 12, 4) + MARK, 0)),
    "end chunk": still()[:-12] + build_chunk(b"IEND", MARK),
    "data after the end": still() + MARK,
    "animation without control": insert(still(), (b"fdAT", MARK), before=b"IEND"),
    "animation control without frames": still((b"acTL", MARK[:8])),
    "frame after the stated number": insert(
        animation(),
        (b"fcTL", struct.pack(">5IHHBB", 7, 40, 30, 0, 0, 1, 9, 0, 0)),
        (b"fdAT", b"\0\0\0\x08" + zlib.compress(rows(40, 30, 32)) + MARK),
        before=b"IEND",
    ),
    "number of frames": animation().replace(
        build_chunk(b"acTL", struct.pack(">II", 4, 3)),
        build_chunk(b"acTL", struct.pack(">4sI", MARK[:4], 3)),
    ),
    "sequence number": insert(animation(), (b"fdAT", MARK[:4]), before=b"IEND"),
    "end of a frame": insert(animation(), (b"fdAT", b"\0\0\0\x08" + MARK), before=b"IEND"),
    "text in an animation": insert(animation(), (b"tEXt", MARK), before=b"fdAT"),
    "text between data chunks": build(
        *[header(16, 12, 4, 3), PALETTE, (b"IDAT", zlib.compress(rows(16, 12, 4))[:20])],
        *[(b"tEXt", MARK), (b"IDAT", zlib.compress(rows(16, 12, 4))[20:]), (b"IEND", b"")],
    ),
}
# Only the first bytes of the secret fit into some places.
SHORT_MARKS = {"time": 7, "palette above the depth": 9, "second colour chunk": 4}
SHORT_MARKS |= {"animation control without frames": 8, "number of frames": 4, "sequence number": 4}
ANIMATED = {
    "number of frames",
    "frame after the stated number",
    "sequence number",
    "end of a frame",
    "text in an animation",
}


ORIGINALS = {
    "palette of a truecolour image": TRUECOLOUR,
    "palette above the depth": still().replace(
        build_chunk(*PALETTE), build_chunk(b"PLTE", bytes(48))
    ),
    "transparency of unused colours": still((b"tRNS", bytes(16))),
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_secret_in_a_png_is_removed(place: str) -> None:
    content, secret = PLANTED[place], MARK[: SHORT_MARKS.get(place)]
    original = ORIGINALS.get(place, animation() if place in ANIMATED else still())
    assert secret in content

    stripped = png.strip(content)

    assert secret not in stripped
    assert b"Comment" not in stripped
    assert frames(stripped) == frames(original)
    assert png.strip(stripped) == stripped
    assert all(True for _ in chunks(stripped))


@pytest.mark.parametrize("place", [place for place in PLANTED if "profile" in place])
def test_the_profile_of_a_png_is_kept_without_its_name(place: str) -> None:
    profile = info(png.strip(PLANTED[place])).get("icc_profile")

    assert profile == (None if place == "no profile" else SRGB_PROFILE)


@pytest.mark.parametrize("chunk_type", [b"TeXT", b"CgBI", b"IHDR", b"PLTE"])
def test_a_png_with_an_unknown_critical_chunk_is_rejected(chunk_type: bytes) -> None:
    with pytest.raises(ValueError, match=r"unknown|order"):
        png.strip(still((chunk_type, MARK)))


ANCILLARY = [b"tEXt", b"zTXt", b"iTXt", b"tIME", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"]
ANCILLARY += [b"tRNS", b"bKGD", b"sBIT", b"hIST", b"sPLT", b"eXIf", b"cICP", b"vpAg"]


@pytest.mark.parametrize("chunk_type", ANCILLARY)
@pytest.mark.parametrize("place", [b"IDAT", b"IEND"])
def test_an_optional_chunk_without_data_is_removed(chunk_type: bytes, place: bytes) -> None:
    assert png.strip(insert(still(), (chunk_type, b""), before=place)) == still()


@pytest.mark.parametrize("chunk_type", ANCILLARY)
@pytest.mark.parametrize("size", [1, 4, 9, 32])
@pytest.mark.parametrize("place", [b"IDAT", b"IEND"])
def test_an_optional_chunk_with_a_wrong_checksum_is_removed(
    chunk_type: bytes, size: int, place: bytes
) -> None:
    damaged = build_chunk(chunk_type, bytes(size))[:-4] + b"\1\2\3\4"
    offset = still().index(place) - 4

    assert png.strip(still()[:offset] + damaged + still()[offset:]) == still()


@pytest.mark.parametrize("chunk_type", [b"zTXt", b"iTXt", b"iCCP", b"tEXt"])
def test_a_text_of_several_megabytes_is_removed(chunk_type: bytes) -> None:
    text = b'{"prompt": "%s"}' % (b"a cat " * 500_000)
    prefix = b"prompt\0\1\0\0\0" if chunk_type == b"iTXt" else b"prompt\0\0"
    content = still((chunk_type, prefix + zlib.compress(text)))

    assert png.strip(content) == still()


def test_a_profile_of_several_megabytes_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PngImagePlugin, "MAX_TEXT_CHUNK", png.MAX_PROFILE_BYTES)
    profile = struct.pack(">I", 3_000_000) + SRGB_PROFILE[4:] + bytes(3_000_000 - len(SRGB_PROFILE))
    content = still((b"iCCP", b"Scanner\0\0" + zlib.compress(profile)))

    assert info(png.strip(content))["icc_profile"] == profile


@pytest.mark.parametrize(
    "profile", [b"\0" * 20_000_000, SRGB_PROFILE[:200], b""], ids=["bomb", "cut", "empty"]
)
def test_a_damaged_profile_is_removed(profile: bytes) -> None:
    assert png.strip(still((b"iCCP", b"a\0\0" + zlib.compress(profile)))) == still()


def test_the_end_of_a_png_is_repaired() -> None:
    content = still()
    end = len(build_chunk(b"IEND", b""))

    for missing in range(end + 9):  # up to the checksums of the data and a part of its last block
        assert frames(png.strip(content[: len(content) - missing])) == frames(content)
    for length in range(40):
        assert png.strip(content[: len(content) - end] + bytes(length)) == content


def test_wrong_checksums_of_the_image_data_are_repaired() -> None:
    data = zlib.compress(rows(16, 12, 4))
    content = still(data=data[:-4] + b"\1\2\3\4")
    offset = content.index(b"IEND") - 8
    content = content[:offset] + b"\4\3\2\1" + content[offset + 4 :]

    assert png.strip(content) == still()


@pytest.mark.parametrize("content", [still(), animation()], ids=["still", "animation"])
def test_a_png_that_ends_within_its_image_is_rejected(content: bytes) -> None:
    last_data = max(content.rindex(b"IDAT"), content.rfind(b"fdAT"))
    for length in range(8, last_data + 10):
        with pytest.raises(TruncatedError):
            png.strip(content[:length])


@pytest.mark.parametrize("options", [{}, {"default_image": True}, {"blend": 1}, {"disposal": 2}])
def test_every_frame_of_an_animated_png_is_kept(options: dict[str, Any]) -> None:
    content = animation(pnginfo=None, **options)
    stripped = png.strip(insert(content, (b"tEXt", MARK)))

    assert frames(stripped) == frames(content)
    assert info(stripped)["loop"] == 3
    assert png.strip(stripped) == stripped


def test_frames_are_renumbered_after_a_removed_one() -> None:
    content = insert(animation(), (b"fdAT", b"\0\0\0\x02" + MARK), before=b"fcTL")
    offset = content.rindex(b"fcTL") - 4
    tail = build_chunk(b"fdAT", b"\0\0\0\5" + MARK)
    content = animation()[:offset]
    last = animation().rindex(b"fcTL") - 4
    content = animation()[:last] + tail + animation()[last:]

    assert png.strip(content) == png.strip(animation())


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c.replace(b"fcTL", b"fcTX"),
        lambda c: c[: c.index(b"fdAT") - 4] + c[c.index(b"fcTL", c.index(b"fdAT")) - 4 :],
        lambda c: insert(c, (b"IDAT", b"x"), before=b"IEND"),
        lambda c: insert(
            c, (b"fcTL", struct.pack(">5IHHBB", 9, 41, 30, 0, 0, 1, 1, 0, 0)), before=b"IEND"
        ),
        lambda c: insert(
            c, (b"fcTL", struct.pack(">5IHHBB", 9, 0, 30, 0, 0, 1, 1, 0, 0)), before=b"IEND"
        ),
    ],
    ids=["unknown chunk", "two controls", "late image", "large frame", "empty frame"],
)
def test_a_damaged_animation_is_rejected_or_shown(damage: Any) -> None:
    try:
        stripped = png.strip(damage(animation()))
    except ValueError:
        return
    assert frames(stripped)


def test_too_many_pixels_are_rejected() -> None:
    with pytest.raises(TooManyPixelsError):
        png.strip(bomb())


def test_frames_of_too_many_pixels_together_are_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "MAX_INFLATED_BYTES", 3 * 30 * 161)

    with pytest.raises(TooManyPixelsError):
        png.strip(animation())


@pytest.mark.parametrize("chunk_type", [b"IDAT", b"tEXt", b"fcTL", b"fdAT", b"eXIf", b"gAMA"])
def test_a_png_of_too_many_chunks_is_rejected(chunk_type: bytes) -> None:
    content = insert(still(), *[(chunk_type, b"")] * (MAX_PARTS + 1))

    with pytest.raises(TooManyPartsError):
        png.strip(content)


def test_inflating_stops_after_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image of 108 bytes whose data inflates to 100 megabytes takes few steps."""
    steps = []
    read = zlib_stream._Reader.read

    def counted(self: zlib_stream._Reader, size: int) -> bytes:
        steps.append(size)
        return read(self, size)

    monkeypatch.setattr(zlib_stream._Reader, "read", counted)
    deflater = zlib.compressobj()
    data = deflater.compress(rows(16, 12, 4))
    data += b"".join(deflater.compress(bytes(1_000_000)) for _ in range(100)) + deflater.flush()

    assert frames(png.strip(still(data=data))) == frames(still())
    assert len(steps) < 10
