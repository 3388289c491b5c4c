"""What holds of the bodies, and no model says."""

import json
import re
from typing import Any

Json = dict[str, Any]

# The names that pydantic leaves to the bounds of a number which it first makes one of.
_BOUNDS = {"ge": "minimum", "le": "maximum"}

_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')


def as_documented(schemas: Json, paths: Json, examples: Json) -> Json:
    """The schemas with their examples; those of answers have all their keys and no other."""
    requests = [
        operation.get("requestBody") for path in paths.values() for operation in path.values()
    ]
    sent = _reachable(json.dumps(requests), schemas)
    return {
        name: _bounded(_with_ids(schema if name in sent else _closed(schema)))
        | ({"examples": [examples[name]]} if name in examples else {})
        for name, schema in schemas.items()
    }


def _reachable(text: str, schemas: Json) -> set[str]:
    """The names that a text of JSON refers to, be it by way of others."""
    found: set[str] = set()
    new = set(_REFERENCE.findall(text))
    while new:
        found |= new
        new = {n for name in new for n in _REFERENCE.findall(json.dumps(schemas[name]))} - found
    return found


def _closed(schema: Json) -> Json:
    if "properties" not in schema:
        return schema
    return {**schema, "required": list(schema["properties"]), "additionalProperties": False}


def _with_ids(schema: Json) -> Json:
    """Ids of the gallery need more bits than many a client's integer has."""
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
