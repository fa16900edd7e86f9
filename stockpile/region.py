"""Find, read and check the tables of a region."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from stockpile.bundle import ALL_TABLES, CATALOGUE, CATALOGUE_TABLES, SAVED_ROADS, Region
from stockpile.columns import SHIPPED_DATA
from stockpile.consistency import check_region
from stockpile.errors import DataError, Problem, sorted_problems
from stockpile.tables import OPTIONAL_TABLES, empty_table, parse_table, read_content

__all__ = [
    "ALL_TABLES",
    "Region",
    "data_root",
    "load_region",
    "read_region",
    "region_folder",
    "region_names",
]

_PLAIN_NAME = re.compile(r"\w[\w-]*")


def data_root(override: Path | None = None) -> Path:
    """Return the folder that holds the regions: the given one, or the one shipped with the engine."""
    return SHIPPED_DATA if override is None else override


def region_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of the regions below the data root, sorted.

    A region is a folder with a `places.csv`.
    """
    folder = data_root(root)
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent.name for path in folder.glob("*/places.csv")))


def load_region(name: str, root: Path | None = None) -> Region:
    """Return the region of that name with every table read and checked.

    Raises:
        DataError: anything is wrong; the error lists all of it.
    """
    region, problems = read_region(name, root)
    if region is None or problems:
        raise DataError(problems)
    return region


def read_region(
    name: str, root: Path | None = None, *, roads_to_come: bool = False
) -> tuple[Region | None, list[Problem]]:
    """Return the region, or None when there is any problem, and the sorted problems.

    Tables are read first and then checked against each other, so that one call finds everything. With
    `roads_to_come` the region may be without any roads: they are about to be imported.
    """
    folder = data_root(root)
    misnamed = _check_name(name, folder)
    if misnamed is not None:
        return None, [misnamed]
    problems: list[Problem] = []
    digests: dict[str, str] = {}
    _note_saved_roads(folder, name, problems, digests)
    imported = roads_to_come or (folder / name / SAVED_ROADS).is_file()
    optional = {*OPTIONAL_TABLES, "roads"} if imported else OPTIONAL_TABLES
    tables = {table: _read(folder, name, table, problems, digests, optional) for table in ALL_TABLES}
    region = Region(name=name, digests=MappingProxyType(dict(sorted(digests.items()))), **tables)
    # A cell that could not be read is blank to the checks, which must not report it a second time.
    unread = {_cell(problem) for problem in problems}
    problems += [problem for problem in check_region(region) if _cell(problem) not in unread]
    problems = list(sorted_problems(problems))
    return (None if problems else region), problems


def region_folder(name: str, root: Path | None = None) -> Path:
    """Return the folder of a region.

    Raises:
        DataError: there is no such region.
    """
    misnamed = _check_name(name, data_root(root))
    if misnamed is not None:
        raise DataError([misnamed])
    return data_root(root) / name


def _cell(problem: Problem) -> tuple[str, int | None, str | None]:
    return problem.file, problem.row, problem.column


def _check_name(name: str, root: Path) -> Problem | None:
    names = ", ".join(region_names(root)) or "none"
    if not _PLAIN_NAME.fullmatch(name) or name == CATALOGUE:
        message = "is not the name of a region"
        return Problem(name, None, None, None, message, f"Use a plain folder name; there are: {names}")
    if not root.is_dir():
        message = f"cannot be read: the data folder {root} is no folder"
        remedy = "Name the folder that holds the regions, or none for those that are shipped"
        return Problem(name, None, None, None, message, remedy)
    if not (root / name).is_dir():
        return Problem(
            name, None, None, None, "is no region: there is no such folder", f"Use one of: {names}"
        )
    return None


def _note_saved_roads(root: Path, region: str, problems: list[Problem], digests: dict[str, str]) -> None:
    """Take the digest of imported roads; what they hold is for the road layer to read."""
    file = f"{region}/{SAVED_ROADS}"
    if (root / file).is_file():
        content = read_content(root / file, problems, file=file)
        if content is not None:
            digests[file] = hashlib.sha256(content).hexdigest()


def _read(
    root: Path,
    region: str,
    table: str,
    problems: list[Problem],
    digests: dict[str, str],
    optional: Collection[str],
) -> pd.DataFrame:
    file = f"{region}/{table}.csv"
    if table in CATALOGUE_TABLES and not (root / file).is_file():
        file = f"{CATALOGUE}/{table}.csv"
    path = root / file
    if not path.is_file():
        if table not in optional:
            remedy = "Add the file; docs/data-dictionary.md lists its columns"
            problems.append(Problem(file, None, None, None, "is missing", remedy))
        return empty_table(table)
    content = read_content(path, problems, file=file)
    if content is None:
        return empty_table(table)
    digests[file] = hashlib.sha256(content).hexdigest()
    return parse_table(content, table, problems, file=file)
