"""Rule of isolation: which sites no vehicle can bring goods to, by search over the open edges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from routing.road_network import RoadNetwork
from routing.verify.facts import Facts, Point, VehicleKind
from routing.verify.findings import Findings
from routing.verify.free_ways import FreeWays
from routing.verify.open_edges import OpenEdges, Stretch
from routing.verify.rows import Plan
from routing.verify.snapping import Snapping

ORIGIN = -1


def check_isolated(
    plan: Plan,
    facts: Facts,
    network: RoadNetwork,
    edges: OpenEdges,
    snapping: Snapping,
    ways: FreeWays,
    findings: Findings,
) -> None:
    """Listed are the sites with people to which no way is open from a base over a loading point, no others.

    Vehicles of a row that loads at one place come over that place, those that must return need a way back.
    Each of these ways must be open at some time, in whichever period.
    Neither stock nor the number of vehicles counts: a region without either is short, not cut off.
    """
    search = _Search(facts, network, edges, snapping, ways)
    listed = {row.site_id: row.people for row in plan.isolated}
    for site_id, people in listed.items():
        site = facts.sites.get(site_id)
        where = f"site {site_id}"
        if findings.expect("isolated", where, "there is no such site", holds=site is not None) and site:
            message = f"says {people} people, there are {site.people}"
            findings.expect("isolated", where, message, holds=people == site.people)
            kinds = search.kinds_that_reach(site.point)
            message = f"is called isolated, {', '.join(kinds)} can bring goods there"
            findings.expect("isolated", where, message, holds=not kinds)
    for site_id, site in facts.sites.items():
        if site.people and site_id not in listed:
            reached = bool(search.kinds_that_reach(site.point))
            message = f"{site.people} people whom no vehicle can reach are not called isolated"
            findings.expect("isolated", f"site {site_id}", message, holds=reached)


@dataclass(frozen=True)
class _Fleet:
    """Fleet rows on duty that come by the same ways: `home` is the one base of rows that must return."""

    kind: VehicleKind
    load_at: str
    home: Point | None


class _Search:
    """Where goods can be brought to: the loading points at which each fleet can begin, and how it goes on."""

    def __init__(
        self, facts: Facts, network: RoadNetwork, edges: OpenEdges, snapping: Snapping, ways: FreeWays
    ) -> None:
        self._network = network
        self._edges = edges
        self._snapping = snapping
        self._ways = ways
        self._graphs: dict[tuple[str, Stretch], nx.DiGraph[int]] = {}
        self._called: dict[_Fleet, list[Point]] = {}
        self._served: dict[_Fleet, list[set[int]]] = {}
        self._home: dict[_Fleet, list[set[int]]] = {}
        bases: dict[_Fleet, list[Point]] = {}
        for yard in facts.yards.values():
            if yard.ready_s < yard.until_s:
                fleet = _Fleet(yard.kind, yard.load_at, yard.base if yard.returns else None)
                bases.setdefault(fleet, []).append(yard.base)
        for fleet, begins in bases.items():
            kind = fleet.kind
            sources = [
                source.point
                for source_id, source in facts.sources.items()
                if source.loads_vehicles and fleet.load_at in ("", source_id)
            ]
            if kind.flies or kind.walks:
                self._called[fleet] = [
                    source for source in sources if self._within_a_leg(begins, source, kind)
                ]
                continue
            driven = self._reached(begins, kind)
            self._called[fleet] = [source for source in sources if self._meets(driven, source, kind)]
            self._served[fleet] = self._reached(self._called[fleet], kind)
            if fleet.home is not None:
                self._home[fleet] = self._reached([fleet.home], kind, backwards=True)

    def kinds_that_reach(self, point: Point) -> list[str]:
        """Vehicle types that can come from a base over a loading point to the point, and back if need be."""
        return sorted({fleet.kind.id for fleet in self._called if self._reaches(fleet, point)})

    def _reaches(self, fleet: _Fleet, point: Point) -> bool:
        if fleet in self._served:
            returns = fleet.home is None or self._meets(self._home[fleet], point, fleet.kind)
            return returns and self._meets(self._served[fleet], point, fleet.kind)
        returns = fleet.home is None or self._within_a_leg([point], fleet.home, fleet.kind)
        return returns and self._within_a_leg(self._called[fleet], point, fleet.kind)

    def _within_a_leg(self, begins: Iterable[Point], end: Point, kind: VehicleKind) -> bool:
        return any(np.isfinite(self._ways.metres(begin, end, kind)) for begin in begins)

    def _meets(self, reached: Sequence[set[int]], point: Point, kind: VehicleKind) -> bool:
        """Whether the point joins the network, in any period, at a node that is reached in it."""
        by_period = zip(self._edges.periods, reached, strict=True)
        return any(
            not nodes.isdisjoint(self._snapping.near(point, kind, period)) for period, nodes in by_period
        )

    def _reached(
        self, points: Sequence[Point], kind: VehicleKind, *, backwards: bool = False
    ) -> list[set[int]]:
        """Nodes to which open edges lead from any of the points, or from which they lead there, by period."""
        found = []
        for period in self._edges.periods:
            graph = self._graph(kind, period)
            nodes = {node for point in points for node in self._snapping.near(point, kind, period)}
            found.append(_reachable(graph.reverse() if backwards else graph, nodes))
        return found

    def _graph(self, kind: VehicleKind, period: Stretch) -> nx.DiGraph[int]:
        key = (kind.id, period)
        if key not in self._graphs:
            passable = np.isfinite(self._edges.seconds(kind, period))
            ends = (self._network.edge_from[passable].tolist(), self._network.edge_to[passable].tolist())
            graph: nx.DiGraph[int] = nx.DiGraph()
            graph.add_edges_from(zip(*ends, strict=True))
            self._graphs[key] = graph
        return self._graphs[key]


def _reachable(graph: nx.DiGraph[int], starts: set[int]) -> set[int]:
    """The starts and every node that open edges lead to from them."""
    graph.add_edges_from((ORIGIN, start) for start in starts)
    if ORIGIN not in graph:
        return set()
    found = set(nx.descendants(graph, ORIGIN))
    graph.remove_node(ORIGIN)
    return found
