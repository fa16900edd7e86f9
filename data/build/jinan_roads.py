"""The road and water network of Jin'an, drawn from seats, community points and the roads known by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from csv_files import Row, yes_no
from geography import LonLat, Plane, Point, crosses, distance_km, gabriel_pairs, squared
from jinan_places import Places

JUNCTION_SPACING_M = 3500
COUNTY_FACTOR = 1.15
HILLS_LAT = 31.62
MOUNTAIN_LAT = 31.48
# Road length over the straight line away from the main roads, by terrain: plain, hills, mountains.
DETOUR = {"plain": 1.25, "hills": 1.35, "mountains": 1.55}
SMALL_BRIDGE_T = (8, 8, 5, 15)  # assumed limits of bridges on unclassified links, in turn
TERTIARY_BRIDGE_T = 20
EAST_G312 = (116.70500, 31.77000)
SEAT_LINK = "Modelled: link between neighbouring seats (Gabriel graph); way, class and detour factor modelled"
LOCAL_LINK = (
    "Modelled: link between neighbouring points (Gabriel graph); class and detour factor by terrain modelled"
)


@dataclass(frozen=True)
class Link:
    """One undirected link between two named nodes."""

    a: str
    b: str
    road_class: str
    factor: float
    name_zh: str = ""
    name_en: str = ""
    ref: str = ""
    source: str = LOCAL_LINK


class RoadMap:
    """Nodes by name and the links between them."""

    def __init__(self, plane: Plane, obstacles: list[list[Point]]) -> None:
        self.plane = plane
        self.obstacles = obstacles
        self.nodes: dict[str, LonLat] = {}
        self.links: list[Link] = []
        self.joined: set[frozenset[str]] = set()
        self.bridges = 0

    def at(self, node: str) -> Point:
        """Metres of a node."""
        return self.plane.point(self.nodes[node])

    def add(self, link: Link) -> None:
        """Join two nodes unless they are joined already."""
        ends = frozenset((link.a, link.b))
        if ends not in self.joined:
            self.joined.add(ends)
            self.links.append(link)

    def rows(self) -> Iterable[dict[str, object]]:
        """Rows of the roads table."""
        for number, link in enumerate(self.links, start=1):
            a, b = self.nodes[link.a], self.nodes[link.b]
            over = link.road_class != "waterway" and any(
                crosses(self.at(link.a), self.at(link.b), line) for line in self.obstacles
            )
            yield {
                "id": f"RD-{number:04d}",
                "name_zh": link.name_zh,
                "name_en": link.name_en,
                "from": link.a,
                "from_lon": f"{a[0]:.5f}",
                "from_lat": f"{a[1]:.5f}",
                "to": link.b,
                "to_lon": f"{b[0]:.5f}",
                "to_lat": f"{b[1]:.5f}",
                "class": link.road_class,
                "length_km": f"{max(0.01, distance_km(a, b) * link.factor):.3f}",
                "oneway": "no",
                "bridge": yes_no(over),
                "tunnel": "no",
                "ref": link.ref,
                "max_weight_t": self._weight_limit(link.road_class) if over else "",
                "basis": "modelled",
                "source": link.source,
            }

    def _weight_limit(self, road_class: str) -> int | str:
        if road_class == "tertiary":
            return TERTIARY_BRIDGE_T
        if road_class != "unclassified":
            return ""
        self.bridges += 1
        return SMALL_BRIDGE_T[self.bridges % len(SMALL_BRIDGE_T)]


def build_roads(
    places: Places, main_roads: list[Row], waterways: list[Row], obstacles: list[list[Point]], plane: Plane
) -> list[dict[str, object]]:
    """Named roads, county links between seats, local links, waterways: in this order."""
    road_map = RoadMap(plane, obstacles)
    road_map.nodes = {place.id: place.at for place in (*places.townships, *places.communities)}
    road_map.nodes["east-g312"] = EAST_G312
    add_named_roads(road_map, main_roads)
    add_county_links(road_map, places)
    wharves = {
        row["node"]: (float(row["lon"]), float(row["lat"])) for row in waterways if row["wharf"] == "yes"
    }
    road_map.nodes |= wharves
    add_local_links(road_map, {place.id: place.urban_class for place in places.communities})
    add_waterways(road_map, waterways)
    return list(road_map.rows())


def add_named_roads(road_map: RoadMap, main_roads: list[Row]) -> None:
    """The roads of the inputs, through their seats with a junction about every 3.5 km."""
    for row in main_roads:
        through = row["through"].split()
        style = Link(
            "",
            "",
            row["class"],
            float(row["factor"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            ref=row["ref"],
            source=row["source"],
        )
        for part, (a, b) in enumerate(pairwise(through), start=1):
            add_road(road_map, f"J-{row['road']}-{part}", a, b, style)


def add_road(road_map: RoadMap, name: str, a: str, b: str, style: Link) -> None:
    """A straight road from a to b, cut at junction nodes."""
    start, end = road_map.at(a), road_map.at(b)
    pieces = max(1, round(sqrt(squared(start, end)) / JUNCTION_SPACING_M))
    stops = [a]
    for k in range(1, pieces):
        node = f"{name}-{k}"
        at = (
            (start[0] * (pieces - k) + end[0] * k) // pieces,
            (start[1] * (pieces - k) + end[1] * k) // pieces,
        )
        road_map.nodes[node] = road_map.plane.lon_lat(at)
        stops.append(node)
    stops.append(b)
    for one, two in pairwise(stops):
        road_map.add(
            Link(
                one,
                two,
                style.road_class,
                style.factor,
                style.name_zh,
                style.name_en,
                style.ref,
                style.source,
            )
        )


def add_county_links(road_map: RoadMap, places: Places) -> None:
    """Tertiary roads between neighbouring seats that no named road joins directly."""
    seats = places.townships
    named = {frozenset(pair) for pair in _named_pairs(road_map)}
    for i, j in gabriel_pairs([road_map.at(seat.id) for seat in seats]):
        a, b = seats[i], seats[j]
        if frozenset((a.id, b.id)) in named:
            continue
        factor = COUNTY_FACTOR if min(a.at[1], b.at[1]) > HILLS_LAT else COUNTY_FACTOR + 0.15
        style = Link(
            "",
            "",
            "tertiary",
            factor,
            name_zh=f"{a.name_zh}至{b.name_zh}县乡道",
            name_en=f"County road {a.name_en} - {b.name_en}",
            source=SEAT_LINK,
        )
        add_road(road_map, f"J-{a.id}-{b.id}", a.id, b.id, style)


def _named_pairs(road_map: RoadMap) -> set[tuple[str, str]]:
    """Seats that follow each other on a named road."""
    pairs: set[tuple[str, str]] = set()
    run: dict[str, str] = {}
    for link in road_map.links:
        start = run.pop(link.a, link.a)
        if link.b.startswith("J-"):
            run[link.b] = start
        else:
            pairs.add((start, link.b))
    return pairs


def add_local_links(road_map: RoadMap, urban_class: Mapping[str, str]) -> None:
    """Links between neighbouring points of every kind: seats, junctions, communities and wharves."""
    names = sorted(road_map.nodes)
    for i, j in gabriel_pairs([road_map.at(name) for name in names]):
        a, b = names[i], names[j]
        town = any(urban_class.get(name, "220") not in {"210", "220"} for name in (a, b))
        lat = min(road_map.nodes[a][1], road_map.nodes[b][1])
        terrain = "plain" if lat > HILLS_LAT else "hills" if lat > MOUNTAIN_LAT else "mountains"
        road_map.add(Link(a, b, "tertiary" if town else "unclassified", DETOUR[terrain]))


def add_waterways(road_map: RoadMap, waterways: list[Row]) -> None:
    """Boat links along the river and the canals, vertex to vertex."""
    for row in waterways:
        road_map.nodes.setdefault(row["node"], (float(row["lon"]), float(row["lat"])))
    for one, two in pairwise(waterways):
        if one["waterway"] == two["waterway"]:
            road_map.links.append(
                Link(
                    one["node"],
                    two["node"],
                    "waterway",
                    1.05,
                    name_zh=two["name_zh"],
                    name_en=two["name_en"],
                    source=two["source"],
                )
            )
