"""Fastest journeys between many places at once: most nodes are eliminated, the few left are searched.

Shortest paths obey linear equations in which `+` is the minimum and `*` is the sum: the cost of reaching
a node is the least, over the arcs that enter it, of the cost of the arc's tail and the arc. They are
solved as a sparse system of equations is. Nodes are removed round by round, those with fewest neighbours
first; the neighbours of a removed node are joined by arcs that stand for the way through it. Dead ends
and the nodes along a road leave nothing behind, and hardly more arcs arise than go. Once every node left
has many neighbours, removing more would cost more than it saves: this core, about a seventh of a city, is
searched by Dijkstra's algorithm. Costs from many starts flow up to the core and, after the search, back
down to the ends as one block of columns (forward and backward substitution). Every step is exact.

Sources: Carre (1971), An algebra for network routing problems, IMA Journal of Applied Mathematics 7, for
the algebra; Geisberger, Sanders, Schultes and Delling (2008), Contraction hierarchies, for its use on
roads; Bauer et al. (2010), Combining hierarchical and goal-directed speed-up techniques, ACM JEA 15, for
stopping at a core; Delling, Goldberg, Nowatzyk and Werneck (2013), PHAST, JPDC 73, for the sweep over
many starts.

A cost is a number (seconds) or a complex number, `seconds + metres * 1j`: both parts add up along a journey,
and numpy orders complex numbers by their real part first. The imaginary part then is the length of a fastest
journey, and of equally fast arcs the shorter counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, reverse_cuthill_mckee

from routing.road_network import Flags, Indices, freeze_arrays

Costs: TypeAlias = npt.NDArray[Any]  # float64 or complex128
Nodes: TypeAlias = npt.NDArray[np.int64]

CORE_NEIGHBOURS = 10
"""Nodes are removed while one has at most so many neighbours (measured: 8 to 12 make little difference)."""

DEGREE_SLACK = 1
"""Nodes leave in one round that have at most so many neighbours more than the least (measured)."""

COLUMN_BYTES = 1024
"""Bytes of one row of the block of starts that flows through the network together (measured)."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Ways (A) between a removed node and each neighbour it had then: `out` leads away, `back` to it."""

    node: Nodes
    neighbour: Nodes
    out: Costs
    back: Costs

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)

    def reversed(self) -> Arcs:
        """Give the same arcs with every direction turned round."""
        return Arcs(self.node, self.neighbour, self.back, self.out)


@dataclass(frozen=True, eq=False)
class Core:
    """The nodes (C) that are left, named as in the whole network, and the arcs between their positions."""

    nodes: Nodes
    tail: Nodes
    head: Nodes
    cost: Costs

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)

    def reversed(self) -> Core:
        """Give the same core with every arc turned round."""
        return Core(self.nodes, self.head, self.tail, self.cost)


@dataclass(frozen=True, eq=False)
class Eliminated:
    """A network whose nodes (N) were removed in `rounds`, all but a core.

    `rank` (N,) is the position of each node in the order of removal; the core comes last.
    """

    rank: Nodes
    rounds: tuple[Arcs, ...]
    core: Core

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)

    def fastest(self, starts: Nodes, ends: Nodes) -> Costs:
        """Least cost from every start (S) to every end (T), shape (S, T); inf where no way leads."""
        if len(starts) > len(ends):
            turned = tuple(arcs.reversed() for arcs in self.rounds)
            return Eliminated(self.rank, turned, self.core.reversed()).fastest(ends, starts).T
        climb, above_starts = _arcs_above(starts, self.rounds, len(self.rank))
        descent, above_ends = _arcs_above(ends, [arcs.reversed() for arcs in self.rounds], len(self.rank))
        used = above_starts | above_ends
        used[self.core.nodes] = True
        row = _rows(self.rank, used)
        up = [step for arcs in climb for step in _steps(row[arcs.neighbour], row[arcs.node], arcs.out)]
        down = [
            step
            for arcs in reversed(descent)
            for step in _steps(row[arcs.node], row[arcs.neighbour], arcs.out)
        ]
        in_core = row[self.core.nodes]
        search = _CoreSearch(self.core)
        found = np.empty((len(starts), len(ends)), dtype=self.core.cost.dtype)
        width = COLUMN_BYTES // found.itemsize
        for first in range(0, len(starts), width):
            block = row[starts[first : first + width]]
            cost = np.full((int(used.sum()), len(block)), np.inf, dtype=found.dtype)
            cost[block, np.arange(len(block))] = 0.0
            _sweep(cost, up)
            cost[in_core] = search.spread(cost[in_core])
            _sweep(cost, down)
            found[first : first + width] = cost[row[ends]].T
        return found


