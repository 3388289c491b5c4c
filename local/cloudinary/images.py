"""Inspect, decode and encode image files with Pillow."""

from io import BytesIO
from typing import NamedTuple

from PIL import Image

from local.cloudinary.errors import CloudinaryError, too_many_pixels

# The account's pixel limit replaces Pillow's check for decompression bombs.
Image.MAX_IMAGE_PIXELS = None

# Phones write MPO: a JPEG file with a second image appended.
FORMATS = {
    "JPEG": "jpg",
    "MPO": "jpg",
    "PNG": "png",
    "WEBP": "webp",
    "GIF": "gif",
    "AVIF": "avif",
    "BMP": "bmp",
    "TIFF": "tif",
}
ENCODERS = {extension: name for name, extension in FORMATS.items() if name != "MPO"}
MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
}
ALIASES = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}
WHITE = (255, 255, 255)


class ImageInfo(NamedTuple):
    format: str
    width: int
    height: int
    phash: str


def canonical_extension(extension: str) -> str:
    return ALIASES.get(extension.lower(), extension.lower())


def inspect_image(content: bytes, max_pixels: int) -> ImageInfo:
    """Decode the whole image, and so reject a damaged one."""
    image = _open(content)
    if image.width * image.height > max_pixels:
        raise too_many_pixels(image.width * image.height, max_pixels)
    try:
        phash = _difference_hash(image)
    except Exception as error:  # the exception depends on the decoder; the cause is always the file
        raise CloudinaryError(400, "Invalid image file") from error
    return ImageInfo(FORMATS[image.format or ""], image.width, image.height, phash)


def _open(content: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=list(ENCODERS.values()))
    except Exception as error:  # as in inspect_image
        raise CloudinaryError(400, "Invalid image file") from error


def _difference_hash(image: Image.Image) -> str:
    """A perceptual hash of 64 bits; a bit is set if a cell is brighter than its right neighbour."""
    cells = image.convert("L").resize((9, 8)).tobytes()
    bits = (
        cells[row * 9 + column] > cells[row * 9 + column + 1]
        for row in range(8)
        for column in range(8)
    )
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def decode(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def encode(image: Image.Image, extension: str, quality: int) -> bytes:
    if extension in {"jpg", "bmp"} and image.mode == "RGBA":
        canvas = Image.new("RGB", image.size, WHITE)
        canvas.paste(image, mask=image)
        image = canvas
    image.info = {}  # derived images have no metadata
    buffer = BytesIO()
    image.save(buffer, ENCODERS[extension], quality=quality)
    return buffer.getvalue()
