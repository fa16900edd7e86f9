"""Openings with one source a site: against trying everything, and what the solver refuses."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockpile.placement.problem import (
    NO_FLEET,
    Coverage,
    Goal,
    Lanes,
    PlacementProblem,
    PlacementScenario,
    StockRules,
)
from stockpile.placement.single_source import solve_single_source, suits

SOURCES, SITES = 3, 3
COUNT = Coverage(np.ones(1))


def scenario(random: np.random.Generator, probability: float) -> PlacementScenario:
    """Draw a scenario in which every source reaches every site, by lanes of unlike load and cost."""
    present = np.flatnonzero(random.random(SITES) < 0.8)
    lanes = len(present) * SOURCES
    people = random.integers(1, 5, len(present)).astype(float)
    return PlacementScenario(
        id=f"{probability}",
        probability=probability,
        site=present,
        people=people,
        most_people=people[:, None],
        per_person=np.array([2.0]),
        held=np.zeros((len(present), 1)),
        surviving=random.random(SOURCES),
        ready=random.integers(0, 3, (SOURCES, 1, 1)).astype(float),
        dock_kg=np.full((SOURCES, 1), np.inf),
        fleet_kg_s=np.zeros((0, 1)),
        emergency_cost=random.integers(3, 9, (SOURCES, 1)).astype(float),
        lanes=Lanes(
            site=np.repeat(np.arange(len(present)), SOURCES),
            source=np.tile(np.arange(SOURCES), len(present)),
            hour=np.zeros(lanes, np.int64),
            fleet=np.full(lanes, NO_FLEET),
            effort_s=np.zeros(lanes),
            cost_per_kg=random.integers(-4, 5, lanes) / 2.0,
            loaded_per_unit=random.integers(0, 4, lanes) / 2.0,
        ),
    )


def problem(seed: int) -> PlacementProblem:
    """Draw a problem of three sources, of which the last is open already, and two scenarios."""
    random = np.random.default_rng(seed)
    room = random.integers(4, 15, SOURCES).astype(float)
    rules = StockRules(
        current=np.zeros((SOURCES, 1)),
        at_least=np.zeros((SOURCES, 1)),
        at_most=np.full((SOURCES, 1), 12.0),
        unit_cost=np.zeros(1),
        unit_volume_m3=np.array([0.5]),
        unit_weight_kg=np.array([3.0]),
        pack_size=np.ones(1, np.int64),
        usable_m3=room / 2,
        candidate=np.array([True, True, False]),
        opening_cost=random.integers(1, 20, SOURCES).astype(float),
        expansion_m3=np.zeros(SOURCES),
        expansion_cost_per_m3=np.zeros(SOURCES),
        budget=25.0,
    )
    return PlacementProblem(
        source_ids=("a", "b", "open"),
        item_ids=("item",),
        site_ids=("x", "y", "z"),
        hours=np.ones(1),
        rules=rules,
        scenarios=(scenario(random, 0.4), scenario(random, 0.6)),
        complete_baskets=False,
        item_weight=np.ones(1),
        single_source=True,
    )


def goal(drawn: PlacementProblem) -> Goal:
    """Least cost with everybody served."""
    everybody = sum(each.probability * each.people.sum() for each in drawn.scenarios)
    return Goal(COUNT, gain=0.0, yuan=1.0, required=((COUNT, float(everybody)),))


def cost_of(drawn: PlacementProblem, chosen: tuple[int, ...]) -> float:
    """Try every assignment of every scenario for the candidates chosen."""
    rules = drawn.rules
    opened = np.array([*chosen, 1.0])
    cost = float(rules.opening_cost[:2] @ opened[:2])
    if cost > rules.budget:
        return np.inf
    stock = np.minimum(rules.at_most[:, 0], rules.usable_m3 / rules.unit_volume_m3[0]) * opened
    for each in drawn.scenarios:
        units, sites = each.people * 2.0, np.arange(len(each.site))
        issuable = each.surviving * stock + each.ready[:, 0, 0]
        costs = []
        for choice in itertools.product(range(SOURCES), repeat=len(sites)):
            lane = sites * SOURCES + np.array(choice, np.int64)
            moved = float((units * 3.0 * each.lanes.cost_per_kg[lane]).sum())
            used = np.bincount(np.array(choice, np.int64), units * each.lanes.loaded_per_unit[lane], SOURCES)
            costs.append(moved + float(np.maximum(used - issuable, 0) @ each.emergency_cost[:, 0]))
        cost += each.probability * min(costs)
    return cost


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_openings_are_those_of_least_cost(seed: int) -> None:
    """Lost and ready stock, loads, emergency purchases, budget and a source that is open already."""
    drawn = problem(seed)
    costs = {chosen: cost_of(drawn, chosen) for chosen in itertools.product((0, 1), repeat=2)}
    found = solve_single_source(drawn, goal(drawn), gap=0.0)
    assert -found.certificate.value == pytest.approx(min(costs.values()), abs=1e-6)
    assert -found.certificate.bound == pytest.approx(min(costs.values()), abs=1e-6)
    first, second, already = (int(flag) for flag in found.opened)
    assert costs[first, second] == pytest.approx(min(costs.values()), abs=1e-6)
    assert already == 0
    assert found.spending == pytest.approx(float(drawn.rules.opening_cost[:2] @ [first, second]))


def test_most_open_limits_the_candidates() -> None:
    """With none allowed, only what is open already serves."""
    drawn = problem(1)
    closed = replace(drawn, rules=replace(drawn.rules, most_open=0))
    found = solve_single_source(closed, goal(closed), gap=0.0)
    assert not found.opened.any()
    assert -found.certificate.value == pytest.approx(cost_of(drawn, (0, 0)))
    assert found.stock[:2].tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(
    "change",
    [
        {"unit_cost": np.ones(1)},
        {"at_least": np.ones((SOURCES, 1))},
        {"expansion_m3": np.ones(SOURCES)},
    ],
)
def test_what_decides_more_than_openings_is_refused(change: dict[str, np.ndarray]) -> None:
    """Stock that costs money, floors and expansion are for other solvers."""
    drawn = problem(2)
    assert suits(drawn, goal(drawn))
    other = replace(drawn, rules=replace(drawn.rules, **change))
    assert not suits(other, goal(other))
    with pytest.raises(ValueError, match="openings alone"):
        solve_single_source(other, goal(other), gap=0.0)


def test_a_goal_that_leaves_people_out_is_refused() -> None:
    """Everybody has to be asked for: without it, serving nobody may be cheaper."""
    drawn = problem(3)
    assert not suits(drawn, Goal(COUNT, gain=0.0, yuan=1.0))
    assert not suits(drawn, Goal(COUNT, gain=1.0, yuan=1.0, required=goal(drawn).required))


def test_docks_and_prices_that_may_leave_people_unserved_are_refused() -> None:
    """The second stage must be limited by stock alone, with a way out at a price."""
    drawn = problem(4)
    for change in ({"dock_kg": np.ones((SOURCES, 1))}, {"emergency_cost": np.full((SOURCES, 1), np.inf)}):
        other = replace(drawn, scenarios=(replace(drawn.scenarios[0], **change), drawn.scenarios[1]))
        assert not suits(other, goal(other))
