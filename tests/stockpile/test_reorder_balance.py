"""Balances of the reorder plan on random small regions, rebuilt from the region and the tables alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from reorder_regions import ON, make_region
from scipy.optimize import linprog

from stockpile.bundle import Region
from stockpile.reorder import ROTATION_DAYS, plan_reorder
from stockpile.reorder.transfers import units_to_move

ITEMS = {"tent": (30, 1), "water": (3, 24)}  # lead time in days, pack size
LEVELS = ("district", "township", "community")
DAYS = st.one_of(st.none(), st.integers(-40, 400).map(lambda days: ON + timedelta(days=days)))


@st.composite
def regions(draw: st.DrawFn) -> Region:
    """Up to five warehouses, two items, any lots, and a rule or two."""
    count = draw(st.integers(1, 5))
    ids = [f"W-{number}" for number in range(count)]
    warehouses = [
        {
            "id": warehouse,
            "place": f"P-{number}",
            "level": draw(st.sampled_from(LEVELS)),
            "status": "existing"
            if number == 0
            else draw(st.sampled_from(["existing", "existing", "candidate"])),
            "lat": 31.0 + draw(st.integers(0, 9)) / 10,
        }
        for number, warehouse in enumerate(ids)
    ]
    lots = [
        {"id": f"L-{number}", "warehouse": warehouse, "item": item, "quantity": quantity, "expires_on": day}
        for number, (warehouse, item, quantity, day) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(ids), st.sampled_from(sorted(ITEMS)), st.integers(0, 300), DAYS
                    ),
                    max_size=14,
                )
            )
        )
    ]
    floors: list[dict[str, Any]] = [
        {
            "id": f"F-{level}-{item}",
            "level": level,
            "item": item,
            "quantity": float(draw(st.integers(0, 300))),
        }
        for level in LEVELS
        for item in ITEMS
    ]
    floors.append(
        {"id": "F-S", "level": "township", "basket": "flood", "population_share": 0.03, "supply_days": 3.0}
    )
    return make_region(
        places=[{"id": f"P-{number}", "population": draw(st.integers(0, 3000))} for number in range(count)],
        warehouses=warehouses,
        items=[
            {"id": item, "lead_time_days": lead, "pack_size": pack} for item, (lead, pack) in ITEMS.items()
        ],
        baskets=[{"id": "b-1", "item": "water", "quantity_per_person": 0.7, "per": "day"}],
        floors=floors,
        lots=lots,
    )


def stock_on(region: Region, day: date, warehouse: str, item: str) -> int:
    """Units of the input table that can be used on a day."""
    return sum(
        row["quantity"]
        for row in region.lots.to_dict("records")
        if (row["warehouse"], row["item"]) == (warehouse, item)
        and (row["expires_on"] is None or row["expires_on"] >= day)
    )


def moved_on(moves: list[dict[str, Any]], end: str, day: date, warehouse: str, item: str) -> int:
    """Units that were moved to or from a warehouse and can be used on a day."""
    return sum(
        row["quantity"]
        for row in moves
        if (row[end], row["item"]) == (warehouse, item)
        and (row["expires_on"] is None or row["expires_on"] >= day)
    )


@settings(deadline=None, max_examples=40)
@given(regions())
def test_every_line_reaches_its_target(region: Region) -> None:
    """usable + transfers in - transfers out + bought >= target, whole packs, never a pack too many."""
    tables = plan_reorder(region, ON).tables
    moves = tables["transfers"].to_dict("records")
    for row in tables["reorder"].to_dict("records"):
        lead, pack = ITEMS[row["item"]]
        receipt, key = ON + timedelta(days=lead), (row["warehouse"], row["item"])
        usable = stock_on(region, receipt, *key)
        held = (
            usable
            + moved_on(moves, "to_warehouse", receipt, *key)
            - moved_on(moves, "from_warehouse", receipt, *key)
        )
        assert row["usable"] == usable
        assert row["after"] == held + row["buy"] >= row["target"]
        assert row["buy"] == row["packs"] * pack
        assert row["buy"] == 0 or held + row["buy"] - pack < row["target"]
        assert (row["order_by"] == ON) == (held < row["target"])


@settings(deadline=None, max_examples=40)
@given(regions())
def test_giving_never_brings_a_giver_below_its_target(region: Region) -> None:
    """On every later day a giver holds its target, or all that it would have held without giving."""
    tables = plan_reorder(region, ON).tables
    moves = tables["transfers"].to_dict("records")
    days = {ON} | {
        row["expires_on"] + timedelta(days=1) for row in region.lots.to_dict("records") if row["expires_on"]
    }
    for row in tables["reorder"][tables["reorder"]["transfer_out"] > 0].to_dict("records"):
        key = (row["warehouse"], row["item"])
        assert row["usable"] - row["transfer_out"] >= row["target"]
        for day in days:
            before = stock_on(region, day, *key)
            assert before - moved_on(moves, "from_warehouse", day, *key) >= min(before, row["target"])


@settings(deadline=None, max_examples=40)
@given(regions())
def test_moved_lots_exist_last_and_leave_in_fefo_order(region: Region) -> None:
    """No lot is given twice, by a point that may not, too close to its last day, or before an earlier one."""
    transfers = plan_reorder(region, ON).tables["transfers"]
    given_units = transfers.groupby("lot")["quantity"].sum().to_dict()
    lots = {row["id"]: row for row in region.lots.to_dict("records")}
    warehouses = {row["id"]: row for row in region.warehouses.to_dict("records")}
    for row in transfers.to_dict("records"):
        lot, giver = lots[row["lot"]], warehouses[row["from_warehouse"]]
        assert lot["warehouse"] == giver["id"] != row["to_warehouse"]
        assert given_units[row["lot"]] <= lot["quantity"]
        assert (giver["status"], giver["level"] == "community") == ("existing", False)
        assert warehouses[row["to_warehouse"]]["status"] == "existing"
        keeps_until = ON + timedelta(days=ITEMS[row["item"]][0] + ROTATION_DAYS)
        assert lot["expires_on"] is None or lot["expires_on"] >= keeps_until
        for other in lots.values():
            same = (other["warehouse"], other["item"]) == (lot["warehouse"], lot["item"])
            sooner = other["expires_on"] is not None and other["expires_on"] < (lot["expires_on"] or date.max)
            if same and sooner and other["expires_on"] >= keeps_until:
                assert given_units.get(other["id"], 0) == other["quantity"]


@settings(deadline=None, max_examples=40)
@given(regions())
def test_nothing_is_bought_that_a_transfer_could_save(region: Region) -> None:
    """What all givers can still spare is too little to save any buyer a pack."""
    tables = plan_reorder(region, ON).tables
    communities = set(region.warehouses.loc[region.warehouses["level"] == "community", "id"])
    lines = tables["reorder"].to_dict("records")
    for item, (lead, pack) in ITEMS.items():
        sound = ON + timedelta(days=lead + ROTATION_DAYS)
        spare = sum(
            max(0, stock_on(region, sound, row["warehouse"], item) - row["transfer_out"] - row["target"])
            for row in lines
            if row["item"] == item and row["warehouse"] not in communities
        )
        for row in lines:
            if row["item"] == item and row["buy"]:
                missing = row["target"] - (row["after"] - row["buy"])
                assert spare < (missing - 1) % pack + 1


@settings(deadline=None, max_examples=20)
@given(regions(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_rows_changes_nothing(region: Region, random: Any) -> None:  # noqa: ANN401
    """Shuffled tables give the same plan."""
    shuffled = {}
    for name in ("places", "warehouses", "lots", "items", "floors"):
        frame = region.table(name)
        shuffled[name] = frame.iloc[random.sample(range(len(frame)), len(frame))].reset_index(drop=True)
    first, second = plan_reorder(region, ON), plan_reorder(region.replace(**shuffled), ON)
    assert all(first.tables[name].equals(second.tables[name]) for name in first.tables)
    assert first.totals == second.totals


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_transfer_flow_is_the_cheapest_of_the_largest(data: st.DataObject) -> None:
    """With packs of one: all that can move moves, at the cost that a linear programme finds."""
    units = st.integers(0, 20)
    spare = np.array(data.draw(st.lists(units, min_size=1, max_size=4)))
    short = np.array(data.draw(st.lists(units, min_size=1, max_size=4)))
    shape = (len(spare), len(short))
    km = data.draw(st.lists(st.integers(0, 50), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    metres = 1000.0 * np.array(km).reshape(shape)
    moved = units_to_move(spare, short, metres, 1)
    most = min(spare.sum(), short.sum())
    rows = np.repeat(np.eye(shape[0]), shape[1], axis=1)
    columns = np.tile(np.eye(shape[1]), shape[0])
    best = linprog(
        metres.ravel(),
        A_ub=np.vstack([rows, columns]),
        b_ub=np.concatenate([spare, short]),
        A_eq=np.ones((1, metres.size)),
        b_eq=[most],
    )
    assert moved.min() >= 0
    assert moved.sum() == most
    assert (moved.sum(axis=1) <= spare).all()
    assert (moved.sum(axis=0) <= short).all()
    assert np.isclose((moved * metres).sum(), best.fun)
