"""Whether a file that was rejected ends early, from the end that its format prescribes."""

from collections.abc import Callable


def ends_early(content: bytes, format_name: str) -> bool:
    """False for a format whose end is not recognizable."""
    check = _CHECKS.get(format_name)
    return check is not None and check(content)


def _boxes_exceed_file(content: bytes) -> bool:
    start = 0
    while start < len(content):
        size = int.from_bytes(content[start : start + 4])
        if size == 1:
            size = int.from_bytes(content[start + 8 : start + 16])
        is_header_cut = len(content) - start < 8
        if size < 8 and not is_header_cut:  # up to the end of the file, or damaged
            return False
        start += max(size, 8)
    return start > len(content)


def _chunks_exceed_file(content: bytes) -> bool:
    return 8 + int.from_bytes(content[4:8], "little") > len(content)


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "AVIF": _boxes_exceed_file,
    "GIF": lambda content: not content.rstrip(b"\0").endswith(b";"),
    "JPEG": lambda content: b"\xff\xd9" not in content,
    "PNG": lambda content: b"IEND" not in content,
    "WEBP": _chunks_exceed_file,
}
