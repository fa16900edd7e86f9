"""The engine and its peers, each from arcs in memory to a matrix of seconds.

An engine takes a `Case` and gives a function from origins to rows of the matrix, so that preparation and
answers can be timed apart. Imports stay inside: each engine runs in a process of its own.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.road_like import Integers
from routing.road_network import Floats, RoadNetwork


@dataclass(frozen=True, eq=False)
class Case:
    """Roads with the seconds of every edge (inf: closed), and the nodes to go to."""

    network: RoadNetwork
    seconds: Floats
    targets: Integers

    @property
    def arcs(self) -> tuple[Integers, Integers, Floats]:
        """Open arcs: tails, heads, seconds."""
        passable = np.isfinite(self.seconds)
        ends = (self.network.edge_from[passable], self.network.edge_to[passable])
        return ends[0].astype(np.int64), ends[1].astype(np.int64), self.seconds[passable]


Rows = Callable[[Integers], Floats]


def ours(case: Case) -> Rows:
    """Give seconds, as all the others do."""
    from routing.shortest_paths import ShortestPaths  # noqa: PLC0415

    paths = ShortestPaths(case.network, case.seconds)
    paths.prepare(lengths=False)
    return lambda origins: paths.seconds_between(origins, case.targets)


def ours_with_metres(case: Case) -> Rows:
    """Give seconds and the length of every journey, the shorter one of equally fast ones."""
    from routing.shortest_paths import ShortestPaths  # noqa: PLC0415

    paths = ShortestPaths(case.network, case.seconds)
    paths.prepare(lengths=True)
    return lambda origins: paths.between(origins, case.targets)[0]


def scipy(case: Case) -> Rows:
    """Dijkstra's algorithm in C++ from every origin, nodes in Morton order (as fast as scipy goes)."""
    from scipy.sparse import csr_array  # noqa: PLC0415
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    tail, head, seconds = case.arcs
    nodes = len(case.network.node_ids)
    place = np.empty(nodes, dtype=np.int64)
    place[np.argsort(_morton(case.network.lon, case.network.lat), kind="stable")] = np.arange(nodes)
    graph = csr_array((seconds, (place[tail], place[head])), shape=(nodes, nodes))

    def rows(origins: Integers) -> Floats:
        blocks = np.array_split(place[origins], max(1, len(origins) // 20))
        return np.vstack([dijkstra(graph, indices=block)[:, place[case.targets]] for block in blocks])

    return rows


def networkx(case: Case) -> Rows:
    """Dijkstra's algorithm in Python."""
    import networkx as nx  # noqa: PLC0415

    tail, head, seconds = case.arcs
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(case.network.node_ids)))
    graph.add_weighted_edges_from(
        zip(tail.tolist(), head.tolist(), seconds.tolist(), strict=True), weight="seconds"
    )

    def rows(origins: Integers) -> Floats:
        found = np.full((len(origins), len(case.targets)), np.inf)
        for number, origin in enumerate(origins.tolist()):
            reached = nx.single_source_dijkstra_path_length(graph, origin, weight="seconds")
            found[number] = [reached.get(target, np.inf) for target in case.targets.tolist()]
        return found

    return rows


def igraph(case: Case) -> Rows:
    """Dijkstra's algorithm in C."""
    import igraph as ig  # noqa: PLC0415

    tail, head, seconds = case.arcs
    graph = ig.Graph(n=len(case.network.node_ids), edges=np.column_stack([tail, head]), directed=True)
    weights, targets = seconds.tolist(), case.targets.tolist()
    return lambda origins: np.array(graph.distances(source=origins.tolist(), target=targets, weights=weights))


def rustworkx(case: Case) -> Rows:
    """Dijkstra's algorithm in Rust."""
    import rustworkx as rx  # noqa: PLC0415

    tail, head, seconds = case.arcs
    graph = rx.PyDiGraph()
    graph.add_nodes_from(range(len(case.network.node_ids)))
    graph.add_edges_from(list(zip(tail.tolist(), head.tolist(), seconds.tolist(), strict=True)))

    def rows(origins: Integers) -> Floats:
        found = np.full((len(origins), len(case.targets)), np.inf)
        for number, origin in enumerate(origins.tolist()):
            reached = rx.dijkstra_shortest_path_lengths(graph, origin, float)
            found[number] = [
                0.0 if target == origin else (reached[target] if target in reached else np.inf)  # noqa: SIM401 - no dict
                for target in case.targets.tolist()
            ]
        return found

    return rows


PANDANA_SCALE = 100.0
"""pandana keeps whole thousandths in 32 bits; hundredths of seconds give it 10 microseconds and 11 hours."""

PANDANA_NONE = 4_294_967.295
"""What pandana answers where no way leads."""


def pandana(case: Case) -> Rows:
    """Contraction hierarchies in C++, on all cores."""
    import pandas as pd  # noqa: PLC0415
    from pandana.network import Network  # noqa: PLC0415

    tail, head, seconds = case.arcs
    network = Network(
        pd.Series(case.network.lon),
        pd.Series(case.network.lat),
        pd.Series(tail),
        pd.Series(head),
        pd.DataFrame({"seconds": seconds * PANDANA_SCALE}),
        twoway=False,
    )

    def rows(origins: Integers) -> Floats:
        from_nodes, to_nodes = np.repeat(origins, len(case.targets)), np.tile(case.targets, len(origins))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it names every pair without a way
            found = np.array(network.shortest_path_lengths(from_nodes, to_nodes))
        return np.where(found < PANDANA_NONE, found / PANDANA_SCALE, np.inf).reshape(len(origins), -1)

    return rows


def _morton(lon: Floats, lat: Floats) -> Integers:
    """Order along a space-filling curve: the bits of both coordinates in turn."""
    key = np.zeros(len(lon), dtype=np.int64)
    for axis, values in enumerate((lon, lat)):
        cell = ((values - values.min()) / np.ptp(values) * 0xFFFF).astype(np.int64)
        for bit in range(16):
            key |= ((cell >> bit) & 1) << (2 * bit + axis)
    return key


ENGINES: Mapping[str, tuple[Callable[[Case], Rows], str, int]] = {
    "ours": (ours, "numpy", 400),
    "ours+metres": (ours_with_metres, "numpy", 400),
    "scipy": (scipy, "scipy", 400),
    "igraph": (igraph, "igraph", 400),
    "pandana": (pandana, "pandana", 20),
    "rustworkx": (rustworkx, "rustworkx", 20),
    "networkx": (networkx, "networkx", 5),
}
"""Every engine with the module whose version counts, and the origins measured at most (then scaled up)."""


def version(module: str) -> str:
    """Version of an installed library."""
    return str(importlib.import_module(module).__version__)
