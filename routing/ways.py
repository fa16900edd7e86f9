"""Legs on the roads of their time: when a vehicle leaves, when it arrives, and on which roads."""

from __future__ import annotations

import math
from typing import NamedTuple

from routing.problem import DispatchProblem

THROUGHOUT = 0
"""Number of the roads that are open throughout the plan; the spells of a problem count from 1."""


class Leg(NamedTuple):
    """One drive between two points, in seconds and metres; `roads` is THROUGHOUT or the number of a spell."""

    depart: int
    arrive: int
    metres: float
    roads: int


class Ways:
    """The legs of one problem, read from its matrices one by one: a plan drives few of all there are."""

    def __init__(self, problem: DispatchProblem) -> None:
        """Take the travel times and lengths of a problem, those of its spells as well."""
        self._throughout = problem.travel_s, problem.travel_m
        self._spells = [
            (number, spell.from_s, spell.until_s, spell.travel_s, spell.travel_m)
            for number, spell in enumerate(problem.spells, start=THROUGHOUT + 1)
        ]

    def ever(self, kind: int, begin: int, end: int) -> bool:
        """Whether a way leads from one point to another at any time."""
        ways = (self._throughout[0], *(travel_s for *_, travel_s, _ in self._spells))
        return any(travel_s.item(kind, begin, end) != math.inf for travel_s in ways)

    def leg(self, kind: int, begin: int, end: int, clock: int) -> Leg | None:
        """Give the leg that arrives first of those that leave at `clock` or later; None when there is none.

        A vehicle may wait for a road to open. Of legs that arrive together the last to leave drives least.
        """
        best: Leg | None = None
        travel_s, travel_m = self._throughout
        seconds = travel_s.item(kind, begin, end)
        if seconds != math.inf:
            best = Leg(clock, clock + int(seconds), travel_m.item(kind, begin, end), THROUGHOUT)
        for number, from_s, until_s, travel_s, travel_m in self._spells:
            seconds = travel_s.item(kind, begin, end)
            if seconds == math.inf:
                continue
            depart = max(clock, from_s)
            arrive = depart + int(seconds)
            if arrive > until_s:
                continue
            if best is None or (arrive, -depart) < (best.arrive, -best.depart):
                best = Leg(depart, arrive, travel_m.item(kind, begin, end), number)
        return best
