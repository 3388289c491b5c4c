"""The envelope of the publications contract, in Spanish."""

from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError

from darkroom.errors import (
    ConflictError,
    DarkroomError,
    DecodingTimeoutError,
    DuplicateImageError,
    EmptyFileError,
    FileMismatchError,
    FileNotReceivedError,
    ForbiddenError,
    ImageLimitError,
    ImageMemoryError,
    ImageNotFoundError,
    InvalidInputError,
    NotAnImageError,
    PublicationNotFoundError,
    TooLargeError,
    TooManyImagePartsError,
    TooManyPixelsError,
    TruncatedImageError,
    UnauthorizedError,
    UnsupportedFormatError,
    UploadNotFoundError,
)
from darkroom.images import detection
from darkroom.images.budget import MAX_PIXELS, MAX_SECONDS
from darkroom.web.envelopes import Body, Envelope
from darkroom.web.error_handlers import status_code
from darkroom.web.openapi_responses import Responses, error_responses
from publications.plans import PREMIUM_IMAGES, REGULAR_IMAGES
from publications.service import MAX_IMAGE_BYTES


class ErrorOut(NamedTuple):
    error: str
    code: str
    details: str


INVALID = ErrorOut("Datos inválidos", "INVALID_DATA", "La solicitud no se puede leer")
_FAILURE = ErrorOut("Error interno del servidor", "INTERNAL_ERROR", "Inténtalo de nuevo más tarde")

_CONFLICT = ErrorOut(
    "Conflicto con otra solicitud",
    "IDEMPOTENCY_CONFLICT",
    "La cabecera Idempotency-Key pertenece a otra solicitud o a una que aún no termina",
)

_BY_KIND: dict[type[Exception], ErrorOut] = {
    EmptyFileError: ErrorOut("La imagen está vacía", "INVALID_DATA", "El archivo no tiene datos"),
    NotAnImageError: ErrorOut(
        "La imagen está dañada", "INVALID_DATA", "El archivo no se puede abrir como imagen"
    ),
    TooManyPixelsError: ErrorOut(
        "La imagen tiene demasiados píxeles",
        "INVALID_DATA",
        f"El máximo es de {MAX_PIXELS // 1_000_000} megapíxeles",
    ),
    TruncatedImageError: ErrorOut(
        "La imagen está incompleta", "INVALID_DATA", "El archivo termina antes de tiempo"
    ),
    TooManyImagePartsError: ErrorOut(
        "La imagen tiene demasiadas partes",
        "INVALID_DATA",
        "Guarda la imagen de nuevo con un editor y envíala otra vez",
    ),
    ImageMemoryError: ErrorOut(
        "La imagen necesita demasiada memoria", "INVALID_DATA", "Envía la imagen con menos píxeles"
    ),
    DecodingTimeoutError: ErrorOut(
        "La imagen tarda demasiado en abrirse",
        "INVALID_DATA",
        f"El máximo es de {MAX_SECONDS:g} segundos",
    ),
    FileNotReceivedError: ErrorOut(
        "El archivo aún no se ha recibido",
        "INVALID_DATA",
        "Envía el archivo con el formulario antes de completar la carga",
    ),
    FileMismatchError: ErrorOut(
        "El archivo no es el anunciado",
        "INVALID_DATA",
        "Su tamaño o su SHA-256 difieren de lo anunciado",
    ),
    DuplicateImageError: ErrorOut(
        "La imagen ya existe en esta publicación",
        "DUPLICATE_IMAGE",
        "La publicación ya tiene un archivo idéntico",
    ),
    UnauthorizedError: ErrorOut(
        "No autenticado o token inválido",
        "UNAUTHORIZED",
        "Envía un token vigente en la cabecera Authorization: Bearer",
    ),
    ForbiddenError: ErrorOut(
        "No eres propietario de esta publicación",
        "NOT_OWNER",
        "Solo su propietario puede modificar la publicación",
    ),
    ImageLimitError: ErrorOut(
        "Has alcanzado el límite de imágenes para tu plan",
        "IMAGE_LIMIT_REACHED",
        f"El plan gratuito permite {REGULAR_IMAGES} imágenes por publicación "
        f"y el plan premium {PREMIUM_IMAGES}",
    ),
    PublicationNotFoundError: ErrorOut(
        "Publicación no encontrada",
        "PUBLICATION_NOT_FOUND",
        "No existe ninguna publicación con ese identificador",
    ),
    ImageNotFoundError: ErrorOut(
        "Imagen no encontrada",
        "IMAGE_NOT_FOUND",
        "La publicación no tiene ninguna imagen con ese URI o identificador",
    ),
    ConflictError: _CONFLICT,
    UploadNotFoundError: ErrorOut(
        "Carga no encontrada",
        "UPLOAD_NOT_FOUND",
        "La carga no existe, ha vencido o pertenece a otra persona",
    ),
    TooLargeError: ErrorOut(
        "Archivo demasiado grande",
        "FILE_TOO_LARGE",
        f"El tamaño máximo por imagen es de {MAX_IMAGE_BYTES // 1024**2} MB",
    ),
    UnsupportedFormatError: ErrorOut(
        "Formato de archivo no soportado",
        "UNSUPPORTED_FORMAT",
        "Los formatos aceptados son JPEG y PNG",
    ),
}

_KINDS = {
    detection.RAW_PHOTO: "una foto RAW",
    detection.TEXT: "texto",
    detection.HTML: "una página HTML",
    detection.VIDEO: "un vídeo",
    detection.AUDIO: "audio",
    detection.PDF: "un PDF",
    detection.ARCHIVE: "un archivo comprimido",
}
_KINDS_BY_NAME = {kind.name: text for kind, text in _KINDS.items()}

# For errors of the framework.
_BY_STATUS = {
    400: INVALID,
    404: ErrorOut("No encontrado", "NOT_FOUND", "La ruta no existe"),
    405: ErrorOut("Método no permitido", "METHOD_NOT_ALLOWED", "La ruta no admite este método"),
    409: _CONFLICT,
}


def documented_errors(*kinds: type[DarkroomError]) -> Responses:
    """The errors of a route, for the OpenAPI document."""
    messages: dict[int, list[str]] = {}
    for kind in kinds:
        messages.setdefault(status_code(kind), []).append(_BY_KIND.get(kind, INVALID).error)
    return error_responses({status: " / ".join(texts) for status, texts in messages.items()})


def _body(status: int, error: Exception) -> Body:
    if isinstance(error, UnsupportedFormatError) and error.kind:
        return _unsupported(error.kind)._asdict()
    kind = next((kind for kind in type(error).__mro__ if kind in _BY_KIND), None)
    if kind:
        return _BY_KIND[kind]._asdict()
    if isinstance(error, InvalidInputError):
        return INVALID._replace(details=error.message)._asdict()
    return _BY_STATUS.get(status, _FAILURE)._asdict()


def _unsupported(kind: str) -> ErrorOut:
    """The error for a file of that kind, of which the details name it."""
    default = _BY_KIND[UnsupportedFormatError]
    name = _KINDS_BY_NAME.get(kind, kind)
    return default._replace(details=f"El archivo es {name}. {default.details}")


def _invalid(error: RequestValidationError) -> tuple[int, Body]:
    first: dict[str, Any] = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return 400, INVALID._replace(details=f"Revisa {field}")._asdict()


ENVELOPE = Envelope("PublicationsError", _body, _invalid)
