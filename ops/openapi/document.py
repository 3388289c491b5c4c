"""The OpenAPI document: the documents of all groups, merged."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from ops.openapi.groups import Group
from ops.openapi.operations import complete_operation
from ops.openapi.schemas import complete_schemas

Json = dict[str, Any]

HERE = Path(__file__).parent

_REFERENCE = re.compile(r'(?<="#/components/schemas/)\w+(?=")')

# Relative, so that it holds below a stage, below a custom domain's base path and locally.
SERVERS = [{"url": "./", "description": "The URL below which this document is served"}]
SECURITY_SCHEMES = {
    "login": {
        "type": "oauth2",
        "description": "Name and password of an account.",
        "flows": {"password": {"tokenUrl": "auth/login", "scopes": {}}},
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` from a login response.",
    },
}


def document(groups: list[Group]) -> Json:
    texts = json.loads((HERE / "texts.json").read_text())
    parts = _with_unique_schemas([_part(group) for group in groups], groups)
    schemas = json.loads((HERE / "errors.json").read_text())
    for part in parts:
        schemas |= part.get("components", {}).get("schemas", {})
    paths = {path: item for part in parts for path, item in part["paths"].items()}
    return {
        "openapi": parts[0]["openapi"],
        "info": {"title": "Darkroom", "version": "1.0.0", "description": texts["description"]},
        "servers": SERVERS,
        "tags": [{"name": tag, "description": text} for tag, text in texts["tags"].items()],
        "paths": paths,
        "components": {
            "schemas": complete_schemas(
                schemas, paths, json.loads((HERE / "examples.json").read_text())
            ),
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _part(group: Group) -> Json:
    """The document of one group's app, with what all operations have in common added."""
    part = group.app.openapi()
    for path in part["paths"].values():
        for method, operation in path.items():
            complete_operation(method, operation, group)
    return _renamed(part, {name: _form_name(name) for name in _schemas(part)})


def _form_name(name: str) -> str:
    """`UploadImageForm` for `Body_upload_image`."""
    is_form = name.startswith("Body_")
    return _camel(name.removeprefix("Body_")) + "Form" if is_form else name


def _with_unique_schemas(parts: list[Json], groups: list[Group]) -> list[Json]:
    """The same parts; schemas whose name occurs in several of them get their group's prefix."""
    uses = Counter(name for part in parts for name in _schemas(part))
    return [
        _renamed(part, {n: _camel(group.package) + n for n in _schemas(part) if uses[n] > 1})
        for part, group in zip(parts, groups, strict=True)
    ]


def _renamed(part: Json, names: dict[str, str]) -> Json:
    text = _REFERENCE.sub(lambda match: names.get(match[0], match[0]), json.dumps(part))
    renamed: Json = json.loads(text)
    if "components" in renamed:
        schemas = renamed["components"]["schemas"]
        renamed["components"]["schemas"] = {names.get(n, n): s for n, s in schemas.items()}
    return renamed


def _schemas(part: Json) -> Json:
    schemas: Json = part.get("components", {}).get("schemas", {})
    # The schemas of the envelopes replace these.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return schemas


def _camel(name: str) -> str:
    return "".join(word.title() for word in name.split("_"))
