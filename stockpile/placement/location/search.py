"""Branch and bound over openings: the best way to serve every site, and the proof that it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stockpile.linear_program import InfeasibleError
from stockpile.placement.location.interchange import improve
from stockpile.placement.location.knapsacks import knapsacks_of, lane_penalties
from stockpile.placement.location.location_problem import LocationProblem
from stockpile.placement.location.relaxation import (
    Effort,
    Relaxed,
    fewest_open,
    first_prices,
    relax,
)
from stockpile.placement.location.service import Service, serve
from stockpile.placement.problem import Flags, Floats

FIRST_LOOK = Effort(rounds=150, patience=10, step=1.5)
ROOT = Effort(rounds=1000, patience=20, step=1.5)
NODE = Effort(rounds=60, patience=8, step=0.5)
ROUNDING = 1e-6
"""How much of a whole yuan a bound may be off and still be rounded up to it."""
ROUGH = 0.005
EXACT = 1e-9
"""Gaps of serving without splitting: on the way, and where nothing else is left to decide."""
MOST_NODES = 20_000


@dataclass(frozen=True, eq=False)
class _Node:
    """What is left to decide: sources still in question or forced open, by index into the problem."""

    sources: NDArray[np.int64]
    forced: Flags
    prices: Floats
    bound: float
    effort: Effort


@dataclass(frozen=True, eq=False)
class LocationAnswer:
    """The best service found, and the least cost that is possible at all."""

    service: Service
    bound: float


def locate(problem: LocationProblem, *, gap: float, most_nodes: int = MOST_NODES) -> LocationAnswer:
    """Choose openings until cost and bound differ by no more than a share `gap`.

    Raises:
        InfeasibleError: Nothing that may be opened serves everybody.
    """
    search = _Search(problem, gap)
    nodes = [search.root()]
    visited = 0
    while nodes:
        node = nodes.pop()
        if search.settled(node.bound):
            continue
        if visited == most_nodes:
            search.give_up([node, *nodes])
            break
        visited += 1
        nodes.extend(search.branch(node))
    if search.best is None:
        raise InfeasibleError("the sources that may be opened cannot serve every site")
    return LocationAnswer(search.best, min(search.lowest, search.best.value))


class _Search:
    """The best service so far, and the lowest bound of what was left aside because of it."""

    def __init__(self, problem: LocationProblem, gap: float) -> None:
        self.problem, self.gap = problem, gap
        self.knapsacks = knapsacks_of(problem)
        self.whole = problem.whole_costs
        self.best: Service | None = None
        self.lowest = np.inf
        self.seen: set[tuple[bytes, bool]] = set()

    @property
    def value(self) -> float:
        """Cost of the best service, inf before there is one."""
        return np.inf if self.best is None else self.best.value

    def cutoff(self) -> float:
        """Bounds from here on need no further look."""
        if self.best is None:
            return np.inf
        allowed = self.gap * abs(self.value)
        return self.value - max(allowed, 1.0 - ROUNDING if self.whole else 0.0)

    def settled(self, bound: float) -> bool:
        """Leave a node aside, and remember its bound."""
        if bound < self.cutoff():
            return False
        self.lowest = min(self.lowest, float(np.ceil(bound - ROUNDING)) if self.whole else bound)
        return True

    def give_up(self, nodes: list[_Node]) -> None:
        """Account for nodes that are not looked at."""
        self.lowest = min([self.lowest, *(node.bound for node in nodes)])

    def root(self) -> _Node:
        """Everything open to decision, with prices from a first look."""
        problem = self.problem
        prices = first_prices(problem)
        sources = np.arange(len(problem.cost))
        forced = problem.already_open
        if not np.isfinite(prices).all() or fewest_open(problem, forced) > problem.most_open:
            raise InfeasibleError("the sources that may be opened cannot serve every site")
        first = relax(problem, forced, prices, target=np.inf, effort=FIRST_LOOK, knapsacks=self.knapsacks)
        self.try_openings(sources, first)
        return _Node(sources, forced, first.prices, -np.inf, ROOT)

    def branch(self, node: _Node) -> list[_Node]:
        """Bound a node, fix what its bound decides, and split it on the source in doubt; best side last."""
        part = self.problem.part(node.sources)
        if fewest_open(part, node.forced) > min(len(node.sources), self.problem.most_open):
            return []
        relaxed = relax(
            part, node.forced, node.prices, target=self.value, effort=node.effort, knapsacks=self.knapsacks
        )
        bound = max(relaxed.bound, node.bound)
        if self.settled(bound):
            return []
        self.try_openings(node.sources, relaxed)
        if self.settled(bound):
            return []
        opening, closing = relaxed.penalties(node.forced)
        keep = node.forced | ~self.out_of_reach(relaxed.bound + opening)
        forced = (node.forced | self.out_of_reach(relaxed.bound + closing))[keep]
        sources = node.sources[keep]
        if forced.all():
            self.try_service(self.flags(sources), relaxed.prices, gap=EXACT)
            return []
        frequency = relaxed.frequency[keep]
        doubtful = np.flatnonzero(~forced)
        pick = doubtful[np.argmin(np.abs(frequency[doubtful] - 0.5))]
        others = np.arange(len(sources)) != pick
        without = _Node(sources[others], forced[others], relaxed.prices, bound, NODE)
        within = _Node(sources, forced | ~others, relaxed.prices, bound, NODE)
        return [without, within] if frequency[pick] >= 0.5 else [within, without]  # noqa: PLR2004 - as often as not

    def out_of_reach(self, bounds: Floats) -> Flags:
        """Which choices need no look; their bounds are remembered where they are below the best."""
        beyond = bounds >= self.cutoff()
        if beyond.any():
            self.settled(float(bounds[beyond].min()))
        return beyond

    def try_openings(self, sources: NDArray[np.int64], relaxed: Relaxed) -> None:
        """Serve from the sources that a relaxation opens, and from its next best where they are too small."""
        ranked = sources[np.lexsort((relaxed.value, ~relaxed.opened))]
        capacity = np.cumsum(self.problem.capacity[ranked])
        enough = int(np.searchsorted(capacity, self.problem.load.sum())) + 1
        opened = self.flags(ranked[: max(enough, int(relaxed.opened.sum()))])
        if self.problem.unlimited and np.isfinite(self.problem.cost[opened].min(axis=0)).all():
            opened = improve(self.problem, opened)
        self.try_service(opened, relaxed.prices, gap=ROUGH)

    def flags(self, sources: NDArray[np.int64]) -> Flags:
        """The sources as flags (m,)."""
        opened = np.zeros(len(self.problem.cost), dtype=np.bool_)
        opened[sources] = True
        return opened

    def try_service(self, opened: Flags, prices: Floats, *, gap: float) -> None:
        """Serve from these sources and keep the service if it is the best.

        Sets met before are left out; a rough look at a set does not stand for an exact one.
        """
        key = np.packbits(opened).tobytes()
        exact = gap == EXACT or not self.splits_matter
        if (key, True) in self.seen or (key, exact) in self.seen:
            return
        self.seen.add((key, exact))
        narrowed = self.narrowed(opened, prices) if self.splits_matter and self.best else self.problem
        service = serve(narrowed, opened, gap=gap) if narrowed else None
        if service is not None and service.value < self.value:
            self.best = service

    @property
    def splits_matter(self) -> bool:
        """Whether serving from given sources is an integer program of its own."""
        return self.problem.single_source and not self.problem.unlimited

    def narrowed(self, opened: Flags, prices: Floats) -> LocationProblem | None:
        """The problem without lanes that no better service from these sources uses; None if none is."""
        part = self.problem.part(np.flatnonzero(opened))
        forced = np.ones(len(part.cost), dtype=np.bool_)
        relaxed = relax(part, forced, prices, target=self.value, effort=NODE, knapsacks=self.knapsacks)
        if self.settled(relaxed.bound):
            return None
        margin = part.cost - relaxed.prices
        loss, penalties = lane_penalties(part, margin)
        bounds = relaxed.bound + (part.opening_cost + loss - relaxed.value)[:, None] + penalties
        cost = np.full(self.problem.cost.shape, np.inf)
        cost[opened] = np.where(self.out_of_reach(bounds), np.inf, part.cost)
        return replace(self.problem, cost=cost)