class _CoreSearch:
    """Dijkstra's algorithm on the core, from starts that enter it at several nodes."""

    def __init__(self, core: Core) -> None:
        """Sort the arcs of the core once for all searches."""
        count = len(core.nodes)
        self._graph = csr_array((core.cost.real, (core.tail, core.head)), shape=(count, count))
        self._with_length = np.iscomplexobj(core.cost)
        self._last_arcs = list(_steps(core.head, core.tail, core.cost)) if self._with_length else []

    def spread(self, entry: Costs) -> Costs:
        """Give the cost at every node, given the costs at which each start enters the core, both (C, S)."""
        nodes, starts = entry.shape
        node, start = np.nonzero(np.isfinite(entry.real))
        enter = csr_array((entry.real[node, start], (start, node)), shape=(starts, nodes))
        graph = _below(self._graph, enter)
        outside = np.arange(nodes, nodes + starts)
        if not self._with_length:
            return np.asarray(dijkstra(graph, indices=outside)[:, :nodes].T)
        cost, before = dijkstra(graph, indices=outside, return_predecessors=True)
        spread: Costs = np.empty(entry.shape, dtype=entry.dtype)
        spread.real = cost[:, :nodes].T
        spread.imag = self._lengths(np.ascontiguousarray(before[:, :nodes].T), entry.imag)
        return spread

    def _lengths(self, before: Indices, entry: Costs) -> Costs:
        """Length of the way to each node (C, S), given the node before it and the lengths of the entries.

        Each round joins every node's stretch to the stretch of the node where it begins, so that the known
        stretches double in length and a path of n arcs is complete after log2(n) rounds.
        """
        nodes, starts = before.shape
        by_node = np.zeros(before.shape)
        for step in self._last_arcs:
            arrives = before[step.row] == step.by_way_of[:, None]
            by_node[step.row] += np.where(arrives, step.cost.imag, 0.0)
        length = by_node.ravel()
        # From here every pair of node and start is one position in a flat array.
        within = (before >= 0) & (before < nodes)
        begins = (np.where(within, before, np.arange(nodes)[:, None]) * starts + np.arange(starts)).ravel()
        while True:
            further = begins[begins]
            if np.array_equal(further, begins):
                return np.asarray(length + entry.ravel()[begins]).reshape(before.shape)
            length += length[begins]
            begins = further


