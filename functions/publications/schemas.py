"""The bodies of the publications contract, its errors among them."""

from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from darkroom import clock
from darkroom.errors import (
    ConflictError,
    DuplicateImageError,
    EmptyFileError,
    ForbiddenError,
    ImageLimitError,
    ImageNotFoundError,
    InvalidInputError,
    NotAnImageError,
    NotFoundError,
    TooLargeError,
    TooManyPixelsError,
    UnauthorizedError,
    UnsupportedFormatError,
)
from darkroom.models.publication import Publication
from darkroom.web.envelopes import Body, Envelope


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)


class NewPublication(Camel):
    publication_id: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{1,128}$")


class PublicationOut(Camel):
    publication_id: str
    created_at: str

    @classmethod
    def of(cls, publication: Publication) -> "PublicationOut":
        return cls(
            publication_id=publication.publication_id,
            created_at=clock.to_seconds(publication.created_at),
        )


class PublicationDeleted(Camel):
    message: str = "Publicación eliminada exitosamente"
    publication_id: str


class ImageAdded(Camel):
    message: str = "Imagen agregada exitosamente"
    image_uri: str
    publication_id: str
    total_images: int


class ImageUris(Camel):
    publication_id: str
    images: list[str]
    total_images: int


class ImageDeleted(Camel):
    message: str = "Imagen eliminada exitosamente"
    publication_id: str
    remaining_images: int


class ImagesDeleted(Camel):
    message: str = "Todas las imágenes fueron eliminadas exitosamente"
    publication_id: str


class ErrorOut(NamedTuple):
    error: str
    code: str
    details: str


_INVALID = ErrorOut("Datos inválidos", "INVALID_DATA", "La solicitud no se puede leer")
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
        "La imagen tiene demasiados píxeles", "INVALID_DATA", "El máximo es de 50 megapíxeles"
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
        "El plan gratuito permite 4 imágenes por publicación y el plan premium 8",
    ),
    NotFoundError: ErrorOut(
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
    TooLargeError: ErrorOut(
        "Archivo demasiado grande", "FILE_TOO_LARGE", "El tamaño máximo por imagen es de 5 MB"
    ),
    UnsupportedFormatError: ErrorOut(
        "Formato de archivo no soportado",
        "UNSUPPORTED_FORMAT",
        "Los formatos aceptados son JPEG y PNG",
    ),
}

# For what the framework refuses itself.
_BY_STATUS = {
    400: _INVALID,
    404: ErrorOut("No encontrado", "NOT_FOUND", "La ruta no existe"),
    405: ErrorOut("Método no permitido", "METHOD_NOT_ALLOWED", "La ruta no admite este método"),
    409: _CONFLICT,
}


def _body(status: int, error: Exception) -> Body:
    kind = next((kind for kind in type(error).__mro__ if kind in _BY_KIND), None)
    if kind:
        return _BY_KIND[kind]._asdict()
    if isinstance(error, InvalidInputError):
        return _INVALID._replace(details=error.message)._asdict()
    return _BY_STATUS.get(status, _FAILURE)._asdict()


def _invalid(error: RequestValidationError) -> tuple[int, Body]:
    first: dict[str, Any] = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return 400, _INVALID._replace(details=f"Revisa {field}")._asdict()


ENVELOPE = Envelope(_body, _invalid)
