"""zlib streams that contain the rows of a PNG."""

import zlib

from darkroom.images.metadata.parts import TruncatedError

_HEADER_SIZE = 2
_INPUT_SIZE, _OUTPUT_SIZE = 1 << 16, 1 << 18  # bytes of one step


def cut_stream(stream: bytes, size: int) -> bytes:
    """The stream with exactly `size` inflated bytes, without data that follows them.

    A stream that contains more bytes or has no end is compressed again. Raises `ValueError` for a
    stream with fewer bytes.
    """
    reader = _Reader(stream)
    checksum, remaining = 1, size
    while remaining:
        block = reader.read(min(remaining, _OUTPUT_SIZE))
        if not block:
            raise TruncatedError("the image data ends early")
        checksum = zlib.adler32(block, checksum)
        remaining -= len(block)
    if not reader.is_at_end():
        return _compress(stream, size)
    return stream[: reader.offset] + checksum.to_bytes(4)


def _compress(stream: bytes, size: int) -> bytes:
    reader, deflater = _Reader(stream), zlib.compressobj(zlib.Z_BEST_SPEED)
    compressed = bytearray()
    while size:
        block = reader.read(min(size, _OUTPUT_SIZE))
        compressed += deflater.compress(block)
        size -= len(block)
    return bytes(compressed + deflater.flush())


class _Reader:
    """Inflates a stream in steps of bounded size. Does not read its checksum."""

    def __init__(self, stream: bytes) -> None:
        header = stream[:_HEADER_SIZE]
        has_dictionary = header[1:] and header[1] & 0x20
        if len(header) == _HEADER_SIZE and (
            header[0] & 15 != zlib.DEFLATED or int.from_bytes(header) % 31 or has_dictionary
        ):
            raise ValueError("the image data is not compressed with zlib")
        self._stream = stream
        self._offset = _HEADER_SIZE
        self._input = b""
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def offset(self) -> int:
        """The offset of the first byte after the inflated data, at the end of it."""
        return self._offset - len(self._inflater.unused_data)

    def read(self, size: int) -> bytes:
        """At least 1 and up to `size` bytes, or none at the end."""
        while not self._inflater.eof:
            if not self._input:
                self._input = self._stream[self._offset : self._offset + _INPUT_SIZE]
                self._offset += len(self._input)
            is_last = self._offset >= len(self._stream)
            try:
                block = self._inflater.decompress(self._input, size)
            except zlib.error as error:
                raise ValueError("the image data is damaged") from error
            self._input = self._inflater.unconsumed_tail
            if block or (is_last and not self._input):
                return block
        return b""

    def is_at_end(self) -> bool:
        """Whether the stream ends here, without further data or damage."""
        try:
            return not self.read(1) and self._inflater.eof
        except ValueError:
            return False
