"""What a planner asks for beyond the tables, and whether it can be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from stockpile.bundle import Region
from stockpile.errors import DataError, Problem
from stockpile.levels import Key, Levels


@dataclass(frozen=True)
class Wishes:
    """What a planner asks for beyond the tables.

    Attributes:
        budget: most yuan for purchase, opening and expansion; infinite without limit.
        levels: least and most units from a file; None without one.
        fixed: units that are kept, neither more nor less.
        forbidden: warehouses, or items of a warehouse, of which nothing is kept: (warehouse, item or None).
        keep_existing: nothing that is kept today is moved away.
    """

    budget: float = np.inf
    levels: Levels | None = None
    fixed: Mapping[Key, int] = field(default_factory=dict)
    forbidden: frozenset[tuple[str, str | None]] = frozenset()
    keep_existing: bool = False

    def forbids(self, key: Key) -> bool:
        """Whether nothing of the item may be kept at the warehouse."""
        return key in self.forbidden or (key[0], None) in self.forbidden


def check_wishes(
    region: Region,
    item_ids: Sequence[str],
    floors: Mapping[Key, int],
    held: Mapping[Key, int],
    wishes: Wishes,
) -> None:
    """Refuse wishes that name what is not there, or ask for a level both above and below a number.

    `floors` are what the region asks for by warehouse and item, `held` the units that can be used today.

    Raises:
        DataError: all that is wrong.
    """
    problems = [
        *_unknown(region, item_ids, wishes),
        *_wrong_fixes(floors, held, wishes),
        *_wrong_bans(floors, held, wishes),
        *_wrong_ceilings(floors, wishes),
    ]
    if problems:
        raise DataError(problems)


def _unknown(region: Region, item_ids: Sequence[str], wishes: Wishes) -> Iterator[Problem]:
    """Fixed and forbidden levels name warehouses of the region and items that are placed."""
    named: list[tuple[str, str, str, str | None]] = [
        ("--fix", f"{key[0]}:{key[1]}", *key) for key in sorted(wishes.fixed)
    ]
    named += [
        ("--forbid", ":".join(part for part in key if part), *key)
        for key in sorted(wishes.forbidden, key=str)
    ]
    warehouses = set(region.warehouses["id"])
    for option, text, warehouse, item in named:
        if warehouse not in warehouses:
            remedy = "Use an id of warehouses.csv"
            yield Problem(option, None, None, text, f"names the unknown warehouse {warehouse}", remedy)
        if item is not None and item not in item_ids:
            remedy = f"Use one of {', '.join(item_ids)}"
            yield Problem(option, None, None, text, f"names an item that is not placed: {item}", remedy)


def _wrong_fixes(floors: Mapping[Key, int], held: Mapping[Key, int], wishes: Wishes) -> Iterator[Problem]:
    """A fixed level is neither forbidden, nor below what has to stay, nor outside the file."""
    levels = wishes.levels
    for key, units in sorted(wishes.fixed.items()):
        text = f"{key[0]}:{key[1]}={units}"
        if wishes.forbids(key):
            yield _crossed("--fix", text, "is forbidden with --forbid, too", "Keep one of the two")
        if units < floors.get(key, 0):
            message = f"is below the floor of the region, {floors[key]}"
            yield _crossed("--fix", text, message, "Raise it, or change floors.csv")
        if wishes.keep_existing and units < held.get(key, 0):
            message = f"is below the {held[key]} that are there, which --keep-existing keeps"
            yield _crossed("--fix", text, message, "Raise it, or leave --keep-existing out")
        if levels and not levels.at_least.get(key, 0) <= units <= levels.at_most.get(key, units):
            yield _crossed("--fix", text, f"is outside the levels of {levels.file}", "Change one of the two")


def _wrong_bans(floors: Mapping[Key, int], held: Mapping[Key, int], wishes: Wishes) -> Iterator[Problem]:
    """What is forbidden is asked for neither by a floor, nor by the file, nor by keeping what is held."""
    asked = {key: "a floor of the region" for key, floor in floors.items() if floor > 0}
    if wishes.levels:
        asked |= {key: wishes.levels.file for key, units in wishes.levels.at_least.items() if units > 0}
    if wishes.keep_existing:
        asked |= dict.fromkeys(held, "--keep-existing")
    for key, by in sorted(asked.items()):
        if wishes.forbids(key):
            message = f"forbids {key[1]} at {key[0]}, which {by} asks for"
            yield _crossed("--forbid", ":".join(key), message, "Leave one of the two out")


def _wrong_ceilings(floors: Mapping[Key, int], wishes: Wishes) -> Iterator[Problem]:
    """The file allows at least what a floor of the region asks for."""
    if wishes.levels is None:
        return
    for key, most in sorted(wishes.levels.at_most.items()):
        if most < floors.get(key, 0):
            message = (
                f"allows less of {key[1]} at {key[0]} than a floor of the region asks for, {floors[key]}"
            )
            remedy = f"Raise at_most in {wishes.levels.file}, or change floors.csv"
            yield _crossed("--levels", str(most), message, remedy)


def _crossed(option: str, text: str, message: str, remedy: str) -> Problem:
    return Problem(option, None, None, text, message, remedy)
