"""What a hazard does to the roads: closures -> blocked, flooded and slowed edges -> seconds per edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from routing.fleet import VehicleType
from routing.link_choice import NearestLink, nearest_link, sampled_links
from routing.road_network import (
    KPH_PER_M_PER_S,
    ROAD_CLASSES,
    Flags,
    Floats,
    Indices,
    RoadNetwork,
    freeze_arrays,
)
from stockpile.units import hours_to_s

BOAT_DRAFT_M = 0.5
"""Least depth of standing water that carries a loaded boat over a road, m (assumed)."""

CURVE_END_MM = 300.0
"""Depth at which the depth-speed curve of `water_speed_kph` ends, mm."""

CORNERS_OF_A_POLYGON = 3


@dataclass(frozen=True)
class Closure:
    """One hazard on the roads.

    Selectors: `polygon` (ring of WGS84 lon, lat), `refs` (road numbers), `names` (in either language),
    `classes`, `links` (link ids), `bridges_only`, `tunnels_only`. An edge matches when it satisfies every
    selector that is set; without any selector the closure acts on the whole network. Of the edges that match,
    `near` (WGS84 lon, lat) keeps those of the link nearest to the point, and `share` with `seed` those of a
    sample of the pieces of road; both look at roads only when no other selector is set.

    Effect: `depth_m` is standing water of that depth, `speed_factor` multiplies speeds, neither closes the
    edge to every vehicle. It lasts from `from_h` to before `until_h`, hours after the dispatch order.

    Raises:
        ValueError: a depth or factor not above 0, a share not above 0 or above 1, hours out of order, or a
            polygon that encloses no area or crosses itself.
    """

    id: str
    polygon: tuple[tuple[float, float], ...] | None = None
    depth_m: float | None = None
    refs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    bridges_only: bool = False
    tunnels_only: bool = False
    speed_factor: float | None = None
    near: tuple[float, float] | None = None
    share: float | None = None
    seed: int = 0
    from_h: float = -math.inf
    until_h: float = math.inf

    def __post_init__(self) -> None:
        """Refuse what could not act as meant."""
        if self.share is not None and not (0.0 < self.share <= 1.0):
            raise ValueError(f"closure {self.id}: share is {self.share}, give a number above 0 and up to 1")
        if not self.from_h < self.until_h:
            raise ValueError(f"closure {self.id}: until_h is {self.until_h}, give an hour after from_h")
        for label, value in (("depth_m", self.depth_m), ("speed_factor", self.speed_factor)):
            if value is not None and not (0.0 < value < math.inf):
                raise ValueError(f"closure {self.id}: {label} is {value}, give a number above 0")
        if self.polygon is not None and not _is_simple_ring(self.polygon):
            raise ValueError(
                f"closure {self.id}: the polygon encloses no area or crosses itself, "
                "give at least three corners in order around the area",
            )

    @property
    def names_roads(self) -> bool:
        """Whether a selector that is a property of a road is set: number, name, class, id, bridge, tunnel."""
        named = self.refs or self.names or self.classes or self.links
        return bool(named or self.bridges_only or self.tunnels_only)

    @property
    def draws_roads(self) -> bool:
        """Whether a point or a sample chooses among the roads that all else selects."""
        return self.near is not None or self.share is not None

    @property
    def picks_roads(self) -> bool:
        """Whether a selector other than the polygon narrows it to some roads."""
        return self.names_roads or self.draws_roads

    @property
    def spares_bridges(self) -> bool:
        """Whether it is water over an area that names neither bridges, tunnels nor single links."""
        named = self.bridges_only or self.tunnels_only or self.links or self.near is not None
        return self.polygon is not None and self.depth_m is not None and not named

    @property
    def seconds(self) -> tuple[float, float]:
        """Whole seconds after the dispatch order at which it begins and ends; infinite where not given."""
        begin, end = (
            hours_to_s(hour) if math.isfinite(hour) else hour for hour in (self.from_h, self.until_h)
        )
        return begin, end

    def acts_within(self, horizon_h: float) -> bool:
        """Whether it holds at any moment of [0, horizon_h)."""
        return self.from_h < horizon_h and self.until_h > 0.0


@dataclass(frozen=True, eq=False)
class Pick:
    """The directed edges that a closure acts on, shape (E,), and the link nearest to its point if it has one.

    A link beyond reach of the point is named here, but its edges are not picked.
    """

    closure: Closure
    edges: Flags
    nearest: NearestLink | None = None


@dataclass(frozen=True, eq=False)
class RoadState:
    """The roads after a hazard; every array has one value per directed edge, shape (E,).

    `blocked` edges are closed to every vehicle, `depth_m` is the deepest water on the edge, `speed_factor`
    the product of all factors. `closed_by` names the closures that block, flood or slow each edge, in the
    order given. `road_factor` multiplies the speeds of road vehicles on all edges (night, weather and the
    like); boats do not mind it.
    """

    blocked: Flags
    depth_m: Floats
    speed_factor: Floats
    closed_by: tuple[tuple[str, ...], ...]
    road_factor: float = 1.0

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)

    def of_edges(self, edges: Indices) -> RoadState:
        """The state of these edges, in this order: of the pieces of links that were cut, say."""
        closed_by = tuple(self.closed_by[edge] for edge in edges.tolist())
        return replace(
            self,
            blocked=self.blocked[edges],
            depth_m=self.depth_m[edges],
            speed_factor=self.speed_factor[edges],
            closed_by=closed_by,
        )


def apply_closures(
    network: RoadNetwork, closures: Sequence[Closure], *, road_factor: float = 1.0
) -> RoadState:
    """Give the state of the roads under all closures; the network itself is not changed."""
    return state_of_roads(
        network, [pick_edges(network, closure) for closure in closures], road_factor=road_factor
    )


def state_of_roads(network: RoadNetwork, picks: Sequence[Pick], *, road_factor: float = 1.0) -> RoadState:
    """Give the state of the roads when closures act on the edges picked for them."""
    count = len(network.edge_from)
    blocked = np.zeros(count, dtype=np.bool_)
    depth_m, speed_factor = np.zeros(count), np.ones(count)
    closed_by: list[tuple[str, ...]] = [()] * count
    for pick in picks:
        closure, hit = pick.closure, pick.edges
        if closure.depth_m is not None:
            depth_m[hit] = np.maximum(depth_m[hit], closure.depth_m)
        if closure.speed_factor is not None:
            speed_factor[hit] *= closure.speed_factor
        if closure.depth_m is None and closure.speed_factor is None:
            blocked |= hit
        for edge in np.flatnonzero(hit).tolist():
            closed_by[edge] += (closure.id,)
    return RoadState(blocked, depth_m, speed_factor, tuple(closed_by), road_factor)


def pick_edges(network: RoadNetwork, closure: Closure) -> Pick:
    """Pick the edges that a closure acts on.

    Standing water leaves waterways alone, and water in a polygon leaves bridges and tunnels alone unless
    `bridges_only`, `tunnels_only`, `links` or `near` names them. `near` and `share` choose among the edges
    that all else leaves.
    """
    hit = _eligible_edges(network, closure)
    nearest = None
    if closure.near is not None:
        nearest = nearest_link(network, hit, closure.near)
        hit &= network.link == (nearest.link if nearest is not None and nearest.within_reach else -1)
    if closure.share is not None:
        hit &= sampled_links(network, hit, closure.share, closure.seed)[network.link]
    return Pick(closure, hit, nearest)


def _eligible_edges(network: RoadNetwork, closure: Closure) -> Flags:
    """Whether each edge meets every selector but `near` and `share`, shape (E,)."""
    hit = _matching_links(network, closure)[network.link]
    if closure.classes:
        hit &= np.array([name in closure.classes for name in ROAD_CLASSES])[network.road_class]
    if closure.bridges_only:
        hit &= network.bridge
    if closure.tunnels_only:
        hit &= network.tunnel
    means_all_roads = closure.draws_roads and closure.polygon is None and not closure.names_roads
    if closure.depth_m is not None or means_all_roads:
        hit &= ~network.waterway
    if closure.spares_bridges:
        hit &= ~(network.bridge | network.tunnel)
    if closure.polygon is not None:
        hit &= _edges_in_polygon(network, closure.polygon)
    return hit


def _matching_links(network: RoadNetwork, closure: Closure) -> Flags:
    """Whether each link has a chosen id, name and road number (several numbers are separated by `;`)."""
    hit = np.ones(len(network.link_ids), dtype=np.bool_)
    if closure.links:
        hit &= np.array([link in closure.links for link in network.link_ids], dtype=np.bool_)
    if closure.refs:
        numbers = [{part.strip() for part in ref.split(";")} for ref in network.link_refs]
        hit &= np.array([not closure.refs.isdisjoint(parts) for parts in numbers], dtype=np.bool_)
    if closure.names:
        pairs = zip(network.link_names_zh, network.link_names_en, strict=True)
        hit &= np.array([not closure.names.isdisjoint(pair) for pair in pairs], dtype=np.bool_)
    return hit


def _edges_in_polygon(network: RoadNetwork, ring: tuple[tuple[float, float], ...]) -> Flags:
    """Whether the straight line between the ends of each edge meets the polygon (its border included)."""
    nodes = np.column_stack([network.lon, network.lat])
    ends = np.stack([nodes[network.edge_from], nodes[network.edge_to]], axis=1)
    corners = np.array(ring)
    # Only edges whose box overlaps the polygon's box need the exact and slower test.
    near = np.all(
        (ends.min(axis=1) <= corners.max(axis=0)) & (ends.max(axis=1) >= corners.min(axis=0)), axis=1
    )
    polygon = shapely.Polygon(ring)
    shapely.prepare(polygon)
    hit = np.zeros(len(ends), dtype=np.bool_)
    hit[near] = shapely.intersects(polygon, shapely.linestrings(ends[near]))
    return hit


def _is_simple_ring(ring: tuple[tuple[float, float], ...]) -> bool:
    """Whether the corners enclose one area without crossing."""
    if len(set(ring)) < CORNERS_OF_A_POLYGON or not np.isfinite(np.array(ring)).all():
        return False
    polygon = shapely.Polygon(ring)
    return bool(polygon.is_valid and polygon.area > 0.0)


def points_in_water(closures: Sequence[Closure], lon: Floats, lat: Floats) -> Floats:
    """Depth of the standing water at each point in m, 0 where the ground is dry.

    Only closures that flood an area count (polygon and depth, no other selector): water on chosen roads or
    bridges says nothing about the ground beside them. The border belongs to the area; the deepest water wins.
    """
    depth_m = np.zeros(len(lon))
    for closure in closures:
        if closure.polygon is not None and closure.depth_m is not None and not closure.picks_roads:
            wet = shapely.intersects_xy(shapely.Polygon(closure.polygon), lon, lat)
            depth_m[wet] = np.maximum(depth_m[wet], closure.depth_m)
    return depth_m


def water_speed_kph(depth_m: Floats) -> Floats:
    """Highest speed a driver keeps in standing water, km/h.

    v = 0.0009 w^2 - 0.5529 w + 86.9448 with w the depth in mm, fitted up to 300 mm; deeper water, which only
    high vehicles enter, keeps the 2.07 km/h of 300 mm. Source: Pregnolato, Ford, Wilkinson and Dawson (2017),
    The impact of flooding on road transport: a depth-disruption function, Transportation Research Part D 55,
    doi:10.1016/j.trd.2017.06.020.
    """
    w = np.minimum(depth_m * 1000.0, CURVE_END_MM)
    return 0.0009 * w**2 - 0.5529 * w + 86.9448


def edge_seconds(network: RoadNetwork, state: RoadState, profile: VehicleType) -> Floats:
    """Seconds that a vehicle type needs for each edge, shape (E,); inf where it cannot pass.

    A road vehicle drives at free speed * its speed factor * the edge's speed factor * the factor of all
    roads, in water no faster than `water_speed_kph`; it keeps off waterways, water deeper than it wades and
    links with a lower weight limit.
    A boat cruises (times the edge's speed factor) on waterways and on roads under at least BOAT_DRAFT_M of
    water, in the directions in which they may be driven. Nobody passes a blocked edge.
    """
    if profile.cruise_kph is not None:
        kph = profile.cruise_kph * state.speed_factor
        passable = network.waterway | (state.depth_m >= BOAT_DRAFT_M)
    else:
        kph = _road_kph(network, state, profile)
        passable = _drivable(network, state, profile)
    seconds = np.full(len(network.edge_from), np.inf)
    open_edges = passable & ~state.blocked
    seconds[open_edges] = network.length_m[open_edges] / (kph[open_edges] / KPH_PER_M_PER_S)
    return seconds


def _road_kph(network: RoadNetwork, state: RoadState, profile: VehicleType) -> Floats:
    """Speed of a road vehicle on each edge; meaningless on waterways, which it may not use."""
    dry = network.free_speed_kph * (profile.speed_factor * state.road_factor) * state.speed_factor
    return np.where(state.depth_m > 0.0, np.minimum(dry, water_speed_kph(state.depth_m)), dry)


def _drivable(network: RoadNetwork, state: RoadState, profile: VehicleType) -> Flags:
    """Whether each edge is a road that is shallow and strong enough for the vehicle."""
    passable = ~network.waterway & (state.depth_m <= profile.wade_depth_m)
    if profile.gross_weight_t is not None:
        passable &= network.max_weight_t >= profile.gross_weight_t
    return passable
