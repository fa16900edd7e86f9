"""Rule of isolation: which sites no vehicle can bring goods to, by search over the open edges."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np

from routing.verify.context import PlanContext
from routing.verify.facts import Facts, Point, VehicleKind
from routing.verify.findings import Findings
from routing.verify.rows import Plan
from routing.verify.snapping import Snapping

ORIGIN = -1


def check_isolated(
    plan: Plan, facts: Facts, context: PlanContext, snapping: Snapping, findings: Findings
) -> None:
    """A listed site is out of reach of every vehicle; a site that is out of reach of all stock is listed.

    Between the two lie sites that only stock in reach of no vehicle could be brought to, and sites that hold
    stock themselves: either word about those is true.
    """
    search = _Search(facts, context, snapping)
    listed = {row.site_id: row.people for row in plan.isolated}
    served = {local.site_id for local in plan.local_issues}
    for site_id, people in listed.items():
        site = facts.sites.get(site_id)
        where = f"site {site_id}"
        if findings.expect("isolated", where, "there is no such site", holds=site is not None) and site:
            message = f"says {people} people, there are {site.people}"
            findings.expect("isolated", where, message, holds=people == site.people)
            kinds = search.kinds_that_reach(site.point, from_base=True)
            message = f"is called isolated, {', '.join(kinds)} can bring goods there"
            findings.expect("isolated", where, message, holds=not kinds)
    for site_id, site in facts.sites.items():
        if site.people and site_id not in listed and site_id not in served:
            reached = bool(search.kinds_that_reach(site.point, from_base=False))
            message = f"{site.people} people whom no vehicle can reach are not called isolated"
            findings.expect("isolated", f"site {site_id}", message, holds=reached)


class _Search:
    """Nodes that goods can be brought to, by vehicle type that the fleet has."""

    def __init__(self, facts: Facts, context: PlanContext, snapping: Snapping) -> None:
        self._snapping = snapping
        self._kinds: dict[str, VehicleKind] = {}
        self._reached: dict[tuple[str, bool], set[int]] = {}
        bases: dict[str, list[Point]] = {}
        for yard in facts.yards.values():
            if yard.number > 0 and yard.ready_s < yard.until_s:
                self._kinds[yard.kind.id] = yard.kind
                bases.setdefault(yard.kind.id, []).append(yard.base)
        stocked = {
            lot.source_id for lot in facts.usable(context.on, context.horizon_s) if lot.item in facts.needs
        }
        sources = [facts.sources[source_id].point for source_id in sorted(stocked)]
        for kind in self._kinds.values():
            graph = _open_graph(context, kind)
            near_sources = self._nodes(sources, kind)
            self._reached[kind.id, False] = _reachable(graph, near_sources)
            driven = _reachable(graph, self._nodes(bases[kind.id], kind))
            self._reached[kind.id, True] = _reachable(graph, near_sources & driven)

    def kinds_that_reach(self, point: Point, *, from_base: bool) -> list[str]:
        """Vehicle types that can come to the point from stock, and to that stock from a base if asked."""
        return [
            kind.id
            for kind in self._kinds.values()
            if not self._reached[kind.id, from_base].isdisjoint(self._snapping.near(point, kind))
        ]

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
