"""Who drives what, from where, to whom, when: construct, improve, then bring what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from routing.allocation import Flow
from routing.construct import PREFERENCES, Preference, construct
from routing.improve import improve
from routing.problem import DispatchProblem
from routing.tasks import essential_tasks, rest_tasks
from routing.timeline import DrivenTrip, Outcome, Replay, Routes, units_moved

Effort = Literal["quick", "standard"]

TRIES: dict[Effort, int] = {"quick": 200, "standard": 1000}
"""Changes to try by effort; counted, so that the same seed gives the same plan."""


@dataclass(frozen=True)
class Dispatch:
    """A finished plan: the trips that are driven, in order of loading, and what they achieve.

    `preference` is the one behind the first plan that the search went on from.
    """

    driven: tuple[DrivenTrip, ...]
    outcome: Outcome
    preference: Preference


def dispatch(problem: DispatchProblem, flow: Flow, *, tries: int, seed: int) -> Dispatch:
    """Plan trips that supply the most people by each target, then leave the least waiting, then cost least.

    Args:
        problem: The situation as arrays.
        flow: Which source serves whom by when (see `routing.allocation`); seeds the first plan.
        tries: Changes that the improvement loop evaluates.
        seed: Seed of the search; the same seed gives the same plan.
    """
    replay = Replay(problem)
    tasks = essential_tasks(problem, flow)
    starts = [construct(replay, tasks, preference) for preference in PREFERENCES]
    outcomes = [replay.evaluate(routes) for routes in starts]
    first = min(range(len(starts)), key=lambda index: outcomes[index].rank)
    routes, outcome = improve(replay, starts[first], tries=tries, seed=seed)
    for essential in (True, False):
        routes = _with_rest(replay, routes, outcome, essential=essential)
        outcome = replay.evaluate(routes)
    return Dispatch(outcome.driven, outcome, PREFERENCES[first])


def _with_rest(replay: Replay, routes: Routes, outcome: Outcome, *, essential: bool) -> Routes:
    """Append trips for what the plan leaves over; they load after all others, so they delay nobody.

    Of the essential items that is what a change of the search dropped; the others were not planned before.
    """
    problem = replay.problem
    loaded, brought = units_moved(problem, outcome.driven)
    kept = [0] * len(routes)
    for done in outcome.driven:
        kept[done.vehicle] = max(kept[done.vehicle], done.sequence + 1)
    tasks = rest_tasks(problem, loaded, brought, essential=essential)
    if not tasks:
        return routes
    driven_routes = tuple(trips[:count] for trips, count in zip(routes, kept, strict=True))
    return construct(replay, tasks, PREFERENCES[0], after=driven_routes, driven=outcome.driven, extra=True)
