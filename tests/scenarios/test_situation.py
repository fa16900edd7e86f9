"""A scenario changes stock, roads, fleet and people exactly as it says, and names only what exists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.loading import load_scenario
from scenarios.situation import Situation, apply_scenario, spread
from stockpile.bundle import Region
from stockpile.errors import DataError, Problem

Write = Callable[..., Path]


@pytest.fixture
def apply(region: Region, write_library: Write) -> Callable[..., Situation]:
    """Return a function that applies the scenario `wet` with more lines to the small region."""

    def situation(lines: str = "") -> Situation:
        return apply_scenario(region, load_scenario("valley/wet", write_library(scenario=lines)))

    return situation


@pytest.fixture
def problems(region: Region, write_library: Write) -> Callable[..., list[Problem]]:
    """Return a function that lists the problems of such a scenario; `affected` replaces its places."""

    def find(lines: str = "", affected: str = "") -> list[Problem]:
        library = write_library(scenario=lines)
        path = library / "valley" / "wet.yaml"
        if affected:
            path.write_text(
                path.read_text("utf-8").replace("north: {places: [101], share: 0.1}", affected), "utf-8"
            )
        with pytest.raises(DataError) as caught:
            apply_scenario(region, load_scenario("valley/wet", library))
        return list(caught.value.problems)

    return find


def test_people_spread_over_the_sites_below_the_place(apply: Callable[..., Situation]) -> None:
    """0.1 x 1,005 = 100.5, rounded up to 101, over three equal sites, one of them in a community below."""
    people = apply().people
    assert people.to_dict() == {"S-1": 34, "S-2": 34, "S-3": 33}
    assert (str(people.dtype), people.index.name) == ("int64", "site")


def test_whole_district_reaches_every_site_by_capacity(region: Region, write_library: Write) -> None:
    """10 % of 10,000 over capacities 100, 100, 100 and 700: sites of the units below count too."""
    path = write_library() / "valley" / "wet.yaml"
    path.write_text(path.read_text("utf-8").replace("[101]", "[1]"), "utf-8")
    situation = apply_scenario(region, load_scenario("valley/wet", path.parent.parent))
    assert situation.people.to_dict() == {"S-1": 100, "S-2": 100, "S-3": 100, "S-9": 700}


SCALED = {"S-1": "", "S-2": "community", "S-3": "township", "S-9": "community"}


def scaled(region: Region, write: Write, scale: str | None) -> Situation:
    """Apply `wet` at a scale to the region whose sites are of the scales `SCALED`."""
    sites = region.sites.assign(scale=[SCALED[site] for site in region.sites["id"]])
    return apply_scenario(region.replace(sites=sites), load_scenario("valley/wet", write(), scale=scale))


@pytest.mark.parametrize(
    ("scale", "people"),
    [
        (None, {"S-1": 51, "S-3": 50}),
        ("township", {"S-1": 51, "S-3": 50}),
        ("community", {"S-1": 51, "S-2": 50}),
    ],
)
def test_sites_of_the_scale_and_of_every_scale_are_used(
    region: Region, write_library: Write, scale: str | None, people: dict[str, int]
) -> None:
    """A blank is for every scale, the others for their own; a scenario that says nothing is of townships."""
    situation = scaled(region, write_library, scale)
    assert situation.people.to_dict() == people
    assert set(situation.region.sites["id"]) >= set(people)
    assert set(SCALED) - set(situation.region.sites["id"])


def test_the_scale_is_part_of_the_scenario(write_library: Write) -> None:
    """It stands in the log; an override of one's own must not contradict it."""
    library = write_library(scenario="overrides: {fine: {set: {scale: community}}}\n")
    asked = load_scenario("valley/wet", library, scale="community")
    assert asked.scenario == load_scenario("valley/wet", library, ["fine"]).scenario
    assert [(change["key"], change["new"]) for change in asked.change_log] == [("scale", "community")]
    with pytest.raises(DataError, match="sets it too"):
        load_scenario("valley/wet", library, ["fine"], scale="township")


def test_a_region_without_sites_of_the_scale_is_refused(region: Region, write_library: Write) -> None:
    """The message says where the scale of a site is written."""
    resolved = load_scenario("valley/wet", write_library(), scale="community")
    with pytest.raises(DataError, match=r"none is of the scale community.*column scale of sites.csv"):
        apply_scenario(region, resolved)


