"""Travel times between the points of a region, and the roads that each journey takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from routing.fleet import AIR, DRONE, PORTER, ROAD, Mode
from routing.road_network import (
    KPH_PER_M_PER_S,
    Flags,
    Floats,
    Indices,
    RoadNetwork,
    freeze_arrays,
    nearest_nodes,
)
from routing.shortest_paths import ShortestPaths
from stockpile.geodesy import great_circle_m

ACCESS_SPEED_KPH = 15.0
"""Speed over the straight line between a point and its node, km/h (assumed: lanes, yards and walking)."""

WHARF_REACH_M = 1500.0
"""Farthest a wharf may lie from water that carries a boat, m (assumed)."""

ROUNDING_S = 1e-6
"""Seconds of floating-point noise that do not push a journey up to the next whole second."""


Positions: TypeAlias = npt.NDArray[np.integer]

_NOT_GIVEN: Flags = np.empty(0, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Points:
    """Places that vehicles visit (P): warehouses, depots, sites, bases.

    Boats serve those with a wharf, aircraft those with a landing point (nowhere if `landing` is left out).
    """

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    wharf: Flags
    landing: Flags = field(default_factory=lambda: _NOT_GIVEN)

    def __post_init__(self) -> None:
        """Fill in what is left out."""
        if self.landing is _NOT_GIVEN:
            object.__setattr__(self, "landing", np.zeros(len(self.ids), dtype=np.bool_))


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Fastest journeys from A points to B points for one vehicle type; of equally fast ones the shortest.

    `seconds` (A, B) are whole numbers, rounded up, inf where no journey exists or none within the limit;
    `metres` (A, B) is the length of that journey. Both hold the access at either end. `node` (A,) is the
    node where each origin meets the network (-1: none) and `access_m` (A,) the straight distance to it
    (inf: none; flights meet no node); `to_node` and `to_access_m` (B,) say the same of the destinations. When
    every point is both origin and destination, the matrices are square with 0 on the diagonal.
    """

    seconds: Floats
    metres: Floats
    node: Indices
    access_m: Floats
    to_node: Indices
    to_access_m: Floats
    paths: ShortestPaths = field(repr=False)

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)

    def route(self, a: int, b: int) -> tuple[int, ...]:
        """Edges from origin a to destination b in driving order.

        None for a flight, nor when both points meet the network at one node.

        Raises:
            ValueError: no journey leads from a to b.
        """
        if not np.isfinite(self.seconds[a, b]):
            raise ValueError(f"no journey leads from point {a} to point {b}")
        if self.node[a] == self.to_node[b]:
            return ()
        return self.paths.route(int(self.node[a]), int(self.to_node[b]))

    def part(self, origins: Positions, destinations: Positions) -> TravelTimes:
        """Return the journeys from some of the origins to some of the destinations, by their positions."""
        here = np.ix_(origins, destinations)
        return replace(
            self,
            seconds=self.seconds[here],
            metres=self.metres[here],
            node=self.node[origins],
            access_m=self.access_m[origins],
            to_node=self.to_node[destinations],
            to_access_m=self.to_access_m[destinations],
        )


def travel_times(
    network: RoadNetwork,
    seconds_by_edge: Floats,
    points: Points,
    *,
    mode: Mode,
    to: Points | None = None,
    limit_s: float = np.inf,
    cruise_m_per_s: float = 0.0,
    range_m: float = np.inf,
) -> TravelTimes:
    """Fastest journeys, given the seconds each edge takes (inf: impassable).

    They lead from every point to every point, or to the points `to` where given (sources to sites). Journeys
    that take longer than `limit_s` or are longer than `range_m`, access included, count as none: both limits
    only hide what has been found, and save no time.

    By road every point meets the nearest node of any road, passable or not: a village whose own road is under
    water is cut off. By water only points with a wharf take part; they meet the nearest node of an edge that
    carries the boat now, within WHARF_REACH_M. Access is covered at ACCESS_SPEED_KPH at both ends; two points
    at one node need their access only. On foot is as by road, but access is covered at `cruise_m_per_s`.

    By air the way is the great circle between landing points, by drone between any two points, both at
    `cruise_m_per_s`; they use no edge.

    Raises:
        ValueError: a mode that needs `cruise_m_per_s` is not given it.
    """
    if mode in (AIR, DRONE, PORTER) and not cruise_m_per_s > 0.0:
        raise ValueError(f"travel times by {mode} need the cruising speed")
    ends = (points, points if to is None else to)
    if mode in (AIR, DRONE):
        found = _flown(network, *ends, cruise_m_per_s, landing_only=mode == AIR)
    else:
        access = cruise_m_per_s if mode == PORTER else ACCESS_SPEED_KPH / KPH_PER_M_PER_S
        found = _over_edges(network, seconds_by_edge, ends, mode, access)
    seconds, metres = found.seconds.copy(), found.metres.copy()
    if to is None:
        np.fill_diagonal(seconds, 0.0)
        np.fill_diagonal(metres, 0.0)
    seconds = whole_seconds(seconds)
    too_far = (seconds > limit_s) | (metres > range_m)
    seconds[too_far] = metres[too_far] = np.inf
    return replace(found, seconds=seconds, metres=metres)


