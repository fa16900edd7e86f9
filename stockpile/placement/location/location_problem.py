"""Location problems as arrays, and the placement problems that are nothing but one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.placement.problem import Flags, Floats, Goal, PlacementProblem, PlacementScenario, StockRules

WHOLE = 1e-9
"""Numbers this close to an integer count as one."""


@dataclass(frozen=True, eq=False)
class LocationProblem:
    """Serve every site at least cost: minimise opening + serving, each site served in whole.

    Shapes: n sites, m sources.

    Attributes:
        opening_cost: yuan to open a source, 0 where it is open already, (m,).
        capacity: what a source can give, in the unit of `load`, (m,).
        already_open: sources that are open in any case, (m,).
        most_open: most sources open at once, the open ones counted.
        load: what a site takes out of its sources altogether, (n,).
        cost: yuan to serve all of a site from a source, inf where no lane leads, (m, n).
        single_source: whether a site must be served by one source.
    """

    opening_cost: Floats
    capacity: Floats
    already_open: Flags
    most_open: int
    load: Floats
    cost: Floats
    single_source: bool = False

    @property
    def unlimited(self) -> bool:
        """Whether each source could serve everybody."""
        return bool((self.capacity >= self.load.sum()).all())

    @property
    def whole_costs(self) -> bool:
        """Whether some optimum is an integer: whole costs, and no site split between sources."""
        finite = self.cost[np.isfinite(self.cost)]
        costs = np.concatenate([self.opening_cost, finite])
        return (self.unlimited or self.single_source) and bool((np.abs(costs - np.rint(costs)) < WHOLE).all())

    def part(self, sources: np.ndarray) -> LocationProblem:
        """The problem with these sources only."""
        return LocationProblem(
            opening_cost=self.opening_cost[sources],
            capacity=self.capacity[sources],
            already_open=self.already_open[sources],
            most_open=self.most_open,
            load=self.load,
            cost=self.cost[sources],
            single_source=self.single_source,
        )


def location_problem(problem: PlacementProblem, goal: Goal) -> LocationProblem | None:
    """The location problem that a placement problem is, or None where it asks for more.

    It is one when one scenario asks that everybody be served by one hour at least cost, of one item that
    costs nothing and is bounded only by what each source can hold and by the lanes.
    """
    if len(problem.scenarios) != 1 or len(problem.item_ids) != 1 or len(problem.hours) != 1:
        return None
    scenario = problem.scenarios[0]
    free = _only_capacity_limits(problem.rules) and _only_lanes_limit(scenario)
    if not (free and _everybody_at_least_cost(problem, goal)):
        return None
    load = _load(scenario)
    if load is None:
        return None
    rules, lanes = problem.rules, scenario.lanes
    shape = (len(problem.source_ids), len(scenario.site))
    kg = rules.unit_weight_kg[0] * scenario.per_person[0] * scenario.people
    cost = np.full(shape, np.inf)
    np.minimum.at(cost, (lanes.source, lanes.site), lanes.cost_per_kg * kg[lanes.site])
    volume = rules.unit_volume_m3[0]
    room = rules.usable_m3 / volume if volume > 0 else np.full(shape[0], np.inf)
    most = shape[0] if rules.most_open is None else rules.most_open + int((~rules.candidate).sum())
    return LocationProblem(
        opening_cost=np.where(rules.candidate, rules.opening_cost, 0.0),
        capacity=np.minimum(room, rules.at_most[:, 0]) * scenario.surviving,
        already_open=~rules.candidate,
        most_open=min(most, shape[0]),
        load=load,
        cost=cost,
        single_source=problem.single_source,
    )


def _only_capacity_limits(rules: StockRules) -> bool:
    """No floors, no purchase price, no budget, no expansion."""
    priced = (rules.unit_cost > 0).any()
    return not (priced or rules.at_least.any() or rules.expansion_m3.any() or np.isfinite(rules.budget))


def _only_lanes_limit(scenario: PlacementScenario) -> bool:
    """Nothing but placed stock to give out, and nothing but lanes and stock to limit that."""
    elsewhere = scenario.held.any() or scenario.ready.any() or np.isfinite(scenario.emergency_cost).any()
    limited = np.isfinite(scenario.dock_kg).any() or np.isfinite(scenario.fleet_kg_s).any()
    slow = (scenario.most_people[:, 0] < scenario.people).any()
    return not (elsewhere or limited or slow or scenario.per_person[0] <= 0)


def _everybody_at_least_cost(problem: PlacementProblem, goal: Goal) -> bool:
    """Cost alone is weighed, and the one requirement is that all people be supplied."""
    if goal.gain or goal.yuan != 1.0 or len(goal.required) != 1:
        return False
    coverage, floor = goal.required[0]
    weight = 1.0 if problem.complete_baskets else problem.item_weight[0]
    everybody = weight * coverage.per_hour[0] * problem.scenarios[0].people.sum()
    return bool(everybody > 0 and np.isclose(floor, everybody, rtol=WHOLE, atol=0.0))


def _load(scenario: PlacementScenario) -> Floats | None:
    """Units that serving a site takes out of its source, (J,); None where that depends on the source."""
    lanes = scenario.lanes
    most, least = np.full(len(scenario.site), -np.inf), np.full(len(scenario.site), np.inf)
    np.maximum.at(most, lanes.site, lanes.loaded_per_unit)
    np.minimum.at(least, lanes.site, lanes.loaded_per_unit)
    if (most > least).any():
        return None
    units: Floats = scenario.per_person[0] * scenario.people
    return np.where(np.isfinite(most), most, 0.0) * units
