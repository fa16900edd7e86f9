"""Ids that must be known, and keys that must be given once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from stockpile.bundle import ALL_TABLES, Region
from stockpile.columns import read_dictionary
from stockpile.consistency.cells import given_ids, problem_at
from stockpile.errors import Problem

SHOWN_IDS = 6
COMPARED_IDS = 2000  # looking for the nearest among more takes too long
# Plans name positions by these ids alone, so no two of them may be alike.
_POSITIONS = (("warehouses", "id"), ("sites", "id"), ("fleet", "id"), ("suppliers", "depot"))


def check_references(region: Region) -> Iterator[Problem]:
    """Every id that a row names must be the id of a row of the other table."""
    for table in ALL_TABLES:
        for column in read_dictionary()[table]:
            if column.refers_to:
                known = given_ids(region.table(column.refers_to))
                yield from _unknown(region, table, column.name, known, region.file_of(column.refers_to))
    baskets = given_ids(region.baskets, "basket")
    yield from _unknown(region, "floors", "basket", baskets, region.file_of("baskets"))


def _unknown(
    region: Region, table: str, column: str, known: Collection[str], known_file: str
) -> Iterator[Problem]:
    if not known:
        return  # the other table is empty, which is reported once and not at every row here
    frame = region.table(table)
    hints: dict[str, str] = {}
    for position, value in enumerate(frame[column]):
        if value and value not in known:
            if value not in hints:
                hints[value] = _remedy(value, known, known_file)
            yield problem_at(region, table, position, column, f"is not in {known_file}", hints[value])


def check_loading_places(region: Region) -> Iterator[Problem]:
    """Vehicles that load at one place load at a depot, or at an existing warehouse that loads vehicles."""
    warehouses = region.warehouses
    no_docks = {
        **dict.fromkeys(warehouses.loc[warehouses["status"] == "candidate", "id"], "a candidate"),
        **dict.fromkeys(warehouses.loc[warehouses["level"] == "community", "id"], "a community point"),
    }
    known = [*given_ids(warehouses), *given_ids(region.suppliers, "depot")]
    places = [place for place in known if place not in no_docks]
    files = f"{region.file_of('warehouses')} or {region.file_of('suppliers')}"
    for position, place in enumerate(region.fleet["load_at"]):
        if place in no_docks:
            message = f"is {no_docks[place]}, which loads no vehicle"
            remedy = "Name an existing warehouse or a depot, or leave it blank for any"
            yield problem_at(region, "fleet", position, "load_at", message, remedy)
        elif place and place not in places:
            message = f"is neither a warehouse nor a depot in {files}"
            yield problem_at(region, "fleet", position, "load_at", message, _remedy(place, places, files))


def _remedy(value: str, known: Collection[str], known_file: str) -> str:
    few = len(known) <= COMPARED_IDS
    near = difflib.get_close_matches(value, known, n=1, cutoff=0.75) if few else []
    if near:
        return f"Did you mean {near[0]}? Otherwise add the row to {known_file}"
    if len(known) <= SHOWN_IDS:
        return f"Use one of {', '.join(known)}, or add the row to {known_file}"
    return f"Correct the id, or add the row to {known_file}"


def check_duplicate_keys(region: Region) -> Iterator[Problem]:
    """A basket names an item once; a floor rule stands once; two positions never share an id."""
    yield from _repeated(region, "baskets", ("basket", "item"), "item")
    yield from _repeated(region, "floors", ("level", "warehouse", "item", "basket"), "id")
    yield from _shared_position_ids(region)


def _repeated(region: Region, table: str, key: tuple[str, ...], column: str) -> Iterator[Problem]:
    frame = region.table(table)
    first_rows: dict[tuple[str, ...], int] = {}
    keys = list(zip(*(frame[name] for name in key), strict=True))
    for position, (values, row) in enumerate(zip(keys, frame["row"], strict=True)):
        if not any(values):
            continue
        first = first_rows.setdefault(values, row)
        if first != row:
            message = f"repeats row {first}: {' and '.join(filter(None, values))} stand together once"
            yield problem_at(region, table, position, column, message, "Keep one of the two rows")


def _shared_position_ids(region: Region) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for table, column in _POSITIONS:
        for value, position in given_ids(region.table(table), column).items():
            owner = owners.setdefault(value, table)
            if owner != table:
                message = f"is already the id of a row in {region.file_of(owner)}"
                yield problem_at(region, table, position, column, message, "Rename one of the two")
