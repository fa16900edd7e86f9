"""Places off the network and networks in pieces are named with file, row and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest
from road_samples import link, region_with, roads_table

from routing.checks import check_roads
from stockpile.errors import Problem

SQUARE = (link("AB", "A", "B", 2.0), link("BC", "B", "C", 2.0), link("AD", "A", "D", 2.5))
NEAR = {"lon": 116.51, "lat": 31.71}
FAR = {"lon": 116.51, "lat": 31.80}  # 8.9 km north of D
TYPES = pd.DataFrame({"id": ["truck", "boat"], "mode": ["road", "water"]})


def problems(*links: Mapping[str, object], **tables: Sequence[Mapping[str, object]]) -> list[Problem]:
    """What is wrong with a region of these links and tables."""
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    return check_roads(region_with(roads=roads_table(links), vehicle_types=TYPES, **frames))


def test_a_sound_region_has_no_problem() -> None:
    """Everything stands near a connected network."""
    found = problems(
        *SQUARE,
        warehouses=[{"id": "W", "wharf": False, "row": 2, **NEAR}],
        suppliers=[{"id": "S", "depot": "yard", "row": 2, **NEAR}],
        sites=[{"id": "J", "landing": False, "wharf": False, "row": 2, **NEAR}],
        fleet=[{"id": "F", "type": "truck", "row": 2, **NEAR}],
    )
    assert found == []


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("warehouses", {"wharf": False}),
        ("suppliers", {"depot": "yard"}),
        ("sites", {"landing": False, "wharf": False}),
        ("fleet", {"type": "truck"}),
    ],
)
def test_a_place_off_the_network_is_named(table: str, values: dict[str, object]) -> None:
    """File, row, id, position and distance; the row that stands well is not mentioned."""
    rows = [{"id": "near", "row": 2, **NEAR, **values}, {"id": "far", "row": 3, **FAR, **values}]
    if table == "suppliers":
        rows[0]["depot"] = "other yard"
    (found,) = problems(*SQUARE, **{table: rows})
    assert (found.file, found.row, found.id) == (f"sample/{table}.csv", 3, "far")
    assert found.value == "116.51, 31.8"
    assert found.message.startswith("lies 8.9 km from the nearest node")
    assert "roads.csv" in found.remedy


def test_a_depot_of_several_suppliers_is_named_once() -> None:
    """One loading point, one problem."""
    rows = [{"id": f"S-{k}", "depot": "yard", "row": 2 + k, **FAR} for k in range(3)]
    assert [found.id for found in problems(*SQUARE, suppliers=rows)] == ["S-0"]


def test_boats_may_lie_at_the_river() -> None:
    """A wharf and a boat base count from the river, a truck base there is off the roads."""
    river = {"lon": 116.60, "lat": 31.70}
    nodes = {
        "A": (116.50, 31.70),
        "B": (116.52, 31.70),
        "R": (116.60, 31.70),
        "Q": (116.52, 31.7001),
    }
    roads = roads_table(
        [link("AB", "A", "B", 2.0), link("QR", "Q", "R", 8.0, **{"class": "waterway"})], nodes
    )
    fleet = [
        {"id": "boats", "type": "boat", "row": 2, **river},
        {"id": "trucks", "type": "truck", "row": 3, **river},
    ]
    sites = [{"id": "pier", "landing": False, "wharf": True, "row": 2, **river}]
    region = region_with(
        roads=roads, vehicle_types=TYPES, fleet=pd.DataFrame(fleet), sites=pd.DataFrame(sites)
    )
    assert [found.id for found in check_roads(region)] == ["trucks"]


def test_who_flies_needs_no_road() -> None:
    """A landing point and bases of aircraft and drones may lie anywhere, those of porters may not."""
    kinds = pd.DataFrame({"id": ["mi", "fc", "feet"], "mode": ["air", "drone", "porter"]})
    fleet = [{"id": kind, "type": kind, "row": 2, **FAR} for kind in kinds["id"]]
    sites = [
        {"id": "meadow", "landing": True, "wharf": False, "row": 2, **FAR},
        {"id": "wood", "landing": False, "wharf": False, "row": 3, **FAR},
    ]
    region = region_with(
        roads=roads_table(SQUARE), vehicle_types=kinds, fleet=pd.DataFrame(fleet), sites=pd.DataFrame(sites)
    )
    assert [found.id for found in check_roads(region)] == ["wood", "feet"]


def test_a_network_in_pieces_names_each_smaller_piece() -> None:
    """E - F hangs on nothing: one problem at its link with both nodes."""
    (found,) = problems(*SQUARE, link("EF", "E", "F", 1.0))
    assert (found.file, found.row, found.id) == ("sample/roads.csv", 5, "EF")
    assert "number of nodes: 2; E, F" in found.message


def test_a_dead_end_one_way_road_is_a_piece() -> None:
    """A truck that drives to E cannot come back."""
    (found,) = problems(*SQUARE, link("DE", "D", "E", 2.0, oneway=True))
    assert found.id == "DE"
    assert "number of nodes: 1; E" in found.message


def test_an_island_behind_a_waterway_is_sound_and_a_river_need_not_touch_roads() -> None:
    """Roads that boats reach belong to the region; river nodes of their own are no fault."""
    island = (link("BE", "B", "E", 2.5, **{"class": "waterway"}), link("EF", "E", "F", 1.0))
    assert problems(*SQUARE, *island) == []
    assert problems(*SQUARE, link("EF", "E", "F", 1.0, **{"class": "waterway"})) == []


def test_a_region_without_roads_is_one_problem() -> None:
    """Neither an empty table nor a river alone carries trucks."""
    for links in ((), (link("DE", "D", "E", 2.0, **{"class": "waterway"}),)):
        (found,) = problems(*links)
        assert (found.file, found.row, found.message) == ("sample/roads.csv", None, "holds no road")


def test_many_nodes_are_counted_and_not_all_listed() -> None:
    """A long list is cut after ten names."""
    nodes = {f"m{k:02d}": (116.5 + k / 1000.0, 31.7) for k in range(30)}
    main = [link(f"M{k}", f"m{k:02d}", f"m{k + 1:02d}", 0.1) for k in range(16)]
    rest = [link(f"R{k}", f"m{k:02d}", f"m{k + 1:02d}", 0.1) for k in range(17, 29)]
    (found,) = check_roads(region_with(roads=roads_table(main + rest, nodes), vehicle_types=TYPES))
    assert "number of nodes: 13; m17, m18, " in found.message
    assert found.message.endswith("m26, …)")
