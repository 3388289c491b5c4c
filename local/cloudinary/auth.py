import time
from base64 import b64decode
from datetime import UTC, datetime

from local.cloudinary.calls import Call
from local.cloudinary.errors import CloudinaryError, missing_parameter
from local.cloudinary.settings import Settings
from local.cloudinary.signatures import matches, request_signatures, signable, string_to_sign

VALIDITY_SECONDS = 3600
# The SDKs send these parameters with tags and context calls, but do not sign them.
NOTIFICATION = {"notification_url", "batch_id"}


def authenticate(settings: Settings, call: Call, *, basic_only: bool) -> None:
    if call.path_params["cloud"] != settings.cloud:
        raise CloudinaryError(401, f"Invalid cloud_name {call.path_params['cloud']}")
    if basic_only or call.authorization:
        _check_basic(settings, call.authorization)
    else:
        _check_signature(settings, call)


def _check_basic(settings: Settings, authorization: str) -> None:
    scheme, _, credentials = authorization.partition(" ")
    try:
        key, _, secret = b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        key = secret = ""
    if scheme.lower() != "basic" or not key:
        raise CloudinaryError(401, "Must supply api_key and api_secret by Basic authentication")
    _check_key(settings, key)
    if not matches(secret, [settings.api_secret]):
        raise CloudinaryError(401, "Invalid credentials")


def _check_signature(settings: Settings, call: Call) -> None:
    if "signature" not in call.params:
        raise _unsigned(call)
    _check_key(settings, call.required("api_key"))
    params = signable(call.params)
    accepted = request_signatures(params, settings.api_secret)
    if call.operation in {"tags", "context"}:
        without_notification = {
            name: values for name, values in params.items() if name not in NOTIFICATION
        }
        accepted += request_signatures(without_notification, settings.api_secret)
    if not matches(call.text("signature"), accepted):
        raise CloudinaryError(
            401,
            f"Invalid Signature {call.text('signature')}. "
            f"String to sign - '{string_to_sign(params)}'.",
        )
    _check_timestamp(call)


def _unsigned(call: Call) -> CloudinaryError:
    if call.operation != "upload":
        return missing_parameter("signature")
    if "upload_preset" in call.params:
        return CloudinaryError(400, "Upload preset not found")
    return CloudinaryError(400, "Upload preset must be specified when using unsigned upload")


def _check_key(settings: Settings, key: str) -> None:
    if not matches(key, [settings.api_key]):
        raise CloudinaryError(401, f"Unknown API key {key}")


def _check_timestamp(call: Call) -> None:
    call.required("timestamp")
    timestamp = call.number("timestamp", 0)
    if timestamp < 0:
        raise CloudinaryError(400, "Invalid value for parameter timestamp")
    if timestamp < time.time() - VALIDITY_SECONDS:
        reported = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S %z")
        raise CloudinaryError(
            400,
            f"Stale request - reported time is {reported} which is more than 1 hour ago",
        )
