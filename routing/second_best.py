"""What each site would lose: its second source of supply, and the one link whose loss hurts most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import depth_first_order, dijkstra

from routing.elimination import eliminate
from routing.road_network import Flags, Floats, Indices, RoadNetwork, freeze_arrays
from routing.shortest_paths import exact_seconds
from routing.travel_times import TravelTimes, access_seconds, whole_seconds

Nodes: TypeAlias = npt.NDArray[np.int64]

COPIES_AT_ONCE = 50_000
"""Nodes (each counted once for every link whose loss delays it) searched together: about 80 MB."""


@dataclass(frozen=True, eq=False)
class LinkLosses:
    """What closing single links would do to the sites: one entry (M) per link and site that it delays.

    `link` is an index into the network's `link_ids`, `site` one into the sites. `seconds` is the whole-second
    time of the site, by any source on any way, once the link is closed in both directions; inf where none
    is left. The links nearest a source come first, each with its sites.
    """

    link: Indices
    site: Indices
    seconds: Floats

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)


@dataclass(frozen=True, eq=False)
class SecondBest:
    """The fastest and second-best supply of J sites; times are whole seconds, inf where none is left.

    `source` is the source with the fastest journey (of equals the first, -1: none reaches the site) and
    `seconds` its time. `other_source` and `other_s` are the fastest of all remaining sources.

    `critical_link` is the link (index into the network's `link_ids`) whose closing in both directions
    delays the site most when it may then be served by any source on any way (of equals the one nearest a
    source), and `without_link_s` the time it then takes. It lies on every fastest journey to the site. It is
    -1, with the time unchanged, where no single link matters: the site is not reached at all, or a second way
    is as fast, or no link is driven. `losses` are all links that matter, the critical ones among them.
    """

    source: Indices
    seconds: Floats
    other_source: Indices
    other_s: Floats
    critical_link: Indices
    without_link_s: Floats
    losses: LinkLosses

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze_arrays(self)


def second_best(times: TravelTimes, *, among: Flags | None = None) -> SecondBest:
    """Find each site's second source and critical link, given the times from sources (A) to sites (J).

    `among` (a flag per edge) restricts the critical links, e.g. to `network.bridge`: the loss of any
    other link is then not considered. A limit on the times holds for the fastest and the second source
    only. The work grows with the number of nodes behind each of these links: all links of a city and few
    sources are the slowest case.
    """
    source, seconds = _fastest(times.seconds)
    rest = times.seconds.copy()
    rest[source[source >= 0], np.flatnonzero(source >= 0)] = np.inf
    other_source, other_s = _fastest(rest)
    losses = _site_losses(_Forest.grow(times), times, seconds, among)
    critical, without_s = _worst(losses, seconds)
    return SecondBest(source, seconds, other_source, other_s, critical, without_s, losses)


def _fastest(seconds: Floats) -> tuple[Indices, Floats]:
    """Row of the least value of each column and that value; -1 and inf where all are infinite."""
    if not len(seconds):
        return np.full(seconds.shape[1], -1, dtype=np.int32), np.full(seconds.shape[1], np.inf)
    least = seconds.min(axis=0)
    return np.where(np.isfinite(least), seconds.argmin(axis=0), -1).astype(np.int32), least


@dataclass(frozen=True, eq=False)
class _Forest:
    """Fastest journeys to every node from whichever source is nearest, drawn as trees.

    `root_s` (N,) is the access time of the best source at a node (inf: none), `seconds` (N,) the time to
    the node, `entered_by` (N,) the edge that leads to it (-1: none). The nodes behind a node, itself
    included, are those at `place` (N,) to `place + size` - 1 of `order`; nodes not reached have place -1.
    """

    network: RoadNetwork
    edge_s: Floats
    root_s: Floats
    seconds: Floats
    entered_by: Nodes
    order: Nodes
    place: Nodes
    size: Nodes

    @staticmethod
    def grow(times: TravelTimes) -> _Forest:
        """Search from all sources at once: from a node beyond the network, joined to each by its access."""
        network, edge_s, edge = times.paths.network, times.paths.seconds, times.paths.best_edges
        nodes = len(network.node_ids)
        root_s = np.full(nodes, np.inf)
        on = times.node >= 0
        np.minimum.at(root_s, times.node[on], exact_seconds(access_seconds(times.access_m[on])))
        pair = network.edge_from[edge].astype(np.int64) * nodes + network.edge_to[edge]
        seconds, before = _search(
            network.edge_from[edge].astype(np.int64),
            network.edge_to[edge].astype(np.int64),
            edge_s[edge],
            root_s,
        )
        entered_by = np.full(nodes, -1, dtype=np.int64)
        inner = np.flatnonzero((before >= 0) & (before < nodes))
        entered_by[inner] = edge[np.searchsorted(pair, before[inner].astype(np.int64) * nodes + inner)]
        order, place, size = _nested(before, nodes)
        return _Forest(network, edge_s, root_s, seconds, entered_by, order, place, size)


def _begins(values: Nodes | Indices) -> Flags:
    """Whether each of the sorted values is the first of its kind."""
    first = np.ones(len(values), dtype=np.bool_)
    first[1:] = values[1:] != values[:-1]
    return first


def _search(tail: Nodes, head: Nodes, seconds: Floats, root_s: Floats) -> tuple[Floats, Nodes]:
    """Least time to each node when the roots may be entered from outside, and the node before it.

    The node before a root is the number of nodes; where nothing leads it is negative. No arc may be doubled.
    """
    nodes = len(root_s)
    roots = np.flatnonzero(np.isfinite(root_s))
    graph = csr_array(
        (
            np.concatenate([seconds, root_s[roots]]),
            (np.concatenate([tail, np.full(len(roots), nodes)]), np.concatenate([head, roots])),
        ),
        shape=(nodes + 1, nodes + 1),
    )
    least, before = dijkstra(graph, indices=np.array([nodes]), return_predecessors=True)
    return least[0, :nodes], before[0, :nodes].astype(np.int64)


def _nested(before: Nodes, nodes: int) -> tuple[Nodes, Nodes, Nodes]:
    """Order the nodes so that those behind a node follow it; their places (-1: not reached) and numbers."""
    reached = np.flatnonzero(before >= 0)
    tree = csr_array((np.ones(len(reached)), (before[reached], reached)), shape=(nodes + 1, nodes + 1))
    found = np.asarray(depth_first_order(tree, nodes, return_predecessors=False))
    order = found[1:].astype(np.int64)
    place = np.full(nodes, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    size = [1] * (nodes + 1)
    parent = before.tolist()
    for node in reversed(order.tolist()):
        size[parent[node]] += size[node]
    return order, place, np.array(size[:nodes], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Losses:
    """Stretches of the forest's order (K) that the loss of a link cuts off; a link may have several."""

    link: Nodes
    begin: Nodes
    end: Nodes

    def part(self, first: int, last: int) -> _Losses:
        """Cut out the stretches from `first` up to but not including `last`."""
        return _Losses(self.link[first:last], self.begin[first:last], self.end[first:last])


def _site_losses(forest: _Forest, times: TravelTimes, seconds: Floats, among: Flags | None) -> LinkLosses:
    """List every loss that delays a site beyond its `seconds` (J,)."""
    nodes = len(forest.place)
    on = np.flatnonzero(times.to_node >= 0)
    site_by_node = on[np.argsort(times.to_node[on], kind="stable")]
    number = np.bincount(times.to_node[on], minlength=nodes)
    first_at = np.cumsum(number) - number
    access_s = access_seconds(times.to_access_m)
    sketch, losses = _Sketch.draw(forest, _losses(forest, number > 0, among), number > 0)
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    for first, last in _batches(losses):
        node, link, without_s = _times_without(sketch, losses.part(first, last), number > 0)
        at, of_node = _runs(first_at[node], number[node])
        site = site_by_node[at]
        later_s = whole_seconds(without_s[of_node] + access_s[site])
        late = later_s > seconds[site]
        found.append((link[of_node][late], site[late], later_s[late]))
    link, site, later_s = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return LinkLosses(link.astype(np.int32), site.astype(np.int32), later_s)


def _worst(losses: LinkLosses, seconds: Floats) -> tuple[Indices, Floats]:
    """Link whose loss delays each site most, of equals the first listed, and the time then."""
    order = np.lexsort((np.arange(len(losses.site)), -losses.seconds, losses.site))
    order = order[_begins(losses.site[order])]
    link, without_s = np.full(len(seconds), -1, dtype=np.int32), seconds.copy()
    link[losses.site[order]], without_s[losses.site[order]] = losses.link[order], losses.seconds[order]
    return link, without_s


def _losses(forest: _Forest, is_site: Flags, among: Flags | None) -> _Losses:
    """List what each link on the way to a site cuts off: link by link, the links nearest a source first."""
    head = forest.order[forest.entered_by[forest.order] >= 0]
    edge = forest.entered_by[head]
    begin = forest.place[head]
    end = begin + forest.size[head]
    sites_before = np.concatenate([[0], np.cumsum(is_site[forest.order])])
    wanted = sites_before[end] > sites_before[begin]
    if among is not None:
        wanted &= among[edge]
    link, begin, end = forest.network.link[edge[wanted]].astype(np.int64), begin[wanted], end[wanted]
    far = len(forest.order) + 1
    _, group = np.unique(link, return_inverse=True)
    nearest = np.full(len(link), far)
    np.minimum.at(nearest, group, begin)
    order = np.lexsort((begin, group, nearest[group]))
    link, begin, end = link[order], begin[order], end[order]
    # Of stretches of one link that lie in each other only the outer counts: it ends last of all so far.
    number = np.cumsum(_begins(link))
    latest = np.maximum.accumulate(number * far + end)
    outer = np.ones(len(link), dtype=np.bool_)
    outer[1:] = number[1:] * far + begin[1:] >= latest[:-1]
    return _Losses(link[outer], begin[outer], end[outer])


def _batches(losses: _Losses) -> list[tuple[int, int]]:
    """Cut the list into batches of about COPIES_AT_ONCE nodes, never within a link."""
    total = np.cumsum(losses.end - losses.begin)
    batches: list[tuple[int, int]] = []
    done = 0
    while done < len(total):
        before = int(total[done - 1]) if done else 0
        last = max(int(np.searchsorted(total, before + COPIES_AT_ONCE, side="right")), done + 1)
        while last < len(total) and losses.link[last] == losses.link[last - 1]:
            last += 1
        batches.append((done, last))
        done = last
    return batches


@dataclass(frozen=True, eq=False)
class _Sketch:
    """The roads as far as they matter when a link is lost: some nodes (R), and ways (W) between them.

    Nodes are numbered in the forest's order; `node` (R,) names them in the whole network. `root_s` and
    `seconds` (R,) are those of the forest. A way is an edge of a link that may be lost, or the fastest way
    over other links, whose `link` then is -1. Ways are sorted by the node they enter: those into node n are
    `first[n]` to `first[n + 1]` - 1 of `tail`, `link` and `way_s`, by tail and then the fastest first.
    """

    node: Nodes
    root_s: Floats
    seconds: Floats
    first: Nodes
    tail: Nodes
    link: Nodes
    way_s: Floats

    @staticmethod
    def draw(forest: _Forest, losses: _Losses, is_site: Flags) -> tuple[_Sketch, _Losses]:
        """Keep sources, sites and the ends of links that may be lost, and number the losses accordingly."""
        network, place, nodes = forest.network, forest.place, len(forest.place)
        begin, end = network.edge_from.astype(np.int64), network.edge_to.astype(np.int64)
        drivable = np.isfinite(forest.edge_s) & (begin != end) & (place[begin] >= 0)
        may_go = drivable & np.isin(network.link, losses.link)
        kept = is_site | np.isfinite(forest.root_s)
        kept[begin[may_go]] = kept[end[may_go]] = True
        stay = drivable & ~may_go
        core = eliminate(begin[stay], end[stay], forest.edge_s[stay], nodes, kept=kept).core
        node = core.nodes[place[core.nodes] >= 0]
        node = node[np.argsort(place[node])]
        number = np.full(nodes, -1, dtype=np.int64)
        number[node] = np.arange(len(node))
        tail = number[np.concatenate([core.nodes[core.tail], begin[may_go]])]
        head = number[np.concatenate([core.nodes[core.head], end[may_go]])]
        link = np.concatenate([np.full(len(core.tail), -1), network.link[may_go]])
        way_s = np.concatenate([core.cost, forest.edge_s[may_go]])
        order = np.lexsort((way_s, tail, head))
        sketch = _Sketch(
            node=node,
            root_s=forest.root_s[node],
            seconds=forest.seconds[node],
            first=np.searchsorted(head[order], np.arange(len(node) + 1)),
            tail=tail[order],
            link=link[order],
            way_s=way_s[order],
        )
        bounds = (np.searchsorted(place[node], bound) for bound in (losses.begin, losses.end))
        return sketch, _Losses(losses.link, *bounds)


def _times_without(sketch: _Sketch, losses: _Losses, is_site: Flags) -> tuple[Nodes, Nodes, Floats]:
    """Sites cut off by each loss, the lost link, and the time from any source without it.

    Only the nodes behind a lost link change. They are copied once for every loss; a copy is entered from the
    same loss's copies, and from outside with the time known from the forest. All copies are searched at once.
    """
    size = losses.end - losses.begin
    first_copy = np.cumsum(size) - size
    node, of_loss = _runs(losses.begin, size)
    way, copy = _runs(sketch.first[node], sketch.first[node + 1] - sketch.first[node])
    way_loss = of_loss[copy]
    keep = sketch.link[way] != losses.link[way_loss]
    way, copy, way_loss = way[keep], copy[keep], way_loss[keep]
    tail = sketch.tail[way]
    far = len(sketch.node) + 1
    number = _begins(losses.link).cumsum() - 1
    by_place = np.lexsort((losses.begin, number))
    key = (number * far + losses.begin)[by_place]
    found = np.searchsorted(key, number[way_loss] * far + tail, side="right") - 1
    stretch = by_place[np.maximum(found, 0)]
    inside = (found >= 0) & (number[stretch] == number[way_loss]) & (tail < losses.end[stretch])
    root_s = sketch.root_s[node]
    outside = ~inside
    np.minimum.at(root_s, copy[outside], sketch.seconds[tail[outside]] + sketch.way_s[way[outside]])
    tail_copy = (first_copy[stretch] + tail - losses.begin[stretch])[inside]
    head_copy, weight = copy[inside], sketch.way_s[way[inside]]
    # Of parallel ways, which follow each other, the fastest comes first.
    single = _begins(head_copy * len(node) + tail_copy)
    seconds, _ = _search(tail_copy[single], head_copy[single], weight[single], root_s)
    site = is_site[sketch.node[node]]
    return sketch.node[node[site]], losses.link[of_loss[site]], seconds[site]


def _runs(first: Nodes, count: Nodes) -> tuple[Nodes, Nodes]:
    """Numbers first, first + 1, ... of every run, `count` of them, and the run that each belongs to."""
    run = np.repeat(np.arange(len(count)), count)
    return first[run] + np.arange(len(run)) - (np.cumsum(count) - count)[run], run
