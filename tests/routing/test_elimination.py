"""Elimination against networkx on random graphs, with cores of every size from all nodes to none."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing import elimination
from routing.elimination import eliminate
from routing.road_network import Floats

TIE = 2.0**-20  # exact in sums of small whole numbers

Arcs = list[tuple[int, int, int, int]]


def solved(
    arcs: Arcs, nodes: int, starts: list[int], ends: list[int], neighbours: int
) -> tuple[Floats, Floats]:
    """Seconds and metres of arcs (tail, head, seconds, metres) by elimination; seconds of 9 are closed.

    A hair for each metre is added to the seconds, so that the shorter of equally fast ways is the faster.
    """
    tail, head, seconds, metres = np.array(arcs, dtype=np.float64).reshape(-1, 4).T
    cost = np.empty(len(arcs), dtype=np.complex128)
    cost.real, cost.imag = np.where(seconds == 9, np.inf, seconds + metres * TIE), metres
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elimination, "CORE_NEIGHBOURS", neighbours)
        network = elimination.eliminate(tail.astype(np.int64), head.astype(np.int64), cost, nodes)
        found = network.fastest(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
    return found.real - TIE * np.where(np.isfinite(found.real), found.imag, 0.0), found.imag


def by_networkx(arcs: Arcs, nodes: int, start: int) -> dict[int, tuple[int, int]]:
    """Seconds and metres from a start: whole numbers, so that one sum holds both."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(nodes))
    for tail, head, seconds, metres in arcs:
        if seconds != 9:
            graph.add_edge(tail, head, both=seconds * 10_000 + metres)
    least = nx.single_source_dijkstra_path_length(graph, start, weight="both")
    return {node: divmod(both, 10_000) for node, both in least.items()}


@st.composite
def problems(draw: st.DrawFn) -> tuple[Arcs, int, list[int], list[int], int]:
    """Up to 25 nodes; few arcs give chains, dead ends and islands, many give a dense core."""
    nodes = draw(st.integers(1, 25))
    node = st.integers(0, nodes - 1)
    weight = st.integers(0, 9)
    arcs = draw(st.lists(st.tuples(node, node, weight, weight), max_size=draw(st.sampled_from([4, 30, 120]))))
    ends = st.lists(node, min_size=1, max_size=8)
    return arcs, nodes, draw(ends), draw(ends), draw(st.sampled_from([-1, 0, 1, 2, 4, 30]))


@settings(max_examples=300, deadline=None)
@given(problems())
def test_random_graphs_agree_with_networkx(case: tuple[Arcs, int, list[int], list[int], int]) -> None:
    """Parallel arcs, loops, closed arcs and ties: the same seconds, and of equal seconds the least metres."""
    arcs, nodes, starts, ends, neighbours = case
    seconds, metres = solved(arcs, nodes, starts, ends, neighbours)
    for row, start in enumerate(starts):
        expected = by_networkx(arcs, nodes, start)
        for column, end in enumerate(ends):
            found = (seconds[row, column], metres[row, column])
            assert found == expected[end] if end in expected else np.isinf(found[0])


@pytest.mark.parametrize("turned", [False, True])
def test_a_town_agrees_with_scipy(*, turned: bool) -> None:
    """2,500 junctions, more starts than ends or fewer, enough of them for several blocks of columns."""
    side = 50
    draw = np.random.default_rng(3)
    node = np.arange(side * side).reshape(side, side)
    right, up = (node[:, :-1].ravel(), node[:, 1:].ravel()), (node[:-1].ravel(), node[1:].ravel())
    tail = np.concatenate([right[0], right[1], up[0], up[1]])
    head = np.concatenate([right[1], right[0], up[1], up[0]])
    seconds = draw.integers(1, 60, len(tail)).astype(np.float64)
    seconds[draw.random(len(tail)) < 0.35] = np.inf
    few, many = draw.choice(node.size, 140, replace=False), draw.choice(node.size, 300, replace=False)
    starts, ends = (many, few) if turned else (few, many)
    found = eliminate(tail, head, seconds, node.size).fastest(starts, ends)
    passable = np.isfinite(seconds)
    graph = csr_array((seconds[passable], (tail[passable], head[passable])), shape=(node.size, node.size))
    assert np.array_equal(found, dijkstra(graph, indices=starts)[:, ends])
    assert np.isinf(found).any()


def test_a_long_road_is_solved_without_a_core() -> None:
    """A chain of 1,000 nodes, one-way, with a dead end at every node."""
    chain = np.arange(999)
    tail = np.concatenate([chain, np.arange(1000), np.arange(1000, 2000)])
    head = np.concatenate([chain + 1, np.arange(1000, 2000), np.arange(1000)])
    found = eliminate(tail, head, np.ones(len(tail)), 2000).fastest(np.array([1000]), np.array([1999, 1000]))
    assert found.tolist() == [[1001.0, 0.0]]
    back = eliminate(tail, head, np.ones(len(tail)), 2000).fastest(np.array([1999]), np.array([1000]))
    assert np.isinf(back).all()


def test_same_input_same_bits() -> None:
    """Lots that break ties are drawn from a fixed seed."""
    draw = np.random.default_rng(5)
    tail, head, cost = draw.integers(0, 800, 3000), draw.integers(0, 800, 3000), draw.random(3000)
    nodes = np.arange(0, 800, 7)
    first, second = (eliminate(tail, head, cost, 800).fastest(nodes, nodes) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_no_roads_at_all() -> None:
    """Every node reaches itself only."""
    nothing = np.empty(0, dtype=np.int64)
    found = eliminate(nothing, nothing, np.empty(0), 500).fastest(np.array([1, 2]), np.array([2]))
    assert found.tolist() == [[np.inf], [0.0]]


@settings(max_examples=100, deadline=None)
@given(problems(), st.data())
def test_nodes_that_are_kept_stay_in_the_core_and_hold_no_other_back(
    problem: tuple[Arcs, int, list[int], list[int], int], data: st.DataObject
) -> None:
    """The core has them all, the times between them, and of the others only nodes with many neighbours."""
    arcs, nodes, _, _, neighbours = problem
    chosen = data.draw(st.sets(st.integers(0, nodes - 1)), label="kept")
    kept = np.isin(np.arange(nodes), sorted(chosen))
    tail, head, seconds, _ = np.array(arcs, dtype=np.int64).reshape(-1, 4).T
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elimination, "CORE_NEIGHBOURS", neighbours)
        core = eliminate(tail, head, np.where(seconds == 9, np.inf, seconds), nodes, kept=kept).core
    assert set(core.nodes.tolist()) >= chosen
    joined = {frozenset(pair) for pair in zip(core.tail.tolist(), core.head.tolist(), strict=True)}
    for position, node in enumerate(core.nodes.tolist()):
        assert node in chosen or sum(position in pair for pair in joined) > neighbours
    within: nx.DiGraph[int] = nx.DiGraph()
    within.add_nodes_from(core.nodes.tolist())
    for begin, end, cost in zip(core.nodes[core.tail], core.nodes[core.head], core.cost, strict=True):
        within.add_edge(int(begin), int(end), seconds=float(cost))
    for node in chosen:
        least = nx.single_source_dijkstra_path_length(within, node, weight="seconds")
        whole = by_networkx([(*arc[:3], 0) for arc in arcs], nodes, node)
        assert {end: least[end] for end in chosen & set(least)} == {
            end: whole[end][0] for end in chosen & set(whole)
        }
