"""`stockpile place` on the tiny region: what is moved, what blocks, what plans keep, what one more is."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest
from placing import Placing

from scenarios import cli


def test_fewer_vehicle_hours_bind_the_model_but_no_plan(placing: Placing) -> None:
    """Small trucks: with half their hours the model supplies fewer; plans are what they were."""
    placing.tiny.change("vehicle_types", {"truck": {"payload_kg": 400}})
    planned, supplied = [], []
    for share in ("1", "0.5"):
        assert placing.run("--fleet-share", share, "--variations", "0", "--replay", "--keep-existing") == 0
        planned.append(placing.table("replay")["before_planned"].tolist())
        supplied.append(placing.supplied("flood", 3.0)[0])
    assert planned[0] == planned[1]
    assert supplied[1] < supplied[0] - 1
    text = (placing.out / "place.md").read_text("utf-8")
    assert "fleet share 50.0 %" in text
    assert "its people are an estimate" in text


def test_lots_about_to_lapse_are_not_sent_about(placing: Placing) -> None:
    """Water that lapses within lead time and rotation window is rotated where it stands, as on the sheets."""
    at_w3 = {lot: {"warehouse": "W3"} for lot in ("L1", "L2", "L3", "L4")}
    placing.tiny.change("lots", {**at_w3, "L1": {"warehouse": "W3", "expires_on": "2026-08-01"}})
    args = ("--budget", "0", "--variations", "0", "--moves", "2")
    assert placing.run(*args, studies=True) == 0
    moved = placing.table("moves")
    assert "L3" in set(moved["lot"])
    assert "L1" not in set(moved["lot"])
    placing.tiny.change("lots", {"L3": {"expires_on": "2026-08-01"}})
    assert placing.run(*args, studies=True) == 0
    assert placing.table("moves").empty
    assert placing.document["totals"]["balance"] == pytest.approx(1)


def test_transfers_are_measured_by_road(placing: Placing) -> None:
    """From W3 to W1 it is 80 km of road, so that 10 kg a unit make 0.8 tonne-km."""
    placing.tiny.change("lots", {lot: {"warehouse": "W3"} for lot in ("L1", "L2", "L3", "L4")})
    assert placing.run("--budget", "0", "--variations", "0", "--fix", "W1:water=50") == 0
    rows = placing.table("transfers")
    (row,) = rows[(rows["to_warehouse"] == "W1") & (rows["item"] == "water")].to_dict("records")
    assert row["km"] == pytest.approx(80, abs=0.01)
    assert row["tonne_km"] == pytest.approx(50 * 0.01 * 80, abs=0.01)


def test_lots_that_keep_go_before_those_about_to_lapse(placing: Placing) -> None:
    """Both lots of water lie at W3; the one that lapses in a month is the last to be sent."""
    placing.tiny.change("lots", {lot: {"warehouse": "W3"} for lot in ("L1", "L2", "L3", "L4")})
    placing.tiny.change("lots", {"L1": {"expires_on": "2026-08-01"}})
    for units, lots in ((150, {"L3": 150}), (250, {"L3": 200, "L1": 50})):
        assert placing.run("--budget", "0", "--variations", "0", "--fix", f"W1:water={units}") == 0
        rows = placing.table("transfers")
        rows = rows[(rows["item"] == "water") & (rows["to_warehouse"] == "W1")]
        assert dict(rows.groupby("lot")["quantity"].sum()) == lots


@pytest.mark.parametrize("lapses_on", ["2026-07-02", "2026-08-01", "2031-01-01"])
def test_reorder_sheets_move_and_buy_the_same_by_the_levels(placing: Placing, lapses_on: str) -> None:
    """Whether a lot lapses within lead time, rotation window or later: one day and file, one answer."""
    at_w3 = {lot: {"warehouse": "W3"} for lot in ("L1", "L2", "L3", "L4")}
    placing.tiny.change("lots", {**at_w3, "L1": {"warehouse": "W3", "expires_on": lapses_on}})
    placing.tiny.change("items", {"water": {"pack_size": 12}})
    fixed = ("--fix", "W1:water=151", "--fix", "W2:water=130", "--fix", "W3:water=180")
    assert placing.run("--on", "2026-07-01", "--budget", "20000", "--variations", "0", *fixed) == 0
    sheets = placing.tiny.root / "sheets"
    args = ["--on", "2026-07-01", "--levels", str(placing.out / "tables" / "levels.csv")]
    args += ["--data", str(placing.tiny.root), "--out", str(sheets)]
    assert cli.main(["reorder", "tiny", *args]) == 0
    moved, bought = placing.table("transfers"), placing.table("purchases")
    assert len(moved)
    assert len(bought)
    pd.testing.assert_frame_equal(pd.read_csv(sheets / "transfers.csv"), moved)
    orders = pd.read_csv(sheets / "reorder.csv").query("buy > 0").rename(columns={"buy": "quantity"})
    columns = ["warehouse", "item", "packs", "quantity", "cost_yuan"]
    pd.testing.assert_frame_equal(orders[columns].reset_index(drop=True), bought[columns])
    flagged = set(pd.read_csv(sheets / "rotate.csv")["lot"])
    assert ("L1" in flagged) == (lapses_on < "2027")


def test_room_counts_where_all_is_full(placing: Placing) -> None:
    """Three rooms of 2 m3 hold 85 baskets and are filled: no pack finds room, 10 m3 more hold 142 baskets."""
    placing.empty()
    placing.tiny.change("warehouses", {name: {"usable_m3": 2} for name in ("W1", "W2", "W3")})
    assert placing.run("--variations", "0", studies=True) == 0
    assert placing.supplied("flood", 3.0)[1] == pytest.approx(85)
    rows = placing.table("marginal").set_index("kind")
    assert rows.loc["packs", "people"] == 0
    assert rows.loc["packs", "place_name_zh"] == "各处同时"
    room = rows.loc[["room"]].set_index("place")
    assert set(room.index) <= {"W1", "W2", "W3"}
    assert room.loc["W1", "people"] == pytest.approx(142, abs=1)
    assert (room.loc["W1", "place_name_zh"], room.loc["W1", "quantity"], room.loc["W1", "unit"]) == (
        "县库",
        10,
        "m3",
    )


def test_one_more_vehicle_is_named_with_its_yard(placing: Placing) -> None:
    """Slow trucks: one more of them gains people; its row says which type, how many and whose yard."""
    placing.tiny.change("vehicle_types", {"truck": {"payload_kg": 400}})
    assert placing.run("--variations", "0", studies=True) == 0
    rows = placing.table("marginal")
    row = rows[rows["kind"] == "vehicle"].iloc[0]
    assert row["people"] > 1
    assert (row["place"], row["place_name_zh"]) in {("F1", "县车队"), ("F2", "乙车队")}
    assert (row["what"], row["what_name_zh"], row["quantity"], row["unit"]) == (
        "truck",
        "卡车",
        1,
        "台 vehicle",
    )
    text = (placing.out / "place.md").read_text("utf-8")
    assert "车船 vehicle" in text
    assert "第 3 小时获供人数（期望）" in text


def test_a_replay_plans_with_either_stock(placing: Placing) -> None:
    """Today's is what `stockpile run` supplies; no plan passes the model; without --replay there is none."""
    assert placing.run("--variations", "1", "--fix", "W1:water=150") == 0
    assert placing.document["replay"] is None
    assert placing.run("--variations", "1", "--fix", "W1:water=150", "--replay") == 0
    assert {row["id"] for row in placing.document["replay"]} == {"flood"}
    rows = placing.table("replay").set_index("hour")
    assert rows.loc[3.0, "before_planned"] <= rows.loc[3.0, "before"] + 1e-6
    assert rows.loc[3.0, "after_planned"] <= rows.loc[3.0, "after"] + 1e-6
    assert placing.tiny.run("--effort", "standard", "--out", str(placing.tiny.root / "run")) in {0, 1}
    report = json.loads((placing.tiny.root / "run" / "report.json").read_text("utf-8"))
    planned = dict(report["people"]["supplied_by_hour"])
    assert [rows.loc[hour, "before_planned"] for hour in (3.0, 4.0)] == [planned[3], planned[4]]
    assert "By hour 3 in dispatch plans" in (placing.out / "place.md").read_text("utf-8")


