"""The studio's files as they are served; each name contains the hash of the content.

The modules are joined into one file, and so are the style sheets, so that a first visit starts one
function instead of twenty. Modules import each other only by name, from `./<module>.js`. They share
one scope, so top-level names must be unique.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

SOURCES = Path(__file__).parent / "studio"
MAIN = "main"

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)


class Asset(NamedTuple):
    content: str
    media_type: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()[:16]


@cache
def assets() -> dict[str, Asset]:
    """The files that the page loads, by name."""
    styles = "".join(path.read_text() for path in sorted(SOURCES.glob("*.css")))
    named = {
        "studio.js": Asset(joined(MAIN, set()), "text/javascript"),
        "studio.css": Asset(styles, "text/css"),
    }
    return {_hashed(name, asset): asset for name, asset in named.items()}


@cache
def page(base: str) -> Asset:
    """The page itself, whose relative URLs start from `base`."""
    source = (SOURCES / "index.html").read_text().replace("{base}", base)
    for name in assets():
        source = source.replace(re.sub(r"\.\w+\.", ".", name), name)
    return Asset(source, "text/html")


def joined(module: str, seen: set[str]) -> str:
    """The source of a module, preceded by the modules that it imports, each once."""
    seen.add(module)
    source = (SOURCES / f"{module}.js").read_text()
    imported = [name for _, name in IMPORT.findall(source)]
    imports = [joined(name, seen) for name in imported if name not in seen]
    return "".join(imports) + EXPORT.sub("", IMPORT.sub("", source))


def _hashed(name: str, asset: Asset) -> str:
    stem, extension = name.split(".")
    return f"{stem}.{asset.digest}.{extension}"
