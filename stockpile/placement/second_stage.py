"""The scenarios of a placement problem as flat arrays behind each other, counted in people."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from stockpile.placement.problem import Floats, Goal, Ints, PlacementProblem, PlacementScenario

Codes: TypeAlias = NDArray[np.int32]

PLENTY = 1e15
"""People whom an item that is not in the basket would supply."""


@dataclass(frozen=True, eq=False)
class LoopArrays:
    """What the compiled loops take, in the order in which they unpack it.

    S scenarios, I sources, H hours, K items, M fleets, N sites of all scenarios, E lanes of all, sorted by
    site. `first_site` (S + 1,) and `first_lane` (N + 1,) say where a scenario's sites and a site's lanes
    begin. Lanes (E,): `source`, `hour`, `fleet`, `effort_s` and `cost` of a kg, `load` units for one that
    arrives. Sites: `most` people (N, H), `held` people supplied by what stands there (N, K). Scenarios:
    `surviving` (S, I), `per_person` units and `kg` a person (S, K), `ready` people (S, I, H, K), `dock_kg`
    (S, I, H), `fleet_kg_s` (S, M, H). `item_weight` (S, K) counts without complete baskets.
    """

    first_site: Ints
    first_lane: Ints
    source: Codes
    hour: Codes
    fleet: Codes
    effort_s: Floats
    cost: Floats
    load: Floats
    most: Floats
    held: Floats
    surviving: Floats
    per_person: Floats
    kg: Floats
    item_weight: Floats
    ready: Floats
    dock_kg: Floats
    fleet_kg_s: Floats

    def as_tuple(self) -> tuple[object, ...]:
        """Return the arrays in order, each contiguous."""
        return tuple(np.ascontiguousarray(getattr(self, field.name)) for field in fields(self))


@dataclass(frozen=True, eq=False)
class SecondStage:
    """The loops' arrays with what scaling needs besides.

    `people` (N,) wait at each site; `in_basket` (S, K) is 1 for items of the scenario's basket, else 0;
    `lane_site` and `lane_scenario` (E,) place the lanes.
    """

    loops: LoopArrays
    people: Floats
    in_basket: Floats
    lane_site: Ints
    lane_scenario: Ints
    site_scenario: Ints
    together: bool

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Scenarios, sources, hours, items."""
        scenarios, sources, hours, items = self.loops.ready.shape
        return scenarios, sources, hours, items

    @property
    def fleets(self) -> int:
        """Number of fleets."""
        return int(self.loops.fleet_kg_s.shape[1])

    @property
    def kinds(self) -> int:
        """Kinds of person that are counted: 1 with complete baskets, else one an item."""
        return 1 if self.together else self.shape[3]

    def crowd(self) -> Floats:
        """People of each scenario, (S,)."""
        total = np.zeros(self.shape[0])
        np.add.at(total, self.site_scenario, self.people)
        return total


def flatten(problem: PlacementProblem, goal: Goal) -> SecondStage:
    """Lay the scenarios of a problem out for the compiled loops; costs of moving are in units of the goal.

    Raises:
        ValueError: a scenario asks for what the loops do not do (single sources, emergency purchase).
    """
    scenarios = problem.scenarios
    if problem.single_source or problem.emergency_purchases:
        raise ValueError("single sources and emergency purchases need the whole model")
    first_site = np.cumsum([0, *(len(one.people) for one in scenarios)])
    lanes = [one.lanes for one in scenarios]
    lane_site = np.concatenate([one.site + start for one, start in zip(lanes, first_site, strict=False)])
    in_basket = np.array([one.per_person > 0 for one in scenarios])
    per_person = np.where(in_basket, np.array([one.per_person for one in scenarios]), 1.0)
    held = [_held_people(one, units) for one, units in zip(scenarios, per_person, strict=True)]
    ready = np.array([one.ready for one in scenarios]).transpose(0, 1, 3, 2)
    loops = LoopArrays(
        first_site=first_site.astype(np.int64),
        first_lane=np.searchsorted(lane_site, np.arange(first_site[-1] + 1)).astype(np.int64),
        source=np.concatenate([one.source for one in lanes]).astype(np.int32),
        hour=np.concatenate([one.hour for one in lanes]).astype(np.int32),
        fleet=np.concatenate([one.fleet for one in lanes]).astype(np.int32),
        effort_s=np.concatenate([one.effort_s for one in lanes]),
        cost=np.concatenate([goal.yuan * one.probability * one.lanes.cost_per_kg for one in scenarios]),
        load=np.concatenate([one.loaded_per_unit for one in lanes]),
        most=np.concatenate([one.most_people for one in scenarios]),
        held=np.concatenate(held),
        surviving=np.array([one.surviving for one in scenarios]),
        per_person=per_person,
        kg=per_person * problem.rules.unit_weight_kg,
        item_weight=problem.item_weight * in_basket,
        ready=ready / per_person[:, None, None, :],
        dock_kg=np.array([one.dock_kg for one in scenarios]),
        fleet_kg_s=np.array([one.fleet_kg_s for one in scenarios]),
    )
    site_scenario = np.repeat(np.arange(len(scenarios)), np.diff(first_site))
    return SecondStage(
        loops=loops,
        people=np.concatenate([one.people for one in scenarios]).astype(np.float64),
        in_basket=in_basket.astype(np.float64),
        lane_site=lane_site,
        lane_scenario=site_scenario[lane_site],
        site_scenario=site_scenario,
        together=problem.complete_baskets,
    )


def _held_people(scenario: PlacementScenario, per_person: Floats) -> Floats:
    """People whom the stock on the spot supplies with each item, (J, K)."""
    held = np.array(scenario.held / per_person, dtype=np.float64)
    held[:, scenario.per_person <= 0] = PLENTY
    return held
