"""The road and water network of a region, drawn from seats, community points and the roads known by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt

import numpy as np

from kit.csv_files import Row, yes_no
from kit.geography import (
    LonLat,
    Metres,
    Nearest,
    Plane,
    Point,
    crosses,
    distance_km,
    gabriel_pairs,
    inside,
    segments,
    squared,
    stated_point,
)
from kit.places import RURAL_CLASSES, Places

SEAT_LINK = "Modelled: link between neighbouring seats (Gabriel graph); way, class and detour factor modelled"
LOCAL_LINK = (
    "Modelled: link between neighbouring points (Gabriel graph); class and detour factor by terrain modelled"
)
# Entered at named nodes only: no village street ends on it between two of them.
ENTERED_AT_NODES = frozenset({"motorway", "motorway_link"})


@dataclass(frozen=True)
class RoadRules:
    """What the model of the network assumes.

    Attributes:
        junction_spacing_m: Named roads and links between seats are cut at junctions about this far apart.
        seat_class, seat_name_zh, seat_name_en: Class and name of the links between seats.
        urban_class, rural_class: Classes of local links with and without an urban community at an end.
        bridge_limits_t: Weight limits of modelled bridges by road class, taken in turn; none for the others.
        water_factor: Length of a boat link over the straight line.
    """

    junction_spacing_m: float = 3500
    seat_class: str = "tertiary"
    seat_name_zh: str = "县乡道"
    seat_name_en: str = "County road"
    urban_class: str = "tertiary"
    rural_class: str = "unclassified"
    bridge_limits_t: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("tertiary", (20,)),
        ("unclassified", (8, 5, 15, 8)),
    )
    water_factor: float = 1.05


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
    tunnel: bool = False


class Terrain:
    """Detour factors by zone: of the zones that hold an end of a link, the one listed last counts."""

    def __init__(
        self, rows: list[Row], outlines: Mapping[str, list[Point]], places: Places, plane: Plane
    ) -> None:
        self.rows = rows
        self.outlines = outlines
        self.plane = plane
        self.seats = [seat.id for seat in places.townships]
        self.nearest = Nearest([plane.point(seat.at) for seat in places.townships])
        self.township = {place.id: place.parent for place in places.communities}

    def factors(self, a: tuple[str, LonLat], b: tuple[str, LonLat]) -> tuple[float, float]:
        """Detour factor of a link between seats and of a local link with these ends."""
        row = self.rows[max(self._zone(*a), self._zone(*b))]
        return float(row["seat_factor"]), float(row["local_factor"])

    def _zone(self, node: str, at: LonLat) -> int:
        return max(number for number, row in enumerate(self.rows) if self._holds(row, node, at))

    def _holds(self, row: Row, node: str, at: LonLat) -> bool:
        if row["south_of_lat"] and at[1] > float(row["south_of_lat"]):
            return False
        if row["north_of_lat"] and at[1] < float(row["north_of_lat"]):
            return False
        point = self.plane.point(at)
        if row["outline"] and not inside(np.array([point]), self.outlines[row["outline"]])[0]:
            return False
        return not row["townships"] or self._township(node, point) in row["townships"].split()

    def _township(self, node: str, point: Point) -> str:
        """The township a node lies in: a community's own, else that of the nearest seat."""
        return self.township.get(node) or self.seats[self.nearest.around(point, 1)[0]]


