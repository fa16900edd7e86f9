"""`stockpile place` on the tiny region, solved by hand, and what its outputs must add up to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from command_line import tree
from placing import Placing

from scenarios import cli

PRICE, VOLUME = {"water": 20, "blanket": 80}, {"water": 0.02, "blanket": 0.05}


def test_a_budget_buys_baskets_where_they_arrive(placing: Placing) -> None:
    """With nothing in stock, 20,000 yuan are 200 baskets of 100 yuan, and 200 people hold one by hour 3."""
    placing.empty()
    assert placing.run("--budget", "20000", "--variations", "0") == 0
    assert placing.supplied("flood", 3.0) == (0.0, pytest.approx(200))
    assert placing.document["totals"]["purchases_yuan"] == pytest.approx(20_000)
    levels = placing.table("levels").groupby("item")["level"].sum()
    assert dict(levels) == {"blanket": 200, "water": 200}


def test_the_least_cost_of_a_share_is_that_of_its_baskets(placing: Placing) -> None:
    """Half of 400 people are 200 baskets; not a yuan more is spent."""
    placing.empty()
    assert placing.run("--require-share", "0.5", "--variations", "0") == 0
    assert placing.document["totals"]["purchases_yuan"] == pytest.approx(20_000, rel=1e-3)
    text = (placing.out / "place.md").read_text("utf-8")
    yuan = placing.document["certificate"]["goals"][-1]
    assert "Asked for: 50.0 % of the people by hour 3 (expected). It is met;" in text
    assert f"costs {yuan['value']:,.0f} yuan, proven to be no less than {yuan['bound']:,.0f}," in text
    assert "要求第 3 小时覆盖 50.0 %（期望）：已达到" in text
    assert "may give up" not in text.split("## 1 ")[0]


def test_money_is_the_last_thing(placing: Placing) -> None:
    """Without a limit all three sites that can be reached are supplied, and nothing is bought beyond that."""
    placing.empty()
    assert placing.run("--variations", "0") == 0
    assert placing.supplied("flood", 3.0) == (0.0, pytest.approx(300, rel=1e-3))
    assert placing.document["totals"]["purchases_yuan"] == pytest.approx(30_000, rel=1e-3)
    assert [goal["goal"] for goal in placing.document["certificate"]["goals"]] == [
        "people by 3 h",
        "person-hours",
        "yuan",
    ]


def test_a_share_beyond_reach_says_who_is_cut_off(placing: Placing) -> None:
    """D lies 5 h of mud away: 75 % is the most, for which nothing need be bought; exit code 1."""
    assert placing.run("--require-share", "1.0", "--variations", "0") == 1
    document = placing.document
    assert document["answered"] is False
    assert any("75.0 %" in reason for reason in document["blocked"])
    assert any("100 people" in reason and "(D)" in reason for reason in document["blocked"])
    assert placing.supplied("flood", 3.0)[1] == pytest.approx(300)
    assert placing.table("purchases").empty


def test_floors_without_money_say_what_they_cost(placing: Placing) -> None:
    """W2 must keep 420 blankets, the region holds 400: 20 x 80 yuan are short; what is there is placed."""
    (placing.tiny.root / "tiny" / "floors.csv").write_text(
        "id,level,warehouse,item,basket,quantity,population_share,supply_days,basis,source\n"
        "R1,,W2,blanket,,420,,,assumed,made up for the tests\n",
        encoding="utf-8",
    )
    assert placing.run("--budget", "0", "--variations", "0") == 1
    reasons = placing.document["blocked"]
    assert any("1,600 yuan" in reason for reason in reasons)
    assert any("W2 blanket: 420 are asked for, 400 can be kept" in reason for reason in reasons)
    assert placing.run("--budget", "1600", "--variations", "0") == 0
    assert placing.document["spending_yuan"] == pytest.approx(1600)


def test_no_stock_is_lost_or_made_up(placing: Placing) -> None:
    """today + in - out + bought is the level, or less than a pack above it; rooms and the budget hold."""
    placing.scenarios({"dry": {"closures": {}, "probability": 2.0}})
    placing.tiny.change("items", {"water": {"pack_size": 24}, "blanket": {"pack_size": 10}})
    assert placing.run("--budget", "9000", "--variations", "1") == 0
    moved: Counter[tuple[str, str]] = Counter()
    for row in placing.table("transfers").to_dict("records"):
        moved[row["to_warehouse"], row["item"]] += row["quantity"]
        moved[row["from_warehouse"], row["item"]] -= row["quantity"]
    bought = placing.table("purchases")
    for row in bought.to_dict("records"):
        assert row["quantity"] == row["packs"] * row["pack_size"]
        assert row["cost_yuan"] == pytest.approx(row["quantity"] * PRICE[row["item"]])
        moved[row["warehouse"], row["item"]] += row["quantity"]
    volume: Counter[str] = Counter()
    for row in placing.table("levels").to_dict("records"):
        key = (row["warehouse"], row["item"])
        pack = {"water": 24, "blanket": 10}[row["item"]]
        assert row["level"] <= row["today"] + moved[key] < row["level"] + pack, key
        volume[row["warehouse"]] += row["level"] * VOLUME[row["item"]]
    assert max(volume.values()) <= 200 + 1e-6
    assert placing.document["spending_yuan"] <= 9000 + 1e-6
    chances = {one["id"]: one["probability"] for one in placing.document["scenarios"]}
    assert chances == pytest.approx(
        {"dry": 2 / 3, "flood": 1 / 3, "dry~1": 2 / 3, "flood~1": 1 / 3}, abs=1e-6
    )


def test_the_answer_is_never_worse_than_todays_stock(placing: Placing) -> None:
    """By the first target hour, in expectation over the scenarios it was made for."""
    placing.scenarios({"dry": {"closures": {}}, "west": {"affected": {"a": {"places": ["T-A"], "share": 1}}}})
    assert placing.run("--budget", "0", "--variations", "0") == 0
    rows = placing.table("coverage")
    rows = rows[rows["hour"] == 3.0]
    weight = rows["probability_share"]
    assert (weight * rows["after"]).sum() >= (weight * rows["before"]).sum() - 1e-6


def test_held_out_scenarios_do_not_shape_the_answer(placing: Placing) -> None:
    """They are reported with their weight among themselves, and the levels are those without them."""
    placing.scenarios({"west": {"affected": {"a": {"places": ["T-A"], "share": 1}}}})
    assert placing.run("--scenario", "flood", "--variations", "0") == 0
    alone = placing.table("levels")
    assert placing.run("--hold-out", "west", "--variations", "2") == 0
    pd.testing.assert_frame_equal(placing.table("levels"), alone)
    roles = {one["id"]: (one["role"], one["probability"]) for one in placing.document["scenarios"]}
    assert roles["west"] == ("held out", 1.0)
    assert [role for role, _ in roles.values()].count("variation") == 2


def test_fixed_forbidden_and_kept_levels_hold(placing: Placing) -> None:
    """--fix gives the level, --forbid leaves nothing, --keep-existing moves nothing away."""
    assert placing.run("--fix", "W2:water=210", "--forbid", "W3", "--variations", "0") == 0
    levels = placing.table("levels").set_index(["warehouse", "item"])["level"]
    assert levels["W2", "water"] == 210
    assert levels.get(("W3", "blanket"), 0) == 0
    asked = (placing.out / "place.md").read_text("utf-8")
    assert "固定 fixed W2:water=210 · 不存 forbidden W3" in asked
    assert placing.run("--keep-existing", "--variations", "0") == 0
    assert "现有不动 keep existing" in (placing.out / "place.md").read_text("utf-8")
    kept = placing.table("levels")
    assert (kept["level"] >= kept["today"]).all()
    assert placing.table("transfers").empty


def test_a_candidate_is_opened_when_it_reaches_people(placing: Placing) -> None:
    """W1 is not manned in time; the candidate beside it is, and its opening is a decision with its price."""
    targets = {"two": {**next(iter(placing.tiny.scenario["targets"].values())), "hours": 2.0}}
    placing.scenarios({"flood": {"targets": targets}})
    file = placing.tiny.root / "tiny" / "warehouses.csv"
    stores = pd.read_csv(file, dtype=str, keep_default_na=False)
    extra = {**stores.iloc[0], "id": "W9", "status": "candidate", "opening_cost": "5000"}
    pd.concat([stores, pd.DataFrame([extra])]).to_csv(file, index=False)
    placing.tiny.change("warehouses", {"W1": {"mobilisation_min": 2000}})
    assert placing.run("--variations", "0", "--budget", "4999") == 0
    without = placing.supplied("flood", 2.0)[1]
    assert placing.table("decisions").empty
    assert placing.run("--variations", "0") == 0
    assert placing.supplied("flood", 2.0)[1] > without + 50
    (row,) = placing.table("decisions").to_dict("records")
    assert (row["warehouse"], row["decision"], row["cost_yuan"]) == ("W9", "open", 5000)


def test_levels_that_are_written_can_be_read(placing: Placing, tmp_path: Path) -> None:
    """The reorder sheets order what the placement says, and placing again with them changes nothing."""
    placing.empty()
    assert placing.run("--budget", "20000", "--variations", "0") == 0
    file = placing.out / "tables" / "levels.csv"
    sheets = tmp_path / "sheets"
    args = [
        "--on",
        "2026-07-01",
        "--levels",
        str(file),
        "--data",
        str(placing.tiny.root),
        "--out",
        str(sheets),
    ]
    assert cli.main(["reorder", "tiny", *args]) == 0
    orders = pd.read_csv(sheets / "reorder.csv")
    assert orders["cost_yuan"].sum() == pytest.approx(20_000)
    again = tmp_path / "again"
    assert placing.run("--levels", str(file), "--variations", "0", "--budget", "20000", out=again) == 0
    assert (again / "tables" / "levels.csv").read_text("utf-8") == file.read_text("utf-8")
    assert "水平文件 levels levels.csv" in (again / "place.md").read_text("utf-8")


def test_few_or_dominating_scenarios_are_named(placing: Placing) -> None:
    """Fewer than three are too few; one with more than two thirds of the weight decides alone."""
    assert placing.run("--variations", "0") == 0
    assert "fewer than 3" in placing.document["warnings"][0]
    placing.scenarios({"dry": {"closures": {}, "probability": 8}, "west": {"probability": 1}})
    assert placing.run("--variations", "0") == 0
    assert ["dry" in warning for warning in placing.document["warnings"]] == [True]


def test_severity_multiplies_people(placing: Placing) -> None:
    """Half again as many people ask for half again as many baskets."""
    assert placing.run("--severity", "1.5", "--variations", "0") == 0
    assert placing.document["scenarios"][0]["people"] == 600


def test_two_runs_give_the_same_bytes(placing: Placing, tmp_path: Path) -> None:
    """Folder against folder, the variations drawn with the seed among them."""
    args = ("--budget", "5000", "--variations", "2", "--seed", "7", "--replay")
    first, second = tmp_path / "first", tmp_path / "second"
    assert placing.run(*args, out=first, studies=True) == placing.run(*args, out=second, studies=True) == 0
    assert tree(first) == tree(second)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--risk", "fear"), "no way to weigh scenarios"),
        (("--risk", "cvar:1"), "no way to weigh scenarios"),
        (("--fix", "W1"), "not of the form WAREHOUSE:ITEM=N"),
        (("--fix", "W1:water=1", "--fix", "W1:water=2"), "given more than once"),
        (("--fix", "W1:water=1", "--forbid", "W1"), "is forbidden with --forbid, too"),
        (("--forbid", "W8"), "names the unknown warehouse W8"),
        (("--forbid", "W1:boat"), "names an item that is not placed"),
        (("--keep-existing", "--forbid", "W1:water"), "which --keep-existing asks for"),
        (("--keep-existing", "--fix", "W1:water=199"), "is below the 200 that are there"),
        (("--scenario", "quake"), "is no scenario of the region"),
        (("--hold-out", "flood"), "has no scenario to place stock for"),
        (("--on", "soon"), "is not a day"),
        (("--levels", "nowhere.csv"), "cannot be read"),
    ],
)
def test_contradictions_are_refused(
    placing: Placing, capfd: pytest.CaptureFixture[str], args: tuple[str, ...], words: str
) -> None:
    """Exit code 2, what is wrong and how to mend it, and nothing is written."""
    assert placing.run(*args) == 2
    told = capfd.readouterr().err
    assert words in told
    assert "Remedy: " in told
    assert not placing.out.exists()


def test_the_worst_case_is_where_most_are_left_without(placing: Placing) -> None:
    """120 baskets for 100 people in T-C, a tenth of the weight, or for the 400 of the flood.

    The worst case is the flood, however many it supplies: all but 120 of its 400 are missing.
    """
    placing.scenarios({"east": {"affected": {"a": {"places": ["T-C"], "share": 1}}, "probability": 0.1}})
    placing.empty()
    most = []
    for risk in ("expectation", "cvar:0.5", "worst"):
        assert placing.run("--risk", risk, "--budget", "12000", "--variations", "0") == 0
        most.append(max(one["people"] - one["after"][0] for one in placing.document["scenarios"]))
    assert most[2] <= min(most) + 1e-3
    first = placing.document["certificate"]["goals"][0]
    assert first["goal"] == "people not supplied by 3 h in the worst scenario"
    assert first["value"] == pytest.approx(280, abs=0.5)
    assert first["value"] == pytest.approx(most[2], abs=0.5)


def test_scenarios_that_are_not_the_worst_lose_nothing_for_nothing(placing: Placing) -> None:
    """D is cut off in the flood; in the dry scenario, which is not the worst, all who can be are supplied."""
    placing.scenarios({"dry": {"affected": {"a": {"places": ["T-A"], "share": 1}}, "probability": 0.1}})
    assert placing.run("--risk", "worst", "--variations", "0") == 0
    assert [goal["goal"] for goal in placing.document["certificate"]["goals"]] == [
        "people not supplied by 3 h in the worst scenario",
        "person-hours waited in the worst scenario",
        "people by 3 h",
        "yuan",
    ]
    for before, after in (placing.supplied(name, 3.0) for name in ("flood", "dry")):
        assert after >= before - 1


def test_every_report_of_a_risk_tells_the_missing(placing: Placing) -> None:
    """Table, picture and text count people who are missing, fewer with more money, bounded from below."""
    placing.empty()
    assert placing.run("--risk", "worst", "--budget", "20000", "--variations", "0", studies=True) == 0
    curve = placing.table("budget_curve")
    assert list(curve.columns) == ["budget_yuan", "missing", "bound", "knee"]
    for row in curve.to_dict("records"):
        assert row["missing"] == pytest.approx(max(100, 400 - row["budget_yuan"] // 100), abs=1)
        assert row["bound"] <= row["missing"] + 1e-6
    text = (placing.out / "place.md").read_text("utf-8")
    assert "第 3 小时未获供（所用情景，最差情景）：现有 400 人，建议 200 人" in text
    assert "people not supplied by 3 h in the worst scenario: 200.0" in text
    assert "未获供人数" in (placing.out / "budget-coverage.svg").read_text("utf-8")
    totals = placing.document["totals"]
    assert (totals["balance_actual_missing"], totals["balance_best_missing"]) == (400, 400)


def test_a_share_is_asked_of_every_scenario_in_the_worst_case(placing: Placing) -> None:
    """Three quarters of the flood's 400 can be supplied: 80 % misses 20 of them, 70 % leaves 20 to spare."""
    assert placing.run("--risk", "worst", "--require-share", "0.8", "--variations", "0") == 1
    assert "20 people" in placing.document["blocked"][0]
    assert "It is met" not in (placing.out / "place.md").read_text("utf-8")
    assert placing.run("--risk", "worst", "--require-share", "0.7", "--variations", "0") == 0
    text = (placing.out / "place.md").read_text("utf-8")
    assert "Asked for: 70.0 % of the people by hour 3 (in the worst scenario). It is met;" in text


