"""`stockpile place luan_jinan`: the recommended stock beats today's, and its outputs add up."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from routing.warehouse_roads import road_distances
from scenarios import cli
from scenarios.library_folders import scenario_names
from scenarios.loading import load_scenario
from scenarios.placement.balance import stock_balance
from scenarios.placement.cases import common_ground, read_case
from scenarios.placement.options import PlaceOptions
from scenarios.placement.place import read_inputs
from scenarios.placement.solver import solve
from stockpile.geodesy import great_circle_m
from stockpile.placement.priorities import Priorities
from stockpile.placement.problem import Risk
from stockpile.placement.wishes import Wishes
from stockpile.region import load_region

FLOOR_YUAN = 60_000
"""What the region's floors lack today: 50,000 woven bags that have expired, at 1.20 yuan."""

WEIGHTS = {
    name: load_scenario(f"luan_jinan/{name}").scenario.probability for name in scenario_names("luan_jinan")
}


class Placed:
    """The folder of one placement."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.folder = folder
        command = ["place", "luan_jinan", "--no-studies", "--quiet", "--out", str(folder)]
        self.exit_code = cli.main([*command, *args])
        self.document: dict[str, Any] = json.loads((folder / "place.json").read_text("utf-8"))

    def table(self, name: str) -> pd.DataFrame:
        """One table."""
        return pd.read_csv(self.folder / "tables" / f"{name}.csv")

    def people(self, *, roles: tuple[str, ...]) -> dict[float, tuple[float, float]]:
        """People before and after by hour, in expectation by the weights of the scenarios they come from."""
        rows = self.table("coverage")
        rows = rows[rows["role"].isin(roles)]
        weight = rows["scenario"].str.partition("~")[0].map(WEIGHTS)
        sums = rows.assign(before=weight * rows["before"], after=weight * rows["after"], weight=weight)
        by_hour = sums.groupby("hour")[["before", "after", "weight"]].sum()
        return {
            float(hour): (row["before"] / row["weight"], row["after"] / row["weight"])
            for hour, row in by_hour.iterrows()
        }


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Placed:
    """Placed with what today's stock would cost, too: the floors that it does not meet."""
    folder = tmp_path_factory.mktemp("placed") / "place"
    return Placed(folder, "--budget", str(FLOOR_YUAN), "--variations", "2")


def test_it_beats_todays_stock_on_every_hour_at_equal_spending(placed: Placed) -> None:
    """Not a yuan more than today's stock with its floors mended: bags help nobody, the rest is transfers."""
    assert placed.exit_code == 0
    bought = placed.table("purchases")
    assert bought["cost_yuan"].sum() <= FLOOR_YUAN
    assert set(bought["item"]) == {"woven_bag"}
    before_and_after = placed.people(roles=("placed",))
    assert set(before_and_after) == {8.0, 24.0}
    for before, after in before_and_after.values():
        assert after > before + 50


def test_it_beats_todays_stock_out_of_sample(placed: Placed) -> None:
    """In scenarios drawn with a seed that it was not made for: other people, other roads."""
    for before, after in placed.people(roles=("variation",)).values():
        assert after > before + 50


def test_the_report_tells_the_same_expectation(placed: Placed) -> None:
    """Scenarios and variations by the probability of the scenario, cut to whole people."""
    text = (placed.folder / "place.md").read_text("utf-8")
    for role, words in (
        ("placed", "scenarios it was made for"),
        ("variation", "variations that only test it"),
    ):
        told = re.search(rf"By hour 8 \({words}, expected\): ([\d,]+) people .*?stock, ([\d,]+) \(", text)
        assert told is not None
        people = [int(number.replace(",", "")) for number in told.groups()]
        assert people == pytest.approx(placed.people(roles=(role,))[8.0], abs=1.1)  # the table has tenths


