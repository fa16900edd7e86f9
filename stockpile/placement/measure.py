"""How people are counted so that bad scenarios can be told from small ones.

In expectation the people supplied count. A risk measure looks at the worst scenarios, and those are not the
ones in which few are affected but the ones in which many are left without: it weighs the people not supplied.
To keep more the better, and every number a number of people, a scenario counts as if it were as large as the
largest, the others in it lacking nothing:  outcome_s = supplied_s + (most affected - affected_s), which is
the same as  most affected - (not supplied)_s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.placement.coverage import coverage_value
from stockpile.placement.problem import Coverage, Floats, PlacementProblem, Risk


@dataclass(frozen=True, eq=False)
class Measure:
    """A coverage to be made as large as possible, and how its value is told.

    Attributes:
        coverage: what is counted.
        whole: in expectation the value when everybody is supplied; by a risk measure the one at which nobody
            is missing.
    """

    coverage: Coverage
    whole: float

    @property
    def tells_missing(self) -> bool:
        """Whether those who are missing are told, and not those who are supplied."""
        return self.coverage.risk.kind != "expectation"

    @property
    def column(self) -> str:
        """Name of a column, or part of a key, for what is told."""
        return "missing" if self.tells_missing else "people"

    def told(self, value: float) -> float:
        """People, or person-hours, that stand for a value: supplied in expectation, else missing."""
        return self.whole - value if self.tells_missing else value

    def value(self, problem: PlacementProblem, supplied: Floats) -> float:
        """What is reached when `supplied` (S, H) people of the problem hold a basket by each hour."""
        chances = np.array([one.probability for one in problem.scenarios])
        return coverage_value(self.coverage, chances, supplied)


def people_by(problem: PlacementProblem, hour: int, risk: Risk, share: float = 1.0) -> Measure:
    """Measure the people supplied by one hour, by a risk measure against a share of each scenario's people.

    outcome_s = supplied_s + share * (most affected - affected_s); nobody is missing at share * most affected.
    """
    return _measure(problem, np.eye(len(problem.hours))[hour], risk, share)


def less_waiting(problem: PlacementProblem, risk: Risk) -> Measure:
    """Measure person-hours spared: sum over h of (hour_h+1 - hour_h) * (people supplied by hour h).

    Nobody supplied by an hour waits after it; whoever is supplied between two hours counts from the later.
    By a risk measure those waited are told, from the first hour to the last.
    """
    return _measure(problem, np.diff(problem.hours, append=problem.hours[-1]), risk, 1.0)


def everybody(problem: PlacementProblem, risk: Risk) -> float:
    """Return the people affected: in expectation, or by a risk measure in the largest scenario."""
    affected = _affected(problem)
    if risk.kind != "expectation":
        return float(affected.max())
    return float(np.array([one.probability for one in problem.scenarios]) @ affected)


def _affected(problem: PlacementProblem) -> Floats:
    return np.array([one.people.sum() for one in problem.scenarios])


def _measure(problem: PlacementProblem, per_hour: Floats, risk: Risk, share: float) -> Measure:
    each, most = float(per_hour.sum()), everybody(problem, risk)
    if risk.kind == "expectation":
        return Measure(Coverage(per_hour, risk), each * most)
    return Measure(Coverage(per_hour, risk, share * each * (most - _affected(problem))), share * each * most)
