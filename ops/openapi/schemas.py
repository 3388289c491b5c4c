"""Parts of a schema that pydantic does not generate: examples and strictness."""

import json
import re
from typing import Any

Json = dict[str, Any]

# Pydantic writes these names for the bounds of a number that a validator converts first.
_BOUNDS = {"ge": "minimum", "le": "maximum"}

_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')


def complete_schemas(schemas: Json, paths: Json, examples: Json) -> Json:
    """The schemas with their examples; those of responses require all keys and allow no others."""
    requests = [
        operation.get("requestBody") for path in paths.values() for operation in path.values()
    ]
    in_requests = _reachable(json.dumps(requests), schemas)
    return {
        name: _bounded(_with_ids(schema if name in in_requests else _closed(schema)))
        | ({"examples": [examples[name]]} if name in examples else {})
        for name, schema in schemas.items()
    }


def _reachable(text: str, schemas: Json) -> set[str]:
    """The names of the schemas that a JSON text references, directly or indirectly."""
    reached: set[str] = set()
    new = set(_REFERENCE.findall(text))
    while new:
        reached |= new
        new = {n for name in new for n in _REFERENCE.findall(json.dumps(schemas[name]))} - reached
    return reached


def _closed(schema: Json) -> Json:
    if "properties" not in schema:
        return schema
    return {**schema, "required": list(schema["properties"]), "additionalProperties": False}


def _with_ids(schema: Json) -> Json:
    """Ids of the gallery exceed 32 bits."""
    for name, field in schema.get("properties", {}).items():
        if field.get("type") == "integer" and name.endswith("_id"):
            field["format"] = "int64"
    return schema


def _bounded(node: Any) -> Any:
    if isinstance(node, list):
        return [_bounded(item) for item in node]
    if isinstance(node, dict):
        return {_BOUNDS.get(name, name): _bounded(value) for name, value in node.items()}
    return node
