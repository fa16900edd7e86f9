"""A primal-dual first-order method for placement: near-optimal stock and prices, both with a certificate.

Restarted, reflected Halpern iterations of the primal-dual hybrid gradient method with a diagonal scaling:
Chambolle and Pock (2011), Pock and Chambolle (2011) for the scaling, Applegate et al. (2021) for restarts and
the primal weight, Lu and Yang (2024) for the reflected Halpern step. The matrix is never formed: a step walks
the lanes. What makes it exact is the certificate: prices of any quality give a Lagrangian bound in closed
form, and flows of any quality become a feasible plan by cutting back what overdraws a limit.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stockpile.placement.first_stage import FirstStage
from stockpile.placement.loops.feasible import feasible_people
from stockpile.placement.loops.lagrangian import lagrangian
from stockpile.placement.loops.step import step
from stockpile.placement.problem import Floats
from stockpile.placement.scaling import measure
from stockpile.placement.second_stage import SecondStage

STEP = 0.95
"""Share of the longest step for which the method converges."""

THREADS = 2
"""Threads that share the scenarios; any number gives the same result."""

FIRST_WEIGHT = 2.0
WEIGHT_CHANGE = 2.0
WEIGHT_RANGE = (0.02, 50.0)
"""Primal weight at the start, its change at a restart, and how far it may go."""


@dataclass(frozen=True, eq=False)
class Cut:
    """For every stock level x (I, K) scenario s is worth at most worth[s] + sum of slope[s] * x.

    That is at the prices that gave the cut, moving paid. Shapes: `worth` (S,), `slope` (S, I, K).
    """

    worth: Floats
    slope: Floats


@dataclass(eq=False)
class State:
    """Iterates: flows, people, prices of needs, stock, docks, fleets; first-stage columns and row prices."""

    flow: Floats
    supplied: Floats
    need_price: Floats
    stock_price: Floats
    dock_price: Floats
    fleet_price: Floats
    columns: Floats
    row_price: Floats

    @property
    def scenario_arrays(self) -> tuple[Floats, ...]:
        """Those that the compiled step takes."""
        return (
            self.flow,
            self.supplied,
            self.need_price,
            self.stock_price,
            self.dock_price,
            self.fleet_price,
        )

    @property
    def arrays(self) -> tuple[Floats, ...]:
        """All of them."""
        return (*self.scenario_arrays, self.columns, self.row_price)

    def copy(self) -> State:
        """Return a copy."""
        return State(*(array.copy() for array in self.arrays))

    @property
    def size_bytes(self) -> int:
        """Memory that it takes."""
        return sum(array.nbytes for array in self.arrays)

    def take(self, other: State) -> None:
        """Overwrite with another state's values."""
        for mine, its in zip(self.arrays, other.arrays, strict=True):
            mine[...] = its


