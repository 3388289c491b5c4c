"""The rules that the modules of the studio follow so that they can be joined."""

import re
from collections import Counter
from pathlib import Path

import pytest

from home.studio_assets import EXPORT, IMPORT, MAIN, SOURCES, assets, joined, page

MODULES = sorted(SOURCES.glob("*.js"))
TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
FIRST_VISIT_BYTES = 150_000


def exported(module: str) -> set[str]:
    source = (SOURCES / f"{module}.js").read_text()
    return {name for line in EXPORT.split(source)[1:] for name in TOP_LEVEL.findall(line)[:1]}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_only_exported_names_and_uses_them(module: Path) -> None:
    source = module.read_text()
    rest = IMPORT.sub("", source)

    assert not re.search(r"^(import|export (default|\{|\*))", rest, re.MULTILINE)
    for names, other in IMPORT.findall(source):
        imported = {name.strip() for name in names.split(",") if name.strip()}
        assert imported <= exported(other), other
        assert all(re.search(rf"\b{name}\b", rest) for name in imported)


def test_top_level_names_are_unique() -> None:
    names = Counter(name for path in MODULES for name in TOP_LEVEL.findall(path.read_text()))

    assert [name for name, count in names.items() if count > 1] == []


def test_every_module_is_joined_once() -> None:
    joined_modules: set[str] = set()
    code = joined(MAIN, joined_modules)

    assert joined_modules == {path.stem for path in MODULES}
    assert not re.search(r"^(import|export)\b", code, re.MULTILINE)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_stays_short(module: Path) -> None:
    assert len(module.read_text().splitlines()) < 200


def test_no_module_inserts_html_or_evaluates_text() -> None:
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"

    assert not re.search(unsafe, joined(MAIN, set()))


def test_the_first_visit_loads_less_than_the_limit() -> None:
    loaded = [page("studio"), *assets().values()]

    assert sum(len(asset.content.encode()) for asset in loaded) < FIRST_VISIT_BYTES


def test_the_page_references_every_asset() -> None:
    source = page("studio").content

    assert set(re.findall(r"studio/assets/([\w.]+)", source)) == set(assets())


def test_an_asset_name_contains_the_digest_of_its_content() -> None:
    for name, asset in assets().items():
        assert asset.digest in name
        assert asset._replace(content=asset.content + " ").digest != asset.digest
