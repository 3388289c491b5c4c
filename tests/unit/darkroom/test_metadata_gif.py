"""GIF: everything but the images, their timing and colours is removed."""

import io
import random
import struct
from typing import Any

import pytest
from PIL import Image, ImageSequence

from darkroom.images.metadata import gif, lzw
from darkroom.images.metadata.parts import MAX_PARTS, TooManyPartsError, TruncatedError
from tests.support.images import SECRET, SRGB_PROFILE

MARK = SECRET.encode()


def sub_blocks(data: bytes, size: int = 255) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def application(name: bytes, payload: bytes) -> bytes:
    return b"!\xff\x0b" + name + sub_blocks(payload)


def pictures(count: int, size: tuple[int, int] = (61, 43)) -> list[Image.Image]:
    gradient = Image.radial_gradient("L").resize(size)
    channels = [gradient, gradient.rotate(90), gradient.rotate(45)]
    return [
        Image.merge("RGB", [channel.rotate(20 * n) for channel in channels]) for n in range(count)
    ]


def encode(*images: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if images[1:]:
        options = {"save_all": True, "append_images": images[1:], "duration": 90} | options
    images[0].save(buffer, "GIF", **options)
    return buffer.getvalue()


def frames(content: bytes) -> list[Any]:
    with Image.open(io.BytesIO(content)) as image:
        return [
            (
                frame.mode,
                frame.size,
                frame.tobytes(),
                frame.convert("RGBA").tobytes(),
                [frame.info.get(key) for key in ("duration", "transparency", "background")],
                getattr(frame, "disposal_method", None),
            )
            for frame in ImageSequence.Iterator(image)
        ]


def loop(content: bytes) -> Any:
    with Image.open(io.BytesIO(content)) as image:
        return image.info.get("loop")


def noise(mode: str = "P", size: tuple[int, int] = (150, 90)) -> Image.Image:
    return Image.frombytes(mode, size, random.Random(0).randbytes(size[0] * size[1]))


def palette_image(colours: int) -> Image.Image:
    return pictures(1)[0].quantize(colours)


ANIMATION = encode(*pictures(4), loop=3, duration=[90, 120, 150, 30])
STILL = encode(*pictures(1))
FILES = {
    "still": STILL,
    "interlaced": encode(*pictures(1), interlace=True),
    "not interlaced": encode(*pictures(1), interlace=False),
    "noise": encode(noise()),
    "large noise": encode(noise(size=(700, 500))),
    "one colour": encode(Image.new("P", (900, 700))),
    "one pixel": encode(Image.new("L", (1, 1), 9)),
    "black and white": encode(pictures(1)[0].convert("1")),
    "grey": encode(pictures(1)[0].convert("L")),
    "transparent": encode(palette_image(8), transparency=3),
    "animation": ANIMATION,
    "endless": encode(*pictures(3), loop=0),
    "no loop": encode(*pictures(3)),
    "local colours": encode(*[image.quantize(9) for image in pictures(3)], loop=1),
    **{f"disposal {n}": encode(*pictures(4), disposal=n, loop=0) for n in range(4)},
    **{f"{2**n} colours": encode(palette_image(2**n)) for n in range(1, 9)},
}


@pytest.mark.parametrize("name", FILES)
def test_a_gif_without_metadata_is_unchanged(name: str) -> None:
    assert gif.strip(FILES[name]) == FILES[name]


def uncompressed(image: Image.Image, *, end: bool = True) -> bytes:
    """Sub-blocks of 9-bit codes with a clear code before the table grows, as encoders wrote."""
    codes: list[int] = []
    for index, pixel in enumerate(image.tobytes()):
        codes += [256, pixel] if index % 250 == 0 else [pixel]
    bits = sum(code << 9 * index for index, code in enumerate([*codes, *([257] if end else [])]))
    return sub_blocks(bits.to_bytes((9 * len(codes) + 9 + 7) // 8, "little"))


@pytest.mark.parametrize("end", [True, False], ids=["with an end code", "without an end code"])
def test_an_uncompressed_gif_is_kept(end: bool) -> None:
    image = noise(size=(40, 30))
    head = b"GIF87a" + struct.pack("<2HBBB", 40, 30, 0xF7, 0, 0) + bytes(range(256)) * 3
    header = b"," + struct.pack("<4HBB", 0, 0, 40, 30, 0, 8)
    content = head + header + uncompressed(image, end=end) + b";"

    stripped = gif.strip(content)

    assert frames(stripped) == frames(content)
    assert len(content) - 2 <= len(stripped) <= len(content)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [1, 17, 254])
def test_the_sizes_of_sub_blocks_do_not_matter(name: str, size: int) -> None:
    content, offset = FILES[name], gif._first_block(FILES[name])
    rebuilt = content[:offset]
    for block in gif._blocks(content):
        if block.label == 0xFF:
            rebuilt += b"!\xff\x0b" + block.data[:11] + sub_blocks(block.data[11:])
        elif block.label:
            rebuilt += b"!" + bytes([block.label]) + sub_blocks(block.data)
        else:
            rebuilt += block.header + sub_blocks(block.data, size)

    assert gif.strip(rebuilt + b";") == content


def before_images(content: bytes, extra: bytes) -> bytes:
    """The file with more bytes before the first block and before each image's control."""
    control = b"!\xf9\x04"
    offset = gif._first_block(content)
    rest = content[offset:].replace(control, extra + control)
    return content[:offset] + extra + rest


def before_image_headers(content: bytes, extra: bytes) -> bytes:
    """The file with more bytes between each control and its image."""
    size = struct.pack("<2H", 61, 43)
    header = b",\0\0\0\0" + size
    return content.replace(header, extra + header)


NETSCAPE = application(b"NETSCAPE2.0", b"\1\3\0")
PLAIN_TEXT = b"!\x01\x0c" + struct.pack("<4H4B", 0, 0, 9, 9, 8, 8, 1, 0) + sub_blocks(MARK)
EXTRA = {
    "comment": b"!\xfe" + sub_blocks(MARK),
    "plain text": PLAIN_TEXT,
    "XMP": application(b"XMP DataXMP", MARK * 30),
    "unknown application": application(b"ADOBE:IR1.0", MARK),
    "unknown application like a known one": application(b"NETSCAPE3.0", b"\1\3\0" + MARK),
    "application with a short name": b"!\xff\x04" + MARK[:4] + sub_blocks(MARK),
    "unknown extension": b"!\x7f" + sub_blocks(MARK),
    "extension without a label": b"!\0" + sub_blocks(MARK),
    "no profile": application(b"ICCRGBG1012", MARK),
    "bytes between blocks": MARK,
    "zeroes between blocks": bytes(70_000) + MARK,
    "short control": b"!\xf9" + sub_blocks(MARK[:3]) + b"!\xfe" + sub_blocks(MARK),
}


@pytest.mark.parametrize("place", EXTRA)
@pytest.mark.parametrize("plant", [before_images, before_image_headers])
@pytest.mark.parametrize("name", ["animation", "disposal 2", "local colours"])
def test_a_secret_between_the_blocks_of_a_gif_is_removed(name: str, plant: Any, place: str) -> None:
    content = plant(FILES[name], EXTRA[place])
    assert MARK in content

    assert gif.strip(content) == FILES[name]


PLANTED = {
    "after the trailer": ANIMATION + MARK,
    "instead of the trailer": ANIMATION[:-1] + MARK,
    "comment instead of the trailer": ANIMATION[:-1] + b"!\xfe\x20" + MARK,
    "end of the loop": ANIMATION.replace(b"\3\1\3\0\0", b"\x0c\1\3\0" + MARK + b"\0"),
    "sub-block after the loop": ANIMATION.replace(b"\3\1\3\0\0", b"\3\1\3\0\x09" + MARK + b"\0"),
    "second loop": ANIMATION.replace(
        NETSCAPE, NETSCAPE + application(b"NETSCAPE2.0", b"\1" + MARK)
    ),
    "sub-block after an image": ANIMATION[:-2] + sub_blocks(MARK) + b";",
    "control without an image": ANIMATION[:-1] + b"!\xf9" + sub_blocks(MARK) + b";",
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_secret_in_a_gif_is_removed(place: str) -> None:
    assert MARK in PLANTED[place]

    assert gif.strip(PLANTED[place]) == ANIMATION


def test_a_secret_after_a_graphic_control_is_removed() -> None:
    parts = ANIMATION.split(b"!\xf9\x04")
    longer = [part[:4] + part[5:] for part in parts[1:]]
    content = parts[0] + b"".join(
        b"!\xf9\x04" + part[:4] + sub_blocks(MARK) + part[4:] for part in longer
    )

    assert MARK in content
    assert gif.strip(content) == ANIMATION


def test_unused_bits_and_the_index_of_no_transparency_are_cleared() -> None:
    control = b"!\xf9\x04" + struct.pack("<BHB", 4, 5, 0) + b"\0"
    reserved = b"!\xf9\x04" + struct.pack("<BHB", 0xE4, 5, 77) + b"\0"

    assert gif.strip(before_image_headers(STILL, reserved)) == before_image_headers(STILL, control)


def test_the_last_control_before_an_image_is_kept() -> None:
    control = b"!\xf9\x04" + struct.pack("<BHB", 4, 5, 0) + b"\0"
    earlier = b"!\xf9\x04" + struct.pack("<BHB", 8, 9, 0) + b"\0"
    content = before_image_headers(STILL, earlier + PLAIN_TEXT + control + PLAIN_TEXT)

    assert gif.strip(content) == before_image_headers(STILL, control)


@pytest.mark.parametrize("name", [b"NETSCAPE2.0", b"ANIMEXTS1.0"])
def test_the_loop_of_a_gif_is_kept(name: bytes) -> None:
    content = ANIMATION.replace(NETSCAPE, application(name, b"\1\5\0"))
    late = ANIMATION.replace(NETSCAPE, EXTRA["comment"] + application(name, b"\1\5\0"))

    assert gif.strip(content) == content == gif.strip(late)
    assert loop(gif.strip(ANIMATION)) == 3


def test_the_profile_of_a_gif_is_kept() -> None:
    content = before_image_headers(STILL, application(b"ICCRGBG1012", SRGB_PROFILE))
    longer = before_image_headers(STILL, application(b"ICCRGBG1012", SRGB_PROFILE + MARK))

    assert gif.strip(content) == content == gif.strip(longer)


@pytest.mark.parametrize("name", FILES)
def test_a_gif_that_ends_within_an_image_is_rejected(name: str) -> None:
    content = FILES[name]
    step = max(1, len(content) // 40)
    images = [block for block in gif._blocks(content) if not block.label]
    last = content.rindex(images[-1].header)
    for length in [
        *range(13, content.index(images[0].header), step),
        *range(last + 1, len(content) - 6, step),
    ]:
        with pytest.raises(TruncatedError):
            gif.strip(content[:length])


@pytest.mark.parametrize("name", FILES)
def test_the_end_of_a_gif_is_repaired(name: str) -> None:
    assert gif.strip(FILES[name][:-1]) == FILES[name]
    assert gif.strip(FILES[name][:-2]) == FILES[name]


@pytest.mark.parametrize("bits", [0, 12, 255])
def test_image_data_of_an_unknown_width_is_rejected(bits: int) -> None:
    block = next(block for block in gif._blocks(STILL) if not block.label)
    content = STILL.replace(block.header, block.header[:-1] + bytes([bits]))

    with pytest.raises(ValueError, match="unknown width"):
        gif.strip(content)


def test_text_that_starts_an_image_is_rejected() -> None:
    text = f"Dear, {SECRET} is the place where we live, and this is the rest of it".encode()

    with pytest.raises(ValueError, match=r"damaged|width|ends"):
        gif.strip(before_images(ANIMATION, text))


def test_the_end_of_large_image_data_is_found_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    content = encode(noise(size=(1500, 1000)))
    monkeypatch.setattr(lzw, "MAX_RUNS", len(content) // 250)

    assert len(content) > 2_000_000
    assert gif.strip(content) == content


def image(data: bytes, start_bits: int = 2) -> bytes:
    header = b"," + struct.pack("<4HBB", 0, 0, 1000, 1000, 0, start_bits)
    return b"GIF89a" + struct.pack("<2HBBB", 9, 9, 0, 0, 0) + header + sub_blocks(data) + b";"


@pytest.mark.parametrize("start_bits", range(1, 12))
def test_image_data_of_clear_codes_is_rejected(
    monkeypatch: pytest.MonkeyPatch, start_bits: int
) -> None:
    monkeypatch.setattr(lzw, "MAX_RUNS", 1000)
    codes = sum(1 << start_bits << (start_bits + 1) * index for index in range(2000))

    with pytest.raises(TooManyPartsError):
        gif.strip(image(codes.to_bytes(3000, "little"), start_bits))


def test_image_data_without_an_end_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lzw, "MAX_CODES", 1000)

    with pytest.raises(TooManyPartsError):
        gif.strip(image(bytes(5000)))


@pytest.mark.parametrize("start_bits", range(1, 12))
@pytest.mark.parametrize("length", [0, 1, 2, 63, 64, 255, 256, 4000, 9000])
def test_the_end_code_is_found_at_its_width(start_bits: int, length: int) -> None:
    clear, end = 1 << start_bits, (1 << start_bits) + 1
    bits, position, entries, width = 0, 0, clear + 1, start_bits + 1
    for index in range(length):
        entries += 1
        code = clear if entries % 3000 == 0 else index % clear
        bits |= code << position
        position += width
        if code == clear:
            entries, width = clear + 1, start_bits + 1
        elif entries == 1 << width and width < 12:
            width += 1
    data = (bits | end << position).to_bytes((position + width + 7) // 8, "little")

    assert lzw.Scanner().find_end(data + MARK, start_bits, 10**9) == len(data)
    assert lzw.Scanner().find_end(data[:-1], start_bits, 10**9) is None


@pytest.mark.parametrize(
    "block",
    [b"!\xf9\0", b"!\xfe\0", b",\0\0\0\0\1\0\1\0\0\2\0", b"!\xff\0", b"!\xf9\4\0\0\0\0\0"],
    ids=["control", "comment", "image", "application", "full control"],
)
def test_a_gif_of_too_many_blocks_is_rejected(block: bytes) -> None:
    content = ANIMATION[:-1] + block * (MAX_PARTS + 1) + b";"

    with pytest.raises(TooManyPartsError):
        gif.strip(content)
