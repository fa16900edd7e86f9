"""Closures at a point, by chance and with hours, and factors on speeds, from the file to the roads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.loading import load_scenario
from scenarios.schema import Speeds
from scenarios.situation import Situation, apply_scenario
from stockpile.bundle import Region
from stockpile.errors import DataError, Problem

Write = Callable[..., Path]
RING = "[[115.9, 31.4], [116.15, 31.4], [116.15, 31.6], [115.9, 31.6]]"


@pytest.fixture
def apply(region: Region, write_library: Write) -> Callable[[str], Situation]:
    """Return a function that applies the scenario `wet` (24 h) with more lines to the small region."""
    return lambda lines: apply_scenario(region, load_scenario("valley/wet", write_library(scenario=lines)))


@pytest.fixture
def problem(apply: Callable[[str], Situation]) -> Callable[[str], Problem]:
    """Return a function that gives the only problem of such a scenario."""

    def find(lines: str) -> Problem:
        with pytest.raises(DataError) as caught:
            apply(lines)
        (found,) = caught.value.problems
        return found

    return find


def blocked_by_period(situation: Situation) -> dict[int, set[str]]:
    """Ids of the links with a blocked edge, by the second from which they are."""
    network = situation.network
    return {
        period.start_s: {network.link_ids[link] for link in network.link[period.state.blocked]}
        for period in situation.roads
    }


def blocked_links(situation: Situation) -> set[str]:
    """Ids of the links with a blocked edge while the roads stay as they are."""
    (blocked,) = blocked_by_period(situation).values()
    return blocked


def test_a_point_closes_the_link_beside_it(apply: Callable[[str], Situation]) -> None:
    """R-2 runs along 31.5 degrees; the table names it with the distance, R-1 stays open."""
    situation = apply("closures: {slide: {near: [116.1, 31.501]}}\n")
    assert blocked_links(situation) == {"R-2"}
    (row,) = situation.closures.to_dict("records")
    assert (row["closure"], row["acts"], row["effect"], row["links"]) == ("slide", True, "closed", 1)
    assert (row["nearest_link"], row["nearest_m"]) == ("R-2", pytest.approx(111.2, abs=0.5))


def test_a_point_off_every_road_is_an_error(problem: Callable[[str], Problem]) -> None:
    """File, line, key, the nearest link and its distance are named, and two remedies."""
    found = problem("closures:\n  slide: {near: [116.1, 31.503]}\n")
    assert (found.file, found.column, found.value) == (
        "valley/wet.yaml",
        "closures.slide.near",
        "116.1, 31.503",
    )
    assert found.row == 9
    assert found.message == "is 334 m from the nearest link, R-2; the limit is 200 m"
    assert "links: [R-2]" in found.remedy


def test_a_point_without_any_link_to_choose_from(problem: Callable[[str], Problem]) -> None:
    """There is no tunnel at all, so no distance either."""
    found = problem("closures: {slide: {near: [116.1, 31.5], tunnels_only: true}}\n")
    assert "acts on no road" in found.message


def test_a_share_of_all_roads(apply: Callable[[str], Situation]) -> None:
    """R-1 and R-2 follow one another without a junction: one road, which any seed draws whole."""
    for seed in range(4):
        assert blocked_links(apply(f"closures: {{d: {{share: 0.1, seed: {seed}}}}}\n")) == {"R-1", "R-2"}
    assert blocked_links(apply("closures: {d: {refs: [G312], share: 1, seed: 7}}\n")) == {"R-1"}


def test_a_share_of_the_bridges(apply: Callable[[str], Situation]) -> None:
    """The only bridge is drawn, whatever the seed."""
    for seed in range(4):
        lines = f"closures: {{b: {{bridges_only: true, share: 0.1, seed: {seed}}}}}\n"
        assert blocked_links(apply(lines)) == {"R-2"}


@pytest.mark.parametrize(
    ("hours", "shut"),
    [
        ("until_h: 6", {0: True, 21_600: False}),
        ("from_h: 23.5", {0: False, 84_600: True}),
        ("from_h: -3, until_h: 0.5", {0: True, 1800: False}),
        ("from_h: 2, until_h: 4", {0: False, 7200: True, 14_400: False}),
        ("from_h: 0, until_h: 24", {0: True}),
        ("until_h: 0", {0: False}),
        ("from_h: -3, until_h: -1", {0: False}),
        ("from_h: 24", {0: False}),
        ("from_h: 30, until_h: 40", {0: False}),
    ],
)
def test_a_closure_holds_from_hour_to_hour(
    apply: Callable[[str], Situation], hours: str, shut: dict[int, bool]
) -> None:
    """The roads change when it begins and ends within the 24 hours; the table lists the others, too."""
    situation = apply(f"closures: {{c: {{refs: [G312], {hours}}}}}\n")
    assert blocked_by_period(situation) == {second: {"R-1"} if on else set() for second, on in shut.items()}
    (row,) = situation.closures.to_dict("records")
    assert (row["acts"], row["links"]) == (any(shut.values()), 1)


def test_closures_that_follow_each_other_make_one_row_of_periods(
    apply: Callable[[str], Situation],
) -> None:
    """Two closures, three changes; what one opens the other may still close."""
    first, second = "a: {refs: [G312], until_h: 3}", "b: {bridges_only: true, from_h: 1, until_h: 2}"
    found = blocked_by_period(apply(f"closures:\n  {first}\n  {second}\n"))
    assert found == {0: {"R-1"}, 3600: {"R-1", "R-2"}, 7200: {"R-1"}, 10_800: set()}


def test_water_that_has_gone_floods_nothing(apply: Callable[[str], Situation]) -> None:
    """Neither road nor site stands in it; with an hour more both do."""
    for until_h, sites, wet in ((0, [], [False]), (1, ["S-1", "S-2"], [True, False])):
        situation = apply(f"closures: {{w: {{polygon: {RING}, depth_m: 0.8, until_h: {until_h}}}}}\n")
        assert situation.flooded["point_id"].tolist() == sites
        assert [bool(period.state.depth_m.any()) for period in situation.roads] == wet


def test_a_closure_that_does_not_act_still_has_to_mean_a_road(problem: Callable[[str], Problem]) -> None:
    """A slip is found on the day it is written, not when the hours change."""
    assert problem("closures: {c: {refs: [G321], until_h: 0}}\n").remedy == "Did you mean G312?"
    assert "acts on no road" in problem("closures: {c: {tunnels_only: true, until_h: 0}}\n").message


@pytest.mark.parametrize(
    ("lines", "key", "message"),
    [
        ("closures: {c: {share: 0.5}}", "closures.c", "gives only one of share and seed"),
        ("closures: {c: {refs: [G312], seed: 7}}", "closures.c", "gives only one of share and seed"),
        ("closures: {c: {seed: 7}}", "closures.c", "selects no road"),
        ("closures: {c: {near: [116, 31], share: 0.5, seed: 7}}", "closures.c", "gives both near and share"),
        ("closures: {c: {refs: [G312], from_h: 5, until_h: 5}}", "closures.c", "ends before it begins"),
        ("closures: {c: {share: 0, seed: 7}}", "closures.c.share", "greater than 0"),
        ("closures: {c: {share: 0.5, seed: 7.5}}", "closures.c.seed", "valid integer"),
        ("closures: {c: {near: [31, 116]}}", "closures.c.near.1", "less than or equal to 90"),
        ("closures: {c: {nearby: [116, 31]}}", "closures.c.nearby", "is not a known key"),
        ("speeds: {weather_factor: 0}", "speeds.weather_factor", "greater than or equal to 0.1"),
        (
            "speeds: {turn_signal_delay_factor: 0.9}",
            "speeds.turn_signal_delay_factor",
            "greater than or equal",
        ),
        ("speeds: {night_factor: 0.8}", "speeds.order_hour", "is needed with night_factor"),
        ("speeds: {night_from_hour: 6}", "speeds.night_until_hour", "is when the night begins"),
        ("speeds: {order_hour: 24}", "speeds.order_hour", "less than 24"),
        ("speeds: {wether_factor: 0.9}", "speeds.wether_factor", "is not a known key"),
    ],
)
def test_what_does_not_fit_is_named(
    problem: Callable[[str], Problem], lines: str, key: str, message: str
) -> None:
    """The key, what is wrong with it and what to do."""
    found = problem(f"{lines}\n")
    assert found.column == key
    assert message in found.message
    assert found.remedy


@pytest.mark.parametrize(
    ("values", "by_night"),
    [
        ({}, False),
        ({"order_hour": 18.99}, False),
        ({"order_hour": 19.0}, True),
        ({"order_hour": 0.0}, True),
        ({"order_hour": 5.99}, True),
        ({"order_hour": 6.0}, False),
        ({"order_hour": 2.0, "night_from_hour": 1.0, "night_until_hour": 3.0}, True),
        ({"order_hour": 4.0, "night_from_hour": 1.0, "night_until_hour": 3.0}, False),
    ],
)
def test_the_night_goes_past_midnight(values: dict[str, Any], *, by_night: bool) -> None:
    """From 19 to 6 unless given otherwise; its last hour is day again."""
    assert Speeds(**values).by_night == by_night


def test_factors_multiply_and_default_to_nothing() -> None:
    """0.9 x 0.8 x 0.75 / 1.2 = 0.45 by night, 0.6 by day, and 1 without any."""
    factors = {"truck_factor": 0.9, "weather_factor": 0.8, "night_factor": 0.75}
    by_hour = {
        hour: Speeds(**factors, turn_signal_delay_factor=1.2, order_hour=hour).road_factor
        for hour in (22.0, 12.0)
    }
    assert by_hour == {22.0: pytest.approx(0.45), 12.0: pytest.approx(0.6)}
    assert Speeds().road_factor == 1.0


def test_speeds_reach_the_roads(apply: Callable[[str], Situation]) -> None:
    """A rainy night slows all roads, beside the closures; without speeds the factor is 1."""
    lines = "closures: {road: {refs: [S203], speed_factor: 0.5}}\n"
    night = "speeds: {weather_factor: 0.9, night_factor: 0.8, order_hour: 21}\n"
    situation = apply(lines + night)
    assert situation.roads[0].state.road_factor == pytest.approx(0.72)
    assert set(situation.roads[0].state.speed_factor.tolist()) == {0.5, 1.0}
    assert apply(lines).roads[0].state.road_factor == 1.0


def test_an_override_may_bring_the_night(region: Region, write_library: Write, tmp_path: Path) -> None:
    """Dotted keys make the mapping where the scenario has none, and the resolved file says so."""
    file = tmp_path / "night.yaml"
    file.write_text("id: night\nset: {speeds.night_factor: 0.8, speeds.order_hour: 21}\n", "utf-8")
    resolved = load_scenario("valley/wet", write_library(), (), [file])
    assert apply_scenario(region, resolved).roads[0].state.road_factor == pytest.approx(0.8)
    assert "night_factor: 0.8" in resolved.as_yaml()
