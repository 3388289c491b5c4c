from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse


class CloudinaryError(HTTPException):
    """An error response with Cloudinary's status and message."""


def missing_parameter(name: str) -> CloudinaryError:
    return CloudinaryError(400, f"Missing required parameter - {name}")


def not_found(public_id: str) -> CloudinaryError:
    return CloudinaryError(404, f"Resource not found - {public_id}")


def too_many_pixels(pixels: int, limit: int) -> CloudinaryError:
    return CloudinaryError(
        400,
        f"Maximum image size is {limit / 1e6:g} Megapixels. "
        f"Requested {pixels / 1e6:.2f} Megapixels",
    )


def error_headers(message: str) -> dict[str, str]:
    # Unlike a header, a public id may contain line breaks and any alphabet.
    return {"x-cld-error": "".join(c if " " <= c <= "~" else "?" for c in message).strip()}


def error_response(status: int, message: str) -> JSONResponse:
    return JSONResponse(
        {"error": {"message": message}}, status_code=status, headers=error_headers(message)
    )
