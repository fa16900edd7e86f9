"""Small placement problems: one by hand that meets every constraint family, and random ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stockpile.placement.problem import (
    NO_FLEET,
    Coverage,
    Goal,
    Lanes,
    PlacementProblem,
    PlacementScenario,
    Risk,
    StockRules,
)

INF = np.inf


def lanes(*rows: tuple[int, int, int, int, float, float, float]) -> Lanes:
    """Lanes from (site, source, hour, fleet, effort, cost, loaded) each."""
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    whole = [column.astype(np.int64) for column in columns[:4]]
    return Lanes(*whole, *(column.astype(np.float64) for column in columns[4:]))


def scenario(name: str, probability: float, ways: Lanes, **changes: Any) -> PlacementScenario:  # noqa: ANN401 - fields of it
    """Two sites of 10 and 20 people, two items, two hours, two sources; one truck fleet."""
    common: dict[str, Any] = {
        "id": name,
        "probability": probability,
        "site": np.arange(2),
        "people": np.array([10.0, 20.0]),
        "most_people": np.array([[6.0, 10.0], [20.0, 20.0]]),
        "per_person": np.array([1.0, 2.0]),
        "held": np.array([[0.0, 3.0], [0.0, 0.0]]),
        "surviving": np.array([1.0, 0.5]),
        "ready": np.zeros((2, 2, 2)),
        "dock_kg": np.array([[100.0, 200.0], [INF, INF]]),
        "fleet_kg_s": np.array([[900.0, 1800.0]]),
        "emergency_cost": np.array([[9.0, INF], [INF, INF]]),
        "lanes": ways,
    }
    return PlacementScenario(**(common | changes))


def tiny(*, complete_baskets: bool = True, single_source: bool = False) -> PlacementProblem:
    """An open depot and a candidate, water and rice, a calm and a wet scenario."""
    calm = lanes((0, 0, 0, 0, 10, 0.1, 1), (0, 1, 1, 0, 20, 0.2, 1.25), (1, 1, 0, NO_FLEET, 0, 0, 1))
    ready = np.zeros((2, 2, 2))
    ready[0, 0] = [1.0, 4.0]
    return PlacementProblem(
        source_ids=("depot", "annex"),
        item_ids=("water", "rice"),
        site_ids=("school", "hall"),
        hours=np.array([4.0, 8.0]),
        rules=StockRules(
            current=np.array([[8.0, 5.0], [0.0, 0.0]]),
            at_least=np.array([[2.0, 0.0], [0.0, 0.0]]),
            at_most=np.array([[50.0, INF], [40.0, 40.0]]),
            unit_cost=np.array([2.0, 3.0]),
            unit_volume_m3=np.array([1.0, 0.5]),
            unit_weight_kg=np.array([2.0, 4.0]),
            pack_size=np.ones(2, dtype=np.int64),
            usable_m3=np.array([30.0, 25.0]),
            candidate=np.array([False, True]),
            opening_cost=np.array([0.0, 70.0]),
            expansion_m3=np.array([0.0, 12.0]),
            expansion_cost_per_m3=np.array([0.0, 5.0]),
            budget=250.0,
            most_open=1,
        ),
        scenarios=(
            scenario("calm", 0.75, calm, ready=ready),
            scenario("wet", 0.25, lanes((0, 0, 1, 0, 15, 0.1, 1), (1, 0, 1, 0, 30, 0.3, 1))),
        ),
        complete_baskets=complete_baskets,
        item_weight=np.array([0.25, 0.75]),
        single_source=single_source,
    )


def tiny_goal() -> Goal:
    """People by the second hour, a floor in the worst case by the first and one in the tail by the second."""
    early, late = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    required = (
        (Coverage(early, Risk("worst"), np.array([0.0, 0.5])), 1.0),
        (Coverage(late, Risk("cvar", 0.5), np.array([2.0, 0.0])), 4.0),
        (Coverage(late), 5.0),
    )
    return Goal(Coverage(late), gain=1.0, yuan=0.01, required=required)


def easy(problem: PlacementProblem) -> tuple[PlacementProblem, Goal]:
    """The same without floors, with people by both hours as the goal."""
    return problem, Goal(Coverage(np.array([0.5, 1.0])), yuan=0.001)


def random_location(seed: int, *, single_source: bool, limited: bool) -> tuple[PlacementProblem, Goal]:
    """Up to 5 sources, one of them open already now and then, and up to 6 sites; some lanes are missing."""
    rng = np.random.default_rng(seed)
    sources, sites = int(rng.integers(1, 6)), int(rng.integers(1, 7))
    demand = rng.integers(0 if limited else 1, 10, sites).astype(np.float64)
    capacity = rng.integers(3, 25, sources).astype(np.float64) if limited else np.full(sources, 1e3)
    joined = rng.random((sites, sources)) < 0.9
    site, source = np.nonzero(joined)
    ways = Lanes(
        site=site,
        source=source,
        hour=np.zeros(len(site), dtype=np.int64),
        fleet=np.full(len(site), NO_FLEET),
        effort_s=np.zeros(len(site)),
        cost_per_kg=rng.integers(0, 30, len(site)).astype(np.float64) + rng.integers(0, 2) * 0.25,
        loaded_per_unit=demand[site],
    )
    one = PlacementScenario(
        id="all",
        probability=1.0,
        site=np.arange(sites),
        people=np.ones(sites),
        most_people=np.ones((sites, 1)),
        per_person=np.ones(1),
        held=np.zeros((sites, 1)),
        surviving=np.where(rng.random(sources) < 0.3, 0.5, 1.0),
        ready=np.zeros((sources, 1, 1)),
        dock_kg=np.full((sources, 1), INF),
        fleet_kg_s=np.zeros((0, 1)),
        emergency_cost=np.full((sources, 1), INF),
        lanes=ways,
    )
    zero = np.zeros((sources, 1))
    rules = StockRules(
        current=zero.copy(),
        at_least=zero.copy(),
        at_most=np.full((sources, 1), INF),
        unit_cost=np.zeros(1),
        unit_volume_m3=np.array([2.0]),
        unit_weight_kg=np.ones(1),
        pack_size=np.ones(1, dtype=np.int64),
        usable_m3=2 * capacity,
        candidate=rng.random(sources) < 0.8,
        opening_cost=rng.integers(0, 40, sources).astype(np.float64),
        expansion_m3=np.zeros(sources),
        expansion_cost_per_m3=np.zeros(sources),
        budget=INF,
        most_open=int(rng.integers(1, sources + 1)) if rng.random() < 0.5 else None,
    )
    problem = PlacementProblem(
        tuple(f"w{number}" for number in range(sources)),
        ("goods",),
        tuple(f"c{number}" for number in range(sites)),
        np.ones(1),
        rules,
        (one,),
        complete_baskets=True,
        item_weight=np.ones(1),
        single_source=single_source,
    )
    everybody = Coverage(np.ones(1))
    return problem, Goal(everybody, gain=0.0, yuan=1.0, required=((everybody, float(sites)),))


def with_openings(problem: PlacementProblem, opened: np.ndarray) -> PlacementProblem:
    """The problem with these candidates open for good and the others gone; opening costs nothing more."""
    rules = problem.rules
    shut = rules.candidate & ~opened
    return replace(
        problem,
        rules=replace(
            rules,
            candidate=np.zeros(len(opened), dtype=np.bool_),
            usable_m3=np.where(shut, 0.0, rules.usable_m3),
            expansion_m3=np.where(shut, 0.0, rules.expansion_m3),
        ),
    )
