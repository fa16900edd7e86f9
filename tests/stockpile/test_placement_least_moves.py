"""Of the stocks that supply as many people, the one for which least is driven about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from placement_samples import INF, lanes, scenario, tiny

from stockpile.distances import Distances
from stockpile.placement.least_moves import least_moves
from stockpile.placement.problem import NO_FLEET, PlacementProblem
from stockpile.placement.solution import Certificate, Placement

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
