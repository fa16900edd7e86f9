"""The scenarios of a placement problem as flat arrays, counted in people, with the natural size of everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.placement.problem import Floats, Goal, Ints, PlacementProblem, PlacementScenario

PLENTY = 1e15
"""People whom an item that is not in the basket would supply."""


@dataclass(frozen=True, eq=False)
class SecondStage:
    """All scenarios behind each other: S scenarios, N sites of all, E lanes of all, sorted by site.

    `arrays` is what the compiled loops take, in their order; `lane_site` the flat site of each lane;
    `reachable` (S, I) the people whom a source has lanes to, counted once a lane.
    """

    arrays: tuple[Floats | Ints, ...]
    lane_site: Ints
    first_site: Ints
    people: Floats
    per_person: Floats
    in_basket: Floats
    surviving: Floats
    reachable: Floats
    item_weight: Floats
    together: bool

    @property
    def kinds(self) -> int:
        """Kinds of person that are counted: 1 with complete baskets, else one an item."""
        return 1 if self.together else self.per_person.shape[1]


def flatten(problem: PlacementProblem, goal: Goal) -> SecondStage:
    """Lay the scenarios of a problem out for the compiled loops.

    Raises:
        ValueError: a scenario asks for what the loops do not do (single sources, emergency purchase).
    """
    scenarios = problem.scenarios
    if problem.single_source or any(np.isfinite(one.emergency_cost).any() for one in scenarios):
        raise ValueError("single sources and emergency purchases need the whole model")
    first_site = np.cumsum([0, *(len(one.people) for one in scenarios)])
    site = np.concatenate([one.lanes.site + start for one, start in zip(scenarios, first_site, strict=False)])
    first_lane = np.searchsorted(site, np.arange(first_site[-1] + 1))
    in_basket = np.array([one.per_person > 0 for one in scenarios])
    per_person = np.where(in_basket, np.array([one.per_person for one in scenarios]), 1.0)
    held = [_held_people(one, units) for one, units in zip(scenarios, per_person, strict=True)]
    ready = np.array([one.ready for one in scenarios]).transpose(0, 1, 3, 2) / per_person[:, None, None, :]
    surviving = np.array([one.surviving for one in scenarios])
    people = np.concatenate([one.people for one in scenarios])
    lanes = [one.lanes for one in scenarios]

    def joined(name: str) -> Floats:
        return np.ascontiguousarray(np.concatenate([getattr(one, name) for one in lanes]))

    weighed = [goal.yuan * one.probability * one.lanes.cost_per_kg for one in scenarios]
    kg = per_person * problem.rules.unit_weight_kg
    arrays = (
        first_site.astype(np.int64),
        first_lane.astype(np.int64),
        joined("source").astype(np.int32),
        joined("hour").astype(np.int32),
        joined("fleet").astype(np.int32),
        joined("effort_s"),
        np.concatenate(weighed),
        joined("loaded_per_unit"),
        np.ascontiguousarray(np.concatenate([one.most_people for one in scenarios])),
        np.ascontiguousarray(np.concatenate(held)),
        surviving,
        per_person,
        kg,
        problem.item_weight.astype(np.float64),
        np.ascontiguousarray(ready),
        np.array([one.dock_kg for one in scenarios]),
        np.array([one.fleet_kg_s for one in scenarios]),
    )
    reachable = np.zeros(surviving.shape)
    for number, one in enumerate(scenarios):
        np.add.at(reachable[number], one.lanes.source, one.people[one.lanes.site])
    return SecondStage(
        arrays=arrays,
        lane_site=site,
        first_site=first_site,
        people=people,
        per_person=per_person,
        in_basket=in_basket.astype(np.float64),
        surviving=surviving,
        reachable=reachable,
        item_weight=problem.item_weight.astype(np.float64),
        together=problem.complete_baskets,
    )


def _held_people(scenario: PlacementScenario, per_person: Floats) -> Floats:
    """People whom the stock on the spot supplies with each item, (J, K)."""
    held = np.asarray(scenario.held / per_person, dtype=np.float64)
    held[:, scenario.per_person <= 0] = PLENTY
    return held
