"""Write a run's folder whole or not at all."""

from __future__ import annotations

from pathlib import Path

from scenarios.report.json_report import report_json
from scenarios.report.manifest import SCHEMA, manifest_json
from scenarios.report.markdown import report_markdown
from scenarios.report.picture import people_by_hour_svg
from scenarios.report.workbook import write_workbook
from scenarios.result import RunResult
from stockpile.output.csv_text import csv_text
from stockpile.output.folder import ResultFolder, write_text

PICTURE = "people-by-hour.svg"


def write_run(result: RunResult, folder: Path) -> tuple[str, ...]:
    """Write every output of a run into `folder` and return their names, sorted.

    An interrupted run leaves the earlier one as it was. DataError when `folder` holds anything that no run
    wrote.
    """
    return ResultFolder(folder, SCHEMA).write(
        lambda fresh: _write_files(result, fresh), lambda digests: manifest_json(result, digests)
    )


def check_folder(folder: Path) -> None:
    """Raise DataError when a run may not replace what stands at `folder`: to be asked before a long run."""
    ResultFolder(folder, SCHEMA).check()


def _write_files(result: RunResult, folder: Path) -> None:
    tables = folder / "tables"
    tables.mkdir()
    write_text(folder / "report.json", report_json(result))
    write_text(folder / "report.md", report_markdown(result, picture=PICTURE))
    write_text(folder / PICTURE, people_by_hour_svg(result))
    write_text(folder / "resolved.yaml", result.resolved_yaml.rstrip("\n") + "\n")
    for name in sorted(result.tables):
        write_text(tables / f"{name}.csv", csv_text(result.tables[name]))
    write_workbook(result, folder / "plan.xlsx")
