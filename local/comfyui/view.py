"""`GET /view`: pictures as they were saved, or encoded anew without what they carry inside."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from starlette.responses import FileResponse, Response

from local.comfyui.answers import empty
from local.comfyui.calls import Call
from local.comfyui.emulator import Emulator

TYPES = {"input", "output", "temp"}
STANDARD_QUALITY = "90"


def view(emulator: Emulator, call: Call) -> Response:
    filename = call.query.get("filename")
    if filename is None:
        return empty(404)
    if not filename or filename.startswith("/") or ".." in filename:
        return empty(400)
    type = call.query.get("type", "output")
    if type not in TYPES:
        return empty(400)
    root = (emulator.workshop.settings.data / type).resolve()
    folder = (root / call.query.get("subfolder", "")).resolve()
    if not folder.is_relative_to(root):
        return empty(403)
    path = folder / Path(filename).name
    return _deliver(path, call) if path.is_file() else empty(404)


def _deliver(path: Path, call: Call) -> Response:
    headers = {"content-disposition": f'filename="{path.name}"'}
    if "preview" in call.query:
        return _preview(path, call.query["preview"], headers)
    if call.query.get("channel") == "rgb":
        return _encoded(path, "png", headers)
    headers["x-content-type-options"] = "nosniff"
    return FileResponse(path, headers=headers, media_type="image/png")


def _preview(path: Path, wanted: str, headers: dict[str, str]) -> Response:
    """`webp;80` or `jpeg;80`; what it does not know becomes WebP."""
    format, _, quality = wanted.partition(";")
    known = format if format in {"webp", "jpeg"} else "webp"
    return _encoded(path, known, headers, int(quality if quality.isdigit() else STANDARD_QUALITY))


def _encoded(path: Path, format: str, headers: dict[str, str], quality: int = 0) -> Response:
    buffer = BytesIO()
    with Image.open(path) as image:
        image.convert("RGB").save(buffer, format, **({"quality": quality} if quality else {}))
    return Response(buffer.getvalue(), headers=headers, media_type=f"image/{format}")
