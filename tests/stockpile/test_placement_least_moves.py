"""Of the stocks that supply as many people, the one for which least is driven about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from placement_packs import in_packs
from placement_programs import random_problem
from placement_samples import INF, lanes, scenario, tiny

from stockpile.distances import Distances
from stockpile.placement.least_moves import LOST_IN_PACKS, LOST_PEOPLE, least_moves
from stockpile.placement.problem import NO_FLEET, Coverage, Floats, Goal, PlacementProblem
from stockpile.placement.sent_out import sent_out
from stockpile.placement.solution import Certificate, Placement
from stockpile.placement.solve import solve_placement

KM = 1000.0
FAR, NEAR, STORE = 0, 1, 2
METRES = KM * np.array([[0.0, 90.0, 80.0], [90.0, 0.0, 10.0], [80.0, 10.0, 0.0]])
NAMES = ("far", "near", "store")
WAYS = Distances(NAMES, METRES, np.ones_like(METRES, dtype=np.bool_))


def ten_people_at_the_store(pack_size: int = 1) -> PlacementProblem:
    """Two stores with 10 units each, and a third, empty one, which alone reaches 10 people."""
    one = scenario(
        "all",
        1.0,
        lanes((0, STORE, 0, NO_FLEET, 0, 0, 1)),
        site=np.arange(1),
        people=np.array([10.0]),
        most_people=np.array([[10.0]]),
        per_person=np.array([1.0]),
        held=np.zeros((1, 1)),
        surviving=np.ones(3),
        ready=np.zeros((3, 1, 1)),
        dock_kg=np.full((3, 1), INF),
        fleet_kg_s=np.zeros((0, 1)),
        emergency_cost=np.full((3, 1), INF),
    )
    rules = replace(
        tiny().rules,
        current=np.array([[10.0], [10.0], [0.0]]),
        at_least=np.zeros((3, 1)),
        at_most=np.full((3, 1), 100.0),
        unit_cost=np.ones(1),
        unit_volume_m3=np.ones(1),
        unit_weight_kg=np.array([2.0]),
        pack_size=np.array([pack_size]),
        usable_m3=np.full(3, 100.0),
        candidate=np.zeros(3, dtype=np.bool_),
        opening_cost=np.zeros(3),
        expansion_m3=np.zeros(3),
        expansion_cost_per_m3=np.zeros(3),
    )
    return PlacementProblem(
        ("far", "near", "store"),
        ("water",),
        ("hall",),
        np.ones(1),
        rules,
        (one,),
        complete_baskets=True,
        item_weight=np.ones(1),
    )


def answer(*stock: float) -> Placement:
    """An answer with these levels."""
    none = np.zeros(3)
    return Placement(
        np.array(stock)[:, None], none.astype(np.bool_), none, np.array([[10.0]]), 0.0, Certificate(10, 10)
    )


def test_goods_come_from_the_nearer_store() -> None:
    """20 units were brought where 10 suffice: the 10 from 80 km away stay at home."""
    problem = ten_people_at_the_store()
    levels = least_moves(problem, answer(0, 0, 20), np.array([[10.0]]), WAYS)
    assert levels.ravel().tolist() == [10, 0, 10]


def test_the_way_decides_not_the_order_of_the_stores() -> None:
    """With the distances exchanged, so are the givers."""
    problem = ten_people_at_the_store()
    exchanged = Distances(NAMES, METRES[np.ix_([NEAR, FAR, STORE], [NEAR, FAR, STORE])], WAYS.joined)
    levels = least_moves(problem, answer(0, 0, 20), np.array([[10.0]]), exchanged)
    assert levels.ravel().tolist() == [0, 10, 10]


def test_what_is_bought_goes_where_else_goods_would_be_driven() -> None:
    """10 more units were bought for the store, and they are the 10 that it needs: nothing moves."""
    problem = ten_people_at_the_store()
    levels = least_moves(problem, answer(5, 5, 20), np.array([[10.0]]), WAYS)
    assert levels.ravel().tolist() == [10, 10, 10]


def test_whole_packs_move() -> None:
    """In packs of 4 three packs come: 12 units for 10 people, none lost on the way."""
    problem = ten_people_at_the_store(pack_size=4)
    levels = least_moves(problem, answer(0, 0, 20), np.array([[10.0]]), WAYS)
    assert levels.sum() == 20
    assert levels[STORE, 0] == 12


SEEDS = (3, 4, 10, 12, 18, 19, 23, 30, 31, 36, 53, 54, 62)
LATER = Coverage(np.array([0.0, 1.0]))


def random_moves(seed: int) -> tuple[PlacementProblem, Placement, Floats]:
    """A random region with packs of all sizes, its answer, and the stock with fewest kg * km."""
    draw = np.random.default_rng(seed)
    problem = in_packs(random_problem(seed, candidates=seed % 2), draw.choice([1, 5, 10, 20], 3))
    best = solve_placement(problem, Goal(LATER))
    places = draw.uniform(0, 50 * KM, (4, 2))
    metres = np.linalg.norm(places[:, None] - places, axis=2)
    supplied = np.where(LATER.per_hour > 0, best.supplied, 0.0)
    return (
        problem,
        best,
        least_moves(
            problem,
            best,
            supplied,
            Distances(problem.source_ids, metres, np.ones_like(metres, dtype=np.bool_)),
        ),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_fewer_moves_overfill_no_store(seed: int) -> None:
    """A pack stays at home only where there is room for it; totals and limits are those of the answer."""
    problem, best, stock = random_moves(seed)
    rules = problem.rules
    room = np.where(~rules.candidate | best.opened, rules.usable_m3, 0.0) + best.expansion_m3
    assert (stock @ rules.unit_volume_m3 <= room + 1e-5).all()
    assert stock.sum(axis=0) == pytest.approx(best.stock.sum(axis=0))
    assert (stock >= rules.at_least).all()
    assert (stock <= rules.at_most).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_fewer_moves_lose_nobody(seed: int) -> None:
    """Counted again with the stock in whole packs, every scenario supplies whom the answer supplies.

    But for the small share of them that packs may cost.
    """
    problem, best, stock = random_moves(seed)
    for index, one in enumerate(problem.scenarios):
        alone = replace(problem, scenarios=(replace(one, probability=1.0),))
        again = sent_out(alone, Goal(LATER), best, stock)
        kept = best.supplied[index, 1] * (1 - LOST_IN_PACKS)
        assert again.supplied[0, 1] >= kept - 2 * LOST_PEOPLE
