"""Random placement problems, and the same model written once more, dense and slow, to check solvers by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from stockpile.placement.problem import (
    NO_FLEET,
    Coverage,
    Goal,
    Lanes,
    PlacementProblem,
    PlacementScenario,
    StockRules,
)


def random_problem(
    seed: int, *, complete: bool = True, candidates: int = 0, hours: int = 2
) -> PlacementProblem:
    """Return a small region with a few scenarios in which stock, room, docks, fleets and money all bind."""
    draw = np.random.default_rng(seed)
    sources, items, sites, scenarios = 4, 3, 5, 3
    per_person = draw.uniform(0.5, 3.0, items)
    volume, cost = draw.uniform(0.01, 0.05, items), draw.uniform(1.0, 20.0, items)
    weight = draw.uniform(0.5, 2.0, items)
    parts = []
    probability = draw.dirichlet(np.full(scenarios, 3.0))
    for number in range(scenarios):
        people = draw.integers(20, 200, sites).astype(float)
        lanes = [
            (site, source, hour)
            for site in range(sites)
            for source in range(sources)
            for hour in range(hours)
            if draw.random() < 0.35 + 0.3 * hour
        ]
        site, source, hour = (np.array([lane[c] for lane in lanes], dtype=np.int64) for c in range(3))
        fleet = draw.integers(NO_FLEET, 2, len(lanes))
        need_kg = float(people.sum() * (per_person @ weight))
        share = np.linspace(0.3, 0.8, hours)
        ready = np.zeros((sources, items, hours))
        ready[-1] = np.cumsum(draw.uniform(0, 40, (items, hours)), axis=1)
        basket = per_person.copy()
        if number == 1:
            basket[0] = 0.0
        parts.append(
            PlacementScenario(
                id=f"s{number}",
                probability=float(probability[number]),
                site=np.arange(sites),
                people=people,
                most_people=people[:, None] * np.sort(draw.uniform(0.6, 1.0, (sites, hours)), axis=1),
                per_person=basket,
                held=draw.uniform(0, 15, (sites, items)),
                surviving=draw.uniform(0.4, 1.0, sources),
                ready=ready,
                dock_kg=draw.uniform(0.1, 0.6, (sources, 1)) * need_kg * share,
                fleet_kg_s=draw.uniform(0.2, 0.8, (2, 1)) * need_kg * 3600 * share,
                emergency_cost=np.full((sources, items), np.inf),
                lanes=Lanes(
                    site=site,
                    source=source,
                    hour=hour,
                    fleet=fleet,
                    effort_s=draw.uniform(1800, 5400, len(lanes)),
                    cost_per_kg=draw.uniform(0, 0.5, len(lanes)),
                    loaded_per_unit=draw.choice([1.0, 1.1], len(lanes)),
                ),
            )
        )
    current = draw.integers(0, 60, (sources, items)).astype(float)
    candidate = np.zeros(sources, dtype=bool)
    candidate[:candidates] = True
    current[candidate] = 0.0
    used = current @ volume
    value = float(current.sum(axis=0) @ cost)
    rules = StockRules(
        current=current,
        at_least=np.where(draw.random((sources, items)) < 0.2, np.floor(current / 2), 0.0),
        at_most=np.full((sources, items), 400.0),
        unit_cost=cost,
        unit_volume_m3=volume,
        unit_weight_kg=weight,
        pack_size=np.array([1, 5, 10]),
        usable_m3=np.maximum(used, draw.uniform(2.0, 8.0, sources)),
        candidate=candidate,
        opening_cost=np.where(candidate, draw.uniform(0.02, 0.2, sources) * (value + 1000), 0.0),
        expansion_m3=draw.uniform(0, 2, sources),
        expansion_cost_per_m3=draw.uniform(10, 200, sources),
        budget=float(draw.uniform(0.2, 1.0) * (value + 1000)),
    )
    return PlacementProblem(
        source_ids=tuple(f"W-{i}" for i in range(sources)),
        item_ids=tuple(f"item-{k}" for k in range(items)),
        site_ids=tuple(f"S-{j}" for j in range(sites)),
        hours=np.arange(1.0, hours + 1) * 8,
        rules=rules,
        scenarios=tuple(parts),
        complete_baskets=complete,
        item_weight=draw.uniform(0.5, 2.0, items),
    )


@dataclass
class _Dense:
    """Rows of a dense program, named columns."""

    columns: dict[tuple[object, ...], int]
    rows: list[tuple[dict[int, float], float, float]]
    gain: dict[int, float]
    upper: dict[int, float]
    lower: dict[int, float]

    def column(self, *name: object, lower: float = 0.0, upper: float = np.inf) -> int:
        if name not in self.columns:
            number = self.columns[name] = len(self.columns)
            self.lower[number], self.upper[number] = lower, upper
        return self.columns[name]


def exact_value(problem: PlacementProblem, goal: Goal) -> float:
    """Optimum of the model, from a program that is written down row by row from its definition."""
    dense = _Dense({}, [], {}, {}, {})
    rules, hours = problem.rules, len(problem.hours)
    sources, items = rules.current.shape
    whole = set()
    spending: dict[int, float] = {}
    for i in range(sources):
        is_open = dense.column("opened", i, lower=0.0 if rules.candidate[i] else 1.0, upper=1.0)
        whole.add(is_open)
        added = dense.column("added", i, upper=rules.expansion_m3[i])
        spending[added] = rules.expansion_cost_per_m3[i]
        if rules.candidate[i]:
            spending[is_open] = rules.opening_cost[i]
            dense.rows.append(({added: 1.0, is_open: -rules.expansion_m3[i]}, -np.inf, 0.0))
        room = {
            dense.column("stock", i, k, lower=rules.at_least[i, k], upper=rules.at_most[i, k]): v
            for k, v in enumerate(rules.unit_volume_m3)
        }
        dense.rows.append(({**room, is_open: -rules.usable_m3[i], added: -1.0}, -np.inf, 0.0))
    for k in range(items):
        bought = dense.column("bought", k)
        spending[bought] = rules.unit_cost[k]
        total = {dense.column("stock", i, k): 1.0 for i in range(sources)}
        held = float(rules.current[:, k].sum())
        dense.rows.append(({**total, bought: -1.0}, held, held))
    dense.rows.append((spending, -np.inf, rules.budget))
    moving: dict[int, float] = {}
    for scenario in problem.scenarios:
        _write_scenario(dense, problem, scenario, moving)

    def counted(coverage: Coverage) -> list[dict[int, float]]:
        return [
            {
                dense.column(one.id, "people", j, h, *kind): coverage.per_hour[h] * weight
                for j in range(len(one.people))
                for h in range(hours)
                for kind, weight in _kinds(problem, one)
            }
            for one in problem.scenarios
        ]

    def value_of(coverage: Coverage, name: str) -> dict[int, float]:
        each = counted(coverage)
        chance = [one.probability for one in problem.scenarios]
        if coverage.risk.kind == "expectation":
            return {c: p * v for p, people in zip(chance, each, strict=True) for c, v in people.items()}
        t = dense.column("t", name, lower=-np.inf)
        total = {t: 1.0}
        offset = np.broadcast_to(coverage.offset, len(each))
        for s, people in enumerate(each):
            row = {t: 1.0, **{c: -v for c, v in people.items()}}
            if coverage.risk.kind == "cvar":
                short = dense.column("short", name, s)
                row[short] = -1.0
                total[short] = -chance[s] / coverage.risk.tail
            dense.rows.append((row, -np.inf, float(offset[s])))
        return total

    for number, (coverage, floor) in enumerate(goal.required):
        dense.rows.append((value_of(coverage, f"required {number}"), floor, np.inf))
    for column, gain in value_of(goal.coverage, "goal").items():
        dense.gain[column] = dense.gain.get(column, 0.0) + goal.gain * gain
    for column, price in [*spending.items(), *moving.items()]:
        dense.gain[column] = dense.gain.get(column, 0.0) - goal.yuan * price
    count = len(dense.columns)
    matrix = np.zeros((len(dense.rows), count))
    for number, (row, _, _) in enumerate(dense.rows):
        for column, entry in row.items():
            matrix[number, column] = entry
    gain = np.array([dense.gain.get(column, 0.0) for column in range(count)])
    result = milp(
        -gain,
        constraints=LinearConstraint(matrix, [row[1] for row in dense.rows], [row[2] for row in dense.rows]),
        bounds=Bounds([dense.lower[c] for c in range(count)], [dense.upper[c] for c in range(count)]),
        integrality=np.array([float(column in whole) for column in range(count)]),
        options={"mip_rel_gap": 1e-9},
    )
    assert result.success, result.message
    return -float(result.fun)


def _kinds(problem: PlacementProblem, scenario: PlacementScenario) -> list[tuple[tuple[int, ...], float]]:
    """Kinds of person: one with complete baskets, else one an item of the basket with its weight."""
    if problem.complete_baskets:
        return [((), 1.0)]
    return [((k,), float(problem.item_weight[k])) for k, units in enumerate(scenario.per_person) if units]


def _write_scenario(
    dense: _Dense, problem: PlacementProblem, one: PlacementScenario, moving: dict[int, float]
) -> None:
    rules, hours, lanes = problem.rules, len(problem.hours), one.lanes
    sources, items = rules.current.shape
    numbers = range(len(lanes.site))

    def ship(e: int, k: int) -> int:
        return dense.column(one.id, "ship", e, k)

    for e in numbers:
        for k in range(items):
            moving[ship(e, k)] = one.probability * lanes.cost_per_kg[e] * rules.unit_weight_kg[k]
    for j in range(len(one.people)):
        for h in range(hours):
            for kind, _ in _kinds(problem, one):
                people = dense.column(one.id, "people", j, h, *kind, upper=one.most_people[j, h])
                for k in kind or range(items):
                    row = {ship(e, k): -1.0 for e in numbers if lanes.site[e] == j and lanes.hour[e] <= h}
                    dense.rows.append(({**row, people: one.per_person[k]}, -np.inf, one.held[j, k]))
    for h in range(hours):
        early = [e for e in numbers if lanes.hour[e] <= h]
        for i in range(sources):
            mine = [e for e in early if lanes.source[e] == i]
            for k in range(items):
                row = {ship(e, k): lanes.loaded_per_unit[e] for e in mine}
                stock = dense.column("stock", i, k)
                dense.rows.append(({**row, stock: -one.surviving[i]}, -np.inf, one.ready[i, k, h]))
            row = {
                ship(e, k): rules.unit_weight_kg[k]
                for e in mine
                if lanes.fleet[e] != NO_FLEET
                for k in range(items)
            }
            dense.rows.append((row, -np.inf, one.dock_kg[i, h]))
        for m in range(len(one.fleet_kg_s)):
            row = {
                ship(e, k): rules.unit_weight_kg[k] * lanes.effort_s[e]
                for e in early
                if lanes.fleet[e] == m
                for k in range(items)
            }
            dense.rows.append((row, -np.inf, one.fleet_kg_s[m, h]))
