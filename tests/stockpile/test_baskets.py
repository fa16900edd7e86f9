"""Need follows people, and the scarcest essential item decides how many are complete."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.baskets import basket_need, complete_baskets, site_need

BASKETS = pd.DataFrame(
    {
        "basket": ["flood", "flood", "flood", "ice"],
        "item": ["water", "quilt", "torch", "quilt"],
        "quantity_per_person": [0.25, 0.5, 0.2, 1.0],
        "per": ["day", "event", "event", "event"],
        "essential": [True, True, False, True],
    }
)

quantities = st.lists(st.sampled_from([0.05, 0.2, 0.25, 1 / 3, 0.5, 1.0, 3.0]), min_size=1, max_size=4)


def test_daily_items_grow_with_the_days_of_supply_and_others_do_not() -> None:
    """Three days of water, one quilt for the event; only the named basket, sorted by item."""
    need = basket_need(BASKETS, "flood", 3)
    assert need.to_dict("list") == {
        "item": ["quilt", "torch", "water"],
        "quantity_per_person": [0.5, 0.2, 0.75],
        "essential": [True, False, True],
    }


def test_an_unknown_basket_is_refused_with_the_known_ones() -> None:
    """The message names what there is."""
    with pytest.raises(ValueError, match="'fire'; the catalogue has flood, ice"):
        basket_need(BASKETS, "fire", 3)


@pytest.mark.parametrize("supply_days", [0.0, -1.0, math.nan])
def test_no_days_of_supply_are_refused(supply_days: float) -> None:
    """A basket for no day would need nothing and always be complete."""
    with pytest.raises(ValueError, match="not above 0"):
        basket_need(BASKETS, "flood", supply_days)


def test_a_site_needs_whole_units() -> None:
    """4 x 0.75 is 3 units and 5 x 0.75 is 4; a float a hair above 3 is still 3."""
    need = site_need(pd.Series({"J-1": 4, "J-2": 5, "J-3": 0}), basket_need(BASKETS, "flood", 3))
    water = need[need["item"] == "water"]
    assert dict(zip(water["site"], water["need"], strict=True)) == {"J-1": 3, "J-2": 4, "J-3": 0}
    thirds = pd.DataFrame({"item": ["a"], "quantity_per_person": [0.1], "essential": [True]})
    assert list(site_need(pd.Series({"J": 30}), thirds)["need"]) == [3]  # 30 * 0.1 > 3 in floats


@given(quantities, st.integers(0, 100_000))
def test_a_delivered_need_makes_everyone_complete(per_person: list[float], people: int) -> None:
    """The need of a site is enough for all its people, and one unit less of any item is not."""
    need = pd.DataFrame(
        {"item": [f"i{k}" for k in range(len(per_person))], "quantity_per_person": per_person}
    )
    units = site_need(pd.Series({"J": people}), need)["need"].to_numpy()
    assert complete_baskets(units, per_person) >= people - 1e-6
    for short in range(len(units)):
        less = units.copy()
        less[short] -= 1
        assert complete_baskets(less, per_person) < people + 1e-6


@given(quantities, st.data())
def test_complete_baskets_are_limited_by_the_scarcest_item(
    per_person: list[float], data: st.DataObject
) -> None:
    """No item is used beyond what was handed out, and one item is used up."""
    amounts = st.integers(0, 10_000)
    units = data.draw(st.lists(amounts, min_size=len(per_person), max_size=len(per_person)))
    persons = float(complete_baskets(units, per_person))
    used = persons * np.array(per_person)
    assert (used <= np.array(units) + 1e-6).all()
    assert np.isclose(used, units).any()


@given(quantities, st.data())
def test_more_goods_never_make_fewer_people_complete(per_person: list[float], data: st.DataObject) -> None:
    """Monotone in every item."""
    amounts = st.lists(st.integers(0, 1000), min_size=len(per_person), max_size=len(per_person))
    units, extra = np.array(data.draw(amounts)), np.array(data.draw(amounts))
    assert complete_baskets(units + extra, per_person) >= complete_baskets(units, per_person)


def test_the_last_axis_holds_the_items() -> None:
    """Any number of axes before it: sites, hours."""
    handed_out = np.array([[[4, 2], [4, 0]], [[1, 9], [3, 3]], [[0, 0], [8, 1]]])
    assert complete_baskets(handed_out, [2, 1]).tolist() == [[2, 0], [0.5, 1.5], [0, 1]]


@pytest.mark.parametrize(("units", "per_person"), [([1, 2], [1]), ([], []), ([1], [0])])
def test_items_that_do_not_fit_are_refused(units: list[int], per_person: list[float]) -> None:
    """Another number of items, none, or one of which nobody needs anything."""
    with pytest.raises(ValueError, match=r"do not fit|completes no basket"):
        complete_baskets(units, per_person)
