"""Recorded exchanges with a real ComfyUI, and how an answer is held against them."""

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
# Where these names occur, only the type has to agree: clocks, counters and sentences of Python.
VARIES = re.compile(
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
    found: list[dict[str, Any]] = recording.get("exchanges", [recording])
    return found


def send(http: httpx2.Client, request: dict[str, Any]) -> httpx2.Response:
    body: dict[str, Any] = {}
    if "json" in request:
        body["json"] = request["json"]
    elif "body" in request:
        size = re.fullmatch(r"<(\d+) bytes>", request["body"])
        body["content"] = b" " * int(size[1]) if size else request["body"].encode()
    headers = request.get("headers", {})
    return http.request(request["method"], request["path"], headers=headers, **body)


def differences(recorded: dict[str, Any], answer: httpx2.Response, varies: str = "") -> list[str]:
    """What is not as recorded; `varies` are more places whose value may be another."""
    found = []
    if recorded["status"] != answer.status_code:
        found.append(f"status {answer.status_code} instead of {recorded['status']}")
    expected = {name.lower(): value for name, value in recorded["headers"].items()}
    for name in HEADERS:
        if expected.get(name) != answer.headers.get(name):
            found.append(f"{name}: {answer.headers.get(name)}")
    return found + _body_differences(recorded, answer, varies)


def _body_differences(recorded: dict[str, Any], answer: httpx2.Response, varies: str) -> list[str]:
    if "json" in recorded:
        if "json" not in answer.headers.get("content-type", ""):
            return [f"no JSON: {answer.text[:100]}"]
        return compare(recorded["json"], answer.json(), varies)
    if "body" in recorded:
        return [] if answer.text == recorded["body"] else [f"body {answer.text[:100]}"]
    bytes_then = base64.b64decode(recorded["body_base64"])
    same = _picture(bytes_then) == _picture(answer.content)
    return [] if same else [f"body {answer.content[:20]!r}"]


def _picture(content: bytes) -> object:
    """Its format and size, or the bytes where they are only the beginning of one."""
    if len(content) <= 16:
        return content
    with Image.open(BytesIO(content)) as image:
        return image.format, image.size, sorted(image.info)


def compare(recorded: Any, got: Any, varies: str = "", place: str = "") -> list[str]:
    """Keys, types and values, but for those that differ from run to run."""
    if isinstance(recorded, str) and recorded.startswith("<"):
        return []  # shortened when it was recorded
    free = VARIES.search(place) or (varies and re.search(varies, place))
    if type(recorded) is not type(got):
        return [f"{place}: {got!r} instead of {recorded!r}"]
    if free:
        return []
    if isinstance(recorded, dict):
        if recorded.keys() != got.keys():
            return [f"{place}: {sorted(got)} instead of {sorted(recorded)}"]
        pairs = [(f"{place}.{key}", recorded[key], got[key]) for key in recorded]
    elif isinstance(recorded, list):
        if len(recorded) != len(got):
            return [f"{place}: {len(got)} elements instead of {len(recorded)}"]
        if UNORDERED.search(place):
            recorded, got = sorted(recorded), sorted(got)
        pairs = [(f"{place}[{i}]", *two) for i, two in enumerate(zip(recorded, got, strict=True))]
    else:
        return [] if _plain(recorded) == _plain(got) else [f"{place}: {got!r} not {recorded!r}"]
    return [one for at, left, right in pairs for one in compare(left, right, varies, at)]


def _plain(value: Any) -> Any:
    """File names without their counters."""
    return re.sub(r"_\d{5}_", "_#_", value) if isinstance(value, str) else value


def prompts(name: str) -> dict[str, dict[str, Any]]:
    """What was posted, as `/queue`, `/history` and `/api/jobs` tell it, by prompt id."""
    return dict(_prompts(exchanges(name)))


def _prompts(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    match value:
        case [_, str(prompt_id), dict(graph), dict(extra), list()]:
            yield prompt_id, _body(prompt_id, graph, extra)
        case {"id": str(prompt_id), "workflow": {"prompt": graph, "extra_data": extra}}:
            yield prompt_id, _body(prompt_id, graph, extra)
        case dict():
            for one in value.values():
                yield from _prompts(one)
        case list():
            for one in value:
                yield from _prompts(one)


def _body(prompt_id: str, graph: Any, extra: dict[str, Any]) -> dict[str, Any]:
    more = {
        name: value for name, value in extra.items() if name not in {"client_id", "create_time"}
    }
    client = {"client_id": extra["client_id"]} if "client_id" in extra else {}
    return {"prompt": graph, "prompt_id": prompt_id, "extra_data": more, **client}
