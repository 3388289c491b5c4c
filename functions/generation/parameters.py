"""The parameters of a job: the request's body, completed by the catalog."""

import json
import secrets
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from darkroom.errors import InvalidInputError, NotFoundError
from darkroom.models.catalog import Format, Setting, Style
from darkroom.models.job_inputs import Inputs
from darkroom.observability.log import logger
from generation.schemas import (
    MAX_SIDE,
    MAX_STYLED_PROMPT_LENGTH,
    MIN_SIDE,
    RANDOM_SEED,
    GenerateImage,
)

MAX_RANDOM_SEED = 2**53  # JavaScript represents smaller integers exactly

_FIELDS_WITH_SETTINGS = ("negative_prompt", "width", "height", "steps", "cfg_scale")

# Used if a setting is missing or invalid.
DEFAULTS: dict[str, Any] = {
    **{name: GenerateImage.model_fields[name].default for name in _FIELDS_WITH_SETTINGS},
    "checkpoint": "v1-5-pruned-emaonly-fp16.safetensors",
    "sampler_name": "euler",
    "scheduler": "normal",
}


def complete(body: GenerateImage, count: int = 1) -> Inputs:
    """All parameters of the prompt. Raises `InvalidInputError` for an unknown style or format."""
    fields = body.model_dump(exclude_unset=True)
    values = _settings() | _sides(fields.pop("format_id", None)) | fields
    values["prompt"] = _styled(body.prompt, values.pop("style_id", None))
    if body.seed == RANDOM_SEED:
        values["seed"] = secrets.randbelow(MAX_RANDOM_SEED)
    return Inputs(**values, count=count)


def _settings() -> dict[str, Any]:
    """The defaults, overridden by the catalog's valid settings."""
    values = {**DEFAULTS}
    for name, text in Setting.by_name().items():
        if name in DEFAULTS:
            values[name] = _parse_setting(name, text)
    return values


def _parse_setting(name: str, text: str) -> Any:
    if isinstance(DEFAULTS[name], str):
        return text or DEFAULTS[name]
    try:
        # Parsed as JSON, the text is validated like a field of a body.
        return _validator(name).validate_python(json.loads(text))
    except (ValidationError, ValueError):
        logger.warning("Ignored an invalid setting", extra={"setting": name})
        return DEFAULTS[name]


@cache
def _validator(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(GenerateImage.model_fields[name].rebuild_annotation())


def _sides(format_id: int | None) -> dict[str, int]:
    if format_id is None:
        return {}
    try:
        row = Format.find(format_id)
        body = GenerateImage(prompt="-", width=int(row.width), height=int(row.height))
    except NotFoundError as error:
        raise InvalidInputError(f"format_id: {error.message}") from error
    except ValidationError as error:
        message = f"format_id: sides should be within {MIN_SIDE} and {MAX_SIDE} pixels"
        raise InvalidInputError(message) from error
    return {"width": body.width, "height": body.height}


def _styled(prompt: str, style_id: int | None) -> str:
    """The prompt in the style's template, in which only `{prompt}` is replaced."""
    if style_id is None:
        return prompt
    try:
        template = str(Style.find(style_id).prompt_template)
    except NotFoundError as error:
        raise InvalidInputError(f"style_id: {error.message}") from error
    if "{prompt}" not in template:
        template = f"{{prompt}}, {template}"
    _require_length(template, prompt)
    return template.replace("{prompt}", prompt)


def _require_length(template: str, prompt: str) -> None:
    """Checked before the texts are joined: a template may contain a thousand placeholders."""
    placeholders = template.count("{prompt}")
    length = len(template) + placeholders * (len(prompt) - len("{prompt}"))
    if length > MAX_STYLED_PROMPT_LENGTH:
        message = f"the prompt has more than {MAX_STYLED_PROMPT_LENGTH} characters in this style"
        raise InvalidInputError(f"style_id: {message}")
