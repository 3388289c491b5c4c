"""AVIF: nested boxes, some of which contain offsets into the file.

Nothing moves: removed bytes are zero, and removed boxes have the type of unused space. Only known
boxes are kept, and of the data only pictures that the file shows.
"""

from collections.abc import Iterator

from darkroom.images.metadata.av1 import SEQUENCE_HEADER, Sequence, read_sequence, read_units
from darkroom.images.metadata.avif_items import Items
from darkroom.images.metadata.avif_tracks import Tracks
from darkroom.images.metadata.boxes import Box, Copy
from darkroom.images.metadata.parts import Span, TooManyPartsError

_BRANDS = {
    *(b"avif", b"avis", b"avio", b"av01", b"mif1", b"mif2", b"miaf", b"msf1", b"1pic", b"tmap"),
    *(b"MA1A", b"MA1B", b"isom", b"mp41", b"mp42", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6"),
    *(b"iso7", b"iso8", b"iso9"),
}

_MAX_OVERLAP = 8  # pictures can share tiles
_CONVERTED_BYTES = 12  # per pixel: three copies, of four channels each


class _File:
    """The kept content of a file."""

    def __init__(self, content: bytes) -> None:
        self.copy = Copy(content)
        self.items: Items | None = None
        self.tracks: Tracks | None = None
        self._is_sequence = False
        self.end = 0  # of the last box that is kept
        for box in self.copy.boxes(0, len(content)):
            if self._keep(box):
                self.end = box.end
            else:
                self.copy.remove(box)
        if not (self.items and self.items.needed) and not (self.tracks and self.tracks.samples):
            raise ValueError("the file has no pictures")

    def _keep(self, box: Box) -> bool:
        if box.offset == 0:
            self._keep_brands(box)
        elif box.type == b"meta" and not self.items:
            self.items = Items(self.copy, box)
        elif box.type == b"moov" and not self.tracks and self._is_sequence:
            self.tracks = Tracks(self.copy, box)
        else:
            return box.type == b"mdat"
        return True

    def _keep_brands(self, ftyp: Box) -> None:
        content = self.copy.content
        if ftyp.type != b"ftyp" or content[ftyp.start : ftyp.start + 4] not in _BRANDS:
            raise ValueError("the type of the file is unknown")
        self.copy.keep_payload(ftyp, 0, 4)
        self._is_sequence = content[ftyp.start : ftyp.start + 4] == b"avis"
        for offset in range(ftyp.start + 8, ftyp.end - 3, 4):
            brand = content[offset : offset + 4]
            if brand in _BRANDS:
                self.copy.keep(offset, offset + 4)
            self._is_sequence = self._is_sequence or brand == b"avis"

    def sequences(self) -> Iterator[tuple[Sequence, int]]:
        """The sequence header of each picture or track, and the number of its frames."""
        if self.items:
            yield from self._sequences([[spans] for spans in self.items.pictures()])
        if self.tracks:
            yield from self._sequences(
                [[[span] for span in track] for track in self.tracks.samples]
            )

    def _sequences(self, pictures: list[list[list[Span]]]) -> Iterator[tuple[Sequence, int]]:
        content = self.copy.content
        spans = (span for frames in pictures for frame in frames for span in frame)
        if sum(span.end - span.start for span in spans) > _MAX_OVERLAP * len(content):
            raise TooManyPartsError("the file contains the same picture too many times")
        for frames in pictures:
            headers = [header for frame in frames for header in self._headers(frame)]
            if not headers:
                raise ValueError("a picture has no sequence header")
            yield max(headers, key=lambda header: header.decoded_bytes), len(frames)

    def _headers(self, frame: list[Span]) -> Iterator[Sequence]:
        data = b"".join(self.copy.content[span.start : span.end] for span in frame)
        for kind, unit in read_units(data):
            self.copy.count_parts()
            if kind == SEQUENCE_HEADER:
                yield read_sequence(unit)


def strip(content: bytes) -> bytes:
    file = _File(content)
    for _ in file.sequences():
        pass  # raises an error for a picture that cannot be decoded
    return file.copy.build(file.end)
