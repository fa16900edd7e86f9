"""Who drives what, from where, to whom, when: cut into loads, search the trips, then bring what is left over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal


from routing.allocation import Flow
from routing.fewer_lanes import with_fewer_lanes
from routing.loads import Cut, Loading, halved, joined
from routing.problem import DispatchProblem
from routing.search.load_problem import Sources
from routing.search.search import Routes as FoundRoutes
from routing.search.search import Search
from routing.tasks import essential_tasks, rest_tasks
from routing.timeline import DrivenTrip, Outcome, Replay, units_moved

Effort = Literal["quick", "standard", "thorough"]

ITERATIONS: dict[Effort, int] = {"quick": 800, "standard": 8000, "thorough": 80_000}
"""Iterations of the search by effort; counted, so that the same seed gives the same plan."""

COARSE_SHARE = 0.6
"""Share of the iterations with loads of a whole vehicle, before they are halved."""

BLEND = 0.3
"""Share of the mean over items in what a site's goods are worth at first: see `Sites`."""

Watch = Callable[[int, Outcome], None]
"""Told how many iterations are done, and what the plan at hand achieves."""


@dataclass(frozen=True, eq=False)
class Dispatch:
    """A finished plan: the trips that are driven, in order of loading, and what they achieve.

    `cut`, `found` and `sources` are its loads of essential items, their trips as the search left them and what
    they load from; a search of the same situation without one of its limits can go on from there.
    """

    driven: tuple[DrivenTrip, ...]
    outcome: Outcome
    cut: Cut
    found: FoundRoutes
    sources: Sources


def dispatch(
    problem: DispatchProblem, flow: Flow, *, iterations: int, seed: int, watch: Watch | None = None
) -> Dispatch:
    """Plan trips that supply the most people by each target, then leave the least waiting, then cost least.

    Args:
        problem: The situation as arrays.
        flow: Which source serves whom by when (see `routing.allocation`); says what is loaded where at first.
        iterations: Iterations of the search.
        seed: Seed of the search; the same seed gives the same plan.
        watch: Told now and then what has been reached.
    """
    replay, loading = Replay(problem), Loading(problem)
    cut = loading.cut(with_fewer_lanes(problem, essential_tasks(problem, flow)))
    coarse = round(iterations * COARSE_SHARE)
    found = _searched(loading, replay, cut, None, coarse, seed, watch, BLEND)
    cut, found = halved(problem, cut, found)
    found = _searched(loading, replay, cut, found, iterations - coarse, seed, _after(coarse, watch))
    return _with_extras(loading, replay, cut, found, seed)


def continued(problem: DispatchProblem, plan: Dispatch, *, iterations: int, seed: int) -> Dispatch:
    """Search on from a plan in a situation that differs by a limit less: the plan can be driven there as well.

    Args:
        problem: The situation without the limit, vehicles that it has besides at the end.
        plan: What to begin with.
        iterations: Iterations of the search.
        seed: Seed of the search.
    """
    replay, loading = Replay(problem), Loading(problem)
    idle = ((),) * (len(problem.vehicle_ids) - len(plan.found.trips))
    cut, found = loading.moved(plan.cut, replace(plan.found, trips=plan.found.trips + idle), plan.sources)
    tasks = rest_tasks(problem, *loading.claimed(cut), essential=True)
    cut, found = _with_more(cut, found, loading.cut(tasks))
    search = Search(loading.asked(cut), seed=seed, start=found)
    search.improve(iterations)
    found = search.routes()
    outcome = replay.evaluate(loading.routes(replay, cut, found))
    return Dispatch(outcome.driven, outcome, cut, found, loading.sources)


def _with_more(cut: Cut, found: FoundRoutes, more: Cut) -> tuple[Cut, FoundRoutes]:
    """More loads, which nobody brings as yet."""
    both = joined(cut, more)
    absent = (*found.absent, *range(len(cut.site), len(both.site)))
    return both, replace(found, absent=absent, homes=(*found.homes, *more.home.tolist()))


def _searched(  # noqa: PLR0913, PLR0917
    loading: Loading,
    replay: Replay,
    cut: Cut,
    start: FoundRoutes | None,
    iterations: int,
    seed: int,
    watch: Watch | None,
    blend: float = 0.0,
) -> FoundRoutes:
    search = Search(loading.asked(cut, blend=blend), seed=seed, start=start)

    def told(done: int) -> None:
        if watch is not None:
            watch(done, replay.evaluate(loading.routes(replay, cut, search.routes())))

    search.improve(iterations, watch=told)
    return search.routes()


def _after(done: int, watch: Watch | None) -> Watch | None:
    return None if watch is None else lambda more, outcome: watch(done + more, outcome)


def _with_extras(loading: Loading, replay: Replay, cut: Cut, found: FoundRoutes, seed: int) -> Dispatch:
    """Add items that are not essential where they delay nobody's basket."""
    problem = loading.problem
    outcome = replay.evaluate(loading.routes(replay, cut, found))
    found = _as_driven(found, outcome.driven)
    tasks = rest_tasks(problem, *units_moved(problem, outcome.driven), essential=False)
    if tasks:
        both, begun = _with_more(cut, found, loading.cut(tasks))
        search = Search(loading.asked(both, first=True), seed=seed, start=begun)
        outcome = replay.evaluate(loading.routes(replay, both, search.routes()))
    return Dispatch(outcome.driven, outcome, cut, found, loading.sources)


def _as_driven(found: FoundRoutes, driven: Iterable[DrivenTrip]) -> FoundRoutes:
    """The same trips, loaded when the replay loads them."""
    loaded = {(done.vehicle, done.sequence): float(done.load_start) for done in driven}
    trips = tuple(
        tuple(
            replace(trip, load_s=loaded.get((vehicle, sequence), trip.load_s))
            for sequence, trip in enumerate(route)
        )
        for vehicle, route in enumerate(found.trips)
    )
    return replace(found, trips=trips)
