"""The builder's model: shares are exact, neighbours are true neighbours, every setting does what it says."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from kit.apportion import apportion
from kit.geography import Nearest, Plane, gabriel_pairs, inside, squared
from kit.places import PlaceRules, Places, build_places, place_rows, spread_points
from kit.roads import RoadInputs, RoadRules, build_roads
from kit.sites import SiteRules, site_rows

PLANE = Plane((116.0, 40.0))
SITES = SiteRules("total", "点", "point", "a source")


def district(population: int, urban: str = "", rural: str = "") -> dict[str, str]:
    """A census row."""
    return {
        "code": "110101",
        "name_zh": "区",
        "name_en": "District",
        "level": "district",
        "parent": "",
        "population": str(population),
        "urban": urban,
        "rural": rural,
        "population_year": "2020",
        "lon": "116.0",
        "lat": "40.0",
        "source": "census",
    }


def township(number: int, lon: str, lat: str = "40.0", population: str = "") -> dict[str, str]:
    """A township row."""
    return {
        "code": f"11010100{number}",
        "name_zh": f"镇{number}",
        "name_en": f"Town {number}",
        "population": population,
        "area_km2": "",
        "lon": lon,
        "lat": lat,
        "coord_source": "stated",
    }


def communities(number: int, count: int, ur_code: str = "111") -> list[dict[str, str]]:
    """Communities of a township, none with a point."""
    return [
        {
            "code": f"11010100{number}{k:03d}",
            "name_zh": f"第{k}社区",
            "name_en": f"Community {k}",
            "township": f"11010100{number}",
            "ur_code": ur_code,
            "lon": "",
            "lat": "",
            "coord_source": "",
        }
        for k in range(count)
    ]


def places_of(
    census: dict[str, str], townships: list[dict[str, str]], listed: list[dict[str, str]]
) -> Places:
    """The model of a district without an outline."""
    return build_places(
        [census], townships, listed, rules=PlaceRules(), outline=[], waterways={}, plane=PLANE
    )


def test_shares_are_exact_and_nearly_proportional() -> None:
    """No unit is lost and no share is a whole unit off."""
    shares = apportion(1001, [3, 1, 1, 2])
    assert sum(shares) == 1001
    assert all(abs(share - 143 * weight) < 1 for share, weight in zip(shares, [3, 1, 1, 2], strict=True))


def test_gabriel_pairs_are_those_of_the_definition() -> None:
    """A pair is joined exactly when no third point lies inside its diameter circle, ties included."""
    dice = random.Random(4)  # noqa: S311 - no secret
    points = [(dice.randrange(40), dice.randrange(40)) for _ in range(60)]
    expected = [
        (i, j)
        for i in range(60)
        for j in range(i + 1, 60)
        if all(
            squared(points[i], points[k]) + squared(points[j], points[k]) >= squared(points[i], points[j])
            for k in range(60)
            if k not in {i, j}
        )
    ]
    assert gabriel_pairs(points, neighbours=59) == expected


def test_spread_points_stay_in_their_own_part() -> None:
    """Nearer to the own seat than to any other, inside the outline, within reach, all apart."""
    outline = [(-3000, -3000), (3000, -3000), (3000, 3000), (-3000, 3000)]
    spots = spread_points(Nearest([(0, 0), (1000, 0)]), 0, 30, outline=outline, reach_m=2500)
    assert len(set(spots)) == 30
    assert all(squared(spot, (0, 0)) < squared(spot, (1000, 0)) for spot in spots)
    assert all(squared(spot, (0, 0)) <= 2500**2 for spot in spots)
    assert inside(np.array(spots), outline).all()


def test_two_seats_on_one_point_are_refused() -> None:
    """There would be no room for the communities of either."""
    with pytest.raises(ValueError, match="110101001 and 110101002 have one seat"):
        places_of(district(10), [township(1, "116.0"), township(2, "116.0")], communities(1, 1))


def test_urban_and_rural_residents_are_spread_apart() -> None:
    """Only where both are stated and both kinds of community are there."""
    listed = [*communities(1, 3), *communities(2, 2, "220")]
    towns = [township(1, "116.0"), township(2, "116.1")]
    split = places_of(district(1000, "700", "300"), towns, listed)
    assert [town.population for town in split.townships] == [700, 300]
    one_kind = places_of(district(1000, "700", "300"), towns, [*communities(1, 3), *communities(2, 1)])
    assert [town.population for town in one_kind.townships] == [750, 250]


def test_township_without_figure_takes_the_mean_of_those_it_is_like() -> None:
    """The mean of all stated ones, or of the named ones."""
    towns = [
        township(1, "116.0", population="300"),
        township(2, "116.1", population="100"),
        township(3, "116.2"),
    ]
    listed = [*communities(1, 1), *communities(2, 1), *communities(3, 1)]
    assert places_of(district(600), towns, listed).townships[2].population == 200
    like = [*towns[:2], towns[2] | {"weight_like": "110101001"}]
    assert [town.population for town in places_of(district(700), like, listed).townships] == [300, 100, 300]


def test_township_without_communities_holds_its_residents_itself() -> None:
    """It stands for as many average communities as it says."""
    towns = [township(1, "116.0"), township(2, "116.1") | {"stands_for": "3"}]
    assert places_of(district(400), towns, communities(1, 1)).townships[1].population == 300


def test_districts_of_a_city_must_add_up_to_it() -> None:
    """The census is exact at every level."""
    city = district(11) | {"code": "110000", "level": "city"}
    own = district(10) | {"parent": "110000"}
    places = places_of(own, [township(1, "116.0")], communities(1, 1))
    with pytest.raises(ValueError, match="hold 10 residents, not 11"):
        place_rows([city, own], places, PlaceRules())


@pytest.fixture(scope="module")
def towns() -> Places:
    """Two townships 8 km apart with 6 and 2 communities."""
    return places_of(
        district(800),
        [township(1, "116.0"), township(2, "116.1")],
        [*communities(1, 6), *communities(2, 2)],
    )


def test_sites_follow_their_spread(towns: Places) -> None:
    """In all, in each township, at each seat, in each community."""
    spreads = {
        "total": replace(SITES, number=4, least=1),
        "township": replace(SITES, spread="township", number=2),
        "seat": replace(SITES, spread="seat"),
        "community": replace(SITES, spread="community"),
    }
    rows = {name: site_rows(towns, rules, [], [], PLANE) for name, rules in spreads.items()}
    assert {name: len(found) for name, found in rows.items()} == {
        "total": 4,
        "township": 4,
        "seat": 2,
        "community": 8,
    }
    assert [row["place"] for row in rows["seat"]] == ["110101001", "110101002"]


def test_stated_capacity_is_spread_without_loss(towns: Places) -> None:
    """The sites together take what the plan says."""
    rows = site_rows(towns, replace(SITES, number=5, least=1, capacity_total=997), [], [], PLANE)
    assert sum(int(str(row["capacity"])) for row in rows) == 997


def test_scale_is_written_only_if_given(towns: Places) -> None:
    """Regions of one scale have no such column."""
    assert all("scale" not in row for row in site_rows(towns, SITES, [], [], PLANE))
    scaled = site_rows(towns, replace(SITES, spread="seat", scale="township"), [], [], PLANE)
    assert {row["scale"] for row in scaled} == {"township"}


def test_landing_and_wharf_come_from_the_inputs(towns: Places) -> None:
    """A township names its first site, a community its own."""
    traits = [{"place": "110101001", "landing": "yes", "wharf": ""}]
    traits += [{"place": "110101002001", "landing": "", "wharf": "yes"}]
    rows = site_rows(towns, replace(SITES, spread="community"), traits, [], PLANE)
    assert [row["id"] for row in rows if row["landing"] == "yes"] == ["S-110101001000"]
    assert [row["id"] for row in rows if row["wharf"] == "yes"] == ["S-110101002001"]


PLAIN = {
    "zone": "plain",
    "south_of_lat": "",
    "north_of_lat": "",
    "outline": "",
    "townships": "",
    "seat_factor": "1.1",
    "local_factor": "1.2",
}
ROAD = {"road": "main", "name_zh": "路", "name_en": "Road", "ref": "", "class": "motorway", "factor": "1.0"}
ROAD |= {"source": "s", "through": "110101001 110101002"}
RIVER = [
    {"stream": "river", "lon": "116.03", "lat": lat, "source": "s", "barrier": "yes"}
    for lat in ("39.0", "41.0")
]


def roads_of(towns: Places, **changed: list[dict[str, str]]) -> list[dict[str, object]]:
    """The network of the two townships."""
    given: dict[str, list[dict[str, str]]] = {name: [] for name in RoadInputs.__dataclass_fields__}
    return build_roads(towns, RoadInputs(**(given | {"terrain": [PLAIN]} | changed)), RoadRules(), PLANE)


def test_only_main_roads_cross_a_barrier(towns: Places) -> None:
    """Without one the sides are apart; with one it is the bridge."""

    def over(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        return [row for row in rows if float(str(row["from_lon"])) < 116.03 < float(str(row["to_lon"]))]

    assert not over(roads_of(towns, streams=RIVER))
    crossing = over(roads_of(towns, streams=RIVER, main_roads=[ROAD]))
    assert [(row["class"], row["bridge"]) for row in crossing] == [("motorway", "yes")]


def test_wharf_of_a_wide_river_stands_on_one_bank(towns: Places) -> None:
    """Boats cross; trucks do not drive over the wharf."""
    river = [
        {
            "waterway": "river",
            "name_zh": "江",
            "name_en": "River",
            "node": f"river-{lat}",
            "wharf": wharf,
            "barrier": "yes",
            "lon": "116.03",
            "lat": lat,
            "source": "s",
        }
        for lat, wharf in (("39.0", "no"), ("40.001", "yes"), ("41.0", "no"))
    ]
    rows = [row for row in roads_of(towns, waterways=river) if row["class"] != "waterway"]
    ends = [(row["from"], row["to"]) for row in rows]
    assert len([pair for pair in ends if "river-40.001" in pair]) == 1


def test_motorway_is_entered_at_its_nodes_only(towns: Places) -> None:
    """Its junctions carry no local link; those of another road do."""

    def local_ends(road_class: str) -> int:
        rows = roads_of(towns, main_roads=[ROAD | {"class": road_class}])
        ends = [row[end] for row in rows if row["class"] == "tertiary" for end in ("from", "to")]
        return sum(str(end).startswith("J-main") for end in ends)

    assert local_ends("motorway") == 0
    assert local_ends("secondary") > 0


def test_listed_pair_is_a_tunnel_and_no_bridge(towns: Places) -> None:
    """Every piece between the two nodes runs under the river."""
    tunnel = [{"from": "110101001", "to": "110101002", "source": "s"}]
    rows = [
        row for row in roads_of(towns, main_roads=[ROAD], tunnels=tunnel, streams=RIVER) if row["ref"] == ""
    ]
    main = [row for row in rows if row["class"] == "motorway"]
    assert len(main) >= 2
    assert {(row["tunnel"], row["bridge"]) for row in main} == {("yes", "no")}


def test_rougher_end_decides_the_detour(towns: Places) -> None:
    """The link between a township of the plain and one of the hills has the factor of the hills."""
    hills = PLAIN | {"zone": "hills", "townships": "110101002", "seat_factor": "1.5"}
    for terrain, factor in (([PLAIN], 1.1), ([PLAIN, hills], 1.5)):
        rows = [row for row in roads_of(towns, terrain=terrain) if str(row["name_en"]).startswith("County")]
        length_km = sum(float(str(row["length_km"])) for row in rows)
        assert length_km == pytest.approx(0.1 * PLANE.east_m / 1000 * factor, rel=0.001)
