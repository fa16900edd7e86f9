"""Who drives what, from where, to whom, when.

The flow is cut into loads; a search finds their trips; then, in rounds, a linear program gives each stop of
the trips the quantities that supply the most people, and the search goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from routing.allocation import Flow
from routing.fewer_lanes import with_fewer_lanes
from routing.first_goods import townships_missed, with_promises
from routing.loads import Cut, Loading, joined
from routing.problem import DispatchProblem
from routing.quantities import with_best_quantities
from routing.search.load_problem import Sources
from routing.search.search import Routes as FoundRoutes
from routing.search.search import Search
from routing.tasks import essential_tasks, rest_tasks
from routing.timeline import DrivenTrip, Outcome, Replay, units_moved
from stockpile.linear_program import SolverError

Effort = Literal["quick", "standard", "thorough"]

ITERATIONS: dict[Effort, int] = {"quick": 600, "standard": 3000, "thorough": 20_000}
"""Iterations of the search by effort; counted, so that the same seed gives the same plan."""

FIRST_SHARE = 0.25
"""Share of the iterations before the first round, at the least."""

FEW_LOADS, MORE = 300, 1.5
"""Where there are fewer loads, programs are quick: iterations are so many times more."""

ROUND = 200
"""Iterations of a round at the least; one for each load, since programs of many take long."""

MOST_TRIPS = 1000
"""Trips of a plan without rounds up to which a program of all of them is still quick."""

SIDE_BY_SIDE = 2
"""Searches of a round that begin alike; the next one goes on from the better."""

APART = 1_000_003
"""Between the seeds of searches side by side: more than there are iterations."""

BLEND = 0.3
"""Share of the mean over items in what a site's goods are worth at first: see `Sites`."""

ROUND_BLEND = 0.8
"""The same in rounds: the next program completes the baskets."""

ROUND_HEAT = 1.0
"""Temperature at the start of a round, in people short at the least important target."""

SETBACK = 0.01
"""Share of the cost of everybody short by which the plan at hand may be worse than the best one, at first."""

Watch = Callable[[int, Outcome], None]
"""Told how many iterations are done, and what the plan at hand achieves."""


@dataclass(frozen=True, eq=False)
class Dispatch:
    """A finished plan: the trips that are driven, in the order of their turns, and what they achieve.

    `cut`, `found` and `sources` are its loads of essential items, their trips as the search left them and
    what they load from; a search of the same situation without one of its limits can go on from there.
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
        iterations: Iterations of the search, more where there are few loads.
        seed: Seed of the search; the same seed gives the same plan.
        watch: Told now and then what has been reached.
    """
    planning = _Planning(problem, seed)
    cut = planning.loading.cut(with_fewer_lanes(problem, essential_tasks(problem, flow)))
    cut = with_promises(planning.loading, cut, np.ones(len(cut.site), dtype=bool))
    times = MORE if len(cut.site) < FEW_LOADS else 1.0
    iterations = round(iterations * times)
    if watch is not None:
        planning.watch = lambda done, outcome: watch(round(done / times), outcome)
    length = max(ROUND, len(cut.site))
    rounds = round(iterations * (1.0 - FIRST_SHARE)) // length
    first = iterations - rounds * length
    found = planning.searched(cut, None, range(first), BLEND)
    plan = planning.in_rounds(planning.plan(cut, found), range(first, iterations), rounds)
    return planning.with_extras(plan.cut, plan.found)


def continued(problem: DispatchProblem, plan: Dispatch, *, iterations: int, seed: int) -> Dispatch:
    """Search on from a plan in a situation with a limit less, where the plan can be driven as well.

    Args:
        problem: The situation without the limit, vehicles that it has besides at the end.
        plan: What to begin with.
        iterations: Iterations of the search.
        seed: Seed of the search.

    Loads keep their quantities; stores of other levels may bring what is to keep a promise of first goods.
    """
    planning = _Planning(problem, seed)
    loading = planning.loading
    idle = ((),) * (len(problem.vehicle_ids) - len(plan.found.trips))
    cut, found = loading.moved(plan.cut, replace(plan.found, trips=plan.found.trips + idle), plan.sources)
    tasks = rest_tasks(problem, *loading.claimed(cut), essential=True)
    cut, found = _with_more(cut, found, loading.cut(tasks))
    cut = replace(cut, promise=np.full_like(cut.promise, -1))
    return planning.plan(cut, planning.searched(cut, found, range(iterations), 0.0))


