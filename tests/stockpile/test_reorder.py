"""The reorder plan of one region solved by hand, rule by rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from reorder_regions import ON, hand_region, make_region

from stockpile.bundle import Region
from stockpile.errors import DataError
from stockpile.reorder import ReorderPlan, parse_day, plan_reorder
from stockpile.reorder.stock import below_from
from stockpile.reorder.transfers import units_to_move


@pytest.fixture(scope="module")
def plan() -> ReorderPlan:
    """The hand region, planned."""
    return plan_reorder(hand_region(), ON)


def line(plan: ReorderPlan, warehouse: str, item: str = "water") -> dict[str, Any]:
    """Return the one row of a warehouse and item."""
    table = plan.tables["reorder"]
    rows = table[(table["warehouse"] == warehouse) & (table["item"] == item)].to_dict("records")
    assert len(rows) == 1
    return dict(rows[0])


def test_stock_is_split_by_the_day_an_order_would_arrive(plan: ReorderPlan) -> None:
    """Lead time 5 days: a lot good until 10 July is usable on 5 July, one good until 9 July is not."""
    row = line(plan, "W-D")
    assert (row["on_hand"], row["expired"], row["expiring"], row["usable"]) == (1340, 240, 100, 1000)


def test_a_share_rule_multiplies_residents_share_need_and_days(plan: ReorderPlan) -> None:
    """1000 x 0.012 x 6 x 3 = 216 beats the fixed 100; both rules are named, the largest first."""
    row = line(plan, "W-A")
    assert row["target"] == 216
    assert row["rule"].startswith("F-1: 216 = 1000 persons x 0.012 x 18 per person (basket flood, 3 days)")
    assert row["other_rules"].startswith("F-3: 100 = fixed quantity")
    assert line(plan, "W-B")["target"] == 432


def test_surplus_goes_to_the_nearest_in_whole_packs_and_the_rest_is_bought(plan: ReorderPlan) -> None:
    """700 sound less 400 own target leaves 12 packs: 7 for W-A (short 166), 5 for W-B (short 432)."""
    near, far, giver = line(plan, "W-A"), line(plan, "W-B"), line(plan, "W-D")
    assert (near["shortage"], near["transfer_in"], near["buy"], near["after"]) == (166, 168, 0, 218)
    assert (far["shortage"], far["transfer_in"], far["packs"], far["buy"]) == (432, 120, 13, 312)
    assert (far["cost_yuan"], far["after"]) == (468.0, 432)
    assert (giver["transfer_out"], giver["buy"], giver["after"]) == (288, 0, 712)


def test_lots_leave_first_expired_first_out_and_keep_beyond_the_rotation_window(plan: ReorderPlan) -> None:
    """L-3 is usable but lapses within 90 days of receipt, so it stays; L-4 goes before L-5."""
    table = plan.tables["transfers"]
    moves = list(zip(table["lot"], table["to_warehouse"], table["quantity"], strict=True))
    assert moves == [("L-4", "W-A", 168), ("L-4", "W-B", 32), ("L-5", "W-B", 88)]
    assert table["km"].tolist() == pytest.approx([11.12, 33.36, 33.36], abs=0.01)


def test_neither_candidates_nor_community_points_give(plan: ReorderPlan) -> None:
    """W-X is not open yet and W-C loads no vehicle, though both hold more than they need."""
    assert set(plan.tables["transfers"]["from_warehouse"]) == {"W-D"}
    assert "W-X" not in set(plan.tables["reorder"]["warehouse"])
    assert line(plan, "W-C")["transfer_out"] == 0


def test_a_community_point_with_a_rule_is_supplied() -> None:
    """The same points receive like any warehouse when a rule names their level."""
    region = hand_region()
    floors = [{"id": "F-9", "level": "community", "item": "water", "quantity": 601.0}]
    lots = region.lots.to_dict("records")
    plan = plan_reorder(
        region.replace(**tables_of(make_region(floors=floors, lots=lots), "floors", "lots")), ON
    )
    assert line(plan, "W-C")["transfer_in"] == 24


def tables_of(region: Region, *names: str) -> dict[str, Any]:
    """Return tables of a region by name."""
    return {name: region.table(name) for name in names}


def test_an_order_is_due_one_lead_time_before_stock_falls_below(plan: ReorderPlan) -> None:
    """W-D: L-2, L-3 leave 412 of 812, nothing lapses below 400 before L-5 on 2 January 2027."""
    row = line(plan, "W-D")
    assert (row["below_from"], row["order_by"]) == (date(2027, 1, 2), date(2026, 12, 28))
    assert row["order_later"] == 408  # 400 missing, in packs of 24


def test_what_is_short_is_ordered_today(plan: ReorderPlan) -> None:
    """W-B holds 120 of 432 after the transfers, so it is below its target from the first day."""
    row = line(plan, "W-B")
    assert (row["below_from"], row["order_by"], row["order_later"]) == (ON, ON, None)


def test_a_lot_that_lapses_before_receipt_dates_the_gap() -> None:
    """The stock is good today and short from 8 July, before an order of today can arrive on 10 July."""
    region = make_region(
        places=[{"id": "A"}],
        warehouses=[{"id": "W-A", "place": "A"}],
        items=[{"id": "water"}],
        floors=[{"id": "F-1", "level": "township", "item": "water", "quantity": 10.0}],
        lots=[
            {"id": "L-1", "warehouse": "W-A", "item": "water", "quantity": 10, "expires_on": date(2026, 7, 7)}
        ],
    )
    row = line(plan_reorder(region, ON), "W-A")
    assert (row["below_from"], row["order_by"], row["buy"]) == (date(2026, 7, 8), ON, 10)


def test_lots_are_rotated_or_written_off(plan: ReorderPlan) -> None:
    """Expired: write off; gone before receipt: at once; within 90 days after it: rotate; later: leave."""
    table = plan.tables["rotate"]
    found = dict(zip(table["lot"], table["action"], strict=True))
    assert found == {"L-1": "报废 write off", "L-2": "立即轮换 rotate now", "L-3": "轮换 rotate"}
    assert table["days_left"].tolist() == [-1, 4, 5]


def test_the_rotation_window_is_counted_from_receipt() -> None:
    """8 October is day 95 = lead time 5 + window 90: sound; one day more of window makes L-4 rotate."""
    rotate = plan_reorder(hand_region(), ON, rotation_days=91).tables["rotate"]
    assert "L-4" in set(rotate["lot"])


def test_goods_that_do_not_fit_are_announced(plan: ReorderPlan) -> None:
    """432 units of 0.01 m3 need 4.32 m3; W-B has 4."""
    overview = plan.tables["overview"].set_index("warehouse")
    assert overview.loc["W-B", "volume_after_m3"] == 4.32
    assert "0.3 m3 over" in overview.loc["W-B", "warning"]
    assert overview.loc["W-A", "warning"] == ""
    assert overview.loc["W-D", "volume_after_m3"] == pytest.approx(8.12)  # without the 240 expired
    assert plan.totals["warehouses_over_volume"] == 1


def test_totals_and_budget_add_up(plan: ReorderPlan) -> None:
    """312 bought; 166 + 120 units of shortage met by transfers; 240 written off; 400 to rotate; 1.5 yuan."""
    totals = plan.totals
    assert (totals["cost_yuan"], totals["saved_yuan"]) == (468.0, 429.0)
    assert (totals["write_off_yuan"], totals["rotate_yuan"]) == (360.0, 600.0)
    assert (totals["items_short"], totals["items_to_buy"]) == (2, 1)
    assert totals["tonne_km"] == pytest.approx((168 * 11.12 + 120 * 33.36) * 0.5 / 1000, abs=0.01)
    budget = plan.tables["budget"].to_dict("records")
    assert [(row["item"], row["shortage"], row["buy"], row["saved_yuan"]) for row in budget] == [
        ("water", 598, 312, 429.0)
    ]


def test_loose_units_move_only_when_they_save_a_pack() -> None:
    """50 short, 30 spare, packs of 24: a pack and 2 loose units leave one pack to buy instead of two."""
    metres = np.zeros((1, 1))
    assert units_to_move(np.array([30]), np.array([50]), metres, 24).tolist() == [[26]]
    assert units_to_move(np.array([25]), np.array([50]), metres, 24).tolist() == [[24]]


def test_least_tonne_km_beats_nearest_first() -> None:
    """Giver 0 is nearest to both receivers; sending it to 1, which has no other near giver, costs less."""
    metres = np.array([[1000.0, 2000.0], [3000.0, 9000.0]])
    assert units_to_move(np.array([5, 5]), np.array([5, 5]), metres, 1).tolist() == [[0, 5], [5, 0]]


def test_equal_lapse_days_count_together() -> None:
    """Two lots of one day lapse at once: the stock is 30 short, not 10."""
    lots = [(date(2026, 8, 1), 20), (date(2026, 8, 1), 20), (None, 10)]
    assert below_from(lots, 40, ON) == (date(2026, 8, 2), 30)
    assert below_from(lots, 10, ON) is None
    assert below_from([], 5, ON) == (ON, 5)


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "20260705", "05.07.2026", "1999-12-31", "2101-01-01", "today"]
)
def test_a_wrong_day_is_refused_with_the_remedy(text: str) -> None:
    """Only a day of the calendar written YYYY-MM-DD between 2000 and 2100 is taken."""
    with pytest.raises(DataError, match=r"--on.*is not a day.*YYYY-MM-DD"):
        parse_day(text)


def test_a_day_is_read() -> None:
    """The allowed case beside the forbidden ones."""
    assert parse_day("2026-07-05") == ON


def test_a_region_without_an_open_warehouse_is_refused() -> None:
    """Candidates alone have nothing to reorder."""
    region = make_region(
        places=[{"id": "A"}],
        warehouses=[{"id": "W-X", "place": "A", "status": "candidate"}],
        items=[{"id": "water"}],
    )
    with pytest.raises(DataError, match=r"test_region/warehouses.csv, status: no warehouse is existing"):
        plan_reorder(region, ON)


def test_without_floors_there_are_no_orders_and_the_sheet_says_so() -> None:
    """Stock life is still looked after."""
    region = hand_region()
    plan = plan_reorder(region.replace(floors=region.floors.iloc[:0]), ON)
    assert plan.totals["cost_yuan"] == 0
    assert len(plan.tables["rotate"]) == 3
    assert any("no floors rules" in note for note in plan.notes)
    assert set(plan.tables["reorder"]["rule"]) == {"无规则 no rule"}


@pytest.mark.parametrize(
    ("day", "note"),
    [(date(2026, 5, 1), "8 lots were counted after"), (date(2027, 7, 1), "8 lots were last counted")],
)
def test_a_day_far_from_the_count_is_noted(day: date, note: str) -> None:
    """Stock counted after the day may not have been there; stock counted a year before may be gone."""
    assert any(note in text for text in plan_reorder(hand_region(), day).notes)
    assert plan_reorder(hand_region(), ON).notes == ()
