"""What a placement is for, in order: people by each hour that counts, waiting, then money."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

import numpy as np

from stockpile.linear_program import InfeasibleError
from stockpile.placement.measure import Measure, everybody, less_waiting, people_by
from stockpile.placement.problem import Coverage, Floats, Goal, PlacementProblem, Risk
from stockpile.placement.solution import Certificate, Placement

KEPT_SHARE = 1e-4
"""Share of what an earlier goal reached that later ones may give up; the gap if that is more.

Of a required share it is a part of that: no scenario that has to reach it misses more of its own people.
"""

LATER_HOUR = 1e-3
"""Weight of each later hour against the one before it when a given stock is sent out."""

NOTHING_FOUND = Certificate(math.nan, math.nan)
"""Of a goal for which an approximate solver finds nothing that keeps what it found before."""

Kind: TypeAlias = Literal["people", "person-hours", "yuan"]


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

    def first_measure(self, problem: PlacementProblem) -> Measure:
        """What comes first: people by the first hour, by a risk measure against the required share."""
        share = 1.0 if self.required_share is None else self.required_share
        return people_by(problem, self.first_hours[0], self.risk, share)

    def required_value(self, problem: PlacementProblem) -> float:
        """The value of the first measure at which the required share is reached; 0 if none is required."""
        return (self.required_share or 0.0) * everybody(problem, self.risk)

    @property
    def given_up(self) -> float:
        """Share of what an earlier goal reached that later ones may give up."""
        return max(KEPT_SHARE, self.gap)

    def floor(self, problem: PlacementProblem, share: float) -> tuple[Measure, float]:
        """People by the first hour against a share, and the value at which they reach it.

        By a risk measure each share has a measure of its own. A lower value of the same one would let every
        scenario miss as many people, those of a small one all that it has.
        """
        measure = people_by(problem, self.first_hours[0], self.risk, share)
        return measure, share * everybody(problem, self.risk)

    def reached_floor(self, problem: PlacementProblem, supplied: Floats) -> tuple[Measure, float]:
        """What `supplied` (S, H) people keep of the required share: its floor, or what they reach.

        The floor of the share; where they miss it that of the share but for what may be given up.
        """
        share = self.required_share or 0.0
        measure, value = self.floor(problem, share)
        if measure.value(problem, supplied) < value:
            measure, value = self.floor(problem, share * (1 - self.given_up))
        return measure, min(value, measure.value(problem, supplied))


@dataclass(frozen=True)
class Step:
    """One goal in its turn: what it is and what was reached; later steps keep it.

    Attributes:
        kind: what is counted.
        hour: the hour by which people are counted, else None.
        certificate: value and bound of the goal, of which more is better; NOTHING_FOUND if it was given up.
        measure: what tells them; None for money, of which less is better.
    """

    kind: Kind
    hour: float | None
    certificate: Certificate
    measure: Measure | None

    @property
    def answered(self) -> bool:
        """Whether an answer to it was found."""
        return not math.isnan(self.certificate.value)

    @property
    def value(self) -> float:
        """What was reached, as it is told: people or person-hours, supplied or missing, or yuan."""
        return self._told(self.certificate.value)

    @property
    def bound(self) -> float:
        """What no answer can pass, told alike: no more supplied, no fewer missing, no fewer yuan."""
        return self._told(self.certificate.bound)

    @property
    def gap(self) -> float:
        """Distance of the two as a share of the bound, or of the most people that could be missing."""
        if self.measure is not None and self.measure.tells_missing and self.measure.whole:
            return abs(self.bound - self.value) / self.measure.whole
        return self.certificate.gap

    def _told(self, value: float) -> float:
        return 0.0 - value if self.measure is None else self.measure.told(value)


class CannotReachError(Exception):
    """The required share is out of reach; `best` supplies as many people as can be, at least cost."""

    def __init__(self, best: Placement, steps: tuple[Step, ...]) -> None:
        super().__init__("the required share is out of reach")
        self.best = best
        self.steps = steps


def place(
    problem: PlacementProblem,
    priorities: Priorities,
    solve: Solver,
) -> tuple[Placement, tuple[Step, ...]]:
    """Return the best placement and what each goal reached in its turn.

    Every goal is solved with what the earlier ones reached required, but for KEPT_SHARE or the gap of it.
    With a required share the only goals are that share and then the least cost. Where nothing is found for a
    later goal, its step says so and the earlier answer stands.

    Raises:
        CannotReachError: the required share is more than any stock within the rules reaches.
    """
    if priorities.required_share is not None:
        return _share_at_least_cost(problem, priorities, priorities.required_share, solve)
    (first, goal), *others = _goals(problem, priorities)
    answer = solve(problem, goal, gap=priorities.gap)
    steps, required = [first(answer.certificate)], [_kept(goal, answer, priorities)]
    for step, later in others:
        goal = replace(later, required=tuple(required))
        found = _found(problem, goal, priorities, solve)
        steps.append(step(NOTHING_FOUND if found is None else found.certificate))
        if found is not None:
            answer = found
            required.append(_kept(goal, answer, priorities))
    return answer, tuple(steps)


def _share_at_least_cost(
    problem: PlacementProblem, priorities: Priorities, share: float, solve: Solver
) -> tuple[Placement, tuple[Step, ...]]:
    """Reach the share at least cost.

    That is tried unless it is proven to be in vain: the best answer is one but for the gap, and a gap of all
    that count may be everybody in a small scenario.
    """
    (people, goal), (money, cheapest) = _goals(problem, priorities)
    best = solve(problem, goal, gap=priorities.gap)
    for measure, floor in _floors(problem, priorities, share, best):
        least = replace(cheapest, required=((measure.coverage, floor),))
        found = _found(problem, least, priorities, solve)
        if found is not None:
            value = priorities.first_measure(problem).value(problem, found.supplied)
            reached = replace(best.certificate, value=max(best.certificate.value, value))
            return found, (people(reached), money(found.certificate))
    _, floor = priorities.floor(problem, share * (1 - priorities.given_up))
    if priorities.reached_floor(problem, best.supplied)[1] >= floor:
        return best, (people(best.certificate), money(NOTHING_FOUND))
    least = replace(cheapest, required=(_kept(goal, best, priorities),))
    found = _found(problem, least, priorities, solve)
    steps = (people(best.certificate), money(NOTHING_FOUND if found is None else found.certificate))
    raise CannotReachError(best if found is None else found, steps)


def _floors(
    problem: PlacementProblem, priorities: Priorities, share: float, best: Placement
) -> Iterator[tuple[Measure, float]]:
    """The share where the best answer has plenty for it, and the share but for what may be given up."""
    plenty, enough = priorities.floor(problem, share / (1 - priorities.given_up))
    if plenty.value(problem, best.supplied) >= enough:
        yield priorities.floor(problem, share)
    if best.certificate.bound >= priorities.required_value(problem) * (1 - KEPT_SHARE):
        yield priorities.floor(problem, share * (1 - priorities.given_up))


def _kept(goal: Goal, answer: Placement, priorities: Priorities) -> tuple[Coverage, float]:
    """What later goals have to keep of one that is answered."""
    return goal.coverage, answer.certificate.value * (1 - priorities.given_up)


def _found(problem: PlacementProblem, goal: Goal, priorities: Priorities, solve: Solver) -> Placement | None:
    """The answer to a later goal, or None: an approximate solver may miss what it found before."""
    try:
        return solve(problem, goal, gap=priorities.gap)
    except InfeasibleError:
        return None


def _goals(
    problem: PlacementProblem, priorities: Priorities
) -> Iterator[tuple[Callable[[Certificate], Step], Goal]]:
    """People by each hour, then less waiting, then less money; a required share leaves only its hour.

    A risk measure does not look at scenarios that are not among the bad ones: before money, as many people
    as can be are supplied in expectation, so that those lose nothing for nothing.
    """
    first = priorities.first_measure(problem)
    yield _step("people", first, problem.hours[priorities.first_hours[0]]), Goal(first.coverage)
    if priorities.required_share is None:
        for hour in priorities.first_hours[1:]:
            people = people_by(problem, hour, priorities.risk)
            yield _step("people", people, problem.hours[hour]), Goal(people.coverage)
        waiting = less_waiting(problem, priorities.risk)
        if waiting.coverage.per_hour.any():
            yield _step("person-hours", waiting), Goal(waiting.coverage)
        if first.tells_missing:
            hour = priorities.first_hours[0]
            expected = people_by(problem, hour, Risk())
            yield _step("people", expected, problem.hours[hour]), Goal(expected.coverage)
    yield _step("yuan", None), Goal(first.coverage, gain=0.0, yuan=1.0)


def _step(kind: Kind, measure: Measure | None, hour: float | None = None) -> Callable[[Certificate], Step]:
    return lambda certificate: Step(kind, hour, certificate, measure)


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
