"""Cloudinary's signatures of requests, upload responses and delivery URLs."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from urllib.parse import quote

ALGORITHMS = ("sha1", "sha256")
UNSIGNED = {"file", "cloud_name", "resource_type", "api_key", "signature"}


def string_to_sign(params: Mapping[str, list[str]], version: int = 2) -> str:
    pairs = (f"{name}={','.join(values)}" for name, values in params.items())
    if version == 2:
        # Otherwise the value "a&b=c" would be signed like two parameters.
        pairs = (pair.replace("&", "%26") for pair in pairs)
    return "&".join(sorted(pairs))


def signable(params: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in params.items() if name not in UNSIGNED}


def request_signatures(params: Mapping[str, list[str]], secret: str) -> list[str]:
    """All signatures that Cloudinary accepts for these parameters."""
    return [
        hexdigest(string_to_sign(params, version) + secret, algorithm)
        for version in (1, 2)
        for algorithm in ALGORITHMS
    ]


def response_signature(public_id: str, version: int, secret: str) -> str:
    params = {"public_id": [public_id], "version": [str(version)]}
    return hexdigest(string_to_sign(params, version=1) + secret, "sha1")


def delivery_signature(
    transformation: str, source: str, secret: str, algorithm: str = "sha1", length: int = 8
) -> str:
    signed = "/".join(filter(None, (transformation, escape(source)))) + secret
    return urlsafe_b64encode(hashlib.new(algorithm, signed.encode()).digest()).decode()[:length]


def delivery_signatures(transformation: str, source: str, secret: str) -> list[str]:
    """All signatures that Cloudinary accepts in a delivery URL. The last one is the long form."""
    short = [delivery_signature(transformation, source, secret, name) for name in ALGORITHMS]
    return [*short, delivery_signature(transformation, source, secret, "sha256", length=32)]


def escape(source: str) -> str:
    """Quote a public id as the SDKs do, in URLs and in the text that they sign."""
    return quote(source, safe="/:").replace("~", "%7E")


def hexdigest(text: str, algorithm: str) -> str:
    return hashlib.new(algorithm, text.encode()).hexdigest()


def matches(signature: str, accepted: Iterable[str]) -> bool:
    return any(hmac.compare_digest(signature.encode(), one.encode()) for one in accepted)
