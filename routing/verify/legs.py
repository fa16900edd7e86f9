"""Rules of legs: from where to where, on which links, open or not, how long and how far."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from routing.road_network import RoadNetwork
from routing.verify.facts import WATER, Facts, Point, VehicleKind
from routing.verify.findings import Findings
from routing.verify.free_ways import RANGE_NOISE_M, FreeWays, may_land, straight_m
from routing.verify.open_edges import OpenEdges, Stretch
from routing.verify.rows import Leg, Plan, Stop, Trip
from routing.verify.snapping import ACCESS_M_PER_S, Snapping
from stockpile.units import METRES_PER_KM, s_to_hours

NOISE_S = 1e-3
NOISE_M = 0.51  # half of the last of three decimals of a kilometre
KM_STEP = 0.0005  # half of the last of three decimals


@dataclass(frozen=True, slots=True)
class Edge:
    """One direction of a link."""

    number: int
    begin: int
    end: int
    metres: float


@dataclass(frozen=True, slots=True)
class Walk:
    """What following the links of a leg gave: least seconds and metres, broken rules, checks made."""

    seconds: float
    metres: float
    faults: tuple[tuple[str, str], ...]
    checks: int


def check_legs(
    plan: Plan,
    facts: Facts,
    network: RoadNetwork,
    edges: OpenEdges,
    snapping: Snapping,
    ways: FreeWays,
    findings: Findings,
) -> None:
    """Check the legs of every trip against its stops and against the roads."""
    used = {link for legs in plan.legs.values() for leg in legs for link in leg.links}
    walker = _Walker(network, edges, snapping, used)
    for trip, position, base in _positions(plan, facts):
        legs = plan.legs.get(trip.id, ())
        stops = plan.stops.get(trip.id, ())
        found, expected = [leg.number for leg in legs], list(range(len(stops) + 1 + (base is not None)))
        message = f"has the legs {found}, expected {expected}"
        if not findings.expect("legs", trip.where, message, holds=found == expected):
            continue
        _check_times(trip, legs, stops, findings)
        _check_totals(trip, legs, findings)
        source = facts.sources.get(trip.source_id)
        sites = [facts.sites.get(stop.site_id) for stop in stops]
        loaded = [place.point if place is not None else None for place in (source, *sites)]
        points = [position, *loaded, *([base] if base is not None else [])]
        # A type without vehicles on duty has no seconds by edge; `vehicle` and `shift` report its trips.
        kind = facts.kinds.get(trip.vehicle_type) if edges.knows(trip.vehicle_type) else None
        yard = facts.yards.get(trip.fleet_id)
        if kind and yard is not None and (kind.flies or kind.walks):
            _check_single_legs(trip, [yard.base, *loaded], kind, ways, findings)
        for leg, (begin, end) in zip(legs, pairwise(points), strict=True):
            if begin is not None and end is not None and _check_ends(leg, begin, end, findings) and kind:
                _check_drive(leg, walker.walk(leg, begin, end, kind), findings)


def _positions(plan: Plan, facts: Facts) -> Iterable[tuple[Trip, Point | None, Point | None]]:
    """Every trip with the point where its vehicle stands before it, and the base to which it then returns.

    It stands at its base, or at the last stop before; after its last trip it returns if it must.
    """
    by_vehicle: dict[str, list[Trip]] = defaultdict(list)
    for trip in plan.trips:
        by_vehicle[trip.vehicle_id].append(trip)
    for trips in by_vehicle.values():
        yard = facts.yards.get(trips[0].fleet_id)
        position = yard.base if yard is not None else None
        ordered = sorted(trips, key=lambda trip: (trip.sequence, trip.depart_s))
        for trip in ordered:
            returns = yard is not None and yard.returns and trip is ordered[-1]
            yield trip, position, yard.base if yard is not None and returns else None
            stops = plan.stops.get(trip.id, ())
            site = facts.sites.get(stops[-1].site_id) if stops else None
            position = site.point if site is not None else None


def _check_ends(leg: Leg, begin: Point, end: Point, findings: Findings) -> bool:
    message = f"goes from {leg.from_id} to {leg.to_id}, expected from {begin.id} to {end.id}"
    holds = (leg.from_id, leg.to_id) == (begin.id, end.id)
    return findings.expect("legs", leg.where, message, holds=holds)


def _check_single_legs(
    trip: Trip, points: list[Point | None], kind: VehicleKind, ways: FreeWays, findings: Findings
) -> None:
    """The loading point lies one leg from the base and every stop one leg from the loading point."""
    base, source, *sites = points
    if base is None or source is None:
        return
    for begin, end in ((base, source), *((source, site) for site in sites if site is not None)):
        message = f"{end.id} is not within one leg of a {kind.id} from {begin.id}"
        findings.expect("range", trip.where, message, holds=np.isfinite(ways.metres(begin, end, kind)))


def _check_times(trip: Trip, legs: tuple[Leg, ...], stops: tuple[Stop, ...], findings: Findings) -> None:
    """A leg begins once the vehicle is free, and ends when trip and stop say that it arrives."""
    # no row says when a way back ends, so that only its leg does
    free = [trip.depart_s, trip.load_end_s, *(stop.unload_end_s for stop in stops)]
    arrivals = [trip.arrive_s, *(stop.arrive_s for stop in stops), *(leg.arrive_s for leg in legs[-1:])]
    message = f"departs at {s_to_hours(legs[0].depart_s)} h, the trip says {s_to_hours(trip.depart_s)} h"
    findings.expect("timeline", legs[0].where, message, holds=legs[0].depart_s == trip.depart_s)
    for leg, free_s, arrive_s in zip(legs, free, arrivals, strict=False):
        hour = s_to_hours(leg.depart_s)
        message = f"departs at {hour} h, the vehicle is free at {s_to_hours(free_s)} h"
        findings.expect("timeline", leg.where, message, holds=leg.depart_s >= free_s)
        message = f"arrives at {s_to_hours(leg.arrive_s)} h, trip or stop say {s_to_hours(arrive_s)} h"
        findings.expect("timeline", leg.where, message, holds=leg.arrive_s == arrive_s)


def _check_totals(trip: Trip, legs: tuple[Leg, ...], findings: Findings) -> None:
    km, drive_s = sum(leg.km for leg in legs), sum(leg.arrive_s - leg.depart_s for leg in legs)
    message = f"says {trip.drive_km:.3f} km, its legs come to {km:.3f} km"
    holds = abs(trip.drive_km - km) <= KM_STEP * (len(legs) + 1) + 1e-6
    findings.expect("drive_totals", trip.where, message, holds=holds)
    message = f"says {trip.drive_s} s of driving, its legs come to {drive_s} s"
    findings.expect("drive_totals", trip.where, message, holds=abs(trip.drive_s - drive_s) <= 1)


def _check_drive(leg: Leg, walk: Walk, findings: Findings) -> None:
    for rule, message in walk.faults:
        findings.expect(rule, leg.where, message, holds=False)
    findings.count(walk.checks - len(walk.faults))
    if walk.faults:
        return
    taken_s = leg.arrive_s - leg.depart_s
    message = f"{leg.from_id} to {leg.to_id} in {taken_s} s, it takes {walk.seconds:.1f} s"
    findings.expect("drive_time", leg.where, message, holds=taken_s >= walk.seconds - NOISE_S)
    message = f"{leg.from_id} to {leg.to_id} is {leg.km:.3f} km, it is {walk.metres / METRES_PER_KM:.3f} km"
    holds = leg.km * METRES_PER_KM >= walk.metres - NOISE_M
    findings.expect("distance", leg.where, message, holds=holds)


class _Walker:
    """Follows the links of legs; remembers legs that it has followed before."""

    def __init__(self, network: RoadNetwork, edges: OpenEdges, snapping: Snapping, used: set[str]) -> None:
        self._snapping = snapping
        self._open = edges
        self._edges = _edges_by_link(network, used)
        self._nodes = network.node_ids
        self._walked: dict[tuple[object, ...], Walk] = {}

    def walk(self, leg: Leg, begin: Point, end: Point, kind: VehicleKind) -> Walk:
        """Return the least time and distance of the leg, or the rules that its links break."""
        if kind.flies:
            return _within_range(_fly(leg.links, begin, end, kind), kind)
        stretches = list(self._open.stretches(leg.depart_s, leg.arrive_s))
        first = self._followed(leg.links, begin, end, kind, stretches[0])
        if not first.faults or kind.mode != WATER:
            return first
        # Where a boat meets the water depends on what is open: on all that it has time for, or on less.
        longer = (self._followed(leg.links, begin, end, kind, stretch) for stretch in stretches[1:])
        return next((walk for walk in longer if not walk.faults), first)

    def _followed(
        self, links: tuple[str, ...], begin: Point, end: Point, kind: VehicleKind, stretch: Stretch
    ) -> Walk:
        key = (kind.id, begin, end, links, stretch)
        if key not in self._walked:
            self._walked[key] = _within_range(self._follow(links, begin, end, kind, stretch), kind)
        return self._walked[key]

    def _follow(
        self, links: tuple[str, ...], begin: Point, end: Point, kind: VehicleKind, stretch: Stretch
    ) -> Walk:
        if begin == end and not links:
            return Walk(0.0, 0.0, (), 1)
        starts, ends = (self._snapping.near(point, kind, stretch) for point in (begin, end))
        for point, near in ((begin, starts), (end, ends)):
            if not near:
                message = f"{point.kind} {point.id} does not touch what a {kind.id} moves on"
                return Walk(0.0, 0.0, (("route", message),), 1)
        # Nearly always one node; of several within a metre the first that fits is taken.
        seconds = self._open.seconds(kind, stretch)
        tried = [self._from_node(start, links, ends, kind, seconds) for start in starts.items()]
        return next((walk for walk in tried if not walk.faults), tried[0])

    def _from_node(
        self,
        start: tuple[int, float],
        links: tuple[str, ...],
        ends: Mapping[int, float],
        kind: VehicleKind,
        edge_seconds: NDArray[np.float64],
    ) -> Walk:
        node, access_m = start
        seconds, metres = 0.0, 0.0
        faults: list[tuple[str, str]] = []
        for link in links:
            edge = self._edges.get((link, node))
            if edge is None:
                message = (
                    f"link {link} cannot be driven from node {self._nodes[node]}, where the way has come to"
                )
                return Walk(seconds, metres, (*faults, ("route", message)), len(links))
            needed_s = float(edge_seconds[edge.number])
            if not np.isfinite(needed_s):
                way = f"from {self._nodes[edge.begin]} to {self._nodes[edge.end]}"
                faults.append(("closed_link", f"link {link} is closed to a {kind.id} {way}"))
            seconds, metres, node = seconds + needed_s, metres + edge.metres, edge.end
        if node not in ends:
            nearest = self._nodes[next(iter(ends))]
            faults.append(("route", f"ends at node {self._nodes[node]}, the nearest to its end is {nearest}"))
        access_m += ends.get(node, 0.0)
        access_s = access_m / (kind.m_per_s if kind.walks else ACCESS_M_PER_S)
        return Walk(seconds + access_s, metres + access_m, tuple(faults), 2 * len(links) + 1)


def _fly(links: tuple[str, ...], begin: Point, end: Point, kind: VehicleKind) -> Walk:
    """The straight way, on no link."""
    metres = straight_m(begin, end)
    faults = [("route", f"a {kind.id} flies and uses no link, not {' '.join(links)}")] if links else []
    faults += [
        ("landing", f"{point.kind} {point.id} is no landing point for a {kind.id}")
        for point in (begin, end)
        if not may_land(point, kind)
    ]
    return Walk(metres / kind.m_per_s, metres, tuple(faults), 3)


def _within_range(walk: Walk, kind: VehicleKind) -> Walk:
    """The walk, with a fault when it is beyond the range of the type."""
    if not math.isfinite(kind.range_m):
        return walk
    if walk.metres <= kind.range_m + RANGE_NOISE_M:
        return replace(walk, checks=walk.checks + 1)
    reach = f"{walk.metres / METRES_PER_KM:.3f} km, a {kind.id} {kind.range_m / METRES_PER_KM:g} km at most"
    return replace(walk, faults=(*walk.faults, ("range", f"the leg is {reach}")), checks=walk.checks + 1)


def _edges_by_link(network: RoadNetwork, used: set[str]) -> dict[tuple[str, int], Edge]:
    """Edges of the links in use, by link id and the node where they begin."""
    rows = [row for row, link in enumerate(network.link_ids) if link in used]
    edges: dict[tuple[str, int], Edge] = {}
    for number in np.flatnonzero(np.isin(network.link, rows)).tolist():
        begin, end = int(network.edge_from[number]), int(network.edge_to[number])
        link = network.link_ids[int(network.link[number])]
        edges[link, begin] = Edge(number, begin, end, float(network.length_m[number]))
    return edges
