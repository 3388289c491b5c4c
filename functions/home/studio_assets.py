"""The studio's files as they are served: every name has the hash of its bytes.

Its modules are joined into one, and so are its style sheets: a first visit then starts one
function and not twenty. Modules import each other by name, from `./<module>.js`, and nothing else;
as all share one scope, no two may use one name at the top.
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
    """What the page loads, by name."""
    styles = "".join(path.read_text() for path in sorted(SOURCES.glob("*.css")))
    found = {
        "studio.js": Asset(joined(MAIN, set()), "text/javascript"),
        "studio.css": Asset(styles, "text/css"),
    }
    return {_hashed(name, asset): asset for name, asset in found.items()}


@cache
def page(base: str) -> Asset:
    """The page itself, whose relative URLs start from `base`."""
    source = (SOURCES / "index.html").read_text().replace("{base}", base)
    for name in assets():
        source = source.replace(re.sub(r"\.\w+\.", ".", name), name)
    return Asset(source, "text/html")


def joined(module: str, seen: set[str]) -> str:
    """A module after those that it imports, each once."""
    seen.add(module)
    source = (SOURCES / f"{module}.js").read_text()
    imported = [name for _, name in IMPORT.findall(source)]
    before = [joined(name, seen) for name in imported if name not in seen]
    return "".join(before) + EXPORT.sub("", IMPORT.sub("", source))


def _hashed(name: str, asset: Asset) -> str:
    stem, extension = name.split(".")
    return f"{stem}.{asset.digest}.{extension}"
