"""The ways in which a client may name an image of a publication in a path."""

import re
from urllib.parse import unquote

from darkroom.models.publication import PublicationImage

# One step of a transformation, as `w_200,c_fill`, its signature, or the version.
_PARAMETER = r"(?:[a-z]{1,3}|\$[A-Za-z0-9]+)_[^,]+"
_BEFORE_PUBLIC_ID = re.compile(rf"v[0-9]+|s--[\w-]+--|{_PARAMETER}(?:,{_PARAMETER})*")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}")


def names_image(uri: str, image: PublicationImage) -> bool:
    """Whether a text is the image's id, public id or URI.

    An id may have an extension. A URI may have no version or another one, transformations, another
    extension and a query, as delivery URIs have, and may be encoded once or twice more, as gateways
    and clients do.
    """
    return any(
        _is_id(text, image) or _is_uri(text, image)
        for text in {uri, unquote(uri), unquote(unquote(uri))}
    )


def _is_id(text: str, image: PublicationImage) -> bool:
    return any(
        _has_name(_without_query(text), name) for name in (image.image_id, str(image.public_id))
    )


def _is_uri(uri: str, image: PublicationImage) -> bool:
    given, stored = _normalized(uri), _normalized(str(image.url))
    if given == stored:
        return True
    account, _, _ = stored.partition("/upload/")
    if not given.startswith(f"{account}/upload/"):
        return False
    delivered = given.removeprefix(f"{account}/upload/")
    before, name, extension = delivered.rpartition(str(image.public_id))
    steps = before.split("/")
    return (
        bool(name)
        and steps.pop() == ""
        and _has_name(name + extension, name)
        and all(_BEFORE_PUBLIC_ID.fullmatch(step) for step in steps)
    )


def _has_name(text: str, name: str) -> bool:
    """Whether a text is the name, with or without an extension."""
    rest = text.removeprefix(name)
    return text.startswith(name) and (not rest or _EXTENSION.fullmatch(rest) is not None)


def _normalized(uri: str) -> str:
    """A URI without the parts that do not identify an image: scheme, extra slashes, query."""
    return re.sub(r"^https?:/+", "//", _without_query(uri))


def _without_query(uri: str) -> str:
    return re.split(r"[?#]", uri)[0].rstrip("/")
