"""Rule of isolation: which sites no vehicle can bring goods to, by search over the open edges."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np

from routing.verify.context import PlanContext
from routing.verify.facts import Facts, Point, VehicleKind
from routing.verify.findings import Findings
from routing.verify.free_ways import FreeWays
from routing.verify.rows import Plan
from routing.verify.snapping import Snapping

ORIGIN = -1


def check_isolated(
    plan: Plan,
    facts: Facts,
    context: PlanContext,
    snapping: Snapping,
    ways: FreeWays,
    findings: Findings,
) -> None:
    """Listed are the sites with people to which no way is open from a base over a loading point, no others.

    Neither stock nor the number of vehicles counts: a region without either is short, not cut off.
    """
    search = _Search(facts, context, snapping, ways)
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


class _Search:
    """Where goods can be brought to, by vehicle type that the fleet has.

    For types that drive or float: nodes. For types that fly or walk: loading points to start from.
    """

    def __init__(self, facts: Facts, context: PlanContext, snapping: Snapping, ways: FreeWays) -> None:
        self._snapping = snapping
        self._ways = ways
        self._kinds: dict[str, VehicleKind] = {}
        self._reached: dict[str, set[int]] = {}
        self._called: dict[str, list[Point]] = {}
        bases: dict[str, list[Point]] = {}
        for yard in facts.yards.values():
            if yard.ready_s < yard.until_s:
                self._kinds[yard.kind.id] = yard.kind
                bases.setdefault(yard.kind.id, []).append(yard.base)
        sources = [source.point for source in facts.sources.values() if source.loads_vehicles]
        for kind in self._kinds.values():
            if kind.flies or kind.walks:
                self._called[kind.id] = [
                    source for source in sources if self._within_a_leg(bases[kind.id], source, kind)
                ]
                continue
            graph = _open_graph(context, kind)
            driven = _reachable(graph, self._nodes(bases[kind.id], kind))
            self._reached[kind.id] = _reachable(graph, self._nodes(sources, kind) & driven)

    def kinds_that_reach(self, point: Point) -> list[str]:
        """Vehicle types that can come from a base over a loading point to the point."""
        return [kind.id for kind in self._kinds.values() if self._reaches(kind, point)]

    def _reaches(self, kind: VehicleKind, point: Point) -> bool:
        if kind.id in self._called:
            return self._within_a_leg(self._called[kind.id], point, kind)
        return not self._reached[kind.id].isdisjoint(self._snapping.near(point, kind))

    def _within_a_leg(self, begins: Iterable[Point], end: Point, kind: VehicleKind) -> bool:
        return any(np.isfinite(self._ways.metres(begin, end, kind)) for begin in begins)

    def _nodes(self, points: Iterable[Point], kind: VehicleKind) -> set[int]:
        return {node for point in points for node in self._snapping.near(point, kind)}


def _open_graph(context: PlanContext, kind: VehicleKind) -> nx.DiGraph[int]:
    passable = np.isfinite(context.edge_seconds[kind.id])
    graph: nx.DiGraph[int] = nx.DiGraph()
    begins, ends = context.network.edge_from[passable].tolist(), context.network.edge_to[passable].tolist()
    graph.add_edges_from(zip(begins, ends, strict=True))
    return graph


def _reachable(graph: nx.DiGraph[int], starts: set[int]) -> set[int]:
    """The starts and every node that open edges lead to from them."""
    graph.add_edges_from((ORIGIN, start) for start in starts)
    if ORIGIN not in graph:
        return set()
    found = set(nx.descendants(graph, ORIGIN))
    graph.remove_node(ORIGIN)
    return found
