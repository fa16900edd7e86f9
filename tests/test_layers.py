"""Imports point one way: stockpile <- routing <- scenarios <- run_scenario, and never in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("stockpile", "routing", "scenarios", "run_scenario")  # each may import those before it


def source_files() -> dict[str, Path]:
    """Return the file of every module of the engine by its dotted name."""
    files = [*(file for layer in LAYERS for file in sorted((ROOT / layer).rglob("*.py")))]
    files.append(ROOT / "run_scenario.py")
    return {module_name(file): file for file in files if file.exists()}


def module_name(file: Path) -> str:
    """Return the dotted name of a file below the repository."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(module: str, source: str, *, is_package: bool) -> set[str]:
    """Return every dotted name that a module imports, at its top or inside a function.

    `from a import b` counts as `a.b`: whether b is a module is for `imported_module` to say.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = node.level - 1 if is_package else node.level
                parents = module.split(".")[: len(module.split(".")) - up]
                base = ".".join([*parents, *([base] if base else [])])
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


def imported_module(name: str, modules: set[str]) -> str | None:
    """Return the engine's module that an imported name belongs to: the longest that fits."""
    while name:
        if name in modules:
            return name
        name = name.rpartition(".")[0]
    return None


def import_graph(sources: dict[str, tuple[str, bool]]) -> nx.DiGraph[str]:
    """Return who imports whom among the modules given as name -> (source, is package)."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sources)
    for module, (source, is_package) in sources.items():
        for name in imported_names(module, source, is_package=is_package):
            target = imported_module(name, set(sources))
            if target is not None and target != module:
                graph.add_edge(module, target)
    return graph


def upward_imports(graph: nx.DiGraph[str]) -> list[tuple[str, str]]:
    """Return the imports from a lower layer into a higher one."""
    rank = {module: LAYERS.index(module.split(".")[0]) for module in graph}
    return sorted((module, target) for module, target in graph.edges if rank[target] > rank[module])


@pytest.fixture(scope="module")
def graph() -> nx.DiGraph[str]:
    """Return the import graph of the engine."""
    return import_graph(
        {
            module: (file.read_text(encoding="utf-8"), file.name == "__init__.py")
            for module, file in source_files().items()
        }
    )


def test_no_layer_imports_one_above_it(graph: nx.DiGraph[str]) -> None:
    """`stockpile` knows no roads, `routing` no scenarios, and nobody imports the script."""
    assert {module.split(".")[0] for module in graph} >= {"stockpile", "routing", "scenarios"}
    assert upward_imports(graph) == []


def test_no_modules_import_each_other_in_a_circle(graph: nx.DiGraph[str]) -> None:
    """Also not inside a function, where a circle only hides."""
    assert sorted(nx.simple_cycles(graph)) == []


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("stockpile.lots", "import routing.fleet"),
        ("stockpile.lots", "from routing import fleet"),
        ("routing.fleet", "def late():\n    from scenarios.run import plan"),
        ("scenarios.run", "import run_scenario"),
        ("stockpile.lots", "from ..routing.fleet import trucks"),
    ],
)
def test_an_upward_import_is_seen_however_it_is_written(importer: str, source: str) -> None:
    """The test itself must not be blind."""
    names = ("stockpile.lots", "routing", "routing.fleet", "scenarios.run", "run_scenario")
    sources = {name: (source if name == importer else "", False) for name in names}
    assert [module for module, _ in upward_imports(import_graph(sources))] == [importer]


@pytest.mark.parametrize("line", ["from stockpile import lots", "from . import lots", "from .lots import x"])
def test_a_circle_is_seen_however_it_is_written(line: str) -> None:
    """Absolute and relative imports of a sibling that imports back."""
    sources = {
        "stockpile": ("", True),
        "stockpile.lots": ("import stockpile.shelf", False),
        "stockpile.shelf": (line, False),
    }
    circles = list(nx.simple_cycles(import_graph(sources)))
    assert [sorted(circle) for circle in circles] == [["stockpile.lots", "stockpile.shelf"]]