@given(
    st.integers(0, 10**6),
    st.dictionaries(st.text("abc", min_size=1, max_size=4), st.integers(1, 10**6), min_size=1, max_size=9),
)
def test_spread_loses_nobody(total: int, capacity: dict[str, int]) -> None:
    """Everyone gets a site, and no site is a whole person away from its exact share."""
    people = spread(total, capacity)
    everything = sum(capacity.values())
    assert sum(people.values()) == total
    assert all(abs(people[site] * everything - total * size) < everything for site, size in capacity.items())


def test_spread_does_not_depend_on_the_order_of_the_sites() -> None:
    """Equal remainders go to the lower ids."""
    assert (
        spread(5, {"c": 1, "b": 1, "a": 1}) == spread(5, {"a": 1, "b": 1, "c": 1}) == {"a": 2, "b": 2, "c": 1}
    )


def test_lost_stock_rounds_down_what_remains(apply: Callable[..., Situation], region: Region) -> None:
    """0.9 of 100 leaves 10 (not 9, as binary fractions would), 0.9 of 7 leaves 0; the region keeps all."""
    situation = apply("losses: {fire: {warehouse: W-1, share: 0.9}}\n")
    assert situation.region.lots["quantity"].tolist() == [10, 0]
    assert situation.lost_stock.to_dict("records") == [
        {"loss": "fire", "warehouse": "W-1", "lot_id": "L-1", "item": "water", "quantity": 100, "lost": 90},
        {"loss": "fire", "warehouse": "W-1", "lot_id": "L-2", "item": "rice", "quantity": 7, "lost": 7},
    ]
    assert region.lots["quantity"].tolist() == [100, 7]


def test_without_losses_nothing_is_lost(apply: Callable[..., Situation]) -> None:
    """The table of losses is empty and keeps its columns."""
    situation = apply()
    assert situation.region.lots["quantity"].tolist() == [100, 7]
    assert situation.lost_stock.empty
    assert "lot_id" in situation.lost_stock.columns


@pytest.mark.parametrize(
    ("factor", "numbers"), [("2", [10, 2]), ("0.5", [2, 0]), ("1.2", [6, 1]), ("0", [0, 0])]
)
def test_fleet_factor_rounds_down(apply: Callable[..., Situation], factor: str, numbers: list[int]) -> None:
    """Half of five trucks are two; 1.2 of five are six."""
    assert apply(f"fleet_factor: {factor}\n").region.fleet["number"].tolist() == numbers


def test_closures_reach_the_roads(apply: Callable[..., Situation]) -> None:
    """A road number among several on one link closes it; a bridge can be closed on its own."""
    situation = apply(
        "closures:\n  road: {refs: [S203], speed_factor: 0.5}\n  bridge: {bridges_only: true}\n"
    )
    links = situation.network.link
    assert situation.roads[0].state.blocked.tolist() == [bool(link == 1) for link in links]
    assert situation.roads[0].state.speed_factor.tolist() == [0.5 if link == 0 else 1.0 for link in links]


WATER_RING = "[[115.9, 31.4], [116.15, 31.4], [116.15, 31.6], [115.9, 31.6]]"
WATER = f"closures:\n  w: {{polygon: {WATER_RING}, depth_m: 0.8}}\n"


def test_points_in_water_are_flooded(apply: Callable[..., Situation]) -> None:
    """Sites inside the polygon stand in its water; those outside stay dry, and a candidate is not listed."""
    assert apply(WATER).flooded.to_dict("records") == [
        {"point_id": "S-1", "kind": "site", "name_zh": "学校", "people": 34, "depth_m": 0.8},
        {"point_id": "S-2", "kind": "site", "name_zh": "村部", "people": 34, "depth_m": 0.8},
    ]


