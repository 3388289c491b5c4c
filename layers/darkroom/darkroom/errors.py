"""Errors of the domain. They know no HTTP: `darkroom.web` maps each class to a status code."""

from typing import ClassVar


class DarkroomError(Exception):
    """Base of every error whose message a caller may read.

    A class whose message never varies defines it as `MESSAGE`.
    """

    MESSAGE: ClassVar[str] = ""

    def __init__(self, message: str = "") -> None:
        self.message = message or self.MESSAGE
        super().__init__(self.message)


class InvalidInputError(DarkroomError):
    """Raised when a request violates its contract."""


class EmptyFileError(InvalidInputError):
    """Raised when a file has no bytes."""


class NotAnImageError(InvalidInputError):
    """Raised when a file is not an image of a known format, or is damaged."""


class UnsupportedFormatError(InvalidInputError):
    """Raised when a file has a format that the contract does not accept; `kind` names it."""

    def __init__(self, message: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class UnsupportedImageKindError(InvalidInputError):
    """Raised when an image has a format that no contract accepts, such as HEIC."""


class TruncatedImageError(InvalidInputError):
    """Raised when a file ends within its image."""


class TooManyPixelsError(InvalidInputError):
    """Raised when an image, or all images of a request together, exceed the pixel limit."""


class TooManyImagePartsError(InvalidInputError):
    """Raised when a file, or all files of a request together, have too many parts."""


class ImageMemoryError(InvalidInputError):
    """Raised when an image needs more memory to decode than a request has."""


class DecodingTimeoutError(InvalidInputError):
    """Raised when the images of a request take too long to decode."""


class DuplicateImageError(InvalidInputError):
    """Raised when a publication already contains the image."""

    MESSAGE = "The publication already contains this image"


class FileNotReceivedError(InvalidInputError):
    """Raised when a direct upload is completed before all of its files have arrived."""


class FileMismatchError(InvalidInputError):
    """Raised when a file of a direct upload differs from its announcement."""


class NotFoundError(DarkroomError):
    """Raised when an object does not exist or is no longer visible."""


class StoryNotFoundError(NotFoundError):
    MESSAGE = "Story not found"


class ImageNotFoundError(NotFoundError):
    MESSAGE = "Image not found"


class PublicationNotFoundError(NotFoundError):
    MESSAGE = "Publication not found"


class JobNotFoundError(NotFoundError):
    MESSAGE = "Job not found"


class UserNotFoundError(NotFoundError):
    MESSAGE = "User not found"


class ShareNotFoundError(NotFoundError):
    MESSAGE = "Shared access not found"


class UploadNotFoundError(NotFoundError):
    """Raised when a direct upload does not exist, has expired, or belongs to another caller."""

    MESSAGE = "Upload not found"


class UnauthorizedError(DarkroomError):
    """Raised when the token, or the user name and password, are not valid."""

    MESSAGE = "Could not validate credentials"


class ConflictError(DarkroomError):
    """Raised when an idempotency key is reused with another request."""

    MESSAGE = "The Idempotency-Key was used with another request"


class ForbiddenError(DarkroomError):
    """Raised when the caller is known and lacks the permission."""


class ImageLimitError(ForbiddenError):
    """Raised when the caller's plan does not allow another image."""


class ThrottledError(DarkroomError):
    """Raised when an AWS service rejects a call because of its rate."""


class TooLargeError(DarkroomError):
    """Raised when a file, or all files of a request together, exceed the byte limit."""


class StorageError(DarkroomError):
    """Raised when an image store fails; the message is the store's own."""


class ConfigurationError(StorageError):
    """Raised when the deployment lacks something that an operator must provide."""


class HostUnreachableError(DarkroomError):
    """Raised when the ComfyUI host does not respond; it may have received the request."""

    MESSAGE = "ComfyUI service unavailable"


class HostResponseError(HostUnreachableError):
    """Raised when the ComfyUI host returns an unexpected response."""


class HostStartError(DarkroomError):
    """Raised when the ComfyUI host cannot be started."""


class RunFailedError(DarkroomError):
    """Raised when the ComfyUI host rejects a prompt or its run fails; the message is the reason."""
