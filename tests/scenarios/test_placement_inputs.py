"""Options of a placement as text, severity, and seeded variations of a scenario."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.loading import load_scenario
from scenarios.placement.curve import knee
from scenarios.placement.options import PlaceOptions, parse_fixed, parse_forbidden, parse_risk, risk_text
from scenarios.placement.place import read_inputs
from scenarios.placement.variations import CLOSED_SHARE, SHARE_RANGE, variation
from stockpile.errors import DataError

FLOOD = "luan_jinan/meiyu-flood"


@pytest.mark.parametrize("text", ["expectation", "worst", "cvar:0.9", "cvar:0"])
def test_a_risk_is_written_as_it_was_read(text: str) -> None:
    """Reading and writing are each other's inverse."""
    assert risk_text(parse_risk(text)) == text


@given(st.text(max_size=12))
def test_other_risks_are_refused(text: str) -> None:
    """Whatever is written, it is one of the three or a fault of the input, never another failure."""
    try:
        risk = parse_risk(text)
    except DataError:
        return
    assert 0 < risk.tail <= 1


@given(st.text(max_size=12))
def test_odd_levels_are_refused(text: str) -> None:
    """A level is a warehouse, an item and a whole number, or a fault of the input."""
    try:
        found = parse_fixed([text])
    except DataError:
        return
    assert all(warehouse and item and units >= 0 for (warehouse, item), units in found)


def test_levels_and_bans_are_read() -> None:
    """A warehouse alone forbids all of its items."""
    assert parse_fixed(["W-1:blanket=30"]) == ((("W-1", "blanket"), 30),)
    assert parse_forbidden(["W-1", "W-2:mat"]) == {("W-1", None), ("W-2", "mat")}


def test_a_placement_takes_a_target_profile_for_all_its_scenarios() -> None:
    """Held-out ones and variations, too."""
    options = PlaceOptions(hold_out=("winter-ice",), variations=1, targets="national-2024")
    found = read_inputs("luan_jinan", options, None, None, None)
    asked = {tuple(resolved.scenario.targets) for _, _, resolved in found.resolved}
    assert asked == {("county-6h", "city-8h", "province-10h")}
    assert {role for _, role, _ in found.resolved} == {"placed", "held out", "variation"}
    assert "targets/national-2024.yaml" in found.digests


def test_a_variation_changes_shares_and_roads_and_nothing_else() -> None:
    """Factors lie within their range, a sample of the links is closed, everything else is as it was."""
    plain = load_scenario(FLOOD)
    varied = variation(plain, 1, seed=3)
    for group, affected in plain.scenario.affected.items():
        factor = varied.scenario.affected[group].share / affected.share
        assert SHARE_RANGE[0] - 1e-4 <= factor <= SHARE_RANGE[1] + 1e-4
    assert varied.scenario.closures["variation"].share == CLOSED_SHARE
    same = {"affected", "closures"}
    assert varied.scenario.model_dump(exclude=same) == plain.scenario.model_dump(exclude=same)


def test_variations_depend_on_seed_number_and_scenario_only() -> None:
    """The same seed gives the same one; another seed or number another."""
    plain = load_scenario(FLOOD)
    first = variation(plain, 1, seed=3).scenario
    assert variation(load_scenario(FLOOD), 1, seed=3).scenario == first
    assert variation(plain, 2, seed=3).scenario != first
    assert variation(plain, 1, seed=4).scenario != first


def test_a_share_never_grows_beyond_everybody() -> None:
    """Scenarios in which everyone leaves keep a share of at most 1."""
    plain = load_scenario("tests/data/tiny/flood.yaml")
    shares = [variation(plain, number, seed=1).scenario.affected["all"].share for number in range(1, 9)]
    assert max(shares) == 1.0


def test_a_straight_curve_has_no_knee() -> None:
    """Nothing lies above the line from end to end, and two points make no knee."""
    assert knee([0.0, 1.0, 2.0], [0.0, 10.0, 20.0]) is None
    assert knee([0.0, 1.0], [0.0, 10.0]) is None
    assert knee([0.0, 1.0, 5.0], [0.0, 9.0, 10.0]) == 1
