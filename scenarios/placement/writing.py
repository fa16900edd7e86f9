"""Write a placement's folder whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from scenarios.placement.json_report import SCHEMA, place_json
from scenarios.placement.markdown import PICTURE, place_markdown
from scenarios.placement.picture import budget_curve_svg
from scenarios.placement.result import PlaceResult
from scenarios.placement.workbook import write_workbook
from stockpile.output.csv_text import csv_text
from stockpile.output.folder import ResultFolder, write_text
from stockpile.output.text import json_text

LIBRARIES = ("networkx", "numpy", "ortools", "pandas", "scipy", "xlsxwriter")


def check_folder(folder: Path) -> None:
    """Raise DataError when a placement may not replace what stands at `folder`: to be asked before."""
    ResultFolder(folder, SCHEMA).check()


def write_placement(result: PlaceResult, folder: Path) -> tuple[str, ...]:
    """Write every output of a placement into `folder` and return their names, sorted."""
    return ResultFolder(folder, SCHEMA).write(
        lambda fresh: _write_files(result, fresh), lambda digests: _manifest(result, digests)
    )


def _write_files(result: PlaceResult, folder: Path) -> None:
    tables = folder / "tables"
    tables.mkdir()
    write_text(folder / "place.json", place_json(result))
    write_text(folder / "place.md", place_markdown(result))
    if "budget_curve" in result.tables:
        write_text(folder / PICTURE, budget_curve_svg(result))
    for name in sorted(result.tables):
        write_text(tables / f"{name}.csv", csv_text(result.tables[name]))
    write_workbook(result, folder / "place.xlsx")


def _manifest(result: PlaceResult, outputs: Mapping[str, str]) -> str:
    return json_text(
        {
            "schema": SCHEMA,
            "region": result.region.name,
            "seed": result.options.seed,
            "versions": {library: version(library) for library in LIBRARIES},
            "inputs": dict(sorted(result.inputs.items())),
            "outputs": dict(sorted(outputs.items())),
        }
    )
