"""`GET /view`: an image file as it was saved, or encoded again without its metadata."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from starlette.responses import FileResponse, Response

from local.comfyui.calls import Call
from local.comfyui.emulator import Emulator
from local.comfyui.responses import empty

TYPES = {"input", "output", "temp"}
DEFAULT_QUALITY = "90"


def view(emulator: Emulator, call: Call) -> Response:
    filename = call.query.get("filename")
    if filename is None:
        return empty(404)
    if not filename or filename.startswith("/") or ".." in filename:
        return empty(400)
    type = call.query.get("type", "output")
    if type not in TYPES:
        return empty(400)
    root = (emulator.installation.settings.data / type).resolve()
    folder = (root / call.query.get("subfolder", "")).resolve()
    if not folder.is_relative_to(root):
        return empty(403)
    path = folder / Path(filename).name
    return _file_response(path, call) if path.is_file() else empty(404)


def _file_response(path: Path, call: Call) -> Response:
    headers = {"content-disposition": f'filename="{path.name}"'}
    if "preview" in call.query:
        return _preview_response(path, call.query["preview"], headers)
    if call.query.get("channel") == "rgb":
        return _encoded_response(path, "png", headers)
    headers["x-content-type-options"] = "nosniff"
    return FileResponse(path, headers=headers, media_type="image/png")


def _preview_response(path: Path, preview: str, headers: dict[str, str]) -> Response:
    """`preview` is `webp;80` or `jpeg;80`, format and quality. Unknown formats become WebP."""
    format, _, quality = preview.partition(";")
    if format not in {"webp", "jpeg"}:
        format = "webp"
    quality = quality if quality.isdigit() else DEFAULT_QUALITY
    return _encoded_response(path, format, headers, int(quality))


def _encoded_response(
    path: Path, format: str, headers: dict[str, str], quality: int = 0
) -> Response:
    buffer = BytesIO()
    with Image.open(path) as image:
        image.convert("RGB").save(buffer, format, **({"quality": quality} if quality else {}))
    return Response(buffer.getvalue(), headers=headers, media_type=f"image/{format}")
