"""Direct uploads: files go to S3 through presigned forms, and are read from there on completion."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from darkroom import clock
from darkroom.errors import FileMismatchError, FileNotReceivedError, TooLargeError
from darkroom.images.ingestion import MAX_UPLOAD_BYTES, File, safe_name
from darkroom.models.direct_upload import FORM_LIFETIME, DirectUpload
from darkroom.storage import s3

MAX_READS = 4  # concurrent


@dataclass(frozen=True)
class FileAnnouncement:
    """A file that a client is about to send; `sha256` in hexadecimal."""

    name: str
    content_type: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True)
class PresignedForm:
    """A form to post to S3, with its fields before the file."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class IssuedForms:
    """A new upload, one form for each of its files, and the instant at which they expire."""

    upload_id: str
    expire_at: str
    forms: list[PresignedForm]


def issue_forms(
    path: str, owner: str, announcements: list[FileAnnouncement], request: Any
) -> IssuedForms:
    """Create a direct upload that stores the request. Raises `TooLargeError`.

    Only the total is limited, which is held in memory: files above the contract's own limits are
    rejected at completion, with the contract's error.
    """
    if sum(file.size for file in announcements) > MAX_UPLOAD_BYTES:
        raise TooLargeError(f"The files are larger than {MAX_UPLOAD_BYTES} bytes together")
    expire_at = clock.instant(datetime.now(UTC) + FORM_LIFETIME)
    upload = DirectUpload.create(path, owner, s3.S3Storage.name, len(announcements), request)
    forms = [
        PresignedForm(*s3.presigned_post(image.public_id, file.size, FORM_LIFETIME))
        for image, file in zip(upload.images, announcements, strict=True)
    ]
    return IssuedForms(upload.upload_id, expire_at, forms)


def received_files(upload: DirectUpload, announcements: list[FileAnnouncement]) -> Iterator[File]:
    """The files of an upload, read one after the other.

    Raises `FileNotReceivedError` while files are missing, `FileMismatchError` for files that differ
    from their announcement, and `StorageError`.
    """
    keys = [image.public_id for image in upload.images]
    sizes = s3.sizes(f"pending/{upload.upload_id}/")
    for key, file in zip(keys, announcements, strict=True):
        if key not in sizes:
            raise FileNotReceivedError(f"File has not been received yet: {safe_name(file.name)}")
        if sizes[key] != file.size:
            message = f"File does not have the announced size: {safe_name(file.name)}"
            raise FileMismatchError(message)
    with ThreadPoolExecutor(MAX_READS) as pool:
        yield from pool.map(_read, keys, announcements)


def _read(key: str, announcement: FileAnnouncement) -> File:
    content = s3.read(key)
    checksum = announcement.sha256
    if checksum and sha256(content).hexdigest() != checksum.lower():
        name = safe_name(announcement.name)
        raise FileMismatchError(f"File does not have the announced checksum: {name}")
    return File(announcement.name, content)
