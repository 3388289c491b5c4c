"""The bodies of the catalog. Their maximum lengths keep items far below DynamoDB's 400 kB."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator
from pydantic import StringConstraints as Text
from pydantic_core import PydanticCustomError

from darkroom.web.strict_types import NOT_BLANK, PRINTABLE, Integer

Name = Annotated[str, Text(strict=True, max_length=200), PRINTABLE, NOT_BLANK]
Category = Annotated[str, Text(strict=True, max_length=100), PRINTABLE]
LongText = Annotated[str, Text(strict=True, max_length=10_000), PRINTABLE]
Prompt = Annotated[LongText, NOT_BLANK]
Pixels = Annotated[Integer, Field(ge=1, le=65_535)]  # the largest side of a JPEG


class Numbered(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int


class SettingIn(BaseModel):
    name: Name
    value: LongText
    description: LongText = ""


class SettingOut(SettingIn, Numbered):
    pass


class StyleIn(BaseModel):
    name: Name
    description: LongText = ""
    prompt_template: Prompt


class StyleOut(StyleIn, Numbered):
    pass


class FormatIn(BaseModel):
    name: Name
    description: LongText = ""
    width: Pixels
    height: Pixels


class FormatOut(FormatIn, Numbered):
    pass


class PromptExampleIn(BaseModel):
    title: Name
    prompt: Prompt
    category: Category = ""


class PromptExampleOut(PromptExampleIn, Numbered):
    pass


class Deleted(BaseModel):
    status: str = "success"


class Changes(BaseModel):
    """At least one field of an item; absent fields keep their values."""

    @model_validator(mode="after")
    def _require_one(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("value_error", "Input should have a field of this resource")
        return self


def changes_of(body: type[BaseModel]) -> type[Changes]:
    """A body with the same fields, all optional; null is not allowed."""
    fields: dict[str, Any] = {
        name: (field.rebuild_annotation(), None) for name, field in body.model_fields.items()
    }
    return create_model(body.__name__.replace("In", "Changes"), __base__=Changes, **fields)


def present(changes: Changes) -> dict[str, Any]:
    return changes.model_dump(exclude_unset=True)