def test_a_replay_tells_whom_plans_leave_without_in_the_worst_case(placing: Placing) -> None:
    """In the flood the plans leave 100 of 400 without, in the small scenario nobody."""
    placing.scenarios({"dry": {"affected": {"a": {"places": ["T-A"], "share": 0.1}}}})
    assert placing.run("--risk", "worst", "--variations", "0", "--replay") == 0
    rows = placing.table("replay").query("hour == 3")
    before, after = ((rows["people"] - rows[f"{stock}_planned"]).max() for stock in ("before", "after"))
    text = (placing.out / "place.md").read_text("utf-8")
    said = "Not supplied by hour 3 in dispatch plans (scenarios it was made for, in the worst scenario)"
    assert f"{said}: {before} → {after} people" in text


def test_a_replay_loads_the_recommended_stock(placing: Placing) -> None:
    """Nothing is in stock today; what is bought is driven out, lots that would have lapsed are renewed."""
    placing.empty()
    placing.scenarios({"flood": {"date": date(2031, 7, 1)}})
    args = ("--on", "2026-07-01", "--budget", "20000", "--variations", "0", "--replay")
    assert placing.run(*args) == 0
    row = placing.table("replay").set_index("hour").loc[3.0]
    assert row["before_planned"] == 0
    assert 100 <= row["after_planned"] <= 200
    assert row["change_planned"] == row["after_planned"]


