"""The rules by name, and what a check of a plan against them found."""

from __future__ import annotations

from dataclasses import dataclass

RULES = {
    "tables": "every plan table is there, readable, and its keys are unique and refer to rows that exist",
    "vehicle": "the vehicle exists: its number is within the fleet row and its type and mode are that row's",
    "overlap": "a vehicle makes its trips one after the other, numbered in that order",
    "shift": "a vehicle leaves after mobilisation and ends before its shift and the horizon end",
    "load_at": "vehicles of a row that loads at one place load there only",
    "return": "a vehicle that must be back drives to its base after its last drop and is there in time",
    "driving": "a vehicle drives no longer within the plan than its row allows, the way back included",
    "timeline": "driving, waiting, loading and unloading follow each other without going back in time",
    "load_lines": "a line carries units of a known item for the site of its stop; each stop gets something",
    "weights": "weights and volumes in the tables are those of the lines",
    "capacity": "a load is within the payload and the volume of the vehicle type",
    "source": "loading happens, once mobilised, at a depot or existing warehouse, not at a community point",
    "loading_time": "loading takes the stop time and the weight at the rate of the dock",
    "docks": "no more vehicles load at once than there are docks, and no two at one dock",
    "unloading_time": "unloading takes the stop time and the weight at the rate of the vehicle type",
    "supply": "the table of supply is what lots and agreements give after losses and expiry",
    "lot": "an issued lot stands at the place that issues it and holds that item",
    "expired": "no lot is issued after its last day of use, no agreement after its end",
    "over_issue": "no more is issued of a lot than there is",
    "available": "nothing is loaded before it is ready",
    "fefo": "no lot is left while a later-expiring lot of the same item and place is issued",
    "local_issue": "a community point serves, at hour 0, the sites of its own place only",
    "legs": "a trip has one leg to its source, one to each stop and the way back that must be, "
    "each from where the last one ended",
    "route": "the links of a leg join, in driving direction, the nodes nearest to its two ends",
    "closed_link": "every link is open to the vehicle type in the direction driven, "
    "in every period of the roads that the leg touches",
    "landing": "aircraft fly between landing points only: helipads, sites with one, and their own base",
    "range": "base to loading point, loading point to each stop, and each leg driven are within the range",
    "drive_time": "a leg takes at least the time of its links, the slowest of the periods it touches, "
    "and the access to them, or of the straight way",
    "distance": "a leg is at least as long as its links and the access to them, or the straight way",
    "drive_totals": "kilometres and hours of a trip are those of its legs",
    "demand": "need is people x quantity per person, delivered is what lines and local issues bring",
    "coverage": "supplied people by site and hour are those of the hand-out queue",
    "curve": "supplied people by hour are the sum over the sites",
    "targets": "the table of targets counts the people that it promises for",
    "first_goods": "townships, their first goods and the promises about them are those of the unloadings",
    "reported": "the figures of the report are those of the plan",
    "isolated": "a site is called isolated exactly when no vehicle can bring goods there",
}


@dataclass(frozen=True)
class Violation:
    """One broken rule: its name in `RULES`, the row or thing that breaks it, and the numbers."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        """Return the violation on one line."""
        return f"{self.rule}: {self.where}: {self.message}"


@dataclass(frozen=True)
class PlanCheck:
    """Everything found in a plan and how many single checks were made; no violation means a sound plan."""

    violations: tuple[Violation, ...]
    rules_checked: int


class Findings:
    """Collects violations and counts checks while the rules run."""

    def __init__(self) -> None:
        self._violations: list[Violation] = []
        self._checked = 0

    def expect(self, rule: str, where: str, message: str, *, holds: bool) -> bool:
        """Count one check, keep a violation with `message` unless it holds, and return whether it does."""
        self._checked += 1
        if not holds:
            self._violations.append(Violation(rule, where, message))
        return holds

    def count(self, checks: int) -> None:
        """Count checks that held and were made elsewhere."""
        self._checked += checks

    def result(self) -> PlanCheck:
        """Return what was found up to now."""
        return PlanCheck(tuple(self._violations), self._checked)