def test_a_scenario_that_loses_by_the_answer_for_others_is_warned_of(tmp_path: Path) -> None:
    """Held out, the flood of the plum rains is worse off by hour 8, and the report opens with that."""
    name = "meiyu-flood"
    held = Placed(tmp_path / "held", "--budget", str(FLOOR_YUAN), "--variations", "0", "--hold-out", name)
    before, after = held.people(roles=("held out",))[8.0]
    assert after < before - 1
    warning = (
        f"Held out, {name} is worse off than with today's stock by hour 8: {int(before - after):,} fewer"
    )
    assert any(text.startswith(warning) for text in held.document["warnings"])
    assert f"⚠ 留作检验的情景 {name}" in (held.folder / "place.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["mountain-flash-flood", "winter-ice"])
def test_a_scenario_that_is_held_out_loses_nobody(tmp_path: Path, name: str) -> None:
    """Placed for the other two alone."""
    held = Placed(tmp_path / "held", "--budget", str(FLOOR_YUAN), "--variations", "0", "--hold-out", name)
    for before, after in held.people(roles=("held out",)).values():
        assert after >= before - 1


def test_moves_and_purchases_turn_todays_stock_into_the_levels(placed: Placed) -> None:
    """today + in - out + bought is the level, for every warehouse and item; no lot gives more than it has."""
    changes: Counter[tuple[str, str]] = Counter()
    lots: Counter[str] = Counter()
    for row in placed.table("transfers").to_dict("records"):
        changes[row["to_warehouse"], row["item"]] += row["quantity"]
        changes[row["from_warehouse"], row["item"]] -= row["quantity"]
        lots[row["lot"]] += row["quantity"]
    for row in placed.table("purchases").to_dict("records"):
        assert row["quantity"] == row["packs"] * row["pack_size"]
        changes[row["warehouse"], row["item"]] += row["quantity"]
    levels = placed.table("levels").set_index(["warehouse", "item"])
    assert set(changes) <= set(levels.index)
    for key, row in levels.iterrows():
        assert row["today"] + changes[key] == row["level"], key
        assert row["at_least"] <= row["level"] <= row["at_most"], key
    held = load_region("luan_jinan").lots.set_index("id")["quantity"]
    assert all(units <= held[lot] for lot, units in lots.items())


def test_every_warehouse_has_room_for_its_levels(placed: Placed) -> None:
    """The goods that are placed take no more than the room, or than they take today."""
    region = load_region("luan_jinan")
    volume = region.items.set_index("id")["volume_m3"]
    room = region.warehouses.set_index("id")["usable_m3"]
    levels = placed.table("levels")
    size = levels["item"].map(volume)
    used = (levels["level"] * size).groupby(levels["warehouse"]).sum()
    today = (levels["today"] * size).groupby(levels["warehouse"]).sum()
    assert (used <= today.combine(room.reindex(used.index), max) + 1e-6).all()


def test_a_plan_keeps_the_gain_that_the_model_promises(tmp_path: Path) -> None:
    """In the mountains the dispatch engine supplies more people with the recommended stock by either hour."""
    name = "mountain-flash-flood"
    args = ("--budget", str(FLOOR_YUAN), "--scenario", name, "--variations", "0", "--replay")
    rows = Placed(tmp_path / "replayed", *args).table("replay").set_index("hour")
    assert set(rows["scenario"]) == {name}
    assert (rows["change_planned"] > 100).all()
    for stock in ("before", "after"):
        assert rows.loc[8.0, f"{stock}_planned"] <= rows.loc[8.0, stock] + 1e-6


def test_few_goods_are_driven_about(placed: Placed) -> None:
    """Of the layouts that supply as many people the one of fewest tonne-km by road is recommended.

    Some go beyond roads cut for hours; in straight lines the ways would be a third shorter.
    """
    moved = placed.table("transfers")
    assert moved["tonne_km"].sum() < 280
    places = load_region("luan_jinan").warehouses.set_index("id")[["lon", "lat"]]
    ends = [places.loc[moved[column]] for column in ("from_warehouse", "to_warehouse")]
    straight = great_circle_m(ends[0]["lon"], ends[0]["lat"], ends[1]["lon"], ends[1]["lat"]) / 1000
    assert (moved["km"] >= straight - 0.5).all()


def test_a_few_short_transfers_mend_most_of_the_balance() -> None:
    """Orders reach nine tenths of what the same stock could do better, with under 125 tonne-km.

    Some of them bring goods beyond roads that an earthquake cuts for hours.
    """
    options = PlaceOptions(budget=FLOOR_YUAN, variations=0)
    inputs = read_inputs("luan_jinan", options, None, None, None)
    cases = [
        read_case(inputs.region, inputs.network, resolved, name=name, severity=1.0)
        for name, _, resolved in inputs.resolved
    ]
    on = min(resolved.scenario.date for _, _, resolved in inputs.resolved)
    problem = common_ground(inputs.region, cases, on, Wishes(budget=FLOOR_YUAN)).problem(cases)
    priorities = Priorities(first_hours=(0,), risk=Risk(), required_share=None, gap=1e-3)
    roads = road_distances(inputs.region, inputs.network)
    found = stock_balance(inputs.region, on, roads, problem, priorities, 10, solve)
    reached = found.moves["people"].max()
    assert found.actual + 0.9 * (found.best - found.actual) <= reached <= found.best + 0.05
    assert found.moves["tonne_km"].sum() < 125
