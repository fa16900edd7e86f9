"""What a placement is for, in order: people by each hour that counts, waiting, then money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from stockpile.linear_program import InfeasibleError
from stockpile.placement.problem import Coverage, Floats, Goal, PlacementProblem, Risk
from stockpile.placement.risk import risk_value
from stockpile.placement.solution import Certificate, Placement

KEPT_SHARE = 1e-4
"""Share of what an earlier goal reached that later ones may give up; the gap if that is more."""

LATER_HOUR = 1e-3
"""Weight of each later hour against the one before it when a given stock is sent out."""


class Solver(Protocol):
    """A placement solver; with `fixed_stock` it only says whom that stock reaches."""

    def __call__(
        self,
        problem: PlacementProblem,
        goal: Goal,
        *,
        gap: float,
        fixed_stock: Floats | None = None,
    ) -> Placement:
        """Solve a placement problem for a goal."""


@dataclass(frozen=True)
class Priorities:
    """How the people of a region count.

    Attributes:
        first_hours: indices of the hours that count, the most important first.
        risk: how the scenarios are weighed.
        required_share: share of the people whom the least cost has to reach by the first hour; None to reach
            as many as can be.
        gap: distance to the proven bound at which a solve may end.
    """

    first_hours: tuple[int, ...]
    risk: Risk
    required_share: float | None
    gap: float


@dataclass(frozen=True)
class Step:
    """One goal in its turn: what it is and what was reached; later steps keep it."""

    name: str
    certificate: Certificate


class CannotReachError(Exception):
    """The required share is out of reach; `best` supplies as many people as can be, at least cost."""

    def __init__(self, best: Placement, steps: tuple[Step, ...]) -> None:
        super().__init__("the required share is out of reach")
        self.best = best
        self.steps = steps


def by_hour(problem: PlacementProblem, hour: int, risk: Risk) -> Coverage:
    """Return the people supplied by one hour."""
    return Coverage(np.eye(len(problem.hours))[hour], risk)


def less_waiting(problem: PlacementProblem, risk: Risk) -> Coverage:
    """Return person-hours spared: sum over h of (hour_h+1 - hour_h) * (people supplied by hour h).

    Nobody supplied by an hour waits after it; whoever is supplied between two hours counts from the later.
    """
    return Coverage(np.diff(problem.hours, append=problem.hours[-1]), risk)


def everybody(problem: PlacementProblem, risk: Risk) -> float:
    """Return the people of the scenarios, weighed as the supplied ones are."""
    people = np.array([one.people.sum() for one in problem.scenarios])
    return risk_value(people, np.array([one.probability for one in problem.scenarios]), risk)


def place(
    problem: PlacementProblem,
    priorities: Priorities,
    solve: Solver,
) -> tuple[Placement, tuple[Step, ...]]:
    """Return the best placement and what each goal reached in its turn.

    Every goal is solved with what the earlier ones reached required, but for KEPT_SHARE or the gap of it.
    With a required share the only goals are that share and then the least cost.

    Raises:
        CannotReachError: the required share is more than any stock within the rules reaches.
    """
    given_up = max(KEPT_SHARE, priorities.gap)
    (first, goal), *others = _goals(problem, priorities)
    answer = solve(problem, goal, gap=priorities.gap)
    steps = [Step(first, answer.certificate)]
    value, out_of_reach = answer.certificate.value, False
    if priorities.required_share is not None:
        asked = priorities.required_share * everybody(problem, priorities.risk)
        out_of_reach = value < asked * (1 - KEPT_SHARE)
        value = min(value, asked / (1 - given_up))
    required = [(goal.coverage, value * (1 - given_up))]
    for name, later in others:
        try:
            goal = replace(later, required=tuple(required))
            answer = solve(problem, goal, gap=priorities.gap)
        except InfeasibleError:
            break  # an approximate solver may miss what it found before: the earlier answer stands
        steps.append(Step(name, answer.certificate))
        required.append((goal.coverage, answer.certificate.value * (1 - given_up)))
    if out_of_reach:
        raise CannotReachError(answer, tuple(steps))
    return answer, tuple(steps)


def _goals(problem: PlacementProblem, priorities: Priorities) -> Iterator[tuple[str, Goal]]:
    """People by each hour, then less waiting, then less money; a required share leaves only its hour."""
    hours = priorities.first_hours[:1] if priorities.required_share is not None else priorities.first_hours
    for hour in hours:
        yield f"people by {problem.hours[hour]:g} h", Goal(by_hour(problem, hour, priorities.risk))
    waiting = less_waiting(problem, priorities.risk)
    if priorities.required_share is None and waiting.per_hour.any():
        yield "person-hours", Goal(waiting)
    yield "yuan", Goal(by_hour(problem, hours[0], priorities.risk), gain=0.0, yuan=1.0)


def people_reached(
    problem: PlacementProblem, stock: Floats, first_hours: Sequence[int], solve: Solver, *, gap: float
) -> Placement:
    """Return whom a given stock supplies when it is sent out as well as can be, first hours first.

    One solve: each later hour weighs LATER_HOUR of the one before it, in expectation.
    """
    weights = np.zeros(len(problem.hours))
    order = [*first_hours, *(hour for hour in range(len(weights)) if hour not in first_hours)]
    weights[order] = LATER_HOUR ** np.arange(len(order))
    return solve(problem, Goal(Coverage(weights)), gap=gap, fixed_stock=stock)
