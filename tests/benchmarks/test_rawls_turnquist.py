"""The hurricanes of Rawls and Turnquist: what the reader takes from the files, and what they do not say."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hurricanes import write_hurricanes

from benchmarks.placement_formats.rawls_turnquist import ASSUMED, ITEMS, read
from benchmarks.reading import FormatError
from stockpile.placement.problem import PlacementScenario

SHARED = Path(os.environ.get("STOCKPILE_SHARED") or Path(__file__).resolve().parents[3] / "shared")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Three nodes and two hurricanes."""
    return write_hurricanes(tmp_path)


def scenario(folder: Path, name: str) -> PlacementScenario:
    """Return one part of the case: a scenario and an item."""
    return next(each for each in read(folder).problem.scenarios if each.id == name)


def test_each_scenario_is_asked_once_an_item(case: Path) -> None:
    """A third of the probability each, three times the worth and the cost: the same expectation."""
    problem = read(case).problem
    assert [each.id for each in problem.scenarios[:3]] == [f"one {item}" for item in ITEMS]
    assert sum(each.probability for each in problem.scenarios) == pytest.approx(1)
    water = problem.scenarios[0]
    assert water.per_person.tolist() == [1, 0, 0]
    assert water.probability * problem.item_weight[0] == pytest.approx(0.5 * 10 * ASSUMED.unit_price[0])
    degree_of_latitude_miles = 69.09
    to_port_from_inland = water.lanes.cost_per_kg[(water.lanes.site == 0) & (water.lanes.source == 1)]
    assert water.probability * to_port_from_inland == pytest.approx(
        0.5 * ASSUMED.moving_per_unit_mile[0] * degree_of_latitude_miles * 1.6, rel=1e-3
    )


def test_totals_are_those_of_the_scenarios_and_shares_those_of_the_demands(case: Path) -> None:
    """Ann as she stands; Bob at a tenth, in every scenario that he is part of."""
    assert scenario(case, "one water").people.tolist() == [30, 10]
    assert scenario(case, "two water").people.tolist() == [50]
    assert scenario(case, "both water").people.tolist() == [30, 60]
    assert scenario(case, "both medical kits").people == pytest.approx([10, 7])


def test_a_node_without_demand_of_an_item_is_no_site(case: Path) -> None:
    """Ann asks for no kits inland, and in calm weather nobody asks for anything."""
    assert scenario(case, "one medical kits").site.tolist() == [0]
    assert scenario(case, "calm meals").site.tolist() == []
    assert scenario(case, "calm meals").lanes.site.tolist() == []


def test_stock_is_lost_where_the_hurricane_is_felt(case: Path) -> None:
    """By the share of the scenario; elsewhere it stays."""
    assert scenario(case, "one water").surviving.tolist() == [0.4, 0.4, 1.0]
    assert scenario(case, "two water").surviving.tolist() == [1.0, 0.2, 1.0]
    assert scenario(case, "calm water").surviving.tolist() == [1.0, 1.0, 1.0]


def test_any_file_of_the_case_names_it(case: Path) -> None:
    """The folder or a file in it."""
    assert read(case / "demands.txt").problem.source_ids == read(case).problem.source_ids


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("node_coordinates.csv", "Inland,1", "Inland,2", "line 2: expected node 1, not 2"),
        ("node_coordinates.csv", "31.0", "north", "line 2: expected name,number,lat,lon"),
        ("demands.txt", "2 Inland 10", "4 Inland 10", "names no node of the case"),
        ("demands.txt", "2 Inland 10", "1 Inland 10", "names no node of the case"),
        ("demands.txt", "10 20 0", "10 20 none", "is not a node, its name and 3 demands"),
        ("demands.txt", "Ann\n", "", "stands before a hurricane"),
        ("scenarios.csv", "probability", "chance", "lacks rows or one of the columns"),
        ("scenarios.csv", "40,80,10", "40,80,20", "0 hurricanes of demands.txt fit the totals of one"),
        ("scenarios.csv", "h01+h02", "h01+h03", "both names hurricane h03, which never comes alone"),
    ],
)
def test_what_is_malformed_is_named(file: str, old: str, new: str, message: str, case: Path) -> None:
    """Each fault alone, in a file that is read otherwise."""
    text = (case / file).read_text(encoding="utf-8")
    assert old in text
    (case / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormatError, match=message):
        read(case)


def test_the_published_case_keeps_its_totals() -> None:
    """51 scenarios in three parts; node demands add up to the totals of the table, Katrina's of 1,040 too."""
    folder = SHARED / "benchmarks" / "rawls_turnquist"
    if not folder.exists():
        pytest.skip(f"{folder.name} is not there; STOCKPILE_SHARED names the folder that holds benchmarks/")
    scenarios = read(folder).problem.scenarios
    assert len(scenarios) == 51 * 3
    assert sum(each.probability for each in scenarios) == pytest.approx(1)
    people = {each.id: each.people.sum() for each in scenarios}
    assert people["omega_13 water"] == pytest.approx(1040)
    assert people["omega_43 medical kits"] == pytest.approx(95_500)
    assert np.isfinite(list(people.values())).all()
