"""Links that follow one another without a junction are one piece of road."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from road_samples import link, network

from routing.road_network import Flags, RoadNetwork
from routing.road_pieces import count_pieces, road_pieces

# A - B - C - F is one road, D - E - F another; E - B joins them.
ROADS = network(
    link("BC", "B", "C", 2.0, bridge=True),
    link("AB", "A", "B", 2.0),
    link("CF", "F", "C", 2.0, oneway=True, bridge=True),
    link("EB", "E", "B", 2.0),
    link("DE", "D", "E", 2.0, **{"class": "waterway"}),
)


def pieces(roads: RoadNetwork, among: Flags | None = None) -> list[set[str]]:
    """Ids of the links of each piece, in the order of the pieces."""
    everything = np.ones(len(roads.edge_from), dtype=np.bool_)
    number = road_pieces(roads, everything if among is None else among)
    names = np.array(roads.link_ids)
    return [set(names[number == piece].tolist()) for piece in range(number.max(initial=-1) + 1)]


def test_a_piece_ends_at_junctions_and_dead_ends() -> None:
    """B is a junction; C and E join two links each, whatever their directions and classes."""
    assert pieces(ROADS) == [{"BC", "CF"}, {"AB"}, {"EB", "DE"}]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (lambda roads: roads.bridge, [{"BC", "CF"}]),
        (lambda roads: ~roads.waterway, [{"BC", "CF"}, {"AB"}, {"EB"}]),
        (lambda roads: ~roads.bridge & ~roads.waterway, [{"AB"}, {"EB"}]),
        (lambda roads: np.zeros_like(roads.bridge), []),
    ],
)
def test_only_chosen_links_form_pieces(
    chosen: Callable[[RoadNetwork], Flags], expected: list[set[str]]
) -> None:
    """B stays a junction of the whole network though only AB and EB are chosen."""
    assert pieces(ROADS, chosen(ROADS)) == expected
    assert count_pieces(ROADS, chosen(ROADS)) == len(expected)


def test_parallel_links_do_not_make_a_junction() -> None:
    """Where each direction came from another way of the map, two links lie side by side."""
    roads = network(
        link("AB", "A", "B", 2.0, oneway=True),
        link("BA", "B", "A", 2.0, oneway=True),
        link("BC", "B", "C", 2.0),
    )
    assert pieces(roads) == [{"AB", "BA", "BC"}]


def test_the_carriageways_of_a_road_are_pieces_of_their_own() -> None:
    """D - E runs beside A - B and touches it nowhere."""
    roads = network(link("AB", "A", "B", 2.0, oneway=True), link("ED", "E", "D", 2.0, oneway=True))
    assert pieces(roads) == [{"AB"}, {"ED"}]


def test_a_ring_is_one_piece() -> None:
    """No junction leads into it."""
    roads = network(link("AB", "A", "B", 2.0), link("BE", "B", "E", 2.0), link("EA", "E", "A", 2.0))
    assert pieces(roads) == [{"AB", "BE", "EA"}]
