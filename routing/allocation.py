"""Which stock serves whom by when: a time-bucketed flow that proves a bound and seeds the dispatch.

The model is a relaxation: every dispatch plan maps onto a feasible flow that is no worse, so its optimum is
a bound that no plan beats. Symbols: source i, site j, mode m, item k, bucket b ending at e_b; z units that
end unloading in the bucket; S people supplied by its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.flow_model import FlowModel, fleet_prices
from routing.merged_sites import merge_sites, site_groups
from routing.problem import DispatchProblem, Floats, Ints
from stockpile.linear_program import LinearSolution
from stockpile.units import SECONDS_PER_HOUR

MILESTONES_H = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20)
"""Ends of the buckets, next to every target hour and the horizon: fine while people wait for the first
targets, coarse after."""

MOST_LANES = 5_000
"""Ways from sources to sites beyond which sites are merged."""

MERGED_LANES = 1_500
"""Ways that are left then: so many keep the programs to seconds even where everything is short."""

LEAST_UNITS = 1e-6
"""Units below which a flow is taken for none: the feasibility tolerance of the solver."""


@dataclass(frozen=True)
class Flow:
    """Units that source sends to site by a mode in the bucket that ends at `due_s`; one entry a flow."""

    source: Ints
    site: Ints
    mode: NDArray[np.str_]
    item: Ints
    due_s: Ints
    units: Floats


@dataclass(frozen=True)
class Allocation:
    """Bounds and the flow behind the person-hours bound.

    Attributes:
        supplied_bound: No plan supplies more people of reachable sites by each target.
        person_seconds_bound: No plan makes people wait less in all.
        flow: Flow that attains the bound on deprivation in the relaxed model.
    """

    supplied_bound: tuple[float, ...]
    person_seconds_bound: float
    flow: Flow


def allocate(problem: DispatchProblem) -> Allocation:
    """Bound people by each target and deprivation, each by a linear program of its own.

    Where there are too many ways from sources to sites, sites are merged, which makes the bounds looser.

    Raises:
        SolverError: The solver fails; the model itself is always feasible, since unmet need is allowed.
    """
    sources, sites = len(problem.source_ids), np.count_nonzero(problem.people)
    groups = site_groups(problem, MERGED_LANES // sources if sources * sites > MOST_LANES else int(sites))
    merged, prices = merge_sites(problem, groups), fleet_prices(problem)
    bounds = []
    for target_s in problem.target_s:
        model = FlowModel(merged, [*_milestones(problem, target_s), target_s], prices)
        model.limit_late_loads()
        bounds.append(-model.solve(model.supplied_objective()).value if model.has_people else 0.0)
    model = FlowModel(merged, [*_milestones(problem, problem.horizon_s), problem.horizon_s], prices)
    if not model.has_people:
        return Allocation(tuple(bounds), 0.0, empty_flow())
    model.count_waiting_within()
    solution = model.solve(model.deprivation_objective())
    return Allocation(
        tuple(bounds), model.deprivation_bound(solution), _flow(problem, groups, model, solution)
    )


def _milestones(problem: DispatchProblem, end_s: int) -> list[int]:
    marks = {hour * SECONDS_PER_HOUR for hour in MILESTONES_H} | set(problem.target_s)
    return sorted(mark for mark in marks if mark < end_s)


def empty_flow() -> Flow:
    """No flow: whoever plans from it sends what is nearest."""
    none = np.zeros(0, dtype=np.int64)
    return Flow(none, none, np.zeros(0, dtype=np.str_), none, none, np.zeros(0))


def _flow(
    problem: DispatchProblem, groups: Sequence[Ints], model: FlowModel, solution: LinearSolution
) -> Flow:
    """The flows that are not zero, given to the sites of each group one after the other."""
    units = solution.columns[: model.first_people]
    reach = [problem.reach(mode) for mode in model.modes]
    left = problem.to_deliver.astype(np.float64)
    entries: list[tuple[int, int, str, int, int, float]] = []
    flows = np.flatnonzero(units > LEAST_UNITS)
    for flow in flows[np.argsort(model.bucket[flows], kind="stable")].tolist():
        source, item, mode = (
            int(model.source[flow]),
            int(model.items[model.item[flow]]),
            int(model.mode[flow]),
        )
        group = groups[model.sites[model.site[flow]]]
        due_s, rest = int(model.ends[model.bucket[flow]]), float(units[flow])
        for site in group[reach[mode][source, group]].tolist():
            share = min(rest, float(left[site, item]))
            if share > LEAST_UNITS:
                entries.append((source, site, model.modes[mode], item, due_s, share))
                left[site, item] -= share
                rest -= share
    if not entries:
        return empty_flow()
    source_, site_, mode_, item_, due_, units_ = zip(*entries, strict=True)
    return Flow(
        source=np.array(source_, dtype=np.int64),
        site=np.array(site_, dtype=np.int64),
        mode=np.array(mode_, dtype=np.str_),
        item=np.array(item_, dtype=np.int64),
        due_s=np.array(due_, dtype=np.int64),
        units=np.array(units_),
    )
