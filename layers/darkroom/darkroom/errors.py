"""What can go wrong, without HTTP: `darkroom.web` maps each class to a status code."""


class DarkroomError(Exception):
    """Base of every error with a message that a caller may read."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInputError(DarkroomError):
    """Raised when a request asks for something that its contract does not allow."""


class NotFoundError(DarkroomError):
    """Raised when the named thing does not exist, or is no longer visible."""


class TooLargeError(DarkroomError):
    """Raised when a file, or all files of a request together, pass their byte limit."""


class StorageError(DarkroomError):
    """Raised when an image store cannot do its work; the message is the store's own."""


class ConfigurationError(DarkroomError):
    """Raised when the deployment lacks something that an operator must provide."""
