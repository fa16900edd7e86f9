"""Columns of the placement model: what it may decide, first for all scenarios, then in each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from stockpile.placement.problem import Coverage, Floats, Goal, PlacementProblem, PlacementScenario
from stockpile.placement.whole.program import Indices, Program

Terms: TypeAlias = tuple[Indices, Floats]
"""Columns and coefficients of a linear expression."""


@dataclass(frozen=True, eq=False)
class ScenarioColumns:
    """Columns of one scenario.

    `ship` units on lane e (E, K); `supplied` people (J, G, H), where G is 1 with complete baskets and else
    the items; `emergency` units bought on the spot (I, K); `served_by` whether source i serves site j item k,
    (pairs, K) for the pairs that a lane joins (empty unless single-source).
    """

    scenario: PlacementScenario
    need: Floats
    ship: Indices
    supplied: Indices
    emergency: Indices
    pair: Indices
    served_by: Indices


@dataclass(frozen=True, eq=False)
class StockModel(ABC):
    """A problem, a goal, and the program that says both; column numbers of the first stage by name."""

    problem: PlacementProblem
    goal: Goal
    program: Program
    stock: Indices
    bought: Indices
    opened: Indices
    expansion: Indices

    @abstractmethod
    def people_terms(self, coverage: Coverage) -> list[Terms]:
        """V_s = sum over h of per_hour_h times the people supplied by h, of each scenario."""


@dataclass(frozen=True, eq=False)
class WholeModel(StockModel):
    """The first stage with all that every scenario decides."""

    scenarios: tuple[ScenarioColumns, ...]

    def people_terms(self, coverage: Coverage) -> list[Terms]:
        """V_s = sum over j, h of per_hour_h supplied_jh, an item's people by its weight."""
        weight = np.ones(1) if self.problem.complete_baskets else self.problem.item_weight
        each = weight[:, None] * coverage.per_hour
        return [
            (one.supplied.ravel(), np.broadcast_to(each, one.supplied.shape).ravel())
            for one in self.scenarios
        ]


@dataclass(frozen=True, eq=False)
class ReducedModel(StockModel):
    """The first stage with nothing of a scenario but `people`, whom it supplies by each hour, (S, H)."""

    people: Indices

    def people_terms(self, coverage: Coverage) -> list[Terms]:
        """V_s = sum over h of per_hour_h people_sh."""
        return [(columns, coverage.per_hour) for columns in self.people]


def whole_columns(problem: PlacementProblem, goal: Goal) -> WholeModel:
    """Return the whole model without any row: columns with the limits that concern one of them each."""
    program = Program()
    stock = _stock_columns(problem, program)
    each = tuple(_scenario_columns(problem, scenario, program) for scenario in problem.scenarios)
    return WholeModel(problem, goal, program, *stock, each)


def reduced_columns(problem: PlacementProblem, goal: Goal) -> ReducedModel:
    """Return the reduced model without any row."""
    program = Program()
    stock = _stock_columns(problem, program)
    ids = [scenario.id for scenario in problem.scenarios]
    hours = [f"{hour:g}" for hour in problem.hours]
    return ReducedModel(problem, goal, program, *stock, program.add_columns("people", (ids, hours)))


def _stock_columns(problem: PlacementProblem, program: Program) -> tuple[Indices, Indices, Indices, Indices]:
    """at_least <= stock <= at_most; bought >= 0; open is whole, 1 for what is open today."""
    rules, sources, items = problem.rules, problem.source_ids, problem.item_ids
    return (
        program.add_columns("stock", (sources, items), lower=rules.at_least, upper=rules.at_most),
        program.add_columns("bought", (items,)),
        program.add_columns("open", (sources,), lower=~rules.candidate, upper=1.0, whole=True),
        program.add_columns("expansion", (sources,), upper=rules.expansion_m3),
    )


def _scenario_columns(
    problem: PlacementProblem, scenario: PlacementScenario, program: Program
) -> ScenarioColumns:
    """Columns of one scenario, with the limits that concern one column each.

    supplied_jh <= people_j and most_people_jh (hand-out);  ship_ek <= need_jk;  emergency_ik = 0 where
    nothing can be bought. Items that no basket holds and lanes that tie nothing to a need carry nothing.
    """
    lanes, items = scenario.lanes, problem.item_ids
    sites = [problem.site_ids[site] for site in scenario.site]
    name = f"{{}}[{scenario.id}]".format
    most = np.minimum(scenario.most_people, scenario.people[:, None])
    need = np.maximum(most.max(axis=1)[:, None] * scenario.per_person - scenario.held, 0.0)
    labels = [
        f"{problem.source_ids[source]}>{sites[site]}:{number}"
        for number, (source, site) in enumerate(
            zip(lanes.source.tolist(), lanes.site.tolist(), strict=True), start=1
        )
    ]
    groups = ["basket"] if problem.complete_baskets else list(items)
    asked = np.ones(1) if problem.complete_baskets else (scenario.per_person > 0).astype(np.float64)
    supplied_most = most[:, None, :] * asked[:, None]
    pair = (
        np.unique(lanes.source * len(sites) + lanes.site) if problem.single_source else np.zeros(0, np.int64)
    )
    pairs = [f"{problem.source_ids[one // len(sites)]}>{sites[one % len(sites)]}" for one in pair.tolist()]
    hours = [f"{hour:g}" for hour in problem.hours]
    buyable = np.where(np.isfinite(scenario.emergency_cost), np.inf, 0.0)
    return ScenarioColumns(
        scenario=scenario,
        need=need,
        ship=program.add_columns(name("ship"), (labels, items), upper=need[lanes.site]),
        supplied=program.add_columns(name("supplied"), (sites, groups, hours), upper=supplied_most),
        emergency=program.add_columns(name("emergency"), (problem.source_ids, items), upper=buyable),
        pair=pair,
        served_by=program.add_columns(name("served_by"), (pairs, items), upper=1.0, whole=True),
    )