@pytest.mark.parametrize(
    ("lines", "key", "value", "remedy"),
    [
        (
            "losses: {l: {warehouse: W-11, share: 1}}\n",
            "losses.l.warehouse",
            "W-11",
            "Did you mean W-1 (区库)?",
        ),
        (
            "losses: {l: {warehouse: W-2, share: 1}}\n",
            "losses.l.warehouse",
            "W-2",
            "Did you mean W-1 (区库)?",
        ),
        ("closures: {c: {links: [R-11]}}\n", "closures.c.links", "R-11", "Did you mean R-1?"),
        ("closures: {c: {refs: [G321]}}\n", "closures.c.refs", "G321", "Did you mean G312?"),
        ("closures: {c: {names: [大桥东]}}\n", "closures.c.names", "大桥东", "Did you mean 大桥?"),
        (
            "closures: {c: {classes: [trunks]}}\n",
            "closures.c.classes",
            "trunks",
            "Did you mean trunk or trunk_link?",
        ),
        ("basket: floods\n", "basket", "floods", "Did you mean flood?"),
    ],
)
def test_unknown_id_is_named(
    problems: Callable[..., list[Problem]], lines: str, key: str, value: str, remedy: str
) -> None:
    """File, key and value are named, and the id that was probably meant."""
    (problem,) = problems(lines)
    assert (problem.file, problem.column, problem.value, problem.remedy) == (
        "valley/wet.yaml",
        key,
        value,
        remedy,
    )
    assert problem.row is not None


@pytest.mark.parametrize(
    ("affected", "value", "message"),
    [
        ("a: {places: [999], share: 0.1}", "999", "is not in the table of places"),
        ("a: {places: [102], share: 0.1}", "102", "has no site that could take its people"),
        ("a: {places: [101, 101], share: 0.1}", "101", "is affected twice"),
        ("a: {places: [101, 10101], share: 0.1}", "10101", "is affected twice: it lies in 101"),
        (
            "a: {places: [10101], share: 0.1}\n  b: {places: [1], share: 0.1}",
            "10101",
            "it lies in 1, which affected.b",
        ),
    ],
)
def test_affected_place_must_be_known_sited_and_single(
    problems: Callable[..., list[Problem]], affected: str, value: str, message: str
) -> None:
    """A place that nobody knows, that has no site, or that counts twice is an error with a remedy."""
    (problem,) = problems(affected=affected)
    assert problem.value == value
    assert message in problem.message
    assert problem.remedy


def test_readable_name_finds_the_id(problems: Callable[..., list[Problem]]) -> None:
    """Who writes the name of a place is told its code."""
    (problem,) = problems(affected="a: {places: [北乡], share: 0.1}")
    assert problem.remedy == "Did you mean 101 (北乡)?"


def test_warehouse_loses_stock_once(problems: Callable[..., list[Problem]]) -> None:
    """Two losses of one warehouse would leave open how they add up."""
    (problem,) = problems("losses:\n  a: {warehouse: W-1, share: 0.5}\n  b: {warehouse: W-1, share: 0.5}\n")
    assert (problem.column, problem.row) == ("losses.b.warehouse", 10)


@pytest.mark.parametrize(
    ("closure", "message"),
    [
        ("{polygon: [[10.0, 10.0], [11.0, 10.0], [11.0, 11.0]]}", "acts on no road"),
        ("{tunnels_only: true}", "acts on no road"),
        ("{polygon: [[116.0, 31.0], [117.0, 32.0], [117.0, 31.0], [116.0, 32.0]]}", "crosses itself"),
    ],
)
def test_closure_without_effect_is_an_error(
    problems: Callable[..., list[Problem]], closure: str, message: str
) -> None:
    """A polygon in the wrong place or crossed over would silently leave the roads as they are."""
    (problem,) = problems(f"closures: {{c: {closure}}}\n")
    assert message in problem.message
    assert problem.column is not None
    assert problem.column.startswith("closures.c")


def test_water_that_reaches_only_a_site_is_no_error(apply: Callable[..., Situation]) -> None:
    """A flooded site off every road is an effect."""
    ring = "[[116.4, 30.9], [116.6, 30.9], [116.6, 31.1], [116.4, 31.1]]"
    assert apply(f"closures: {{c: {{polygon: {ring}, depth_m: 1}}}}\n").flooded["point_id"].tolist() == [
        "S-9"
    ]


def test_all_problems_come_at_once(problems: Callable[..., list[Problem]]) -> None:
    """One call names every unknown id."""
    found = problems(
        "basket: nothing\nlosses: {l: {warehouse: X, share: 1}}\nclosures: {c: {refs: [X1, X2]}}\n"
    )
    assert sorted(problem.value or "" for problem in found) == ["X", "X1", "X2", "nothing"]
