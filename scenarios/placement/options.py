"""What is asked of a placement, as given on the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from stockpile.errors import DataError, Problem
from stockpile.levels import Key
from stockpile.placement.problem import Risk

MOST_UNITS = 10**9

Value = TypeVar("Value")


@dataclass(frozen=True)
class PlaceOptions:
    """What a planner asks for.

    Attributes:
        scenarios: names of the scenarios that stock is placed for; all of the region when empty.
        hold_out: names of scenarios that only test the answer.
        variations: seeded variations of each scenario that only test the answer.
        severity: factor on the people of every scenario.
        fleet_share: share of the vehicles' hours that counts; plans do not use all of them.
        targets: target profile in place of the scenarios' own targets; None for those.
        seed: of the variations, and of the search of a replay.
        on: day on which stock is counted; None for the earliest day of the scenarios.
        budget: most yuan to spend; infinite without limit.
        required_share: share of the people to be reached at least cost; None to reach as many as can be.
        fixed: levels that are given.
        forbidden: warehouses, or items of a warehouse, of which nothing is kept.
        keep_existing: nothing that is kept today is moved away.
        risk: how the scenarios are weighed.
        gap: distance to the proven bound at which a solve may end.
        moves: how many of the best transfers to name.
        studies: whether the curve of budgets, marginal values and no-regret stock are worked out, too.
        replay: whether the dispatch engine plans every scenario with today's stock and the recommended one.
    """

    scenarios: tuple[str, ...] = ()
    hold_out: tuple[str, ...] = ()
    variations: int = 2
    severity: float = 1.0
    fleet_share: float = 1.0
    targets: str | None = None
    seed: int = 1
    on: date | None = None
    budget: float = math.inf
    required_share: float | None = None
    fixed: tuple[tuple[Key, int], ...] = ()
    forbidden: frozenset[tuple[str, str | None]] = frozenset()
    keep_existing: bool = False
    risk: Risk = field(default_factory=Risk)
    gap: float = 1e-3
    moves: int = 10
    studies: bool = True
    replay: bool = False


def parse_risk(text: str) -> Risk:
    """Read `expectation`, `worst`, or `cvar:0.9`, the mean of the worst tenth.

    Raises:
        DataError: it is none of them.
    """
    if text == "expectation":
        return Risk()
    if text == "worst":
        return Risk("worst")
    kind, _, level = text.partition(":")
    alpha = _number(level) if kind == "cvar" else None
    if alpha is None or not 0 <= alpha < 1:
        remedy = "Use expectation, worst, or cvar: and a share from 0 to below 1, such as cvar:0.9"
        raise DataError([_problem("--risk", text, "is no way to weigh scenarios", remedy)])
    return Risk("cvar", 1.0 - alpha)


def risk_text(risk: Risk) -> str:
    """Return a risk as it is given on the command line."""
    return f"cvar:{1 - risk.tail:g}" if risk.kind == "cvar" else risk.kind


def parse_fixed(texts: Sequence[str]) -> tuple[tuple[Key, int], ...]:
    """Read levels given as WAREHOUSE:ITEM=N, each pair once.

    Raises:
        DataError: any of them is not of that form, or a pair is given twice.
    """
    found = _each("--fix", texts, _fixed, "is not of the form WAREHOUSE:ITEM=N", "such as W-1:blanket=300")
    keys = [key for key, _ in found]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        remedy = "Give each warehouse and item one level"
        raise DataError(
            [_problem("--fix", ":".join(key), "is given more than once", remedy) for key in twice]
        )
    return tuple(found)


def _fixed(text: str) -> tuple[Key, int] | None:
    place, equals, number = text.rpartition("=")
    warehouse, colon, item = place.partition(":")
    units = _number(number)
    if not (equals and colon and warehouse and item) or units is None or units != int(units):
        return None
    return ((warehouse, item), int(units)) if 0 <= units <= MOST_UNITS else None


def parse_forbidden(texts: Sequence[str]) -> frozenset[tuple[str, str | None]]:
    """Read what nothing is kept of, given as WAREHOUSE or WAREHOUSE:ITEM.

    Raises:
        DataError: any of them is not of that form.
    """
    form = "is not of the form WAREHOUSE or WAREHOUSE:ITEM"
    return frozenset(_each("--forbid", texts, _forbidden, form, "such as W-1 or W-1:blanket"))


def _forbidden(text: str) -> tuple[str, str | None] | None:
    warehouse, colon, item = text.partition(":")
    if not warehouse or (colon and not item):
        return None
    return warehouse, item or None


def _each(
    option: str, texts: Sequence[str], read: Callable[[str], Value | None], message: str, example: str
) -> list[Value]:
    values = [read(text) for text in texts]
    wrong = [text for text, value in zip(texts, values, strict=True) if value is None]
    if wrong:
        raise DataError([_problem(option, text, message, f"Give it {example}") for text in wrong])
    return [value for value in values if value is not None]


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _problem(option: str, text: str, message: str, remedy: str) -> Problem:
    return Problem(option, None, None, text, message, remedy)
