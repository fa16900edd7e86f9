"""Random road networks for the tests that compare with another method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from road_samples import link, network

from routing.road_network import Floats, RoadNetwork
from routing.travel_times import Points


def node_points(roads: RoadNetwork, nodes: Sequence[int]) -> Points:
    """Points that stand exactly on nodes."""
    chosen = np.array(nodes, dtype=np.int64)
    ids = tuple(f"p{position}" for position in range(len(chosen)))
    return Points(ids, roads.lon[chosen], roads.lat[chosen], np.zeros(len(chosen), dtype=np.bool_))


@st.composite
def road_networks(draw: st.DrawFn, *, nodes: int = 12, links: int = 30) -> tuple[RoadNetwork, Floats]:
    """Draw a multigraph with parallel, one-way, loop and bridge links; seconds with closed edges and ties."""
    count = draw(st.integers(2, nodes))
    node = st.integers(0, count - 1)
    rows = draw(
        st.lists(
            st.tuples(node, node, st.integers(1, 9), st.booleans(), st.booleans()), min_size=1, max_size=links
        )
    )
    positions = {f"n{k:02}": (116.5 + k / 100.0, 31.7 + (k % 3) / 100.0) for k in range(count)}
    roads = network(
        *(
            link(f"L{k}", f"n{a:02}", f"n{b:02}", km / 10.0, oneway=oneway, bridge=bridge)
            for k, (a, b, km, oneway, bridge) in enumerate(rows)
        ),
        nodes=positions,
    )
    edge_count = len(roads.edge_from)
    seconds = draw(
        st.lists(
            st.sampled_from([0.0, 0.1, 1.0, 2.0, 3.5, 7.0, np.inf]), min_size=edge_count, max_size=edge_count
        )
    )
    return roads, np.array(seconds)