class _Planning:
    """Searches for plans of one situation."""

    def __init__(self, problem: DispatchProblem, seed: int) -> None:
        self.problem, self.seed = problem, seed
        self.watch: Watch | None = None
        self.replay, self.loading = Replay(problem), Loading(problem)

    def in_rounds(self, plan: Dispatch, iterations: range, rounds: int) -> Dispatch:
        """The best plan of rounds of a search over trips and a program for quantities, from a first plan.

        But for the last search, programs are about the targets; what comes later is left out and put back.
        """
        best = plan = self.with_best_quantities(plan, late=False)
        everybody = float(self.loading.sites.target_cost.sum() * self.problem.people.sum())
        length = len(iterations) // max(rounds, 1)
        for number in range(rounds - 1):
            part = iterations[number * length : (number + 1) * length]
            plan = self._round(plan, part, late=False)
            best = min(best, plan, key=self._missed)
            if self.watch is not None:
                self.watch(part[-1] + 1, best.outcome)
            allowed = SETBACK * (1.0 - number / rounds) * everybody
            if self._missed(plan) > self._missed(best) + allowed:
                plan = best
        if rounds:
            plan = self._round(best, iterations[(rounds - 1) * length :], late=True)
        ended = [self._with_rest(one) for one in ([best] if best is plan else [best, plan])]
        filled = [self.plan(cut, self._filled(cut, found)) for cut, found in ended]
        best = min(*filled, plan, key=self._cost)  # of equal ones one that brings all it can
        if not rounds and len(best.driven) <= MOST_TRIPS:
            best = self.with_best_quantities(best, late=True)
        if self.watch is not None:
            self.watch(iterations.stop, best.outcome)
        return best

    def _round(self, plan: Dispatch, iterations: range, *, late: bool) -> Dispatch:
        """The best of searches side by side from a plan, each with the best quantities for its trips."""
        cut, begun = self._with_rest(plan)
        heat = ROUND_HEAT * float(self.loading.sites.target_cost.min())

        def searched(place: int) -> Dispatch:
            apart = APART * place
            found = self.searched(cut, begun, iterations, ROUND_BLEND, heat=heat, apart=apart)
            return self.with_best_quantities(self.plan(cut, found), late=late)

        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            found = list(threads.map(searched, range(SIDE_BY_SIDE)))
        return min(found, key=self._cost if late else self._missed)

    def _with_rest(self, plan: Dispatch) -> tuple[Cut, FoundRoutes]:
        """The plan's loads and trips as they are driven, and loads of what stock and need are left."""
        tasks = rest_tasks(self.problem, *self.loading.claimed(plan.cut), essential=True)
        cut, found = _with_more(plan.cut, _as_driven(plan.found, plan.driven), self.loading.cut(tasks))
        loads = len(cut.site)
        cut = with_promises(self.loading, cut, np.isin(np.arange(loads), found.absent))
        absent = (*found.absent, *range(loads, len(cut.site)))
        return cut, replace(found, absent=absent, homes=tuple(cut.home.tolist()))

    def with_best_quantities(self, plan: Dispatch, *, late: bool) -> Dispatch:
        """The plan, or the one with the same trips and the quantities that supply the most people.

        If not `late`, trips that come after the last target or promise are left out.
        """
        problem = self.problem
        due_s = (*problem.target_s, *(promise.due_s for promise in problem.first_goods))
        until_s = problem.horizon_s if late else max(due_s)
        driven = [done for done in plan.driven if done.unloaded[0] <= until_s]
        if not driven:
            return plan
        try:
            cut, found = with_best_quantities(
                problem, self.loading.sources, plan.found, driven, until_s=until_s
            )
        except SolverError:  # numbers that the solver cannot handle: the plan at hand is a plan still
            return plan
        other = self.plan(cut, found)
        return min(plan, other, key=self._cost if late else self._missed)

    def _cost(self, plan: Dispatch) -> float:
        """What people short and waiting cost in the search."""
        return plan.outcome.person_seconds * self.loading.sites.waiting_cost_per_s + self._missed(plan)

    def _missed(self, plan: Dispatch) -> float:
        """What people short at the targets cost in the search, below nobody supplied, in whole seconds.

        And what townships cost that wait for their first goods.
        """
        order = np.argsort(self.problem.target_s, kind="stable")
        supplied = self.loading.sites.target_cost @ np.array(plan.outcome.supplied)[order]
        waiting = townships_missed(self.problem, plan.driven)
        return float(round(waiting * self.loading.late_township_cost - supplied))

    def searched(
        self,
        cut: Cut,
        start: FoundRoutes | None,
        iterations: range,
        blend: float,
        *,
        heat: float | None = None,
        apart: int = 0,
    ) -> FoundRoutes:
        """The best routes after so many iterations, which are some of those of the whole search."""
        seed = self.seed + apart + iterations.start
        search = Search(self.loading.asked(cut, blend=blend), seed=seed, start=start, heat=heat)

        def told(done: int) -> None:
            if self.watch is not None:
                self.watch(iterations.start + done, self.plan(cut, search.routes()).outcome)

        search.improve(len(iterations), watch=told if heat is None else None)
        # the best routes may lack loads that were out of their vehicles just then
        return self._filled(cut, search.routes(), blend)

    def _filled(self, cut: Cut, found: FoundRoutes, blend: float = 0.0) -> FoundRoutes:
        """The routes, and loads that nobody brings where vehicles' work has ended."""
        if not found.absent:
            return found
        rest = replace(self.loading.asked(_kept(cut, found), blend=blend), at_the_end=True)
        return _in_turn(found, Search(rest, seed=self.seed, start=found).routes())

    def plan(self, cut: Cut, found: FoundRoutes) -> Dispatch:
        """The routes as they are driven."""
        outcome = self.replay.evaluate(self.loading.routes(self.replay, cut, found))
        return Dispatch(
            outcome.driven, outcome, cut, _driven_only(found, outcome.driven), self.loading.sources
        )

    def with_extras(self, cut: Cut, found: FoundRoutes) -> Dispatch:
        """The plan, and items that are not essential where they delay nobody's basket."""
        baskets = self.plan(cut, found)
        found = _as_driven(found, baskets.driven)
        tasks = rest_tasks(self.problem, *units_moved(self.problem, baskets.driven), essential=False)
        if not tasks:
            return self.plan(cut, found)
        both, begun = _with_more(cut, found, self.loading.cut(tasks))
        search = Search(self.loading.asked(both, first=True), seed=self.seed, start=begun)
        return replace(self.plan(both, _in_turn(begun, search.routes())), cut=cut, found=found)


