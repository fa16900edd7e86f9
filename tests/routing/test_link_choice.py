"""The link that a point means, and the sample that a seed draws."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from road_samples import link, network, roads_table

from routing.link_choice import NEAR_LIMIT_M, nearest_link, sampled_links
from routing.road_network import RoadNetwork, network_from_table

METRES_PER_DEGREE = 111_194.9
ROADS = network(link("AB", "A", "B", 2.0), link("BC", "B", "C", 2.0), link("DE", "D", "E", 2.0, oneway=True))
ALL = np.ones(len(ROADS.edge_from), dtype=np.bool_)


def table_of(count: int) -> pd.DataFrame:
    """Links that do not touch one another, each a piece of road, every third of them one-way."""
    nodes = {f"n{number}": (116.0 + 0.001 * number, 31.0) for number in range(2 * count)}
    rows = [link(f"R-{n}", f"n{2 * n}", f"n{2 * n + 1}", 0.1, oneway=n % 3 == 0) for n in range(count)]
    return roads_table(rows, nodes)


def sample(roads: RoadNetwork, share: float, seed: int) -> set[str]:
    """Ids of the sampled links of all roads."""
    chosen = sampled_links(roads, np.ones(len(roads.edge_from), dtype=np.bool_), share, seed)
    return {roads.link_ids[number] for number in np.flatnonzero(chosen)}


@pytest.mark.parametrize(
    ("spot", "link_id", "metres"),
    [
        ((116.51, 31.70), "AB", 0.0),
        ((116.51, 31.701), "AB", 0.001 * METRES_PER_DEGREE),
        ((116.53, 31.699), "BC", 0.001 * METRES_PER_DEGREE),
        ((116.51, 31.7195), "DE", 0.0005 * METRES_PER_DEGREE),
        ((116.51, 31.71), "AB", 0.01 * METRES_PER_DEGREE),
        ((116.51, 32.70), "DE", 0.98 * METRES_PER_DEGREE),
    ],
)
def test_the_nearest_link(spot: tuple[float, float], link_id: str, metres: float) -> None:
    """On it, beside it, between two, and far from all: by the distance to the line, not to its ends."""
    found = nearest_link(ROADS, ALL, spot)
    assert found is not None
    assert ROADS.link_ids[found.link] == link_id or spot[1] == 31.71
    assert found.metres == pytest.approx(metres, rel=0.01, abs=0.01)
    assert found.within_reach == (metres <= NEAR_LIMIT_M)


def test_only_flagged_links_are_near() -> None:
    """The next best link takes the place of one that is not flagged; without any there is none."""
    among = ROADS.link != ROADS.link_ids.index("AB")
    found = nearest_link(ROADS, among, (116.5199, 31.70))
    assert found is not None
    assert ROADS.link_ids[found.link] == "BC"
    assert nearest_link(ROADS, ~ALL, (116.51, 31.70)) is None


@pytest.mark.parametrize(("north_m", "within"), [(NEAR_LIMIT_M - 1.0, True), (NEAR_LIMIT_M + 1.0, False)])
def test_the_limit_of_the_distance(north_m: float, *, within: bool) -> None:
    """One metre this side of the limit and one beyond."""
    found = nearest_link(ROADS, ALL, (116.51, 31.70 - north_m / METRES_PER_DEGREE))
    assert found is not None
    assert found.within_reach == within


@given(
    st.integers(1, 60), st.floats(0.001, 1.0), st.integers(0, 2**31 - 1), st.randoms(use_true_random=False)
)
def test_a_sample_is_its_seed_and_nothing_else(count: int, share: float, seed: int, random: Random) -> None:
    """The share within rounding, the same in another order of the table, more of it with a larger share."""
    table = table_of(count)
    drawn = sample(network_from_table(table), share, seed)
    assert len(drawn) == 1 or abs(len(drawn) - share * count) <= 0.5 + 1e-9
    order = list(range(count))
    random.shuffle(order)
    assert sample(network_from_table(table.iloc[order].reset_index(drop=True)), share, seed) == drawn
    assert drawn <= sample(network_from_table(table), min(1.0, 2.0 * share), seed)


def test_the_sample_of_a_seed_is_the_same_on_every_machine() -> None:
    """Written down once: whoever draws something else breaks every scenario that names a seed."""
    roads = network_from_table(table_of(100))
    assert sorted(sample(roads, 0.05, 7)) == ["R-12", "R-18", "R-75", "R-91", "R-94"]
    assert sample(roads, 0.05, 8) != sample(roads, 0.05, 7)


def test_a_sample_is_drawn_from_the_flagged_links() -> None:
    """Half of the ten flagged ones, none of the others; one link where the share is less than one."""
    roads = network_from_table(table_of(30))
    among = roads.link < 10
    chosen = sampled_links(roads, among, 0.5, 1)
    assert (chosen[:10].sum(), chosen[10:].sum()) == (5, 0)
    assert sampled_links(roads, among, 0.01, 1).sum() == 1
    assert sampled_links(roads, ~np.ones_like(among), 0.5, 1).sum() == 0


def test_a_road_of_many_links_is_drawn_once_and_whole() -> None:
    """Ten links in a row from a to b count as much as the one beside them, whichever the seed draws."""
    nodes = {f"n{number}": (116.0 + 0.001 * number, 31.0) for number in range(11)}
    row = [link(f"w1.{n}", f"n{n}", f"n{n + 1}", 0.1) for n in range(10)]
    roads = network(*row, link("B", "x", "y", 0.1), nodes={**nodes, "x": (116.0, 31.1), "y": (116.1, 31.1)})
    drawn = [sample(roads, 0.5, seed) for seed in range(20)]
    assert {len(links) for links in drawn} == {1, 10}
    assert all(links == {"B"} or "B" not in links for links in drawn)


def test_names_and_numbers_of_links_do_not_matter_to_a_sample() -> None:
    """Only the ids do: a corrected name leaves a scenario as it was."""
    roads = network_from_table(table_of(40))
    renamed = replace(roads, link_names_zh=tuple("路" for _ in roads.link_ids))
    assert sample(renamed, 0.2, 3) == sample(roads, 0.2, 3)
