"""Recorded exchanges with a real ComfyUI, and the comparison of responses with them."""

import base64
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image

FOLDER = Path(__file__).parent.parent / "data" / "comfyui"
# Paths of values of which only the type is compared: times, counters and Python's messages.
VARYING = re.compile(
    r"\.(timestamp|create_time|execution_(start|end)_time|number|priority|current_inputs"
    r"|exception_message|traceback)$|\.(prompt|queue_running\[\d\]|queue_pending\[\d\])\[0\]$"
)
UNORDERED = re.compile(r"\.(nodes|executed|current_outputs)$")
HEADERS = ("content-type", "content-disposition", "accept-ranges", "x-content-type-options")


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    recording: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return recording


def exchanges(name: str) -> list[dict[str, Any]]:
    recording = load(name)
    all_exchanges: list[dict[str, Any]] = recording.get("exchanges", [recording])
    return all_exchanges


def send(http: httpx2.Client, request: dict[str, Any]) -> httpx2.Response:
    body: dict[str, Any] = {}
    if "json" in request:
        body["json"] = request["json"]
    elif "body" in request:
        size = re.fullmatch(r"<(\d+) bytes>", request["body"])
        body["content"] = b" " * int(size[1]) if size else request["body"].encode()
    headers = request.get("headers", {})
    return http.request(request["method"], request["path"], headers=headers, **body)


def differences(
    recorded: dict[str, Any], response: httpx2.Response, varying: str = ""
) -> list[str]:
    """Differences from the recorded response.

    `varying` is a pattern of further paths in the body of which only the type is compared.
    """
    result = []
    if recorded["status"] != response.status_code:
        result.append(f"status {response.status_code} instead of {recorded['status']}")
    expected = {name.lower(): value for name, value in recorded["headers"].items()}
    for name in HEADERS:
        if expected.get(name) != response.headers.get(name):
            result.append(f"{name}: {response.headers.get(name)}")
    return result + _body_differences(recorded, response, varying)


def _body_differences(
    recorded: dict[str, Any], response: httpx2.Response, varying: str
) -> list[str]:
    if "json" in recorded:
        if "json" not in response.headers.get("content-type", ""):
            return [f"no JSON: {response.text[:100]}"]
        return compare(recorded["json"], response.json(), varying)
    if "body" in recorded:
        return [] if response.text == recorded["body"] else [f"body {response.text[:100]}"]
    recorded_bytes = base64.b64decode(recorded["body_base64"])
    same = _image_properties(recorded_bytes) == _image_properties(response.content)
    return [] if same else [f"body {response.content[:20]!r}"]


def _image_properties(content: bytes) -> object:
    """Format, size and metadata keys; the bytes themselves if they are only part of a file."""
    if len(content) <= 16:
        return content
    with Image.open(BytesIO(content)) as image:
        return image.format, image.size, sorted(image.info)


def compare(recorded: Any, actual: Any, varying: str = "", path: str = "") -> list[str]:
    """Differences in keys, types and values, except for values that differ from run to run."""
    if isinstance(recorded, str) and recorded.startswith("<"):
        return []  # a placeholder of the recorder
    if type(recorded) is not type(actual):
        return [f"{path}: {actual!r} instead of {recorded!r}"]
    if VARYING.search(path) or (varying and re.search(varying, path)):
        return []
    if isinstance(recorded, dict):
        if recorded.keys() != actual.keys():
            return [f"{path}: {sorted(actual)} instead of {sorted(recorded)}"]
        children = [(f"{path}.{key}", recorded[key], actual[key]) for key in recorded]
    elif isinstance(recorded, list):
        if len(recorded) != len(actual):
            return [f"{path}: {len(actual)} elements instead of {len(recorded)}"]
        if UNORDERED.search(path):
            recorded, actual = sorted(recorded), sorted(actual)
        pairs = zip(recorded, actual, strict=True)
        children = [(f"{path}[{index}]", *pair) for index, pair in enumerate(pairs)]
    else:
        same = _without_counter(recorded) == _without_counter(actual)
        return [] if same else [f"{path}: {actual!r} not {recorded!r}"]
    return [
        difference
        for child_path, left, right in children
        for difference in compare(left, right, varying, child_path)
    ]


def _without_counter(value: Any) -> Any:
    """Replace the counter in a file name."""
    return re.sub(r"_\d{5}_", "_#_", value) if isinstance(value, str) else value


def prompts(name: str) -> dict[str, dict[str, Any]]:
    """The posted bodies by prompt id, from the `/queue`, `/history` and `/api/jobs` documents."""
    return dict(_prompts(exchanges(name)))


def _prompts(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    match value:
        case [_, str(prompt_id), dict(graph), dict(extra), list()]:
            yield prompt_id, _prompt_body(prompt_id, graph, extra)
        case {"id": str(prompt_id), "workflow": {"prompt": graph, "extra_data": extra}}:
            yield prompt_id, _prompt_body(prompt_id, graph, extra)
        case dict():
            for child in value.values():
                yield from _prompts(child)
        case list():
            for child in value:
                yield from _prompts(child)


def _prompt_body(prompt_id: str, graph: Any, extra: dict[str, Any]) -> dict[str, Any]:
    extra_data = {
        name: value for name, value in extra.items() if name not in {"client_id", "create_time"}
    }
    client = {"client_id": extra["client_id"]} if "client_id" in extra else {}
    return {"prompt": graph, "prompt_id": prompt_id, "extra_data": extra_data, **client}