class PrimalDual:
    """The method on one problem; bounds of the first stage may change between runs, sizes may not."""

    def __init__(self, first: FirstStage, second: SecondStage) -> None:
        self.first, self.second = first, second
        self.scaling = measure(first, second)
        self._loops = second.loops.as_tuple()
        self._parts = self._shares(THREADS)
        self._pool = ThreadPoolExecutor(len(self._parts))
        self.state = self._zero()
        self.anchor = self.state.copy()
        self.weight, self._direction = FIRST_WEIGHT, 1
        self._last_gap: float | None = None
        self._last_speed = -np.inf
        self.since_restart = 0
        self._extrapolated = np.zeros((second.shape[0], second.shape[2]))

    def _shares(self, threads: int) -> list[tuple[int, int]]:
        """Scenarios in so many runs of about equally many lanes."""
        lanes = self.second.loops.first_lane[self.second.loops.first_site]
        ends = np.searchsorted(lanes, np.linspace(0, lanes[-1], threads + 1)[1:-1])
        return list(pairwise(np.unique([0, *ends.tolist(), self.second.shape[0]]).tolist()))

    def _zero(self) -> State:
        loops, first = self.second.loops, self.first
        scenarios, sources, hours, items = self.second.shape
        sites = len(self.second.people)
        return State(
            np.zeros((len(loops.source), items)),
            np.zeros((sites, hours, self.second.kinds)),
            np.zeros((sites, hours, items)),
            np.zeros((scenarios, sources, hours, items)),
            np.zeros((scenarios, sources, hours)),
            np.zeros((scenarios, self.second.fleets, hours)),
            np.clip(np.zeros(len(first.gain)), first.lower, first.upper),
            np.zeros(len(first.row_upper)),
        )

    # --- iterations ----------------------------------------------------------------------------------

    def people_value(self, row_price: Floats) -> Floats:
        """What a person supplied by each hour is worth at prices of the rows, (S, H)."""
        value: Floats = self.first.people_gain - np.einsum("rsh,r->sh", self.first.people, row_price)
        return value

    def iterate(self, steps: int) -> None:
        """Take some steps."""
        first, state, anchor = self.first, self.state, self.anchor
        primal, dual = STEP / self.weight, STEP * self.weight
        transposed = first.matrix.T.tocsr()
        stock = first.stock
        for _ in range(steps):
            keep = (self.since_restart + 1.0) / (self.since_restart + 2.0)
            gain = first.gain - transposed @ state.row_price
            gain[stock] += self._stock_worth(state.stock_price.sum(axis=2))
            new = np.clip(state.columns + primal * self.scaling.column_step * gain, first.lower, first.upper)
            bar = 2.0 * new - state.columns
            value = self.people_value(state.row_price)
            self._each(
                step,
                self._loops,
                self.scaling.loops,
                state.scenario_arrays,
                anchor.scenario_arrays,
                bar[stock],
                value,
                keep,
                primal,
                dual,
                self._extrapolated,
            )
            short = (
                first.matrix @ bar
                + np.einsum("rsh,sh->r", first.people, self._extrapolated)
                - first.row_upper
            )
            price = state.row_price + dual * self.scaling.row_step * short
            price = np.where(first.equal, price, np.maximum(price, 0.0))
            state.columns = keep * bar + (1.0 - keep) * anchor.columns
            state.row_price = keep * (2.0 * price - state.row_price) + (1.0 - keep) * anchor.row_price
            self.since_restart += 1

    def _each(self, kernel: Callable[..., None], *arguments: object) -> None:
        """Run a compiled loop over all scenarios, in one part a thread."""
        list(self._pool.map(lambda part: kernel(part[0], part[1], *arguments), self._parts))

    def _stock_worth(self, price: Floats) -> Floats:
        """What a unit of stock is worth at prices (S, I, K) a person, summed over the scenarios, (I, K)."""
        loops = self.second.loops
        worth: Floats = np.einsum("si,sik,sk->ik", loops.surviving, price, 1.0 / loops.per_person)
        return worth

    def restart(self, gap: float) -> None:
        """Make the current point the anchor, given the gap that it was left with.

        The primal weight climbs a hill: it is changed on in one direction as long as the gap falls faster a
        step than before, and turns round when it does not.
        """
        if self._last_gap is not None and gap > 0:
            speed = float(np.log(self._last_gap / gap)) / max(self.since_restart, 1)
            if speed < self._last_speed:
                self._direction = -self._direction
            self._last_speed = speed
            self.weight = float(np.clip(self.weight * WEIGHT_CHANGE**self._direction, *WEIGHT_RANGE))
        self._last_gap = gap if gap > 0 else None
        self.anchor.take(self.state)
        self.since_restart = 0

    def go_back(self, state: State) -> None:
        """Go on from a state that was kept."""
        self.state.take(state)
        self.anchor.take(state)
        self.since_restart, self._last_gap = 0, None

    # --- certificates --------------------------------------------------------------------------------

    def cut(self, *, trimmed: bool) -> tuple[Cut, Floats]:
        """Return the cut of the current prices and the prices of the rows, (R,).

        With `trimmed` stock is worth no more at any source than it costs there, at the prices of the rows:
        else the slightest excess counts for all the stock that could be kept.
        """
        state, first = self.state, self.first
        row_price = np.where(first.equal, state.row_price, np.maximum(state.row_price, 0.0))
        value = np.maximum(self.people_value(row_price), 0.0)
        loops = self.second.loops
        weights = np.ones((1, 1)) if self.second.together else loops.item_weight
        worth = np.zeros(self.second.shape[0])
        prices = tuple(
            np.maximum(array, 0.0)
            for array in (state.need_price, state.stock_price, state.dock_price, state.fleet_price)
        )
        if trimmed:
            costs = (first.matrix.T @ row_price - first.gain)[first.stock]
            worth_of_stock = self._stock_worth(prices[1].sum(axis=2))
            dear = worth_of_stock > np.clip(costs, 0.0, None)
            share = np.divide(np.clip(costs, 0.0, None), worth_of_stock, where=dear, out=np.ones_like(costs))
            prices[1][...] *= share[None, :, None, :]
        self._each(lagrangian, self._loops, prices, value[:, :, None] * weights[:, None, :], worth)
        slope = np.einsum("si,sik,sk->sik", loops.surviving, prices[1].sum(axis=2), 1.0 / loops.per_person)
        return Cut(worth, slope), row_price

    def feasible(self, stock: Floats, *, fill: bool) -> tuple[Floats, Floats]:
        """People supplied (S, H) and cost of moving (S,) of a feasible plan near the current flows.

        With `fill` it goes on to send what is left to those who still miss something.
        """
        scenarios, _, hours, _ = self.second.shape
        supplied, spent = np.zeros((scenarios, hours)), np.zeros(scenarios)
        self._each(
            feasible_people,
            self._loops,
            self.state.flow,
            stock,
            self.second.together,
            fill,
            supplied,
            spent,
        )
        return supplied, spent
