"""What res.cloudinary.com does: `/{cloud}/image/{type}/[s--sig--/][steps/][v1/]{id}[.{ext}]`."""

import re
from hashlib import md5
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.cloudinary.assets import Asset, Key
from local.cloudinary.emulator import Emulator
from local.cloudinary.errors import CloudinaryError, error_headers, not_found
from local.cloudinary.images import ENCODERS, MEDIA_TYPES, canonical
from local.cloudinary.signatures import delivery_signatures, matches
from local.cloudinary.transformations import derive

# A first folder that looks like a step is read as one: hence the version in every URL.
SOURCE = re.compile(
    r"(?:s--(?P<signature>[\w-]+)--/)?"
    r"(?P<transformation>(?:[a-z]{1,3}_[^/]+/)*)"
    r"(?:v\d+/)?"
    r"(?P<source>.+)",
    re.DOTALL,
)
HEADERS = {
    "access-control-allow-origin": "*",
    # The real CDN says thirty days; a browser at home would then never see a deletion.
    "cache-control": "no-cache",
    "vary": "Accept",
}


class Wanted(NamedTuple):
    signature: str
    transformation: str
    source: str


class Delivered(NamedTuple):
    content: bytes
    format: str
    etag: str


def delivery_route(emulator: Emulator) -> Route:
    def deliver(request: Request) -> Response:
        try:
            delivered = _deliver(emulator, request)
        except CloudinaryError as error:
            return Response(
                status_code=error.status_code, headers=HEADERS | error_headers(error.detail)
            )
        return _respond(request, delivered)

    return Route("/{cloud}/{resource_type}/{type}/{path:path}", deliver, methods=["GET"])


def _respond(request: Request, delivered: Delivered) -> Response:
    headers = HEADERS | {"etag": f'"{delivered.etag}"'}
    if delivered.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(delivered.content, headers=headers, media_type=MEDIA_TYPES[delivered.format])


def _deliver(emulator: Emulator, request: Request) -> Delivered:
    cloud, resource_type, type, path = request.path_params.values()
    if cloud != emulator.settings.cloud:
        raise CloudinaryError(401, f"Unknown customer {cloud}")
    wanted = _parse(path)
    _check_signature(wanted, type, emulator.settings.api_secret)
    asset, content, extension = _find(emulator, resource_type, type, wanted.source)
    if not wanted.transformation and extension == asset.format:
        return Delivered(content, asset.format, asset.etag)
    derived = derive(
        content,
        asset.format,
        wanted.transformation,
        extension,
        emulator.settings.max_pixels,
        request.headers.get("accept", ""),
    )
    return Delivered(derived.content, derived.format, md5(derived.content).hexdigest())


def _parse(path: str) -> Wanted:
    match = SOURCE.fullmatch(path)
    if not match:
        raise not_found(path)
    return Wanted(match["signature"] or "", match["transformation"].rstrip("/"), match["source"])


def _check_signature(wanted: Wanted, type: str, secret: str) -> None:
    """A private image lets everybody see what is derived from it, an authenticated one not."""
    needed = type == "authenticated" or (type == "private" and not wanted.transformation)
    if not needed and not wanted.signature:
        return
    accepted = delivery_signatures(wanted.transformation, wanted.source, secret)
    if not matches(wanted.signature, accepted):
        raise CloudinaryError(401, "Invalid signature")


def _find(
    emulator: Emulator, resource_type: str, type: str, source: str
) -> tuple[Asset, bytes, str]:
    """The image, and the extension it is asked for in."""
    stem, _, suffix = source.rpartition(".")
    if stem and canonical(suffix) in ENCODERS:
        if found := emulator.store.deliver(Key(resource_type, type, stem)):
            return *found, canonical(suffix)
    else:
        stem = source
    if found := emulator.store.deliver(Key(resource_type, type, source)):
        return *found, found[0].format
    raise not_found(stem)