class RoadMap:
    """Nodes by name and the links between them."""

    def __init__(self, plane: Plane, rules: RoadRules, obstacles: Metres, barriers: Metres) -> None:
        self.plane = plane
        self.rules = rules
        self.obstacles = obstacles
        self.barriers = barriers
        self.nodes: dict[str, LonLat] = {}
        self.closed_nodes: set[str] = set()
        self.banks: set[str] = set()
        self.links: list[Link] = []
        self.joined: set[frozenset[str]] = set()

    def at(self, node: str) -> Point:
        """Metres of a node."""
        return self.plane.point(self.nodes[node])

    def barred(self, a: str, b: str) -> bool:
        """Whether a barrier lies between two nodes: only named roads cross it."""
        return crosses(self.at(a), self.at(b), self.barriers)

    def add(self, link: Link) -> None:
        """Join two nodes unless they are joined already."""
        ends = frozenset((link.a, link.b))
        if ends not in self.joined:
            self.joined.add(ends)
            self.links.append(link)

    def add_road(self, name: str, style: Link) -> None:
        """A straight road from end to end of ``style``, cut at junction nodes."""
        start, end = self.at(style.a), self.at(style.b)
        pieces = max(1, round(sqrt(squared(start, end)) / self.rules.junction_spacing_m))
        stops = [style.a]
        for k in range(1, pieces):
            node = f"{name}-{k}"
            at = (
                (start[0] * (pieces - k) + end[0] * k) // pieces,
                (start[1] * (pieces - k) + end[1] * k) // pieces,
            )
            self.nodes[node] = self.plane.lon_lat(at)
            if style.tunnel or style.road_class in ENTERED_AT_NODES:
                self.closed_nodes.add(node)
            stops.append(node)
        stops.append(style.b)
        for one, two in pairwise(stops):
            self.add(replace(style, a=one, b=two))

    def rows(self) -> Iterator[dict[str, object]]:
        """Rows of the roads table."""
        bridges = dict.fromkeys((name for name, _ in self.rules.bridge_limits_t), 0)
        limits = dict(self.rules.bridge_limits_t)
        for number, link in enumerate(self.links, start=1):
            a, b = self.nodes[link.a], self.nodes[link.b]
            over_ground = link.road_class != "waterway" and not link.tunnel
            bridge = over_ground and crosses(self.at(link.a), self.at(link.b), self.obstacles)
            limit: int | str = ""
            if bridge and link.road_class in limits:
                in_turn = limits[link.road_class]
                limit = in_turn[bridges[link.road_class] % len(in_turn)]
                bridges[link.road_class] += 1
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
                "bridge": yes_no(bridge),
                "tunnel": yes_no(link.tunnel),
                "ref": link.ref,
                "max_weight_t": limit,
                "basis": "modelled",
                "source": link.source,
            }


@dataclass(frozen=True)
class RoadInputs:
    """Rows of the inputs that draw the network: see README.md for their columns."""

    main_roads: list[Row]
    nodes: list[Row]
    tunnels: list[Row]
    waterways: list[Row]
    streams: list[Row]
    terrain: list[Row]
    terrain_outlines: list[Row]


def build_roads(
    places: Places, inputs: RoadInputs, rules: RoadRules, plane: Plane
) -> list[dict[str, object]]:
    """Named roads, links between seats, local links, waterways: in this order."""
    lines = plane.lines(inputs.waterways, "waterway") | plane.lines(inputs.streams, "stream")
    barriers = {row["waterway"] for row in inputs.waterways if row.get("barrier") == "yes"}
    barriers |= {row["stream"] for row in inputs.streams if row.get("barrier") == "yes"}
    road_map = RoadMap(
        plane,
        rules,
        segments(lines.values()),
        segments(line for name, line in lines.items() if name in barriers),
    )
    terrain = Terrain(inputs.terrain, plane.lines(inputs.terrain_outlines, "outline"), places, plane)
    road_map.nodes = {place.id: place.at for place in (*places.townships, *places.communities)}
    for row in inputs.nodes:
        road_map.nodes[row["node"]] = stated_point(row)
        if row.get("local") == "no":
            road_map.closed_nodes.add(row["node"])
    add_named_roads(road_map, inputs.main_roads, inputs.tunnels)
    add_seat_links(road_map, places, terrain)
    wharves = [row for row in inputs.waterways if row["wharf"] == "yes"]
    road_map.nodes |= {row["node"]: stated_point(row) for row in wharves}
    road_map.banks = {row["node"] for row in wharves if row.get("barrier") == "yes"}
    urban_class = {place.id: place.urban_class for place in places.communities}
    add_local_links(road_map, urban_class, terrain)
    add_waterways(road_map, inputs.waterways)
    return list(road_map.rows())


