"""Write the reorder sheets: workbook, CSV tables, summary and manifest in one folder."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from stockpile.bundle import Region
from stockpile.reorder.cells import shown
from stockpile.reorder.folder import MANIFEST, SCHEMA, check_writable, replace_folder
from stockpile.reorder.headings import TABLES
from stockpile.reorder.plan import ROTATION_DAYS, ReorderPlan, plan_reorder
from stockpile.reorder.summary import summary_markdown
from stockpile.reorder.workbook import write_workbook

WORKBOOK = "reorder.xlsx"
SUMMARY = "reorder.md"
CSV_FILES = {name: f"{name}.csv" for name in TABLES}
FILES = (WORKBOOK, SUMMARY, MANIFEST, *CSV_FILES.values())
LIBRARIES = ("numpy", "ortools", "pandas", "xlsxwriter")


@dataclass(frozen=True)
class ReorderResult:
    """The folder that was written and the plan that is in it."""

    folder: Path
    plan: ReorderPlan


def write_reorder(
    region: Region, on: date, out: Path | None = None, *, rotation_days: int = ROTATION_DAYS
) -> ReorderResult:
    """Plan the reorder of a region seen from a day and write it to a folder.

    The folder holds reorder.xlsx (an overview and one sheet per warehouse), reorder.md, manifest.json and the
    tables overview, reorder, transfers, rotate and budget as CSV. Same inputs, same bytes.

    Args:
        region: a checked region.
        on: day of the sheets.
        out: folder to write; `runs/<region>/reorder-<day>` when None. An earlier result there is replaced.
        rotation_days: days after the lead time within which a lapsing lot is to be rotated.

    Raises:
        DataError: the region has no existing warehouse, or `out` holds files that are not ours.
    """
    folder = out or Path("runs") / region.name / f"reorder-{on.isoformat()}"
    check_writable(folder, FILES)
    plan = plan_reorder(region, on, rotation_days=rotation_days)
    replace_folder(folder, lambda fresh: _write_files(plan, fresh))
    return ReorderResult(folder=folder, plan=plan)


def _write_files(plan: ReorderPlan, folder: Path) -> None:
    for name, file in CSV_FILES.items():
        _write_csv(plan, name, folder / file)
    write_workbook(plan, folder / WORKBOOK)
    (folder / SUMMARY).write_text(summary_markdown(plan), encoding="utf-8", newline="\n")
    (folder / MANIFEST).write_text(_manifest(plan, folder), encoding="utf-8", newline="\n")


def _write_csv(plan: ReorderPlan, name: str, path: Path) -> None:
    headings = TABLES[name]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading.name for heading in headings)
        for row in plan.tables[name].itertuples(index=False):
            writer.writerow(shown(value, head.kind) for head, value in zip(headings, row, strict=True))


def _manifest(plan: ReorderPlan, folder: Path) -> str:
    content = {
        "schema": SCHEMA,
        "region": plan.region,
        "on": plan.on.isoformat(),
        "rotation_days": plan.rotation_days,
        "totals": dict(plan.totals),
        "inputs": dict(plan.inputs),
        "outputs": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())
        },
        "versions": {library: version(library) for library in LIBRARIES},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
