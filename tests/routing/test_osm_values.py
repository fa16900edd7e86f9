"""What people write into tags becomes numbers, flags and directions, or is counted as senseless."""

from __future__ import annotations

from collections import Counter

import pytest

from routing.osm.road import Unread, directions, is_chinese, road_of, why_not_drivable
from routing.osm.tag_values import clean_text, height_m, is_bridge, is_tunnel, speed_kph, weight_t


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("60", 60.0),
        (" 60 km/h", 60.0),
        ("60kmh", 60.0),
        ("60 kph", 60.0),
        ("６０", 60.0),
        ("60 公里/小时", 60.0),
        ("60公里", 60.0),
        ("30 mph", 48.28),
        ("30mph", 48.28),
        ("10 knots", 18.52),
        ("CN:urban", 50.0),
        ("cn:rural", 70.0),
        ("CN:motorway", 120.0),
        ("DE:rural", 90.0),
        ("DE:zone:30", 30.0),
        ("zone20", 20.0),
        ("walk", 10.0),
        ("60;40", 40.0),
        ("60|40|30 mph", 40.0),
        ("none;80", 80.0),
        ("80 @ (wet)", 80.0),
    ],
)
def test_speeds(text: str, kph: float) -> None:
    """Every common form; of a list the lowest."""
    assert speed_kph(text) == kph


@pytest.mark.parametrize("text", ["none", "signals", "variable", "DE:none", "none;signals", ""])
def test_words_without_a_number_leave_the_class_speed(text: str) -> None:
    """NaN: nothing is posted."""
    assert speed_kph(text) != speed_kph(text)


@pytest.mark.parametrize(
    "text",
    ["fast", "0", "-5", "1e3", "5000", "60 parsec", "60-80", "CN:moon", "60;x", "六十", "99999999", "['60']"],
)
def test_speeds_without_sense_are_refused(text: str) -> None:
    """Never a guess."""
    with pytest.raises(ValueError, match=r"is (no|out)"):
        speed_kph(text)


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("7.5", 7.5),
        ("7,5 t", 7.5),
        ("10吨", 10.0),
        ("8000 kg", 8.0),
        ("5 st", 4.536),
        ("20000 lbs", 9.072),
        ("20,000 lbs", 9.072),
        ("40.000 kg", 40.0),
        ("3.5 t", 3.5),
        ("default", float("inf")),
        ("30;20", 20.0),
        ("none", float("inf")),
    ],
)
def test_weights(text: str, tonnes: float) -> None:
    """Tonnes unless a unit says otherwise."""
    assert weight_t(text) == tonnes


@pytest.mark.parametrize("text", ["heavy", "0", "-1", "3500", "三吨", "5 short tons"])
def test_weights_without_sense_are_refused(text: str) -> None:
    """A bare 3500 may be kilograms or a slip."""
    with pytest.raises(ValueError, match=r"is (no|out)"):
        weight_t(text)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("4.2", 4.2),
        ("4.2 m", 4.2),
        ("4.2米", 4.2),
        ("13'6\"", 4.115),
        ("10 ft 6 in", 3.2),
        ("10'", 3.048),
        ("none", float("inf")),
        ("default", float("inf")),
    ],
)
def test_heights(text: str, metres: float) -> None:
    """Metres, or feet and inches."""
    assert height_m(text) == metres


@pytest.mark.parametrize(
    ("value", "bridge", "tunnel"),
    [
        ("yes", True, True),
        ("viaduct", True, True),
        ("no;yes", True, True),
        ("no", False, False),
        ("", False, False),
        (None, False, False),
        ("low_water_crossing", False, True),
        ("building_passage", True, False),
        ("culvert", True, False),
        ("avalanche_protector", True, True),
    ],
)
def test_what_a_flood_on_the_ground_spares(value: str | None, *, bridge: bool, tunnel: bool) -> None:
    """Any kind of bridge or tunnel, but not what lies at the level of the street or the stream."""
    assert (is_bridge(value), is_tunnel(value)) == (bridge, tunnel)


def test_texts() -> None:
    """A name comes out on one line, and it is Chinese when a sign of it is."""
    assert clean_text("  皖西\n大道\x1b[31m ") == "皖西 大道 [31m"
    assert len(clean_text("路" * 1000)) == 200
    assert is_chinese("G312 皖西大道")
    assert not is_chinese("Wanxi")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, (True, True)),
        ({"oneway": "yes"}, (True, False)),
        ({"oneway": "1"}, (True, False)),
        ({"oneway": "true"}, (True, False)),
        ({"oneway": "-1"}, (False, True)),
        ({"oneway": "reverse"}, (False, True)),
        ({"oneway": "alternating"}, (True, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"junction": "roundabout", "oneway": "no"}, (True, True)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "motorway_link"}, (True, True)),
        ({"highway": "motorway", "oneway": "-1"}, (False, True)),
    ],
)
def test_directions(tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    """As drawn, and against it."""
    unread: Unread = Counter()
    assert directions(tags, unread) == expected
    assert not unread


def test_a_direction_without_sense_is_counted_and_left_out() -> None:
    """`yes; no` stands in a real extract."""
    unread: Unread = Counter()
    assert directions({"oneway": "yes; no"}, unread) == (True, True)
    assert unread == {("oneway", "yes; no"): 1}


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"building": "yes"}, "not a road"),
        ({"highway": "footway"}, "footway"),
        ({"highway": "track"}, "track"),
        ({"highway": "residential", "area": "yes"}, "area"),
        ({"highway": "service", "access": "private"}, "private"),
        ({"highway": "service", "access": "no"}, "closed to vehicles"),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, None),
        ({"highway": "residential", "motor_vehicle": "no"}, "closed to vehicles"),
        ({"highway": "service", "service": "parking_aisle"}, "service parking_aisle"),
        ({"highway": "service", "service": "alley"}, None),
        ({"highway": "residential", "oneway": "reversible"}, "reversible"),
        ({"highway": "road"}, None),
    ],
)
def test_what_a_relief_vehicle_drives_on(tags: dict[str, str], reason: str | None) -> None:
    """The rules of OSMnx's `drive_service`, and ways closed to everybody."""
    assert why_not_drivable(tags, tracks=False) == reason


def test_tracks_come_in_when_asked_for() -> None:
    """A village may have nothing else."""
    assert why_not_drivable({"highway": "track"}, tracks=True) is None


def test_limits_by_direction_and_names() -> None:
    """A limit for one direction overrides that for both; the Chinese name stays intact."""
    tags = {
        "highway": "primary",
        "maxspeed": "60",
        "maxspeed:backward": "40",
        "maxweight": "heavy",
        "name": "皖西大道",
        "name:en": "Wanxi Avenue",
    }
    unread: Unread = Counter()
    road = road_of("w1", tags, unread)
    assert (road.forward_kph, road.backward_kph) == (60.0, 40.0)
    assert (road.name_zh, road.name_en) == ("皖西大道", "Wanxi Avenue")
    assert road.max_weight_t == float("inf")
    assert unread == {("maxweight", "heavy"): 1}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"name": "Main Street"}, ("Main Street", "Main Street")),
        ({"name": "Main Street", "name:zh": "主街"}, ("主街", "Main Street")),
        ({"name": "主街"}, ("主街", "")),
        ({}, ("", "")),
    ],
)
def test_names(names: dict[str, str], expected: tuple[str, str]) -> None:
    """The local name stands in where a language has none."""
    road = road_of("w1", {"highway": "primary", **names}, Counter())
    assert (road.name_zh, road.name_en) == expected
