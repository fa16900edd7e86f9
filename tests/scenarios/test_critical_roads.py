"""Critical roads: a region solved on paper, and every statement about a shipped scenario made to happen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routing.assemble import Assembly, assemble
from routing.fleet import ROAD
from routing.region_roads import region_network
from routing.road_periods import always
from scenarios.critical_roads import NOTABLE_DELAY_S, critical_road_tables, main_road_type
from scenarios.loading import load_scenario
from scenarios.run import relief_order
from scenarios.situation import Situation, apply_scenario, with_points_on_roads
from stockpile.region import Region, load_region
from stockpile.units import hours_to_s

TEST_DATA = Path(__file__).resolve().parents[1] / "data"
TINY = TEST_DATA / "tiny" / "flood.yaml"
SLIDES = "luan_jinan/mountain-flash-flood"
NO_WAY = 10**9


def situation_of(region: Region, spec: str, override: Path | None = None) -> Situation:
    """The situation that a scenario makes of a region."""
    resolved = load_scenario(spec, None, [], [] if override is None else [override])
    return with_points_on_roads(apply_scenario(region, resolved, region_network(region)))


def assembled(situation: Situation) -> Assembly:
    """The dispatch problem of a situation."""
    return assemble(situation.region, situation.network, situation.roads, relief_order(situation))


def tiny_tables(region: Region) -> dict[str, pd.DataFrame]:
    """Critical roads of the tiny flood."""
    situation = situation_of(region, str(TINY))
    return dict(critical_road_tables(assembled(situation), situation.network))


def cells(table: pd.DataFrame, columns: str) -> list[tuple[object, ...]]:
    """Some columns of a table, None for blank."""
    some = table[columns.split()].astype(object)
    return list(some.where(some.notna(), None).itertuples(index=False, name=None))


@pytest.fixture
def tiny() -> Region:
    """Return the tiny region with R2 as a bridge: D --R1-- A ==R2== W1 --R3-- B --R4-- W2 --R5-- C."""
    region = load_region("tiny", TEST_DATA)
    return region.replace(roads=region.roads.assign(bridge=region.roads["id"] == "R2"))


def test_each_site_has_its_sources_and_its_critical_link(tiny: Region) -> None:
    """10 km take 0.25 h, R1 in the mud 5 h. A and D hang on the bridge; C lies between two warehouses."""
    table = tiny_tables(tiny)["site_sources"]
    assert set(table["vehicle_type"]) == {"truck"}
    assert cells(table, "site_id people source_id drive_h second_source_id second_drive_h") == [
        ("A", 100, "W1", 0.25, "W2", 1.75),
        ("B", 100, "W1", 0.5, "W2", 1.0),
        ("C", 100, "W2", 0.25, "W3", 0.25),
        ("D", 100, "W1", 5.25, "W2", 6.75),
    ]
    assert cells(table, "site_id critical_link is_bridge without_link_h") == [
        ("A", "R2", True, None),
        ("B", "R3", False, 1.0),
        ("C", "", None, 0.25),
        ("D", "R2", True, None),
    ]


def test_the_worst_link_comes_first_with_all_its_sites(tiny: Region) -> None:
    """The bridge cuts off two sites, R1 one, without R3 site B is reached from W2 half an hour later."""
    table = tiny_tables(tiny)["critical_links"]
    assert cells(table, "link road is_bridge site_id people drive_h without_link_h") == [
        ("R2", "R2", True, "A", 100, 0.25, None),
        ("R2", "R2", True, "D", 100, 5.25, None),
        ("R1", "R1", False, "D", 100, 5.25, None),
        ("R3", "R3", False, "B", 100, 0.5, 1.0),
    ]
    assert cells(table, "name_zh lon lat")[0] == ("东西路", 115.95, 31.0)


def test_an_empty_warehouse_is_no_source(tiny: Region) -> None:
    """Without the stock of W2, C is supplied from W3 alone, and B from W1 or over 60 km."""
    table = tiny_tables(tiny.replace(lots=tiny.lots[tiny.lots["warehouse"] != "W2"]))["site_sources"]
    assert cells(table, "site_id source_id second_source_id second_drive_h")[1:3] == [
        ("B", "W1", "W3", 1.5),
        ("C", "W3", "W1", 1.75),
    ]


def test_a_small_delay_is_not_listed(tiny: Region) -> None:
    """With W2 and B 26.6 km apart, the loss of R3 delays B by 9.9 minutes: its critical link, but no row."""
    lengths = tiny.roads["length_km"].where(tiny.roads["id"] != "R4", 26.6)
    tables = tiny_tables(tiny.replace(roads=tiny.roads.assign(length_km=lengths)))
    assert cells(tables["site_sources"], "critical_link without_link_h")[1] == ("R3", 0.665)
    assert set(tables["critical_links"]["link"]) == {"R2", "R1"}


def test_without_road_vehicles_there_is_nothing_to_say(tiny: Region) -> None:
    """Both tables are there, with their columns and without a row."""
    tables = tiny_tables(tiny.replace(fleet=tiny.fleet.head(0)))
    whole = tiny_tables(tiny)
    assert {name: list(table.columns) for name, table in tables.items()} == {
        name: list(table.columns) for name, table in whole.items()
    }
    assert [len(table) for table in tables.values()] == [0, 0]


def test_the_type_that_reaches_most_people_counts() -> None:
    """All trucks reach the same sites: 24 of 3 t carry most. If those miss a site, 32 of 2 t carry most."""
    problem = assembled(situation_of(load_region("luan_jinan"), SLIDES)).problem
    sources = np.flatnonzero(problem.reach(ROAD).any(axis=1))
    best = main_road_type(problem, sources)
    assert best is not None
    assert problem.type_ids[best] == "truck_3t"
    travel_s = problem.travel_s.copy()
    travel_s[best, :, problem.site_point[0]] = np.inf
    second = main_road_type(replace(problem, travel_s=travel_s), sources)
    assert second is not None
    assert problem.type_ids[second] == "truck_2t"


@pytest.fixture(scope="module")
def slides() -> tuple[Situation, Assembly, dict[str, pd.DataFrame]]:
    """Return the shipped scenario with most critical roads in few townships."""
    situation = situation_of(load_region("luan_jinan"), SLIDES)
    problem = assembled(situation)
    return situation, problem, dict(critical_road_tables(problem, situation.network))


def seconds_of(hours: pd.Series[float]) -> list[int]:
    """Whole seconds of driving, a very large number for no way."""
    return [NO_WAY if pd.isna(value) else hours_to_s(float(value)) for value in hours]


def test_closing_a_link_brings_about_the_times_stated(
    slides: tuple[Situation, Assembly, dict[str, pd.DataFrame]],
) -> None:
    """Every listed link, pieces too, closed in turn: its sites take the time stated, others hardly more."""
    situation, assembly, tables = slides
    network, problem = situation.network, assembly.problem
    kind = problem.type_ids.index("truck_3t")
    sources = np.flatnonzero(problem.reach(ROAD).any(axis=1))
    before = dict(zip(problem.site_ids, seconds_of(tables["site_sources"]["drive_h"]), strict=True))
    by_link = dict(list(tables["critical_links"].groupby("link")))
    assert any("~" in link for link in by_link)
    for link, rows in by_link.items():
        shut = network.link == network.link_ids.index(link)
        (period,) = situation.roads
        state = replace(period.state, blocked=period.state.blocked | shut)
        again = assembled(replace(situation, roads=always(state))).problem
        drive_s = again.travel_s[kind][np.ix_(sources, again.site_point)].min(axis=0)
        found = dict(zip(again.site_ids, np.minimum(drive_s, NO_WAY).astype(int).tolist(), strict=True))
        stated = dict(zip(rows["site_id"], seconds_of(rows["without_link_h"]), strict=True))
        assert {site: found[site] for site in stated} == stated, link
        assert all(found[site] - before[site] < NOTABLE_DELAY_S for site in set(found) - set(stated)), link


def test_closing_a_bridge_in_the_scenario_brings_about_the_times_stated(
    slides: tuple[Situation, Assembly, dict[str, pd.DataFrame]], tmp_path: Path
) -> None:
    """Bridges are never cut in pieces: a closure of the scenario does just what the table says."""
    rows = slides[2]["critical_links"]
    rows = rows[rows["is_bridge"].astype(bool)]
    (bridge,) = set(rows["link"])
    override = tmp_path / "lost.yaml"
    override.write_text(f"id: lost\nset:\n  closures.lost: {{links: [{bridge}]}}\n", encoding="utf-8")
    situation = situation_of(load_region("luan_jinan"), SLIDES, override)
    after = critical_road_tables(assembled(situation), situation.network)["site_sources"].set_index("site_id")
    assert after.loc[rows["site_id"], "drive_h"].tolist() == rows["without_link_h"].tolist()
