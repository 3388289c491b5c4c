"""Seeded mutations of generated images, and the ingestion of many of them."""

import io
import random
import struct
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any, NamedTuple

from PIL import Image

from darkroom.errors import InvalidInputError, TooLargeError
from darkroom.images.formats import FORMATS
from darkroom.images.ingestion import File, read_image
from tests.support.images import photograph, picture

MAX_SECONDS = 12
MAX_PEAK = 700 * 1_000_000

_INTERESTING = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]


class Outcome(NamedTuple):
    seed: int
    result: str
    seconds: float


@cache
def originals() -> list[bytes]:
    """Images of all formats, with and without metadata, plain and animated."""
    images = [picture(name) for name in FORMATS]
    images += [photograph(name) for name in FORMATS if name != "BMP"]
    options: dict[str, list[dict[str, Any]]] = {
        "JPEG": [{"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 2}],
        "PNG": [{"optimize": True}],
        "WEBP": [{"lossless": True}],
        "TIFF": [{"compression": name} for name in ("tiff_lzw", "jpeg", "tiff_adobe_deflate")],
    }
    images += [photograph(name, **extra) for name, extras in options.items() for extra in extras]
    return images + [_animation(name) for name in ("GIF", "PNG", "WEBP", "AVIF", "TIFF")]


def _animation(format_name: str) -> bytes:
    frames = [Image.new("RGB", (32, 24), (shade, 0, 90)) for shade in (0, 99, 199)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format_name, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def mutate(seed: int) -> bytes:
    """An image with one to four mutations."""
    chance = random.Random(seed)
    content = bytearray(chance.choice(originals()))
    for _ in range(chance.randint(1, 4)):
        chance.choice(_MUTATIONS)(content, chance)
    return bytes(content)


def _set_byte(content: bytearray, chance: random.Random) -> None:
    content[_offset(content, chance)] = chance.randrange(256)


def _set_integer(content: bytearray, chance: random.Random) -> None:
    code = chance.choice(["<H", ">H", "<I", ">I"])
    size = struct.calcsize(code)
    value = chance.choice(_INTERESTING) & (256**size - 1)
    offset = _offset(content, chance)
    content[offset : offset + size] = struct.pack(code, value)


def _remove(content: bytearray, chance: random.Random) -> None:
    offset = _offset(content, chance)
    del content[offset : offset + chance.randint(1, 32)]
    content += b"\0" * (not content)


def _repeat(content: bytearray, chance: random.Random) -> None:
    offset = _offset(content, chance)
    part = content[offset : offset + chance.randint(1, 64)]
    content[offset:offset] = part * chance.choice([1, 2, 50, 2000])


def _cut(content: bytearray, chance: random.Random) -> None:
    del content[1 + _offset(content, chance) :]


def _join(content: bytearray, chance: random.Random) -> None:
    other = chance.choice(originals())
    content[_offset(content, chance) :] = other[chance.randrange(len(other)) :]


def _offset(content: bytearray, chance: random.Random) -> int:
    """An offset, half of the time among the headers."""
    size = len(content) if chance.random() < 0.5 else min(len(content), 200)
    return chance.randrange(size)


_MUTATIONS: list[Callable[[bytearray, random.Random], None]] = [
    *[_set_byte] * 3,
    *[_set_integer] * 3,
    _remove,
    _repeat,
    _cut,
    _join,
]


def ingest(seed: int) -> Outcome:
    """The outcome of one mutated image; what is stored of an accepted one is accepted again."""
    start = time.monotonic()
    try:
        stored = read_image(File("a", mutate(seed))).content
    except (InvalidInputError, TooLargeError) as error:
        return Outcome(seed, type(error).__name__, time.monotonic() - start)
    seconds = time.monotonic() - start
    read_image(File("a", stored))
    return Outcome(seed, "accepted", seconds)


def ingest_all(seeds: range, processes: int) -> tuple[Counter[str], list[Outcome]]:
    """The number of images with each result, and the slow ones."""
    results: Counter[str] = Counter()
    slow = []
    with ProcessPoolExecutor(processes) as pool:
        for outcome in pool.map(ingest, seeds, chunksize=50):
            results[outcome.result] += 1
            if outcome.seconds > MAX_SECONDS:
                slow.append(outcome)
    return results, slow
