"""What may be kept where: floors, files, wishes, room; and what is left of rules that cannot be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from reorder_regions import ON, hand_region, make_region

from stockpile.bundle import Region
from stockpile.errors import DataError
from stockpile.levels import read_levels
from stockpile.placement.feasibility import nearest_rules
from stockpile.placement.problem import Risk, StockRules
from stockpile.placement.risk import risk_value
from stockpile.placement.rules import floor_items, stock_rules
from stockpile.placement.wishes import Wishes
from stockpile.reorder import plan_reorder

SOURCES = ("W-A", "W-B", "W-C", "W-D", "W-X", "depot")


def rules_of(
    region: Region, wishes: Wishes | None = None, *, needed: tuple[str, ...] = ("water",)
) -> StockRules:
    """Rules of the region that the reorder tests solve by hand."""
    return stock_rules(region, SOURCES, ("water",), ON, wishes or Wishes(), needed=needed)


def test_floors_are_the_least_and_room_the_most() -> None:
    """Floors: W-A 216, W-B 432, W-D 400; the point W-C keeps its 600; 4 m3 at W-B hold 400, so 432 stand.

    Levels are whole packs of 24 away from what is there: W-A holds 50 and gets 7, W-D gives 29 of its 1,100.
    """
    rules = rules_of(hand_region())
    assert rules.at_least[:, 0].tolist() == [218, 432, 600, 404, 12, 0]
    assert rules.at_most[:, 0].tolist() == [99_986, 432, 99_984, 99_980, 99_996, 0]
    assert rules.candidate.tolist() == [False, False, False, False, True, False]
    assert floor_items(hand_region()) == ("water",)


def test_only_lots_that_are_good_on_the_day_count() -> None:
    """L-1 lapsed the day before; the others count, whenever they lapse."""
    assert rules_of(hand_region()).current[:, 0].tolist() == [50, 0, 600, 1100, 900, 0]


def test_goods_that_are_not_placed_take_up_room() -> None:
    """Ten boats of 7 m3 leave 930 of 1,000 m3; expired ones take none."""
    region = make_region(
        places=[{"id": "A"}],
        warehouses=[{"id": "W-A", "place": "A"}],
        items=[{"id": "water"}, {"id": "boat", "volume_m3": 7.0}],
        lots=[
            {"id": "L-1", "warehouse": "W-A", "item": "boat", "quantity": 10},
            {"id": "L-2", "warehouse": "W-A", "item": "boat", "quantity": 9, "expires_on": date(2026, 7, 4)},
        ],
    )
    rules = stock_rules(region, ("W-A",), ("water",), ON, Wishes(), needed=("water",))
    assert rules.usable_m3.tolist() == [930]


def test_what_nobody_needs_goes_only_where_a_floor_asks_for_it() -> None:
    """No more than is there or asked for."""
    rules = rules_of(hand_region(), needed=())
    assert rules.at_most[:, 0].tolist() == [218, 432, 600, 1100, 900, 0]


def test_wishes_narrow_the_levels() -> None:
    """Fixed levels are both limits, forbidden ones 0, kept ones at least what is there."""
    wishes = Wishes(fixed={("W-A", "water"): 300}, forbidden=frozenset({("W-X", None), ("W-C", "water")}))
    rules = rules_of(hand_region(), wishes)
    assert rules.at_least[:, 0].tolist() == [300, 432, 0, 404, 0, 0]
    assert rules.at_most[:, 0].tolist() == [300, 432, 0, 99_980, 0, 0]
    kept = rules_of(hand_region(), Wishes(keep_existing=True))
    assert kept.at_least[:, 0].tolist() == [218, 432, 600, 1100, 900, 0]


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (Wishes(fixed={("W-A", "water"): 100}), "below the floor of the region, 216"),
        (Wishes(forbidden=frozenset({("W-D", "water")})), "which a floor of the region asks for"),
        (Wishes(fixed={("W-Q", "water"): 1}), "names the unknown warehouse W-Q"),
        (Wishes(forbidden=frozenset({("W-D", "tent")})), "names an item that is not placed: tent"),
        (
            Wishes(forbidden=frozenset({("W-C", None)}), keep_existing=True),
            "forbids water at W-C, which --keep-existing asks for",
        ),
    ],
)
def test_wishes_that_cannot_be_meant_are_refused(wishes: Wishes, words: str) -> None:
    """The message says which wish and which other thing contradict each other."""
    with pytest.raises(DataError, match=words):
        rules_of(hand_region(), wishes)


def test_rules_that_can_be_kept_stay_as_they_are() -> None:
    """Floors of 1,648 in all need 1,648 - 2,650 < 0 units more: no yuan."""
    rules = replace(rules_of(hand_region()), usable_m3=np.array([1000.0, 5.0, 1000.0, 1000.0, 1000.0, 0.0]))
    nearest = nearest_rules(replace(rules, budget=0.0))
    assert nearest.all_kept
    assert nearest.least_spending == pytest.approx(0)


def test_room_that_is_missing_lowers_the_level() -> None:
    """W-B has room for 400 of the 432 units that its floor asks for, 16 packs of 24."""
    nearest = nearest_rules(rules_of(hand_region()))
    assert nearest.lowered[:, 0].tolist() == [0, 48, 0, 0, 0, 0]
    assert nearest.rules.at_least[1, 0] == 384


def test_money_that_is_missing_lowers_levels_and_is_named() -> None:
    """Without any stock the floors that fit cost 1.50 yuan a unit; 100 units are four packs of 24."""
    rules = rules_of(hand_region())
    rules = replace(rules, current=np.zeros_like(rules.current), at_least=np.minimum(rules.at_least, 400.0))
    nearest = nearest_rules(replace(rules, budget=150.0))
    units = float(np.minimum(rules.at_least, 400.0).sum())
    assert nearest.least_spending == pytest.approx(1.5 * units)
    assert nearest.rules.at_least.sum() == 96


def test_what_is_there_is_not_given_up_for_what_is_missing() -> None:
    """Levels are lowered to today's stock, not below it, when money is short."""
    rules = rules_of(hand_region(), Wishes(keep_existing=True))
    nearest = nearest_rules(replace(rules, budget=0.0, usable_m3=np.full_like(rules.usable_m3, np.inf)))
    assert nearest.lowered.sum() > 0
    assert (nearest.rules.at_least >= rules.current).all()


