"""What can go wrong, without HTTP: `darkroom.web` maps each class to a status code."""


class DarkroomError(Exception):
    """Base of every error with a message that a caller may read."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInputError(DarkroomError):
    """Raised when a request asks for something that its contract does not allow."""


class EmptyFileError(InvalidInputError):
    """Raised when a file has no bytes."""


class NotAnImageError(InvalidInputError):
    """Raised when a file is no image that we know, or a damaged one."""


class UnsupportedFormatError(InvalidInputError):
    """Raised when a file is not of the formats that a contract takes."""


class TooManyPixelsError(InvalidInputError):
    """Raised when an image is larger, once decoded, than we handle."""


class DuplicateImageError(InvalidInputError):
    """Raised when a publication has the image already."""


class NotReceivedError(InvalidInputError):
    """Raised when a direct upload is completed before all of its bytes are there."""


class NotAnnouncedError(InvalidInputError):
    """Raised when the bytes of a direct upload are others than were announced."""


class NotFoundError(DarkroomError):
    """Raised when the named thing does not exist, or is no longer visible."""


class ImageNotFoundError(NotFoundError):
    """Raised when a publication is there, and the image is not."""


class UploadNotFoundError(NotFoundError):
    """Raised when there is no such direct upload, or it is another's."""


class UnauthorizedError(DarkroomError):
    """Raised when there is no valid token, or no such user with this password."""


class ConflictError(DarkroomError):
    """Raised when a key that stands for one request comes with another."""


class ForbiddenError(DarkroomError):
    """Raised when the caller is known and may not do this."""


class ImageLimitError(ForbiddenError):
    """Raised when the caller's plan allows no more images."""


class ThrottledError(DarkroomError):
    """Raised when a service behind us asks to be called less often."""


class TooLargeError(DarkroomError):
    """Raised when a file, or all files of a request together, pass their byte limit."""


class StorageError(DarkroomError):
    """Raised when an image store cannot do its work; the message is the store's own."""


class ConfigurationError(StorageError):
    """Raised when the deployment lacks something that an operator must provide."""


class HostAwayError(DarkroomError):
    """Raised when the ComfyUI host gives no answer; what was asked may have happened."""


class HostTroubleError(HostAwayError):
    """Raised when the ComfyUI host answers, and not as it should."""


class HostStartError(DarkroomError):
    """Raised when the ComfyUI host cannot be started."""


class RunFailedError(DarkroomError):
    """Raised when the ComfyUI host refuses a prompt or fails at it; the message tells why."""