def _kept(cut: Cut, found: FoundRoutes) -> Cut:
    """The loads with their stock kept where the routes take it."""
    return replace(cut, home=np.array(found.homes, dtype=np.int64))


def _with_more(cut: Cut, found: FoundRoutes, more: Cut) -> tuple[Cut, FoundRoutes]:
    """More loads, which nobody brings as yet."""
    both = joined(_kept(cut, found), more)
    absent = (*found.absent, *range(len(cut.site), len(both.site)))
    return both, replace(found, absent=absent, homes=(*found.homes, *more.home.tolist()))


def _driven_only(found: FoundRoutes, driven: Sequence[DrivenTrip]) -> FoundRoutes:
    """The routes without trips that the replay drops, the last of their vehicles; their loads are left."""
    kept = {(done.vehicle, done.sequence) for done in driven}
    if len(kept) == sum(len(route) for route in found.trips):
        return found
    trips = tuple(
        tuple(trip for sequence, trip in enumerate(route) if (vehicle, sequence) in kept)
        for vehicle, route in enumerate(found.trips)
    )
    brought = {load for route in trips for trip in route for load in trip.loads}
    return replace(found, trips=trips, absent=tuple(sorted(set(range(len(found.homes))) - brought)))


def _in_turn(before: FoundRoutes, after: FoundRoutes) -> FoundRoutes:
    """The routes after, trips that were there before loaded in their old turn.

    A search keeps docks by the minute, and a minute is enough for trips to change places.
    """
    trips = tuple(
        tuple(
            replace(trip, load_s=row[place].load_s)
            if place < len(row) and row[place].loads == trip.loads[: len(row[place].loads)]
            else trip
            for place, trip in enumerate(route)
        )
        for row, route in zip(before.trips, after.trips, strict=True)
    )
    return replace(after, trips=trips)


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
