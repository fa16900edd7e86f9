"""What a plan may count on: lots in FEFO order, batches of suppliers hour by hour, stock on the spot."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from region_samples import region_to_plan

from routing.supply import (
    Batch,
    index_supply,
    issue_on_site,
    lots_on_hand,
    supplier_batches,
    warehouse_batches,
)

ON = date(2026, 7, 5)
HOUR = 3600


def agreement(**values: object) -> pd.DataFrame:
    """One agreement for 100 units, ready after 2 h without a ramp, unless `values` differ."""
    row = {
        "id": "M",
        "depot": "Mill",
        "item": "water",
        "quantity": 100,
        "activation_h": 2.0,
        "ramp_per_h": math.nan,
        "reliability": 1.0,
        "contract_end": None,
    }
    return pd.DataFrame([{**row, **values}])


def parts(batches: list[Batch]) -> list[tuple[str, int, int]]:
    """(lot id, units, second) of every batch."""
    return [(batch.lot_id, batch.quantity, batch.available_s) for batch in batches]


def test_usable_lots_of_existing_warehouses_first_expired_first_out() -> None:
    """Expired lots and those of candidates stay out; lots without a date come last."""
    lots = lots_on_hand(region_to_plan(), ON)
    assert lots["id"].tolist() == ["LOT-1", "LOT-5", "LOT-2", "LOT-3", "LOT-4", "LOT-6"]
    assert lots.set_index("id").loc["LOT-5", ["level", "place"]].tolist() == ["community", "P-C"]


def test_a_lot_is_usable_on_its_last_day() -> None:
    """LOT-7 expires on 4 July: used that day, not the day after."""
    for on, usable in ((date(2026, 7, 4), True), (ON, False)):
        assert ("LOT-7" in set(lots_on_hand(region_to_plan(), on)["id"])) is usable


def test_vehicles_load_no_stock_of_community_points() -> None:
    """It is handed out on the spot; all other lots stand ready at second 0 with their date."""
    batches = warehouse_batches(lots_on_hand(region_to_plan(), ON))
    assert [batch.lot_id for batch in batches] == ["LOT-1", "LOT-2", "LOT-3", "LOT-4"]
    assert {batch.available_s for batch in batches} == {0}
    assert [batch.expires_on for batch in batches] == ["2026-08-01", "2027-01-01", "", ""]


def test_an_agreement_without_a_ramp_is_one_batch() -> None:
    """All that can be relied on is ready at activation."""
    assert parts(supplier_batches(agreement(reliability=0.75), ON, 9 * HOUR)) == [("M@0", 75, 2 * HOUR)]


def test_a_ramp_makes_whole_units_hour_by_hour() -> None:
    """2.5 an hour: two, three, two, three units, the first ready an hour after activation."""
    batches = supplier_batches(agreement(quantity=9, ramp_per_h=2.5), ON, 24 * HOUR)
    assert parts(batches) == [
        ("M@0", 2, 3 * HOUR),
        ("M@1", 3, 4 * HOUR),
        ("M@2", 2, 5 * HOUR),
        ("M@3", 2, 6 * HOUR),
    ]


def test_a_slow_ramp_skips_hours_without_a_whole_unit() -> None:
    """0.4 an hour: the first whole unit after three hours, the second after five."""
    batches = supplier_batches(agreement(quantity=2, ramp_per_h=0.4), ON, 24 * HOUR)
    assert parts(batches) == [("M@2", 1, 5 * HOUR), ("M@4", 1, 7 * HOUR)]


@pytest.mark.parametrize(("ends", "counts"), [(date(2026, 7, 4), False), (ON, True), (None, True)])
def test_an_agreement_counts_to_its_last_day(ends: date | None, counts: bool) -> None:  # noqa: FBT001
    """The day after its end there is nothing to count on; one without an end never lapses."""
    assert bool(supplier_batches(agreement(contract_end=ends), ON, 9 * HOUR)) is counts


def test_batches_at_or_after_the_horizon_are_left_out() -> None:
    """Ready at 2 h: of use to a plan of 2 h 1 s, not to one of 2 h."""
    assert supplier_batches(agreement(), ON, 2 * HOUR) == []
    assert len(supplier_batches(agreement(), ON, 2 * HOUR + 1)) == 1


@given(
    st.integers(0, 500),
    st.sampled_from([0.3, 0.9, 1.0]),
    st.one_of(st.just(math.nan), st.floats(0.05, 90)),
    st.sampled_from([0.0, 1.5, 7.0]),
    st.integers(1, 72),
)
def test_a_supplier_never_gives_more_than_promised_nor_sooner(
    quantity: int, reliability: float, ramp: float, activation: float, horizon: int
) -> None:
    """By each second no more than ramp * hours since activation and floor(quantity * reliability) is ready.

    A horizon that is long enough gets all of it.
    """
    table = agreement(quantity=quantity, reliability=reliability, ramp_per_h=ramp, activation_h=activation)
    batches = supplier_batches(table, ON, horizon * HOUR)
    most = math.floor(quantity * reliability + 1e-9)
    ready = 0
    for batch in batches:
        assert batch.quantity > 0
        assert batch.available_s < horizon * HOUR
        ready += batch.quantity
        if not math.isnan(ramp):
            assert ready <= ramp * (batch.available_s / HOUR - activation) + 1e-6
    assert ready <= most
    needed_h = activation if math.isnan(ramp) else activation + math.ceil(most / ramp) + 1
    if needed_h < horizon:
        assert ready == most


def test_lots_become_arrays_in_the_order_of_issue() -> None:
    """By source, item and readiness; equal ones keep the order they came in; strangers are left out."""
    batches = [
        Batch("late", "B", "water", 1, 60, ""),
        Batch("first", "B", "water", 2, 0, "2026-08-01"),
        Batch("second", "B", "water", 3, 0, ""),
        Batch("tent", "A", "tent", 4, 0, ""),
        Batch("unknown item", "A", "torch", 5, 0, ""),
        Batch("unknown source", "C", "water", 6, 0, ""),
    ]
    supply = index_supply(batches, {"A": 0, "B": 1}, {"water": 0, "tent": 1})
    assert supply.lot_ids == ("tent", "first", "second", "late")
    assert supply.source.tolist() == [0, 1, 1, 1]
    assert supply.item.tolist() == [1, 0, 0, 0]
    assert supply.quantity.tolist() == [4, 2, 3, 1]
    assert supply.available_s.tolist() == [0, 0, 0, 60]
    assert supply.expires_on == ("", "2026-08-01", "", "")


def held_lots(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Lots (id, place, item, units) of community points."""
    table = pd.DataFrame(list(rows), columns=["id", "place", "item", "quantity"])
    return table.assign(warehouse="C-" + table["place"], level="community")


