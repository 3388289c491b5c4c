"""The contract mode: `documented` serves the contracts literally, `hardened` requires tokens."""

from darkroom import settings

IS_HARDENED = settings.text("CONTRACT_MODE") == "hardened"