def test_a_share_that_todays_stock_reaches_moves_nothing(placing: Placing) -> None:
    """All 300 who can be reached are supplied today; half of the people ask for no transfer."""
    assert placing.run("--require-share", "0.5", "--variations", "0") == 0
    assert placing.table("transfers").empty
    assert placing.table("purchases").empty


def test_a_village_told_to_keep_nothing_gives_its_goods_away(placing: Placing) -> None:
    """Nobody loads there in an emergency; before it, what is forbidden is carried off, not bought anew."""
    placing.tiny.change("warehouses", {"W3": {"level": "community"}})
    assert placing.run("--forbid", "W3:blanket", "--variations", "0", "--budget", "0") == 0
    moved = placing.table("transfers")
    assert moved[moved["from_warehouse"] == "W3"]["quantity"].sum() == 200
    assert placing.table("purchases").empty
    assert placing.document["warnings"] == [
        "Only 1 scenario, fewer than 3: too few to trust the answer.",
    ]


def test_what_blocks_a_share_is_named(placing: Placing) -> None:
    """Rooms of 2 m3 hold 85 baskets for 400; with more room the 300 within reach would have one."""
    placing.empty()
    placing.tiny.change("warehouses", {name: {"usable_m3": 2} for name in ("W1", "W2", "W3")})
    assert placing.run("--require-share", "0.75", "--variations", "0") == 1
    reasons = placing.document["blocked"]
    assert any("21.2 % can be reached" in reason for reason in reasons)
    assert "Without limit of room and most levels: 75.0 %." in reasons
    assert not any("docks" in reason or "vehicles" in reason for reason in reasons)


def test_least_levels_beyond_the_room_say_so(placing: Placing) -> None:
    """A million blankets fit nowhere, whatever they cost."""
    assert placing.run("--fix", "W1:blanket=1000000", "--variations", "0") == 1
    assert "Room is the limit, not the budget." in placing.document["blocked"]
    text = (placing.out / "place.md").read_text("utf-8")
    assert "县库（W1）毛毯：要求 1,000,000" in text