def test_more_money_never_reaches_fewer(placing: Placing) -> None:
    """A basket costs 100 yuan, so that people by hour 3 rise by one for each 100, to the 300 within reach."""
    placing.empty()
    assert placing.run("--budget", "20000", "--variations", "0", studies=True) == 0
    curve = placing.table("budget_curve")
    assert curve["people"].is_monotonic_increasing
    assert (curve["people"] <= curve["bound"] + 1e-6).all()
    for row in curve.to_dict("records"):
        assert row["people"] == pytest.approx(min(300, row["budget_yuan"] // 100), abs=1)
    first_goal = placing.document["certificate"]["goals"][0]["value"]
    assert curve.set_index("budget_yuan").loc[20_000, "people"] == pytest.approx(first_goal, abs=1e-4)
    assert (placing.out / "budget-coverage.svg").is_file()


def test_a_budget_of_the_least_spending_still_gives_a_curve(placing: Placing) -> None:
    """W2 must hold 420 blankets and has none: 33,600 yuan are spent on the floor, the curve begins there.

    Water for 300 people costs 6,000 yuan more, so that of twice the money a part is enough: that is the knee.
    """
    placing.empty()
    (placing.tiny.root / "tiny" / "floors.csv").write_text(
        "id,level,warehouse,item,basket,quantity,population_share,supply_days,basis,source\n"
        "R1,,W2,blanket,,420,,,assumed,made up for the tests\n",
        encoding="utf-8",
    )
    assert placing.run("--budget", "33600", "--variations", "0", studies=True) == 0
    curve = placing.table("budget_curve")
    assert list(curve["budget_yuan"]) == [33_600, 36_960, 42_000, 50_400, 67_200]
    assert (curve["knee"] == "yes").sum() == 1
    assert curve["people"].iloc[-1] > curve["people"].iloc[0]


def test_nobody_who_can_be_supplied_is_told_without_a_minus(placing: Placing) -> None:
    """No stock and no money reach 0.0 people, proven."""
    placing.empty()
    assert placing.run("--budget", "0", "--variations", "1", studies=True) == 0
    text = (placing.out / "place.md").read_text("utf-8")
    assert "达到 0.0，可证上限 0.0" in text
    assert "-0.0" not in text
    assert "| 0.0 % | 3 |" not in text  # a variation has the weight of its scenario


def test_a_curve_without_a_knee_says_why(placing: Placing) -> None:
    """Without a yuan there is one budget."""
    assert placing.run("--budget", "0", "--variations", "0", studies=True) == 0
    text = (placing.out / "place.md").read_text("utf-8")
    assert "没有拐点：方案的花费就是最低水平的花费" in text
    assert "No knee: the answer costs what the least levels cost" in text


def test_the_best_transfer_mends_the_balance(placing: Placing) -> None:
    """All stock lies at W3: what is laid out best reaches more, and the first order goes part of the way."""
    placing.tiny.change("lots", {lot: {"warehouse": "W3"} for lot in ("L1", "L2", "L3", "L4")})
    assert placing.run("--budget", "0", "--variations", "0", "--moves", "2", studies=True) == 0
    totals = placing.document["totals"]
    actual, best = totals["balance_actual_people"], totals["balance_best_people"]
    assert totals["balance"] == pytest.approx(actual / best, abs=1e-3)
    assert totals["balance"] < 1
    moves = placing.table("moves")
    assert set(moves["order"]) <= {1, 2}
    assert (moves["from_warehouse"] == "W3").all()
    assert actual < moves["people"].max() <= best + 1e-3


def test_one_more_counts_where_it_is_short(placing: Placing) -> None:
    """With too few goods a pack more gains people; with the only room full, so does room; docks do not."""
    placing.empty()
    assert placing.run("--budget", "10000", "--variations", "0", studies=True) == 0
    best = placing.table("marginal").groupby("kind")["people"].max()
    assert best["packs"] == pytest.approx(1, abs=0.01)
    assert best["dock"] == 0


def test_no_regret_stock_is_part_of_the_answer(placing: Placing) -> None:
    """What every plan holds is at most what the answer holds."""
    assert placing.run("--budget", "0", "--variations", "0", studies=True) == 0
    table = placing.table("no_regret")
    assert (table["in_every_plan"] <= table["level"]).all()


def test_nothing_moves_for_nothing(placing: Placing) -> None:
    """Today's stock supplies all who can be reached, so that without a reason nothing is moved or bought."""
    assert placing.run("--variations", "0") == 0
    assert placing.table("transfers").empty
    assert placing.table("purchases").empty
    levels = placing.table("levels")
    assert (levels["level"] == levels["today"]).all()
