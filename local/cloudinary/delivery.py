"""The delivery network: `/{cloud}/image/{type}/[s--sig--/][steps/][v1/]{id}[.{ext}]`."""

import re
from hashlib import md5
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.cloudinary.assets import Asset, Key
from local.cloudinary.emulator import Emulator
from local.cloudinary.errors import CloudinaryError, error_headers, not_found
from local.cloudinary.images import ENCODERS, MEDIA_TYPES, canonical_extension
from local.cloudinary.signatures import delivery_signatures, matches
from local.cloudinary.transformations import derive

# A first folder that looks like a step is parsed as one, so the SDKs add a version to the URL.
SOURCE = re.compile(
    r"(?:s--(?P<signature>[\w-]+)--/)?"
    r"(?P<transformation>(?:[a-z]{1,3}_[^/]+/)*)"
    r"(?:v\d+/)?"
    r"(?P<source>.+)",
    re.DOTALL,
)
HEADERS = {
    "access-control-allow-origin": "*",
    # The real CDN sends thirty days. With that, a local browser would not notice a deletion.
    "cache-control": "no-cache",
    "vary": "Accept",
}


class DeliveryPath(NamedTuple):
    signature: str
    transformation: str
    source: str


class DeliveredImage(NamedTuple):
    content: bytes
    format: str
    etag: str


def delivery_route(emulator: Emulator) -> Route:
    def deliver(request: Request) -> Response:
        try:
            image = _read_image(emulator, request)
        except CloudinaryError as error:
            return Response(
                status_code=error.status_code, headers=HEADERS | error_headers(error.detail)
            )
        return _respond(request, image)

    return Route("/{cloud}/{resource_type}/{type}/{path:path}", deliver, methods=["GET"])


def _respond(request: Request, image: DeliveredImage) -> Response:
    headers = HEADERS | {"etag": f'"{image.etag}"'}
    if image.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(image.content, headers=headers, media_type=MEDIA_TYPES[image.format])


def _read_image(emulator: Emulator, request: Request) -> DeliveredImage:
    cloud, resource_type, type, path = request.path_params.values()
    if cloud != emulator.settings.cloud:
        raise CloudinaryError(401, f"Unknown customer {cloud}")
    delivery_path = _parse(path)
    _check_signature(delivery_path, type, emulator.settings.api_secret)
    asset, content, extension = _find_asset(emulator, resource_type, type, delivery_path.source)
    if not delivery_path.transformation and extension == asset.format:
        return DeliveredImage(content, asset.format, asset.etag)
    derived = derive(
        content,
        asset.format,
        delivery_path.transformation,
        extension,
        emulator.settings.max_pixels,
        request.headers.get("accept", ""),
    )
    return DeliveredImage(derived.content, derived.format, md5(derived.content).hexdigest())


def _parse(path: str) -> DeliveryPath:
    match = SOURCE.fullmatch(path)
    if not match:
        raise not_found(path)
    return DeliveryPath(
        match["signature"] or "", match["transformation"].rstrip("/"), match["source"]
    )


def _check_signature(path: DeliveryPath, type: str, secret: str) -> None:
    """Images derived from a private image are public, those from an authenticated one are not."""
    required = type == "authenticated" or (type == "private" and not path.transformation)
    if not required and not path.signature:
        return
    accepted = delivery_signatures(path.transformation, path.source, secret)
    if not matches(path.signature, accepted):
        raise CloudinaryError(401, "Invalid signature")


def _find_asset(
    emulator: Emulator, resource_type: str, type: str, source: str
) -> tuple[Asset, bytes, str]:
    """The asset, its bytes, and the requested extension."""
    stem, _, suffix = source.rpartition(".")
    if stem and canonical_extension(suffix) in ENCODERS:
        if delivered := emulator.store.deliver(Key(resource_type, type, stem)):
            return *delivered, canonical_extension(suffix)
    else:
        stem = source
    if delivered := emulator.store.deliver(Key(resource_type, type, source)):
        return *delivered, delivered[0].format
    raise not_found(stem)
