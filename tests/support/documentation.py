"""The commands in the documentation: `sh` blocks, and inline code that runs a tool."""

import re
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from ops.template import ROOT

PAGES = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
AWS = "needs an AWS account"
# Commands that no test can run, and why. Their words are checked instead.
NOT_RUN = {
    "aws": AWS,
    "sam deploy": AWS,
    "make deploy": AWS,
    "make url": AWS,
    "make build": "needs an interpreter of the deployed runtime's version",
    "make up": "runs until Ctrl-C; the tests start their local cloud with the same functions",
    "make test": "includes the test of this list",
    "python -m local.invocable": "reads what `make build` builds",
    "sam local invoke": "needs a container engine",
}
TOOLS = ("make", "sam", "aws", "python", "pytest")

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# `A=b`, `A="b c"`, but no `A=$(command)`, before a command.
_ASSIGNMENTS = re.compile(r"""^(\w+=("[^"$]*"|[^\s"$]*) )*(\.venv/bin/)?""")


@dataclass(frozen=True)
class Command:
    page: str
    text: str
    output: str = ""

    @property
    def program(self) -> str:
        """The command without assignments and the folder of its program."""
        return _ASSIGNMENTS.sub("", self.text)

    @property
    def reason(self) -> str | None:
        """Why no test runs the command, or None."""
        return next(
            (why for name, why in NOT_RUN.items() if f"{self.program} ".startswith(f"{name} ")),
            None,
        )


def commands(page: str) -> list[Command]:
    """The commands of a page's `sh` blocks, in their order, each with its printed output."""
    blocks = _FENCE.findall((ROOT / page).read_text())
    return [
        command
        for _, language, block in blocks
        if language == "sh"
        for command in parse(page, textwrap.dedent(block))
    ]


def inline_commands(page: str) -> list[Command]:
    """The inline code of a page that runs one of `TOOLS` with an argument."""
    prose = _FENCE.sub("", (ROOT / page).read_text())
    codes = (Command(page, " ".join(code.split())) for code in re.findall(r"`([^`]+)`", prose))
    return [code for code in codes if code.program.split(" ")[0] in TOOLS and " " in code.program]


def languages(page: str) -> set[str]:
    """The languages of a page's fenced blocks."""
    return {language for _, language, _ in _FENCE.findall((ROOT / page).read_text())}


def unknown_files(page: str) -> list[str]:
    """Links and inline code of a page that name a file or folder that does not exist."""
    prose = _FENCE.sub("", (ROOT / page).read_text())
    links = re.findall(r"""(?:\]\(|src=")(?!https?:|#)([^)#"\s]+)""", prose)
    missing = [link for link in links if not ((ROOT / page).parent / link).exists()]
    return missing + [code for code in re.findall(r"`([^`\s]+)`", prose) if is_missing_file(code)]


def is_missing_file(word: str) -> bool:
    """Whether a word is a path in the repository or the shared package that does not exist."""
    folder, is_path, _ = word.partition("/")
    if not is_path or not folder or folder.startswith(".") or "<" in word:
        return False
    bases = [base for base in (ROOT, ROOT / "layers" / "darkroom") if (base / folder).is_dir()]
    return bool(bases) and not any(path for base in bases for path in base.glob(word.rstrip("/")))


def parse(page: str, block: str) -> Iterator[Command]:
    """The commands of a block; if it begins with `$ `, other lines are printed output."""
    has_prompts = block.startswith("$ ")
    lines = block.splitlines()
    while lines:
        text = lines.pop(0)
        if not has_prompts and (not text or text.startswith("#")):
            continue
        while lines and not _is_complete(text):
            text += f"\n{lines.pop(0)}"
        output = []
        while has_prompts and lines and not lines[0].startswith("$ "):
            output.append(lines.pop(0))
        yield Command(page, text.removeprefix("$ "), "\n".join(output))


def _is_complete(text: str) -> bool:
    check = ["bash", "-n", "-c", text.removeprefix("$ ")]
    return not text.endswith("\\") and not subprocess.run(check, capture_output=True).returncode
