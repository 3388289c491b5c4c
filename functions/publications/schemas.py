"""The bodies of the publications contract."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from darkroom import clock
from darkroom.models.publication import Publication
from darkroom.web.direct_uploads import NewDirectImage


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)


class NewPublication(Camel):
    publication_id: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{1,128}$")


class NewDirectPublicationImage(NewDirectImage):
    model_config = ConfigDict(validate_by_name=True)

    is_premium: Annotated[bool, Field(alias="isPremium")] = False


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

    @classmethod
    def of(cls, publication: Publication, uri: str, total: int) -> "ImageAdded":
        return cls(image_uri=uri, publication_id=publication.publication_id, total_images=total)


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
