"""Baskets come, queue and are handed out: the curve against hand sums and a step-by-step simulation."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.supply_curve import supply_curve, whole_people

HORIZON_S = 4000

steps = st.lists(st.tuples(st.integers(0, HORIZON_S + 500), st.floats(0, 400)), max_size=6).map(sorted)
people_counts = st.integers(0, 300)
rates = st.sampled_from([0.01, 0.1, 1.0, 50.0])


def available_at(steps: list[tuple[int, float]], people: int, second: float) -> float:
    """Baskets that stand on the site just before a second."""
    return max((min(baskets, people) for at, baskets in steps if at < second), default=0.0)


def queue_by_steps(people: int, rate: float, steps: list[tuple[int, float]], step_s: float) -> list[float]:
    """Supplied people at the end of each short step: hand out what is there, at most at the rate."""
    supplied, curve = 0.0, [0.0]
    for number in range(1, round(HORIZON_S / step_s) + 1):
        supplied = min(available_at(steps, people, number * step_s), supplied + rate * step_s)
        curve.append(supplied)
    return curve


def test_supplied_people_and_waiting_by_hand() -> None:
    """60 of 100 people get baskets at 100 s, the rest at 400 s, 0.5 persons a second.

    S rises from 100 s to 60 at 220 s, rests, rises from 400 s to 100 at 480 s. Area under S to 1,000 s:
    60 * 120 / 2 + 60 * 180 + (60 + 100) / 2 * 80 + 100 * 520 = 72,800; 100,000 - 72,800 wait.
    """
    curve = supply_curve(100, 0.5, [(100, 60.0), (400, 100.0)], [0, 100, 160, 220, 300, 440, 1000], 1000)
    assert curve.supplied_at == (0.0, 0.0, 30.0, 60.0, 60.0, 80.0, 100.0)
    assert curve.person_seconds == 27_200.0


def test_goods_that_come_while_others_queue_join_the_queue() -> None:
    """30 baskets at 0 s and 100 at 20 s at one a second: an unbroken line to 100 at 100 s."""
    curve = supply_curve(100, 1.0, [(0, 30.0), (20, 100.0)], [10, 20, 60, 100], 200)
    assert curve.supplied_at == (10.0, 20.0, 60.0, 100.0)
    assert curve.person_seconds == 100 * 100 / 2


def test_stock_on_the_spot_is_still_handed_out_one_by_one() -> None:
    """Nobody is supplied at second 0, though everything is there."""
    curve = supply_curve(10, 2.0, [(0, 99.0)], [0, 2, 5, 9], 10)
    assert curve.supplied_at == (0.0, 4.0, 10.0, 10.0)


def test_goods_at_or_after_the_horizon_supply_nobody() -> None:
    """What comes with the last second helps nobody within the plan; one second earlier it does."""
    assert supply_curve(5, 9.0, [(100, 5.0)], [100], 100).supplied_at == (0.0,)
    assert supply_curve(5, 9.0, [(99, 5.0)], [100], 100).supplied_at == (5.0,)


def test_more_baskets_than_people_supply_the_people_only() -> None:
    """Nobody gets two."""
    assert supply_curve(7, 9.0, [(0, 50.0)], [60], 60).supplied_at == (7.0,)


def test_a_site_without_people_waits_for_nothing() -> None:
    """No people, no waiting, whatever is delivered."""
    curve = supply_curve(0, 1.0, [(0, 5.0)], [50], 100)
    assert (curve.supplied_at, curve.person_seconds) == ((0.0,), 0.0)


@settings(deadline=None)
@given(people_counts, rates, steps)
def test_the_curve_agrees_with_a_simulation_in_short_steps(
    people: int, rate: float, steps: list[tuple[int, float]]
) -> None:
    """Steps of half a second give the same people and the same waiting.

    Drops fall on whole seconds, so the simulation is exact at the ends of steps up to the fraction of a
    step in which a queue runs dry; that costs at most rate * step^2 / 2 of area for every drop.
    """
    step_s = 0.5
    simulated = queue_by_steps(people, rate, steps, step_s)
    curve = supply_curve(people, rate, steps, range(0, HORIZON_S + 1, 50), HORIZON_S)
    assert curve.supplied_at == pytest.approx(simulated[::100], abs=1e-6)
    area = sum(step_s * (a + b) / 2 for a, b in itertools.pairwise(simulated))
    slack = (len(steps) + 1) * rate * step_s * step_s / 2
    assert curve.person_seconds == pytest.approx(people * HORIZON_S - area, abs=slack + 1e-3)


@given(people_counts, rates, steps)
def test_the_curve_never_falls_nor_outruns_goods_or_hands(
    people: int, rate: float, steps: list[tuple[int, float]]
) -> None:
    """S is monotone, S <= A, and S grows by at most the hand-out rate."""
    ask_s = range(0, HORIZON_S + 1, 40)
    supplied = supply_curve(people, rate, steps, ask_s, HORIZON_S).supplied_at
    for second, value in zip(ask_s, supplied, strict=True):
        assert value <= available_at(steps, people, second) + 1e-9
    for before, after in itertools.pairwise(supplied):
        assert before - 1e-9 <= after <= before + 40 * rate + 1e-9


@given(people_counts, rates, steps, st.integers(0, HORIZON_S - 1), st.floats(0, 400))
def test_one_more_drop_never_hurts(
    people: int, rate: float, steps: list[tuple[int, float]], second: int, baskets: float
) -> None:
    """More goods: no fewer supplied at any time, no more waiting."""
    ask_s = range(0, HORIZON_S + 1, 100)
    poor = supply_curve(people, rate, steps, ask_s, HORIZON_S)
    rich = supply_curve(people, rate, sorted([*steps, (second, baskets)]), ask_s, HORIZON_S)
    assert all(a <= b + 1e-9 for a, b in zip(poor.supplied_at, rich.supplied_at, strict=True))
    assert rich.person_seconds <= poor.person_seconds + 1e-6


def test_only_whole_people_are_counted() -> None:
    """Rounding noise does not cost a person; a real fraction does not make one."""
    assert [whole_people(value) for value in (2.9, 2.9999999, 3.0, 0.0)] == [2, 3, 3, 0]
