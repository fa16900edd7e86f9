"""Rule of isolation: which sites no vehicle can bring goods to, by search over the open edges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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

    Vehicles of a row that loads at one place come over that place, those that must return need a way back.
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


@dataclass(frozen=True)
class _Fleet:
    """Fleet rows on duty that come by the same ways: `home` is the one base of rows that must return."""

    kind: VehicleKind
    load_at: str
    home: Point | None


class _Search:
    """Where goods can be brought to, by fleet.

    For types that drive or float: nodes. For types that fly or walk: loading points to start from.
    """

    def __init__(self, facts: Facts, context: PlanContext, snapping: Snapping, ways: FreeWays) -> None:
        self._snapping = snapping
        self._ways = ways
        self._reached: dict[_Fleet, set[int]] = {}
        self._called: dict[_Fleet, list[Point]] = {}
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
            graph = _open_graph(context, kind)
            driven = _reachable(graph, self._nodes(begins, kind))
            reached = _reachable(graph, self._nodes(sources, kind) & driven)
            if fleet.home is not None:
                reached &= _reachable(graph.reverse(), self._nodes([fleet.home], kind))
            self._reached[fleet] = reached

    def kinds_that_reach(self, point: Point) -> list[str]:
        """Vehicle types that can come from a base over a loading point to the point, and back if need be."""
        fleets = (*self._called, *self._reached)
        return sorted({fleet.kind.id for fleet in fleets if self._reaches(fleet, point)})

    def _reaches(self, fleet: _Fleet, point: Point) -> bool:
        if fleet in self._reached:
            return not self._reached[fleet].isdisjoint(self._snapping.near(point, fleet.kind))
        returns = fleet.home is None or self._within_a_leg([point], fleet.home, fleet.kind)
        return returns and self._within_a_leg(self._called[fleet], point, fleet.kind)

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
