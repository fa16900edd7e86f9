"""Start a region of one's own: tables with a few rows that run, scenarios, and a page for their sources."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from scenarios.library_folders import TARGETS_FOLDER, is_name
from stockpile.bundle import CATALOGUE
from stockpile.columns import SHIPPED_DATA
from stockpile.errors import DataError, Problem

TEMPLATE_FOLDER = Path(__file__).parent / "template"
SCENARIOS = "scenarios"
PLACEHOLDER = "REGION"


def start_region(name: str, folder: Path) -> tuple[Path, ...]:
    """Write the tables to FOLDER/NAME, the scenarios to FOLDER/scenarios/NAME, and return the files written.

    The shipped catalogue goes to FOLDER/catalogue unless there is one.

    Raises:
        DataError: the name is none for a region, or something stands there already.
    """
    tables, library = folder / name, folder / SCENARIOS / name
    if not is_name(name) or name in (CATALOGUE, SCENARIOS, TARGETS_FOLDER):
        message, remedy = "is no name for a region", "Use letters, digits, - and _, such as my_county"
        raise DataError([Problem("new-region", None, None, name[:80], message, remedy)])
    standing = [place for place in (tables, library) if place.exists()]
    if standing:
        remedy = "Choose another name or folder with --out; nothing has been written"
        problems = [
            Problem("new-region", None, None, place.as_posix(), "is there already", remedy)
            for place in standing
        ]
        raise DataError(problems)
    written = [*_copied("tables", tables, name), *_copied("scenarios", library, name)]
    catalogue = folder / CATALOGUE
    if not catalogue.exists():
        shutil.copytree(SHIPPED_DATA / CATALOGUE, catalogue)
        written += sorted(path for path in catalogue.iterdir() if path.is_file())
    return tuple(written)


def _copied(part: str, target: Path, name: str) -> list[Path]:
    target.mkdir(parents=True)
    written = []
    for file in sorted((TEMPLATE_FOLDER / part).iterdir()):
        text = re.sub(rf"\b{PLACEHOLDER}\b", name, file.read_text("utf-8"))
        (target / file.name).write_text(text, encoding="utf-8", newline="\n")
        written.append(target / file.name)
    return written
