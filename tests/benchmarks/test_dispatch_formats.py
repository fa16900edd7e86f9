"""Readers of published routing formats: what every number of a file means, and what is wrong with others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from routing_cases import CCVRP, FILES, HFVRP, MDVRP, MTVRPTW, write

from benchmarks.dispatch_formats import ccvrp, mtvrptw
from benchmarks.dispatch_formats.instance import RoutingInstance, VehicleType
from benchmarks.dispatch_published import FAMILIES
from benchmarks.reading import FormatError


def read(tmp_path: Path, family: str, text: str) -> RoutingInstance:
    """Read a text as a file of a family."""
    return FAMILIES[family](write(tmp_path, text))


def test_ccvrp_counts_arrivals_and_leaves_the_way_back_out(tmp_path: Path) -> None:
    """Demand 9 at 7 a vehicle needs two; 999999 is no limit."""
    instance = read(tmp_path, "ccvrp", CCVRP)
    assert (instance.name, instance.objective, instance.return_counts) == ("toy", "arrivals", False)
    assert instance.vehicles == (VehicleType(0, 2, 7.0),)
    assert instance.points.demand.tolist() == [0, 4, 3, 2]
    assert instance.travel_s[0].tolist() == [0, 5, 10, 2]
    assert (list(instance.depots), list(instance.customers)) == ([0], [1, 2, 3])


def test_ccvrp_vehicles_are_those_noted_beside_the_known_value(tmp_path: Path) -> None:
    """R of the note; without one, vrpnc5 alone has one more than its demand needs."""
    assert ccvrp.read(write(tmp_path, CCVRP, "vrpnc5.txt")).vehicles[0].count == 3
    known = "instance,value,status,note\ntoy,17,best known,R=4\nvrpnc5,17,best known,R = 2\nother,1,,R=9\n"
    write(tmp_path, known, "known_values.csv")
    assert read(tmp_path, "ccvrp", CCVRP).vehicles[0].count == 4
    assert ccvrp.read(write(tmp_path, CCVRP, "vrpnc5.txt")).vehicles[0].count == 2
    assert ccvrp.read(write(tmp_path, CCVRP, "vrpnc4.txt")).vehicles[0].count == 2


@pytest.mark.parametrize(
    "text",
    [
        CCVRP.replace("999999 0", "999999 0 -1042.11"),
        CCVRP.replace("0 0\n", "0.0 0.0 0\n\n"),
        CCVRP.replace("\n", " \r\n"),
        CCVRP + "\n\n",
    ],
    ids=["a fifth number", "behind the depot", "other line ends", "blank lines"],
)
def test_what_stands_behind_the_numbers_of_a_line_is_ignored(tmp_path: Path, text: str) -> None:
    """As in vrpnc11, whose first line has a number too many."""
    instance, plain = read(tmp_path, "ccvrp", text), read(tmp_path, "ccvrp", CCVRP)
    assert (instance.distance == plain.distance).all()
    assert (instance.points.demand == plain.points.demand).all()


def test_service_time_and_duration_of_a_file_count(tmp_path: Path) -> None:
    """The third and fourth number of the first line."""
    instance = read(tmp_path, "ccvrp", CCVRP.replace("999999 0", "200 10"))
    assert instance.vehicles[0].most_duration_s == 200
    assert instance.points.service_s.tolist() == [0, 10, 10, 10]


def test_mdvrp_limits_vehicles_at_each_depot(tmp_path: Path) -> None:
    """Depots stand last in the file and first in the instance; 0 is no limit."""
    text = MDVRP.replace("0 5\n0 5\n", "310 5\n0 0\n").replace("-3 0 0 5", "-3.5 0 25 5")
    instance = read(tmp_path, "mdvrp", text)
    assert instance.vehicles == (
        VehicleType(0, 1, 5.0, most_duration_s=310.0),
        VehicleType(1, 1, np.inf),
    )
    assert instance.points.number.tolist() == [3, 4, 1, 2]
    assert instance.points.service_s.tolist() == [0, 0, 25, 0]
    assert instance.points.demand.tolist() == [0, 0, 5, 5]
    assert instance.distance[:2].tolist() == [[0, 10, 3.5, 13], [10, 0, 13.5, 3]]
    assert (instance.objective, instance.return_counts) == ("distance", True)


def test_hfvrp_types_have_their_own_number_capacity_and_costs(tmp_path: Path) -> None:
    """As many vehicles as customers are any number."""
    instance = read(tmp_path, "hfvrp", HFVRP.replace("999999.0 0.0", "60 3"))
    assert instance.vehicles == (
        VehicleType(0, None, 4.0, 10.0, 1.0, 60.0),
        VehicleType(0, 1, 8.0, 25.0, 2.0, 60.0),
    )
    assert instance.points.service_s.tolist() == [0, 3, 3]
    assert instance.distance[0].tolist() == [0, 5, 10]


def test_mtvrptw_reads_windows_releases_and_where_to_load_again(tmp_path: Path) -> None:
    """Distances are cut off after one decimal: the root of 2 is 1.4."""
    instance = read(tmp_path, "mtvrptw", MTVRPTW)
    assert instance.vehicles == (VehicleType(0, 1, 4.0, reload_at=(0,)),)
    assert instance.distance[0].tolist() == [0, 5, 1.4]
    assert (instance.distance == instance.travel_s).all()
    points = instance.points
    assert points.number.tolist() == [1, 2, 3]
    assert points.service_s.tolist() == [0, 2, 2]
    assert list(zip(points.opens_s.tolist(), points.closes_s.tolist(), strict=True)) == [
        (0, 40),
        (8, 9),
        (0, 32),
    ]
    assert points.release_s.tolist() == [0, 0, 30]


def test_mtvrptw_times_are_cut_off_as_distances_are(tmp_path: Path) -> None:
    """Windows, releases and service."""
    text = MTVRPTW.replace("3\t30\n", "3\t30.19\n").replace("8\t9", "8.05\t9.38")
    points = read(tmp_path, "mtvrptw", text.replace("SERVICE_TIME: 2", "SERVICE_TIME: 2.99")).points
    assert (points.release_s[2], points.opens_s[1], points.closes_s[1]) == (30.1, 8.0, 9.3)
    assert points.service_s.tolist() == [0, 2.9, 2.9]


def test_mtvrptw_without_reloads_and_releases_is_single_trip_with_windows(tmp_path: Path) -> None:
    """And service times may differ."""
    start, end = MTVRPTW.index("RELEASE_TIME"), MTVRPTW.index("DEPOT_SECTION\n1\nEOF")
    services = "SERVICE_TIME_SECTION\n1\t0\n2\t7\n3\t8\n"
    text = (MTVRPTW[:start] + services + MTVRPTW[end:]).replace("SERVICE_TIME: 2\n", "")
    instance = read(tmp_path, "mtvrptw", text)
    assert instance.vehicles[0].reload_at == ()
    assert instance.points.release_s.tolist() == [0, 0, 0]
    assert instance.points.service_s.tolist() == [0, 7, 8]


def test_mtvrptw_vehicles_are_grouped_by_where_they_load_again(tmp_path: Path) -> None:
    """Depots come first, whichever points of the file they are."""
    text = MTVRPTW.replace("VEHICLES: 1", "VEHICLES: 3").replace(
        "RELOAD_DEPOT_SECTION\n1\t1\n", "RELOAD_DEPOT_SECTION\n1\t1 3\n2\t1\n3\t3 1\n"
    )
    text = text.replace("DEPOT_SECTION\n1\nEOF", "DEPOT_SECTION\n3\n1\n-1\nEOF")
    text = text.replace("3\t4\nTIME", "3\t0\nTIME").replace("3\t30\n", "3\t0\n")
    instance = read(tmp_path, "mtvrptw", text)
    assert instance.points.number.tolist() == [3, 1, 2]
    assert instance.vehicles == (
        VehicleType(0, 2, 4.0, reload_at=(0, 1)),
        VehicleType(0, 1, 4.0, reload_at=(1,)),
    )
    assert instance.distance[1].tolist() == [1.4, 0, 5]


@pytest.mark.parametrize(
    ("family", "old", "new", "message"),
    [
        ("ccvrp", "3 7 999999 0", "3 7", "line 1: customers, .* are needed, 2 of 4 are there"),
        ("ccvrp", "3 7 999999", "2.5 7 999999", r"line 1: customers is 2.5; a whole number above 0"),
        ("ccvrp", "3 7 999999", "3 0 999999", "line 1: capacity is 0; more than 0"),
        ("ccvrp", "6 8 3", "6 x 3", "line 4: 'x' in y is no number"),
        ("ccvrp", "6 8 3", "6 nan 3", "line 4: 'nan' in y is no number"),
        ("ccvrp", "6 8 3", "6 8 -3", "line 4: demand is -3; 0 or more"),
        ("ccvrp", "0 -2 2\n", "", "line 4: the file ends before x, y, demand"),
        ("ccvrp", "0 -2 2\n", "0 -2 2\n1 1 1\n", "line 6: '1 1 1' stands after the end"),
        ("ccvrp", CCVRP, "", "line 1: the file ends before customers"),
        ("mdvrp", "2 1 2 2", "6 1 2 2", "line 1: type is 6; 2, multi-depot without time windows"),
        ("mdvrp", "2 1 2 2", "2 1 2 0", "line 1: depots is 0; a whole number"),
        ("mdvrp", "4 10 0 0 0 0 0\n", "", "line 6: the file ends before number, x, y"),
        ("mdvrp", "2 13 0 0 5 1 2 1 2", "2 13 0 0", "line 5: number, .* are needed, 4 of 5"),
        ("hfvrp", "1 8 25 2.0", "0 8 25 2.0", "line 5: number of vehicles is 0; a whole number"),
        ("hfvrp", "1 8 25 2.0", "1 8 25", "line 5: number of vehicles, .* 3 of 4"),
        ("hfvrp", "2 2 999999.0", "2 2 away", "line 3: 'away' in range is no number"),
        ("mtvrptw", "DIMENSION: 3", "DIMENSION: 4", "line 12: NODE_COORD_SECTION ends before row 4"),
        ("mtvrptw", "DIMENSION: 3", "DIMENSION: 2", "line 12: NODE_COORD_SECTION has rows 1 to 2"),
        ("mtvrptw", "DIMENSION: 3", "DIMENSION: 3.5", "line 5: DIMENSION is 3.5; a whole number"),
        ("mtvrptw", "CAPACITY: 4", "CAPACITY: 0", "line 7: CAPACITY: more than 0"),
        ("mtvrptw", "CAPACITY: 4\n", "", "CAPACITY is missing"),
        ("mtvrptw", "EUC_2D", "GEO", "line 4: EDGE_WEIGHT_TYPE: only EUC_2D"),
        ("mtvrptw", "CAPACITY: 4", "VEHICLES_MAX_DURATION: 9", "line 7: VEHICLES_MAX_DURATION is not read"),
        ("mtvrptw", "CAPACITY: 4", "VEHICLES: 4", "line 7: VEHICLES stands there twice"),
        ("mtvrptw", "DEMAND_SECTION", "BACKHAUL_SECTION", "line 13: BACKHAUL_SECTION is not read"),
        ("mtvrptw", "1\t0\t40", "1\t0", "line 18: TIME_WINDOW_SECTION has rows .* 2 values"),
        ("mtvrptw", "2\t8\t9", "3\t8\t9", "line 19: TIME_WINDOW_SECTION has rows 1 to 3"),
        ("mtvrptw", "2\t8\t9", "2\t8\t7", "line 19: TIME_WINDOW_SECTION: closes before it opens"),
        ("mtvrptw", "3\t30\n", "3\tlate\n", "line 24: 'late' in RELEASE_TIME_SECTION is no number"),
        ("mtvrptw", "3\t30\n", "3\t-1\n", "line 24: RELEASE_TIME_SECTION: 0 or more"),
        ("mtvrptw", "DEMAND_SECTION\n1\t0", "DEMAND_SECTION\n1\t2", "line 14: DEMAND_SECTION: a depot has"),
        ("mtvrptw", "DEPOT_SECTION\n1\nEOF", "DEPOT_SECTION\n5\nEOF", "line 28: '5' in DEPOT_SECTION is no"),
        ("mtvrptw", "DEPOT_SECTION\n1\nEOF", "DEPOT_SECTION\nEOF", "line 27: DEPOT_SECTION is empty"),
        ("mtvrptw", "1\t1\nDEPOT", "1\t2\nDEPOT", "line 26: VEHICLES_RELOAD_DEPOT_SECTION: a point that"),
        ("mtvrptw", "1\t1\nDEPOT", "2\t1\nDEPOT", "line 25: VEHICLES_RELOAD_DEPOT_SECTION needs rows 1 to 1"),
        ("mtvrptw", "NAME: toy", "toy", "line 1: toy is not read here"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(
    tmp_path: Path, family: str, old: str, new: str, message: str
) -> None:
    """Each a change of a good file."""
    assert old in FILES[family]
    with pytest.raises(FormatError, match=rf"toy\.txt.*{message}"):
        read(tmp_path, family, FILES[family].replace(old, new, 1))


def test_a_rule_that_would_be_overlooked_is_refused(tmp_path: Path) -> None:
    """A section of other problems, even behind everything else."""
    file = write(tmp_path, MTVRPTW.replace("EOF", "PRIZE_SECTION\n1\t0\n2\t5\n3\t5\nEOF"))
    with pytest.raises(FormatError, match="line 29: PRIZE_SECTION is not read here"):
        mtvrptw.read(file)