def test_stock_on_the_spot_goes_to_the_sites_of_its_place_up_to_their_need() -> None:
    """The lot that lapses first is used up first; the second site gets what the first leaves."""
    lots = held_lots(("old", "P", "water", 5), ("new", "P", "water", 9), ("far", "Q", "water", 9))
    need = np.array([[8], [4], [7]])
    held = issue_on_site(lots, pd.Series(["P", "P", "R"]), need, {"water": 0})
    rows = list(
        zip(held.lot_ids, held.warehouse_ids, held.site.tolist(), held.quantity.tolist(), strict=True)
    )
    assert rows == [("old", "C-P", 0, 5), ("new", "C-P", 0, 3), ("new", "C-P", 1, 4)]
    assert need.tolist() == [[8], [4], [7]]


@given(
    st.lists(
        st.tuples(
            st.just("L"), st.sampled_from("PQ"), st.sampled_from(["water", "tent", "saw"]), st.integers(1, 9)
        ),
        max_size=6,
    ),
    st.lists(st.tuples(st.sampled_from("PQ"), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4),
)
def test_stock_on_the_spot_is_neither_made_nor_wasted(
    rows: list[tuple[str, str, str, int]], sites: list[tuple[str, int, int]]
) -> None:
    """In each place, issued units are the smaller of what is held and what is needed, item by item."""
    lots = held_lots(*rows)
    places = pd.Series([place for place, _, _ in sites])
    need = np.array([units for _, *units in sites])
    items = {"water": 0, "tent": 1}
    held = issue_on_site(lots, places, need, items)
    got = np.zeros_like(need)
    np.add.at(got, (held.site, held.item), held.quantity)
    assert (got <= need).all()
    for place in "PQ":
        for item, index in items.items():
            stock = sum(units for _, where, what, units in rows if (where, what) == (place, item))
            wanted = int(need[(places == place).to_numpy(), index].sum())
            assert got[(places == place).to_numpy(), index].sum() == min(stock, wanted)