def add_named_roads(road_map: RoadMap, main_roads: list[Row], tunnels: list[Row]) -> None:
    """The roads of the inputs, through their seats and nodes; a listed pair of them is a tunnel."""
    under = {frozenset((row["from"], row["to"])) for row in tunnels}
    for row in main_roads:
        for part, (a, b) in enumerate(pairwise(row["through"].split()), start=1):
            style = Link(
                a,
                b,
                row["class"],
                float(row["factor"]),
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                ref=row["ref"],
                source=row["source"],
                tunnel=frozenset((a, b)) in under,
            )
            road_map.add_road(f"J-{row['road']}-{part}", style)


def add_seat_links(road_map: RoadMap, places: Places, terrain: Terrain) -> None:
    """Roads between neighbouring seats that no named road joins directly and no barrier parts."""
    seats, rules = places.townships, road_map.rules
    named = {frozenset(pair) for pair in _named_pairs(road_map)}
    for i, j in gabriel_pairs([road_map.at(seat.id) for seat in seats]):
        a, b = seats[i], seats[j]
        if frozenset((a.id, b.id)) in named or road_map.barred(a.id, b.id):
            continue
        factor, _ = terrain.factors((a.id, a.at), (b.id, b.at))
        style = Link(
            a.id,
            b.id,
            rules.seat_class,
            factor,
            name_zh=f"{a.name_zh}至{b.name_zh}{rules.seat_name_zh}",
            name_en=f"{rules.seat_name_en} {a.name_en} - {b.name_en}",
            source=SEAT_LINK,
        )
        road_map.add_road(f"J-{a.id}-{b.id}", style)


def _named_pairs(road_map: RoadMap) -> Iterable[tuple[str, str]]:
    """Seats that follow each other on a named road."""
    run: dict[str, str] = {}
    for link in road_map.links:
        start = run.pop(link.a, link.a)
        if link.b.startswith("J-"):
            run[link.b] = start
        else:
            yield start, link.b


def add_local_links(road_map: RoadMap, urban_class: Mapping[str, str], terrain: Terrain) -> None:
    """Links between neighbouring points of every kind: seats, junctions, communities and wharves.

    A wharf on a barrier stands on one bank: it is joined to its nearest point and to no other.
    """
    rules = road_map.rules
    names = sorted(set(road_map.nodes) - road_map.closed_nodes)
    inland = [name for name in names if name not in road_map.banks]
    nearest = Nearest([road_map.at(name) for name in inland])
    behind = {wharf: inland[nearest.around(road_map.at(wharf), 1)[0]] for wharf in road_map.banks}
    for i, j in gabriel_pairs([road_map.at(name) for name in names]):
        a, b = names[i], names[j]
        on_bank = behind.get(a, b) == b and behind.get(b, a) == a
        if not on_bank or road_map.barred(a, b):
            continue
        town = any(urban_class.get(name, "220") not in RURAL_CLASSES for name in (a, b))
        _, factor = terrain.factors((a, road_map.nodes[a]), (b, road_map.nodes[b]))
        road_map.add(Link(a, b, rules.urban_class if town else rules.rural_class, factor))


def add_waterways(road_map: RoadMap, waterways: list[Row]) -> None:
    """Boat links along the rivers and canals, vertex to vertex."""
    for row in waterways:
        road_map.nodes.setdefault(row["node"], stated_point(row))
    for one, two in pairwise(waterways):
        if one["waterway"] == two["waterway"]:
            road_map.links.append(
                Link(
                    one["node"],
                    two["node"],
                    "waterway",
                    road_map.rules.water_factor,
                    name_zh=two["name_zh"],
                    name_en=two["name_en"],
                    source=two["source"],
                )
            )
