"""Bound of a location problem: sites pay prices instead of having to be served (Lagrangian relaxation).

For prices u_j the least of  sum_j u_j + sum_i open_i (opening_i + loss_i(u))  over openings that can carry
the load is a bound of the optimum (Beasley, European Journal of Operational Research 65 (1993) 383-399).
Prices climb along an average of recent subgradients, as in the volume algorithm (Barahona and Anbil,
Mathematical Programming 87 (2000) 385-399).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stockpile.placement.location.knapsacks import Knapsacks
from stockpile.placement.location.location_problem import WHOLE, LocationProblem
from stockpile.placement.problem import Flags, Floats

NEWEST = 0.3
"""Weight of the newest subgradient in their average."""
SLOW_DOWN = 1.6
LEAST_STEP = 0.005
LEAST_GAIN = 1e-5
GUESS = 0.05
"""How far over the best bound a cost is thought reachable, as long as none is known."""


@dataclass(frozen=True)
class Effort:
    """How long prices climb: most rounds, rounds without gain until steps shorten, first step length."""

    rounds: int
    patience: int
    step: float


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Best bound that was met, and how.

    Attributes:
        bound: no service costs less.
        prices: what each site pays, (n,).
        value: opening cost plus loss of each source, (m,).
        opened: sources that the bound opens, (m,).
        fewest, most: how many may be opened.
        frequency: how often each was opened lately, (m,).
    """

    bound: float
    prices: Floats
    value: Floats
    opened: Flags
    fewest: int
    most: int
    frequency: Floats

    def penalties(self, forced: Flags) -> tuple[Floats, Floats]:
        """Least rise of the bound if a source were opened, and if it were closed, (m,) each.

        0 for opening one that is open anyway; a source that cannot be opened any more costs inf.
        """
        count = int(self.opened.sum())
        ranked = np.sort(np.where(forced, -np.inf, self.value))
        last = ranked[count - 1] if count else -np.inf
        after = ranked[count] if count < len(ranked) else np.inf
        replaced = last if count == self.most else max(last, 0.0)
        substitute = after if count == self.fewest else min(after, 0.0)
        opening = np.where(self.opened, 0.0, self.value - replaced)
        closing = np.where(self.opened & ~forced, substitute - self.value, 0.0)
        return np.maximum(opening, 0.0), np.where(forced, np.inf, np.maximum(closing, 0.0))


def first_prices(problem: LocationProblem) -> Floats:
    """Each site's second cheapest way of being served, or the only one, (n,)."""
    last = min(1, len(problem.cost) - 1)
    ordered: Floats = np.partition(problem.cost, last, axis=0)
    prices: Floats = np.where(np.isfinite(ordered[last]), ordered[last], ordered[0])
    return prices


def fewest_open(problem: LocationProblem, forced: Flags) -> int:
    """Least number of sources, the forced ones among them, whose capacity carries the load.

    More than there are where all together do not.
    """
    missing = problem.load.sum() - problem.capacity[forced].sum()
    sums = np.cumsum(-np.sort(-problem.capacity[~forced]))
    slack = WHOLE * max(1.0, float(problem.load.sum()))
    needed = 0 if missing <= slack else 1 + int(np.searchsorted(sums, missing - slack))
    return max(int(forced.sum()) + needed, 1)


def relax(
    problem: LocationProblem,
    forced: Flags,
    prices: Floats,
    *,
    target: float,
    effort: Effort,
    knapsacks: Knapsacks,
) -> Relaxed:
    """Climb with the prices until the bound passes `target` or the effort is spent.

    `forced` sources are open, (m,). `target` is a cost known to be reachable, inf if none is: it sizes the
    steps.
    """
    fewest, most = fewest_open(problem, forced), min(problem.most_open, len(forced))
    best: Relaxed | None = None
    average: Floats | None = None
    frequency, step, idle = forced.astype(np.float64), effort.step, 0
    for _ in range(effort.rounds):
        loss, share = knapsacks(problem, problem.cost - prices)
        value = problem.opening_cost + loss
        opened = _cheapest(value, forced, fewest, most)
        bound = float(prices.sum() + value[opened].sum())
        served = share[opened].sum(axis=0)
        average = served if average is None else NEWEST * served + (1 - NEWEST) * average
        frequency = 0.9 * frequency + 0.1 * opened
        idle += 1
        if best is None or bound > best.bound:
            idle = 0 if best is None or _gains(best.bound, bound, target) else idle
            best = Relaxed(bound, prices, value, opened, fewest, most, frequency)
        if idle >= effort.patience:
            step, idle, prices = step / SLOW_DOWN, 0, best.prices
        slope = 1.0 - average
        length = float(slope @ slope)
        if best.bound >= target or step < LEAST_STEP or length < WHOLE:
            break
        aim = (
            target if np.isfinite(target) else best.bound + GUESS * max(abs(best.bound), float(prices.sum()))
        )
        prices = prices + step * (aim - bound) / length * slope
    if best is None:
        raise ValueError("a relaxation needs at least one round")
    return replace(best, frequency=frequency)


def _gains(old: float, new: float, target: float) -> bool:
    """Whether a bound came noticeably closer to the target."""
    return new - old > LEAST_GAIN * (abs(target - old) if np.isfinite(target) else abs(old))


def _cheapest(value: Floats, forced: Flags, fewest: int, most: int) -> Flags:
    """The forced sources, those of negative value, and more or fewer of them to keep the count in limits."""
    ranked = np.where(forced, -np.inf, value)
    count = max(fewest, min(most, int((ranked < 0).sum())))
    opened = np.zeros(len(value), dtype=np.bool_)
    opened[np.argsort(ranked, kind="stable")[:count]] = True
    return opened