@dataclass(frozen=True, eq=False)
class _Step:
    """Rows that improve by way of other rows, each row at most once."""

    row: Nodes
    by_way_of: Nodes
    cost: Costs


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Joined pairs of nodes, first below second, sorted: the cost from first to second, and back."""

    first: Nodes
    second: Nodes
    forth: Costs
    back: Costs


def eliminate(tail: Nodes, head: Nodes, cost: Costs, nodes: int, *, kept: Flags | None = None) -> Eliminated:
    """Remove nodes down to the core; arcs of infinite cost count as absent, of parallel ones the least.

    Nodes flagged in `kept` (N,) stay in the core, however few neighbours they have.
    """
    stays = np.zeros(nodes, dtype=np.bool_) if kept is None else kept
    open_arcs = np.isfinite(cost) & (tail != head)
    tail, head, cost = tail[open_arcs].astype(np.int64), head[open_arcs].astype(np.int64), cost[open_arcs]
    pairs = _paired(tail, head, cost, np.full_like(cost, np.inf), nodes)
    name = np.arange(nodes)
    # Ties between nodes of one degree are broken at random (seeded), or rows of them would leave one by one.
    lot = np.random.default_rng(0).permutation(nodes)
    order, rounds = [], []
    while (leaving := _leaving(pairs, lot[name], stays[name])).any():
        arcs, pairs = _remove(pairs, leaving, len(name))
        rounds.append(Arcs(name[arcs.node], name[arcs.neighbour], arcs.out, arcs.back))
        order.append(name[leaving])
        # The nodes that stay are numbered anew, so that a round costs no more than what is left.
        number = np.cumsum(~leaving) - 1
        pairs = _Pairs(number[pairs.first], number[pairs.second], pairs.forth, pairs.back)
        name = name[~leaving]
    pairs, order_in_core = _numbered_along(pairs, len(name))
    name = name[order_in_core]
    open_forth, open_back = np.isfinite(pairs.forth), np.isfinite(pairs.back)
    core = Core(
        nodes=name,
        tail=np.concatenate([pairs.first[open_forth], pairs.second[open_back]]),
        head=np.concatenate([pairs.second[open_forth], pairs.first[open_back]]),
        cost=np.concatenate([pairs.forth[open_forth], pairs.back[open_back]]),
    )
    rank = np.empty(nodes, dtype=np.int64)
    rank[np.concatenate([*order, name])] = np.arange(nodes)
    return Eliminated(rank, tuple(rounds), core)


def _paired(tail: Nodes, head: Nodes, cost: Costs, other: Costs, nodes: int) -> _Pairs:
    """Sort arcs (with the cost of their opposites in `other`) by pair of nodes and keep the least of each."""
    upward = tail < head
    key = np.where(upward, tail * nodes + head, head * nodes + tail)
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = _group_starts(key)
    forth = np.where(upward, cost, other)[order]
    back = np.where(upward, other, cost)[order]
    if not len(key):
        return _Pairs(key, key, forth, back)
    low, high = np.divmod(key[first], nodes)
    return _Pairs(low, high, np.minimum.reduceat(forth, first), np.minimum.reduceat(back, first))


def _leaving(pairs: _Pairs, lot: Nodes, stays: Flags) -> Flags:
    """Choose nodes with few neighbours, no two of them neighbours; none once the core is reached."""
    nodes = len(lot)
    degree = np.bincount(pairs.first, minlength=nodes) + np.bincount(pairs.second, minlength=nodes)
    # What has to stay counts as having too many, so that it holds no neighbour back.
    degree[stays] = nodes + CORE_NEIGHBOURS
    most = min(int(degree.min(initial=CORE_NEIGHBOURS)) + DEGREE_SLACK, CORE_NEIGHBOURS)
    chosen: Flags = degree <= most
    turn = degree * (int(lot.max(initial=0)) + 1) + lot
    chosen[np.where(turn[pairs.first] > turn[pairs.second], pairs.first, pairs.second)] = False
    return chosen


def _numbered_along(pairs: _Pairs, nodes: int) -> tuple[_Pairs, Nodes]:
    """Number neighbours near each other, which the search walks faster; also give the nodes in order."""
    if not len(pairs.first):
        return pairs, np.arange(nodes)
    graph = csr_array((np.ones(len(pairs.first)), (pairs.first, pairs.second)), shape=(nodes, nodes))
    order = np.asarray(reverse_cuthill_mckee(graph)).astype(np.int64)
    number = np.empty(nodes, dtype=np.int64)
    number[order] = np.arange(nodes)
    return _Pairs(number[pairs.first], number[pairs.second], pairs.forth, pairs.back), order


def _remove(pairs: _Pairs, leaving: Flags, nodes: int) -> tuple[Arcs, _Pairs]:
    """Take the leaving nodes out; every two neighbours of one are joined by the way through it."""
    from_first = leaving[pairs.first]
    touched = from_first | leaving[pairs.second]
    order = np.argsort(np.where(from_first, pairs.first, pairs.second)[touched], kind="stable")
    picked, from_first = np.flatnonzero(touched)[order], from_first[touched][order]
    arcs = Arcs(
        node=np.where(from_first, pairs.first[picked], pairs.second[picked]),
        neighbour=np.where(from_first, pairs.second[picked], pairs.first[picked]),
        out=np.where(from_first, pairs.forth[picked], pairs.back[picked]),
        back=np.where(from_first, pairs.back[picked], pairs.forth[picked]),
    )
    one, other = _pairs_within(arcs.node)
    stay = ~touched
    joined = _paired(
        np.concatenate([pairs.first[stay], arcs.neighbour[one]]),
        np.concatenate([pairs.second[stay], arcs.neighbour[other]]),
        np.concatenate([pairs.forth[stay], arcs.back[one] + arcs.out[other]]),
        np.concatenate([pairs.back[stay], arcs.back[other] + arcs.out[one]]),
        nodes,
    )
    return arcs, joined


def _pairs_within(group: Nodes) -> tuple[Nodes, Nodes]:
    """Positions of every two entries that share a group, given the sorted groups."""
    starts = _group_starts(group)
    size = np.diff(np.append(starts, len(group)))
    later = np.repeat(starts + size, size) - np.arange(len(group)) - 1
    one = np.repeat(np.arange(len(group)), later)
    return one, one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(later) - later, later)


def _group_starts(group: Nodes) -> Nodes:
    """Position at which each run of equal values begins."""
    begins = np.ones(len(group), dtype=np.bool_)
    begins[1:] = group[1:] != group[:-1]
    return np.flatnonzero(begins)


def _arcs_above(nodes: Nodes, rounds: tuple[Arcs, ...] | list[Arcs], count: int) -> tuple[list[Arcs], Flags]:
    """Arcs of each round that lead out of the nodes or out of what they reach, and all nodes so met."""
    met = np.zeros(count, dtype=np.bool_)
    met[nodes] = True
    chosen = []
    for arcs in rounds:
        leads = met[arcs.node] & np.isfinite(arcs.out)
        met[arcs.neighbour[leads]] = True
        chosen.append(Arcs(arcs.node[leads], arcs.neighbour[leads], arcs.out[leads], arcs.back[leads]))
    return chosen, met


def _rows(rank: Nodes, used: Flags) -> Nodes:
    """Row of each used node, in the order of removal (nodes treated together lie together); -1 for others."""
    in_order = np.argsort(rank)
    in_order = in_order[used[in_order]]
    row = np.full(len(rank), -1, dtype=np.int64)
    row[in_order] = np.arange(len(in_order))
    return row


def _steps(row: Nodes, by_way_of: Nodes, cost: Costs) -> Iterator[_Step]:
    """Split the arcs into steps that name no row twice: the first arc of each row, the second, and so on."""
    order = np.argsort(row, kind="stable")
    row, by_way_of, cost = row[order], by_way_of[order], cost[order]
    starts = _group_starts(row)
    turn = np.arange(len(row)) - np.repeat(starts, np.diff(np.append(starts, len(row))))
    order = np.argsort(turn, kind="stable")
    bounds = np.searchsorted(turn[order], np.arange(turn.max(initial=-1) + 2))
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        part = order[begin:end]
        yield _Step(row[part], by_way_of[part], cost[part, None])


def _sweep(cost: Costs, steps: list[_Step]) -> None:
    """Improve the rows of `cost` step by step, in place."""
    for step in steps:
        reached = cost[step.by_way_of]
        reached += step.cost
        cost[step.row] = np.minimum(reached, cost[step.row], out=reached)


def _below(graph: Any, rows: Any) -> Any:  # noqa: ANN401 - scipy's arrays carry no useful type
    """Add nodes below a square graph: only they have the arcs of `rows`, and nothing leads to them."""
    size = graph.shape[0] + rows.shape[0]
    return csr_array(
        (
            np.concatenate([graph.data, rows.data]),
            np.concatenate([graph.indices, rows.indices]),
            np.concatenate([graph.indptr, rows.indptr[1:] + graph.indptr[-1]]),
        ),
        shape=(size, size),
    )
