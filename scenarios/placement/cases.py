"""The scenarios of a region as one placement problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from routing.assemble import assemble
from routing.placement import Layout, layout_of, placement_scenario
from routing.problem import DispatchProblem
from routing.road_network import RoadNetwork
from routing.supply import COMMUNITY
from scenarios.loading import ResolvedScenario
from scenarios.situation import apply_scenario, as_written, relief_order, with_points_on_roads
from stockpile.placement.problem import PlacementProblem, PlacementScenario, StockRules
from stockpile.placement.rules import floor_items, stock_rules
from stockpile.placement.wishes import Wishes
from stockpile.region import Region


@dataclass(frozen=True, eq=False)
class Case:
    """One scenario as placement sees it.

    Attributes:
        id: name of the scenario, or of a variation of it.
        name: its names, for the reader.
        weight: relative weight among the scenarios.
        problem: its dispatch problem, in which candidates are open.
        surviving: share of its stock that a warehouse can still issue, where it loses any.
        yards: fleet row of each yard of the problem.
    """

    id: str
    name: str
    weight: float
    problem: DispatchProblem
    surviving: Mapping[str, float]
    yards: tuple[str, ...]


def read_case(
    region: Region, network: RoadNetwork, resolved: ResolvedScenario, *, name: str, severity: float
) -> Case:
    """Return a scenario of a region on its roads, with `severity` times its people.

    Raises:
        DataError: the scenario does not fit the region.
    """
    found = apply_scenario(region, resolved, network)
    # candidates load vehicles like any warehouse once they are open; a dispatch plan never sees this region
    opened = found.region.replace(warehouses=found.region.warehouses.assign(status="existing"))
    situation = with_points_on_roads(
        replace(found, region=opened, people=more_people(found.people, severity))
    )
    assembly = assemble(situation.region, situation.network, situation.roads, relief_order(situation))
    scenario = resolved.scenario
    return Case(
        id=name,
        name=f"{scenario.name_zh} {scenario.name_en}",
        weight=scenario.probability,
        problem=assembly.problem,
        surviving={loss.warehouse: float(1 - as_written(loss.share)) for loss in scenario.losses.values()},
        yards=tuple(assembly.point_ids[point] for point in assembly.problem.yards.point),
    )


def more_people(people: pd.Series[int], severity: float) -> pd.Series[int]:
    """Return people times the severity, rounded half up.

    >>> more_people(pd.Series({"S-1": 5, "S-2": 3}), 1.5).to_dict()
    {'S-1': 8, 'S-2': 5}
    """
    factor = as_written(severity)
    more = [int(int(count) * factor + as_written(0.5)) for count in people]
    return pd.Series(more, index=people.index, name=people.name, dtype="int64")


@dataclass(frozen=True, eq=False)
class Ground:
    """What all scenarios of a placement share: index spaces, stock rules, share of vehicle hours to use."""

    layout: Layout
    rules: StockRules
    fleet_share: float

    def problem(self, cases: Sequence[Case]) -> PlacementProblem:
        """Return the placement problem of some scenarios, their weights made to add up to 1."""
        total = sum(case.weight for case in cases)
        return PlacementProblem(
            source_ids=self.layout.source_ids,
            item_ids=self.layout.item_ids,
            site_ids=self.layout.site_ids,
            hours=self.layout.hours,
            rules=self.rules,
            scenarios=tuple(self._scenario(case, case.weight / total) for case in cases),
            complete_baskets=True,
            item_weight=np.ones(len(self.layout.item_ids)),
        )

    def _scenario(self, case: Case, probability: float) -> PlacementScenario:
        limits = placement_scenario(case.id, probability, case.problem, case.surviving, self.layout)
        return replace(limits, fleet_kg_s=limits.fleet_kg_s * self.fleet_share)


def common_ground(
    region: Region, cases: Sequence[Case], on: date, wishes: Wishes, *, fleet_share: float = 1.0
) -> Ground:
    """Return index spaces and stock rules for all cases, those that only test the answer among them.

    Placed are the essential items of the scenarios' baskets and those that the floors ask for. Of the
    vehicles' hours `fleet_share` counts; with less than all the model is no relaxation of dispatch.

    Raises:
        DataError: the wishes cannot be meant.
    """
    problems = [case.problem for case in cases]
    essential = {
        item
        for problem in problems
        for item, needed in zip(problem.item_ids, problem.essential, strict=True)
        if needed
    }
    items = tuple(sorted(essential | set(floor_items(region))))
    layout = layout_of(problems, items, sorted(region.warehouses["id"]), on_spot(region))
    rules = stock_rules(region, layout.source_ids, items, on, wishes, needed=essential)
    return Ground(layout, rules, fleet_share)


def on_spot(region: Region) -> dict[str, tuple[str, ...]]:
    """Return the sites of the same place for each community point."""
    sites: dict[str, list[str]] = {}
    for site, place in sorted(zip(region.sites["id"], region.sites["place"], strict=True)):
        sites.setdefault(place, []).append(site)
    points = region.warehouses[region.warehouses["level"] == COMMUNITY]
    return {
        point: tuple(sites.get(place, ()))
        for point, place in sorted(zip(points["id"], points["place"], strict=True))
    }