def test_stock_without_a_place_is_written_off() -> None:
    """When all but W-A are closed, 2,650 units have to go where 500 may stand."""
    rules = rules_of(hand_region())
    only = np.zeros_like(rules.at_most)
    only[0] = 500.0
    nearest = nearest_rules(replace(rules, at_least=np.zeros_like(only), at_most=only))
    assert nearest.written_off.tolist() == [pytest.approx(2150)]
    assert nearest.rules.current.sum() == pytest.approx(500)


def test_an_opening_is_part_of_the_least_spending() -> None:
    """A level at a candidate asks for its opening."""
    rules = rules_of(hand_region())
    least = np.zeros_like(rules.at_least)
    least[4] = 10.0
    costly = replace(rules, at_least=least, opening_cost=np.array([0.0, 0, 0, 0, 700, 0]))
    assert nearest_rules(costly).least_spending == pytest.approx(700)


@pytest.mark.parametrize(
    ("risk", "value"),
    [
        (Risk(), 23.0),
        (Risk("worst"), 10.0),
        (Risk("cvar", 1.0), 23.0),
        (Risk("cvar", 0.2), 10.0),
        (Risk("cvar", 0.5), (0.2 * 10 + 0.3 * 20) / 0.5),
    ],
)
def test_risk_looks_at_the_worst_share(risk: Risk, value: float) -> None:
    """Outcomes 30, 10, 20 with 0.5, 0.2, 0.3: the worst half is 10 and 20."""
    outcomes, chances = np.array([30.0, 10.0, 20.0]), np.array([0.5, 0.2, 0.3])
    assert risk_value(outcomes, chances, risk) == pytest.approx(value)


def test_levels_of_a_file_are_targets_beside_the_floors(tmp_path: Path) -> None:
    """The larger of the two counts; a candidate is left out and named."""
    file = tmp_path / "levels.csv"
    file.write_text("warehouse,item,level\nW-A,water,900\nW-D,water,1\nW-X,water,50\n", encoding="utf-8")
    region = hand_region()
    plan = plan_reorder(region, ON, levels=read_levels(file, region))
    targets = plan.tables["reorder"].set_index("warehouse")["target"]
    assert (targets["W-A"], targets["W-D"]) == (900, 400)
    assert any("W-X" in note for note in plan.notes)
    assert file.name in plan.inputs


def test_with_levels_lots_count_while_they_can_be_used(tmp_path: Path) -> None:
    """Stock is renewed in time: what lapses before an order arrives is to be rotated, and no shortage."""
    region, file = hand_region(), tmp_path / "levels.csv"
    file.write_text("warehouse,item,level\nW-D,water,1100\n", encoding="utf-8")
    plan = plan_reorder(region, ON, levels=read_levels(file, region))
    row = plan.tables["reorder"].set_index("warehouse").loc["W-D"]
    assert (row["expiring"], row["usable"], row["shortage"]) == (100, 100 + 300 + 200 + 500, 0)
    assert row["below_from"] == date(2026, 7, 10)
    assert "立即轮换 rotate now" in set(plan.tables["rotate"]["action"])


@pytest.mark.parametrize(("level", "given"), [("", 0), ("W-C,water,500\n", 100)])
def test_a_community_point_gives_only_what_is_above_its_level(tmp_path: Path, level: str, given: int) -> None:
    """It holds 600 and no floor names it: without a level of the file it keeps them all."""
    region, file = hand_region(), tmp_path / "levels.csv"
    file.write_text(f"warehouse,item,level\nW-A,water,2000\n{level}", encoding="utf-8")
    plan = plan_reorder(region, ON, levels=read_levels(file, region))
    assert plan.tables["reorder"].set_index("warehouse").loc["W-C", "transfer_out"] == given


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("warehouse,item,at_least\nW-Q,water,1\n", "is no warehouse of the region"),
        ("warehouse,item,at_least\nW-A,tent,1\n", "is no item of the region"),
        (
            "warehouse,item,at_least\nW-A,water,1\nW-A,water,2\n",
            "names the warehouse and item of row 2",
        ),
        ("warehouse,item,at_least,at_most\nW-A,water,5,4\n", "is below at_least, 5"),
        ("warehouse,item,at_least\nW-A,water,many\n", "is not a number"),
        ("warehouse,item,least\nW-A,water,1\n", "is not a column"),
    ],
)
def test_faults_of_a_file_of_levels_are_named(tmp_path: Path, text: str, words: str) -> None:
    """With file, row, column and remedy, all at once."""
    file = tmp_path / "levels.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_levels(file, hand_region())