def _over_edges(
    network: RoadNetwork,
    seconds_by_edge: Floats,
    ends: tuple[Points, Points],
    mode: Mode,
    access_m_per_s: float,
) -> TravelTimes:
    """Journeys along edges, with the straight access at both ends."""
    paths = ShortestPaths(network, seconds_by_edge)
    node, access_m = _meeting_nodes(network, seconds_by_edge, ends[0], mode)
    to_node, to_access_m = (
        (node, access_m) if ends[1] is ends[0] else _meeting_nodes(network, seconds_by_edge, ends[1], mode)
    )
    seconds = np.full((len(node), len(to_node)), np.inf)
    metres = seconds.copy()
    on, to_on = np.flatnonzero(node >= 0), np.flatnonzero(to_node >= 0)
    here = np.ix_(on, to_on)
    seconds[here], metres[here] = paths.between(node[on], to_node[to_on])
    seconds += (access_m / access_m_per_s)[:, None] + to_access_m / access_m_per_s
    metres += access_m[:, None] + to_access_m
    return TravelTimes(seconds, metres, node, access_m, to_node, to_access_m, paths)


def _flown(
    network: RoadNetwork, begin: Points, end: Points, cruise_m_per_s: float, *, landing_only: bool
) -> TravelTimes:
    """Straight journeys that touch no node; with `landing_only` between landing points only."""
    metres = great_circle_m(begin.lon[:, None], begin.lat[:, None], end.lon, end.lat)
    if landing_only:
        metres[~(begin.landing[:, None] & end.landing)] = np.inf
    node, to_node = (np.full(len(points.ids), -1, dtype=np.int32) for points in (begin, end))
    access_m, to_access_m = (np.full(len(points.ids), np.inf) for points in (begin, end))
    paths = ShortestPaths(network, np.full(len(network.edge_from), np.inf))
    return TravelTimes(metres / cruise_m_per_s, metres, node, access_m, to_node, to_access_m, paths)


def access_seconds(access_m: Floats) -> Floats:
    """Seconds for the straight line between a point and its node."""
    return access_m / (ACCESS_SPEED_KPH / KPH_PER_M_PER_S)


def whole_seconds(seconds: Floats) -> Floats:
    """Round up to whole seconds, free of rounding noise."""
    return np.asarray(np.ceil(np.maximum(seconds - ROUNDING_S, 0.0)))


def _meeting_nodes(
    network: RoadNetwork, seconds_by_edge: Floats, points: Points, mode: Mode
) -> tuple[Indices, Floats]:
    """Node at which each point meets the network, and the distance to it; -1 and inf if it does not."""
    if mode in (ROAD, PORTER):
        return nearest_nodes(network, network.nodes_of(~network.waterway), points.lon, points.lat)
    return _wharf_nodes(network, np.isfinite(seconds_by_edge), points)


def _wharf_nodes(network: RoadNetwork, navigable: Flags, points: Points) -> tuple[Indices, Floats]:
    """Node and distance at which each wharf meets navigable water; -1 and inf for all other points."""
    node, access_m = nearest_nodes(network, network.nodes_of(navigable), points.lon, points.lat)
    served = points.wharf & (access_m <= WHARF_REACH_M)
    return np.where(served, node, -1).astype(np.int32), np.where(served, access_m, np.inf)
