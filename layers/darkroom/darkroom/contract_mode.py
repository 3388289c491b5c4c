"""How strictly the contracts are served: to the letter, or asking for tokens where they do not."""

from darkroom import settings

IS_HARDENED = settings.text("CONTRACT_MODE") == "hardened"
