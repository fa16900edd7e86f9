"""What one placement found: the only thing that its reports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from scenarios.placement.options import PlaceOptions
from stockpile.placement.priorities import Step
from stockpile.region import Region


@dataclass(frozen=True)
class CaseResult:
    """One scenario and whom stock reaches in it.

    `role` is placed (the answer was made for it), held out or variation (it only tests the answer);
    `probability` is among the scenarios of its role, a variation having its part of its scenario's. `before`
    and `after` are the people supplied by each hour with today's stock and with the recommended one.
    """

    id: str
    name: str
    role: str
    probability: float
    people: int
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True)
class Blocked:
    """Why what was asked for cannot be had, one line in each language a reason, and what comes nearest."""

    reasons: tuple[tuple[str, str], ...]
    nearest: tuple[str, str]


@dataclass(frozen=True)
class PlaceResult:
    """A finished placement.

    Attributes:
        region: the region.
        options: what was asked for.
        levels_file: name of the file of levels that was given, else None.
        on: day on which stock was counted.
        hours: hours by which people are counted, and of those the ones that matter, most important first.
        steps: what each goal reached in its turn.
        cases: the scenarios, those that only test the answer last.
        spending: yuan for purchase, opening and expansion in the model.
        tables: levels, decisions, transfers, purchases, coverage, townships, steps, studies, replay.
        blocked: why it is not the answer to what was asked; None when it is.
        warnings: what a reader should know first, in both languages.
        totals: figures of the tables.
        modelled_or_assumed_share: of the input rows.
        inputs: SHA-256 of each input file.
    """

    region: Region
    options: PlaceOptions
    levels_file: str | None
    on: date
    hours: tuple[float, ...]
    first_hours: tuple[float, ...]
    steps: tuple[Step, ...]
    cases: tuple[CaseResult, ...]
    spending: float
    tables: Mapping[str, pd.DataFrame]
    blocked: Blocked | None
    warnings: tuple[tuple[str, str], ...]
    totals: Mapping[str, float]
    modelled_or_assumed_share: float
    inputs: Mapping[str, str]
