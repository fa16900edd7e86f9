"""Need follows people, and the scarcest essential item decides how many are complete."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.baskets import basket_need, site_need

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
    assert (units / per_person).min() >= people - 1e-6
    for short in range(len(units)):
        less = units.copy()
        less[short] -= 1
        assert (less / per_person).min() < people + 1e-6