def test_what_blocks_a_share_of_the_worst_case_is_told_in_people(placing: Placing) -> None:
    """A small scenario beside the flood: 85 baskets for 300 of its 400 miss 215; with more room nobody is."""
    placing.scenarios({"dry": {"affected": {"a": {"places": ["T-A"], "share": 0.1}}}})
    placing.empty()
    placing.tiny.change("warehouses", {name: {"usable_m3": 2} for name in ("W1", "W2", "W3")})
    args = ("--risk", "worst", "--require-share", "0.75", "--variations", "0")
    assert placing.run(*args) == 1
    reasons = placing.document["blocked"]
    assert "at best 215 people are missing in the worst scenario" in reasons[0]
    # 300 of the large scenario less 215 are 85, of which a later goal may give up 0.1 %
    assert "leaves as few people missing as can be, but for 1 more" in (placing.out / "place.md").read_text()
    assert "Without limit of room and most levels: 0 people are missing in the worst scenario." in reasons
    assert not any("docks" in reason or "vehicles" in reason for reason in reasons)


def test_a_share_of_the_worst_case_that_is_reached_moves_nothing(placing: Placing) -> None:
    """Today's stock supplies 300 of the flood's 400 and all of the small scenario: half asks for nothing."""
    placing.scenarios({"dry": {"affected": {"a": {"places": ["T-A"], "share": 0.1}}}})
    for risk in ("worst", "cvar:0.5"):
        args = ("--risk", risk, "--require-share", "0.5", "--variations", "0")
        assert placing.run(*args) == 0
        assert placing.table("transfers").empty
        assert placing.table("purchases").empty


def test_one_more_lets_fewer_be_missing_in_the_worst_case(placing: Placing) -> None:
    """Small trucks: one more of them counts in the flood, the worse of two scenarios, and is told so."""
    placing.tiny.change("vehicle_types", {"truck": {"payload_kg": 400}})
    placing.scenarios({"dry": {"affected": {"a": {"places": ["T-A"], "share": 0.1}}}})
    assert placing.run("--risk", "worst", "--variations", "0", studies=True) == 0
    rows = placing.table("marginal")
    assert "people" not in rows
    assert rows.loc[rows["kind"] == "vehicle", "fewer_missing"].max() > 1
    text = (placing.out / "place.md").read_text("utf-8")
    assert "少缺人数 fewer missing" in text
    assert "多供人数" not in text


def test_transfer_orders_of_the_worst_case_bring_what_the_best_layout_reaches(placing: Placing) -> None:
    """All stock lies where the flood cuts it off; orders end at the missing of the best layout."""
    placing.scenarios({"dry": {"affected": {"a": {"places": ["T-A"], "share": 0.1}}}})
    placing.tiny.change("lots", {lot: {"warehouse": "W3"} for lot in ("L1", "L2", "L3", "L4")})
    assert placing.run("--risk", "worst", "--budget", "0", "--variations", "0", studies=True) == 0
    totals, moves = placing.document["totals"], placing.table("moves")
    assert totals["balance_best_missing"] < totals["balance_actual_missing"] - 1
    assert moves["missing"].min() == pytest.approx(totals["balance_best_missing"], abs=1)


def test_the_curve_of_a_share_out_of_reach_ends_at_what_the_budget_reaches(placing: Placing) -> None:
    """200 baskets for 20,000 yuan miss 120 of the 320 asked for, in the certificate and in the curve."""
    placing.empty()
    args = ("--risk", "worst", "--require-share", "0.8", "--budget", "20000", "--variations", "0")
    assert placing.run(*args, studies=True) == 1
    first = placing.document["certificate"]["goals"][0]
    assert first["value"] == pytest.approx(120, abs=0.5)
    row = placing.table("budget_curve").set_index("budget_yuan").loc[20_000]
    assert (row["missing"], row["bound"]) == (first["value"], first["bound"])
    text = (placing.out / "place.md").read_text("utf-8")
    assert "The balance compares 80.0 % of the people of the largest scenario" in text
