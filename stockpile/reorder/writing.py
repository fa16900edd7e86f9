"""Write the reorder sheets: workbook, CSV tables, summary and manifest in one folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from stockpile.bundle import Region
from stockpile.distances import Distances
from stockpile.levels import Levels
from stockpile.output.csv_text import csv_text
from stockpile.output.folder import ResultFolder, write_text
from stockpile.output.text import json_text
from stockpile.reorder.headings import TABLES
from stockpile.reorder.plan import ROTATION_DAYS, ReorderPlan, plan_reorder
from stockpile.reorder.summary import summary_markdown
from stockpile.reorder.workbook import write_workbook

SCHEMA = "stockpile-reorder/1"
WORKBOOK = "reorder.xlsx"
SUMMARY = "reorder.md"
LIBRARIES = ("numpy", "ortools", "pandas", "xlsxwriter")


@dataclass(frozen=True)
class ReorderResult:
    """The folder that was written and the plan that is in it."""

    folder: Path
    plan: ReorderPlan


def write_reorder(
    region: Region,
    on: date,
    out: Path | None = None,
    *,
    rotation_days: int = ROTATION_DAYS,
    levels: Levels | None = None,
    distances: Distances | None = None,
) -> ReorderResult:
    """Plan the reorder of a region seen from a day and write it to a folder.

    The folder holds reorder.xlsx (an overview and one sheet per warehouse), reorder.md, manifest.json and the
    tables overview, reorder, transfers, rotate and budget as CSV. Same inputs, same bytes.

    Args:
        region: a checked region.
        on: day of the sheets.
        out: folder to write; `runs/<region>/reorder-<day>` when None. An earlier result there is replaced.
        rotation_days: days after the lead time within which a lapsing lot is to be rotated.
        levels: levels of a file, which count beside the floors of the region.
        distances: ways by road between all warehouses; straight lines when None.

    Raises:
        DataError: the region has no existing warehouse, or `out` holds files that are not ours.
    """
    folder = ResultFolder(out or Path("runs") / region.name / f"reorder-{on.isoformat()}", SCHEMA)
    folder.check()
    plan = plan_reorder(region, on, rotation_days=rotation_days, levels=levels, distances=distances)
    folder.write(lambda fresh: _write_files(plan, fresh), lambda digests: _manifest(plan, digests))
    return ReorderResult(folder=folder.path, plan=plan)


def _write_files(plan: ReorderPlan, folder: Path) -> None:
    for name in TABLES:
        write_text(folder / f"{name}.csv", csv_text(plan.tables[name]))
    write_workbook(plan, folder / WORKBOOK)
    write_text(folder / SUMMARY, summary_markdown(plan))


def _manifest(plan: ReorderPlan, outputs: Mapping[str, str]) -> str:
    return json_text(
        {
            "schema": SCHEMA,
            "region": plan.region,
            "on": plan.on.isoformat(),
            "rotation_days": plan.rotation_days,
            "totals": dict(sorted(plan.totals.items())),
            "versions": {library: version(library) for library in LIBRARIES},
            "inputs": dict(sorted(plan.inputs.items())),
            "outputs": dict(sorted(outputs.items())),
        }
    )
