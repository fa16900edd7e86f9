"""Write a run's folder whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from scenarios.report.csv_tables import csv_text
from scenarios.report.json_report import report_json
from scenarios.report.manifest import FILE_NAME, listed_outputs, manifest_json
from scenarios.report.markdown import report_markdown
from scenarios.report.picture import people_by_hour_svg
from scenarios.report.workbook import write_workbook
from scenarios.result import RunResult
from stockpile.errors import DataError, Problem

PICTURE = "people-by-hour.svg"


def write_run(result: RunResult, folder: Path) -> tuple[str, ...]:
    """Write every output of a run into `folder` and return their names, sorted.

    The files are made in a hidden folder beside it, which then takes its place in one step, so an interrupted
    run leaves the earlier one as it was. DataError when `folder` holds anything that no run wrote.
    """
    target = folder.resolve()
    check_folder(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        # A folder inside the workshop gets the usual permissions; the workshop itself is private.
        fresh = workshop / "new"
        _write_files(result, fresh)
        _take_place(fresh, target, workshop / "old")
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return _file_names(target)


def check_folder(folder: Path) -> None:
    """Raise DataError when a run may not replace what stands at `folder`: to be asked before a long run."""
    target = folder.resolve()
    if not target.exists():
        return
    if not target.is_dir():
        raise DataError([_refusal(target, "is a file, not a folder")])
    found = {name for name in _file_names(target) if not _is_litter(name)}
    if not found and not any(child.is_dir() for child in target.iterdir()):
        return
    written = listed_outputs(target)
    if written is None:
        raise DataError([_refusal(target, "holds files but no manifest.json of a run")])
    if found - written:
        raise DataError([_refusal(target, f"holds a file that no run wrote: {min(found - written)}")])


def _refusal(folder: Path, message: str) -> Problem:
    return Problem(
        file=folder.name,
        row=None,
        column=None,
        value=None,
        message=f"{message}; it is left as it is",
        remedy="choose another output folder, or move its contents away",
    )


def _is_litter(name: str) -> bool:
    """Whether a desktop or an open spreadsheet left this file: hidden files and lock files at the top."""
    return "/" not in name and name.startswith((".", "~$"))


def _file_names(folder: Path) -> tuple[str, ...]:
    return tuple(
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    )


def _write_files(result: RunResult, folder: Path) -> None:
    tables = folder / "tables"
    tables.mkdir(parents=True)
    _write_text(folder / "report.json", report_json(result))
    _write_text(folder / "report.md", report_markdown(result, picture=PICTURE))
    _write_text(folder / PICTURE, people_by_hour_svg(result))
    _write_text(folder / "resolved.yaml", result.resolved_yaml.rstrip("\n") + "\n")
    for name in sorted(result.tables):
        _write_text(tables / f"{name}.csv", csv_text(result.tables[name]))
    write_workbook(result, folder / "plan.xlsx")
    digests = {name: _digest(folder / name) for name in _file_names(folder)}
    # The manifest comes last: a folder that has one is complete.
    _write_text(folder / FILE_NAME, manifest_json(result, digests))


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _take_place(fresh: Path, target: Path, aside: Path) -> None:
    """Put `fresh` where `target` stands; whatever goes wrong, `target` is the old folder or the new one."""
    if target.exists():
        target.rename(aside)
    try:
        fresh.rename(target)
    except BaseException:
        if aside.exists():
            aside.rename(target)
        raise
