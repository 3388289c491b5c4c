"""The modules of the shared package and of the functions import in one direction only."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

from ops.template import ROOT

FUNCTIONS = ROOT / "functions"
PACKAGE = ROOT / "layers" / "darkroom" / "darkroom"

# From the bottom; a module imports its own layer and those below. The functions are above all.
LAYERS = [
    {
        "clock",
        "contract_mode",
        "errors",
        "ids",
        "observability",
        "paging",
        "queues",
        "secrets",
        "settings",
    },
    {"comfyui", "images", "storage", "tokens"},
    {"deduplication", "models"},
    {"uploads"},
    {"web"},
]
LEVELS = {part: level for level, layer in enumerate(LAYERS) for part in layer}
WEB_LIBRARIES = {"fastapi", "mangum", "starlette"}

# First-party imports inside functions, which only run when the function is called.
LATE_IMPORTS: set[tuple[str, str]] = set()


class Import(NamedTuple):
    importer: str
    imported: str
    is_late: bool


def module_name(source: Path, root: Path) -> str:
    return ".".join(source.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_name(source, root): source
    for root, sources in ((FUNCTIONS, FUNCTIONS), (PACKAGE.parent, PACKAGE))
    for source in sources.rglob("*.py")
}


def imports_below(node: ast.AST, is_late: bool = False) -> Iterator[tuple[str, bool]]:
    """The imported modules, including those for type checking; the flag marks late imports."""
    match node:
        case ast.Import(names=names):
            yield from ((alias.name, is_late) for alias in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            for alias in names:
                submodule = f"{module}.{alias.name}"
                yield (submodule if submodule in MODULES else module), is_late
        case ast.ImportFrom():
            raise AssertionError("Relative imports are not supported")
    is_late |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from imports_below(child, is_late)


IMPORTS = {
    Import(importer, imported, is_late)
    for importer, source in MODULES.items()
    for imported, is_late in imports_below(ast.parse(source.read_text("utf-8")))
}
FIRST_PARTY = {entry for entry in IMPORTS if entry.imported in MODULES}


def part(module: str) -> str:
    """A top-level module or package of `darkroom`, or the package of a function."""
    names = module.split(".")
    return names[1] if names[0] == "darkroom" and len(names) > 1 else names[0]


def level(module: str) -> int:
    return LEVELS[part(module)] if module.startswith("darkroom.") else len(LAYERS)


def importers_of(*libraries: str) -> set[str]:
    return {entry.importer for entry in IMPORTS if entry.imported.split(".")[0] in libraries}


def assert_acyclic(arrows: set[tuple[str, str]]) -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for importer, imported in arrows:
        sorter.add(importer, imported)
    sorter.prepare()  # raises CycleError, which names the cycle


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {part(module) for module in MODULES if module.startswith("darkroom.")}

    assert parts == LEVELS.keys()


def test_no_module_imports_from_a_higher_layer() -> None:
    upward = [entry for entry in FIRST_PARTY if level(entry.imported) > level(entry.importer)]

    assert upward == []


def test_modules_have_no_import_cycle() -> None:
    assert_acyclic({(entry.importer, entry.imported) for entry in FIRST_PARTY})


def test_the_parts_of_the_package_have_no_import_cycle() -> None:
    arrows = {(part(entry.importer), part(entry.imported)) for entry in FIRST_PARTY}

    assert_acyclic({arrow for arrow in arrows if arrow[0] != arrow[1]})


def test_late_imports_of_our_modules_are_listed() -> None:
    late = {(entry.importer, entry.imported) for entry in FIRST_PARTY if entry.is_late}

    assert late == LATE_IMPORTS


def test_functions_never_import_each_other() -> None:
    crossing = [
        entry
        for entry in FIRST_PARTY
        if level(entry.imported) == len(LAYERS) and part(entry.importer) != part(entry.imported)
    ]

    assert crossing == []


def test_only_the_web_layer_and_functions_import_web_libraries() -> None:
    importers = importers_of(*WEB_LIBRARIES)

    assert {part(module) for module in importers if level(module) < len(LAYERS)} == {"web"}


def test_only_the_cloudinary_storage_imports_cloudinary() -> None:
    assert importers_of("cloudinary") == {"darkroom.storage.cloudinary"}
