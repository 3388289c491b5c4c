"""`python -m ops.studio_limits`: print the module with the limits that the studio shows.

The functions define each limit once, next to the rule that applies it.
"""

import json
from typing import Any

from ops.openapi.groups import groups


def limits() -> dict[str, Any]:
    """The limits by the names that the studio uses: bytes, pixels, characters and counts."""
    groups()  # sets the environment variables that the modules read
    from darkroom.images import budget, ingestion
    from darkroom.uploads import story_upload
    from gallery import schemas as gallery
    from generation import schemas as generation
    from publications import plans
    from publications import service as publications

    return {
        "fileBytes": ingestion.MAX_FILE_BYTES,
        "filePixels": budget.MAX_PIXELS,
        "storyFiles": story_upload.MAX_FILES,
        "publicationFileBytes": publications.MAX_IMAGE_BYTES,
        "publicationImages": plans.REGULAR_IMAGES,
        "premiumPublicationImages": plans.PREMIUM_IMAGES,
        "captionLength": gallery.MAX_CAPTION_LENGTH,
        "minSide": generation.MIN_SIDE,
        "maxSide": generation.MAX_SIDE,
        "maxSteps": generation.MAX_STEPS,
        "maxCfgScale": generation.MAX_CFG_SCALE,
    }


def module() -> str:
    """The JavaScript source."""
    body = "".join(f"  {name}: {json.dumps(value)},\n" for name, value in limits().items())
    return f"// Written by `make openapi`.\nexport const LIMITS = {{\n{body}}};\n"


if __name__ == "__main__":
    print(module(), end="")
