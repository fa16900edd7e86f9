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

import numpy as np

from stockpile.placement import kernels
from stockpile.placement.first_stage import FirstStage
from stockpile.placement.problem import Floats
from stockpile.placement.second_stage import SecondStage

STEP = 0.95
"""Share of the longest step for which the method converges."""

FIRST_WEIGHT = 2.0
WEIGHT_CHANGE = (0.7, 1.5)
"""Primal weight at the start and the most it changes at a restart."""


@dataclass(frozen=True, eq=False)
class Cut:
    """For every stock level x (I, K): sum over h of weight * V[s, h] <= worth[s] + sum of slope[s] * x.

    Shapes: `weight` (S, H), `worth` (S,), `slope` (S, I, K) in people a unit.
    """

    weight: Floats
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

    def take(self, other: State) -> None:
        """Overwrite with another state's values."""
        for mine, its in zip(self.arrays, other.arrays, strict=True):
            mine[...] = its


class PrimalDual:
    """The method on one problem; `first` may change between runs (bounds, right-hand sides), sizes may not."""

    def __init__(self, first: FirstStage, second: SecondStage) -> None:
        self.first, self.second = first, second
        (
            self.first_site,
            self.first_lane,
            self.source,
            self.hour,
            self.fleet,
            self.effort,
            _,
            self.load,
            self.most,
            self.held,
            self.surviving,
            self.per_person,
            self.kg,
            self.item_weight,
            self.ready,
            self.dock_kg,
            self.fleet_kg_s,
        ) = second.arrays
        self.scenarios, self.sources, self.hours, self.items = self.ready.shape
        self.parts = self._shares(2)
        self._pool = ThreadPoolExecutor(len(self.parts))
        self._measure_columns()
        self._measure_prices()
        self._measure_steps()
        self.state = self._zero()
        self.anchor = self.state.copy()
        self.weight = FIRST_WEIGHT
        self.since_restart = 0
        self._out = (
            np.zeros((self.scenarios, self.hours)),
            np.zeros((self.scenarios, self.sources, self.items)),
        )

    def _shares(self, threads: int) -> list[tuple[int, int]]:
        """Scenarios in so many runs of about equally many lanes."""
        lanes = self.first_lane[self.first_site]
        ends = np.searchsorted(lanes, np.linspace(0, lanes[-1], threads + 1)[1:-1])
        marks = np.unique([0, *ends.tolist(), self.scenarios]).tolist()
        return list(zip(marks[:-1], marks[1:], strict=True))

    # --- natural sizes -------------------------------------------------------------------------------

    def _measure_columns(self) -> None:
        """Natural size of each first-stage column: stock by the people it could serve, the rest by range."""
        first, second = self.first, self.second
        lanes_of = np.diff(self.first_lane).astype(np.float64)
        share = (second.people / np.maximum(lanes_of, 1.0))[second.lane_site]
        scenario = np.searchsorted(self.first_site, second.lane_site, side="right") - 1
        even = np.zeros((self.scenarios, self.sources))
        np.add.at(even, (scenario, self.source), share)
        typical = np.einsum("si,sk->ik", even, self.per_person * second.in_basket) / self.scenarios
        size = np.ones(len(first.gain))
        size[first.blocks["stock"]] = np.maximum(typical, 1e-6 * max(typical.max(initial=1.0), 1.0)).ravel()
        size[first.blocks["bought"]] = np.maximum(typical.sum(axis=0), 1e-6)
        size[first.blocks["added"]] = np.maximum(first.upper[first.blocks["added"]] / 2.0, 1e-6)
        for name, block in first.blocks.items():
            if name.endswith((" value", " shortfall")):
                size[block] = np.maximum(first.upper[block] / 4.0, 1e-6)
        self.size = size

    def _measure_prices(self) -> None:
        """Natural price of a person in each scenario, (S,), and of a unit of activity of each row, (R,)."""
        first = self.first
        worth = np.abs(first.people_gain).max(axis=1)
        needed = np.abs(first.people).max(axis=2, initial=0.0).max(axis=0, initial=0.0)
        basket = float((self.per_person * self.second.in_basket).mean(axis=0) @ self._unit_gain())
        if not worth.any() and needed.any():
            worth = np.where(needed > 0, needed / needed.max() * max(basket, 1e-9), 0.0)
        extra = np.where(worth > 0, 0.0, 1.0) * worth.mean() if worth.any() else np.full(self.scenarios, 1.0)
        self.person_price = np.maximum(worth + extra, 1e-12)
        if not first.people_gain.any() and needed.any():
            self.person_price = np.maximum(worth, worth.max() * 1e-3)
        total = self.person_price.sum()
        matrix = abs(first.matrix)
        activity = matrix @ self.size
        people = self.second.people
        crowd = np.add.reduceat(people, self.first_site[:-1]) if len(people) else np.zeros(self.scenarios)
        activity += np.einsum("rsh,s->r", np.abs(first.people), crowd)
        everything = float((self.person_price * crowd).sum())
        groups = {name: first.families.count(name) for name in set(first.families)}
        share = np.array([groups[name] for name in first.families], dtype=np.float64)
        del total
        self.row_size = everything / np.maximum(share * activity, 1e-12)

    def _unit_gain(self) -> Floats:
        """Yuan a unit of each item in the objective, (K,)."""
        return -self.first.gain[self.first.blocks["bought"]]

    def _measure_steps(self) -> None:
        """Inverse sums of the scaled matrix, by row and by column (Pock and Chambolle, lemma 2)."""
        first, second = self.first, self.second
        count = np.maximum(second.in_basket.sum(axis=1), 1.0)
        if second.together:
            price = np.repeat((self.person_price / count)[:, None], self.items, axis=1)
        else:
            price = self.person_price[:, None] * np.maximum(self.item_weight, 1e-9)
        scenario = np.searchsorted(self.first_site, np.arange(len(second.people)), side="right") - 1
        lane_scenario = scenario[second.lane_site]
        people = np.maximum(second.people, 1e-9)
        # rows of needs: people supplied by the hour against all lanes in time
        in_time = np.zeros((len(people), self.hours))
        np.add.at(in_time, (second.lane_site, self.hour), 1.0)
        need_steps = 1.0 / (people[:, None] * (1.0 + in_time.cumsum(axis=1)))
        # rows of stock: only the last hour where nothing more becomes ready over time
        varies = (np.diff(self.ready, axis=2) != 0).any(axis=(2, 3))
        stock_rows = np.zeros((self.scenarios, self.sources, self.hours))
        stock_rows[:, :, -1] = 1.0
        stock_rows[varies] = 1.0
        loaded = np.zeros((self.scenarios, self.sources, self.hours))
        np.add.at(loaded, (lane_scenario, self.source, self.hour), self.load * people[second.lane_site])
        loaded = loaded.cumsum(axis=2)
        stock_rows[loaded <= 0] = 0.0
        size = self.size[first.blocks["stock"]].reshape(self.sources, self.items)
        placed = self.surviving[:, :, None] * size / self.per_person[:, None, :]
        stock_steps = price[:, None, None, :] / (loaded[..., None] + placed[:, :, None, :] + 1e-9)
        stock_steps *= stock_rows[..., None]
        # rows of docks and fleets
        kg = (self.kg * second.in_basket).sum(axis=1)
        moving = self.fleet >= 0
        shape = (self.scenarios, self.sources, self.hours)
        through = np.zeros(shape)
        np.add.at(
            through,
            (lane_scenario[moving], self.source[moving], self.hour[moving]),
            (kg[lane_scenario] * people[second.lane_site])[moving],
        )
        through = through.cumsum(axis=2)
        dock_rows = np.isfinite(self.dock_kg) & (through > 0)
        dock_price = self.person_price / np.maximum(kg, 1e-12)
        dock_steps = np.where(dock_rows, dock_price[:, None, None] / np.maximum(through, 1e-12), 0.0)
        effort = np.zeros((self.scenarios, self.fleet_kg_s.shape[1], self.hours))
        used = (kg[lane_scenario] * people[second.lane_site] * self.effort)[moving]
        np.add.at(effort, (lane_scenario[moving], self.fleet[moving], self.hour[moving]), used)
        effort = effort.cumsum(axis=2)
        mean_effort = float(self.effort[moving].mean()) if moving.any() else 1.0
        fleet_rows = np.isfinite(self.fleet_kg_s) & (effort > 0)
        fleet_price = dock_price / max(mean_effort, 1e-12)
        fleet_steps = np.where(fleet_rows, fleet_price[:, None, None] / np.maximum(effort, 1e-12), 0.0)
        # columns of lanes: rows that they stand in
        hours_left = (self.hours - self.hour).astype(np.float64)
        rows_left = stock_rows[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        lane_items = hours_left + self.load * rows_left[lane_scenario, self.source, self.hour]
        docks_left = dock_rows[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        lane_kg = dock_price[lane_scenario] * docks_left[lane_scenario, self.source, self.hour]
        fleets_left = fleet_rows[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        if self.fleet_kg_s.shape[1]:
            own = fleets_left[lane_scenario, np.maximum(self.fleet, 0), self.hour]
            lane_kg = lane_kg + fleet_price[lane_scenario] * self.effort * own
        lane_kg = np.where(moving, lane_kg, 0.0)
        people_norm = np.full((self.scenarios, self.hours), 0.0)
        people_norm += (
            (price * second.in_basket).sum(axis=1)[:, None] if second.together else self.person_price[:, None]
        )
        people_norm += np.einsum("rsh,r->sh", np.abs(first.people), self.row_size)
        self._scale = (
            np.ascontiguousarray(people),
            np.ascontiguousarray(price),
            dock_price,
            fleet_price,
            np.ascontiguousarray(need_steps),
            np.ascontiguousarray(stock_steps),
            np.ascontiguousarray(dock_steps),
            np.ascontiguousarray(fleet_steps),
            np.ascontiguousarray(lane_items),
            np.ascontiguousarray(lane_kg),
            people_norm,
        )
        # first stage
        matrix = abs(first.matrix)
        by_column = matrix.T @ self.row_size
        stock_norm = np.zeros((self.sources, self.items))
        for s in range(self.scenarios):
            rows = stock_rows[s].sum(axis=1)[:, None]
            stock_norm += rows * self.surviving[s][:, None] * price[s] / self.per_person[s]
        by_column[first.blocks["stock"]] += stock_norm.ravel()
        self._column_steps = self.size / np.maximum(by_column, 1e-15)
        crowd = np.add.reduceat(people, self.first_site[:-1])
        activity = matrix @ self.size + np.einsum("rsh,s->r", np.abs(first.people), crowd)
        self._row_steps = self.row_size / np.maximum(activity, 1e-15)
        self._price = price

    def _zero(self) -> State:
        lanes, sites = len(self.source), len(self.second.people)
        start = np.clip(np.zeros(len(self.first.gain)), self.first.lower, self.first.upper)
        return State(
            np.zeros((lanes, self.items)),
            np.zeros((sites, self.hours, self.second.kinds)),
            np.zeros((sites, self.hours, self.items)),
            np.zeros((self.scenarios, self.sources, self.hours, self.items)),
            np.zeros((self.scenarios, self.sources, self.hours)),
            np.zeros((self.scenarios, self.fleet_kg_s.shape[1], self.hours)),
            start,
            np.zeros(len(self.first.row_upper)),
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
        stock = first.blocks["stock"]
        for _ in range(steps):
            keep = (self.since_restart + 1.0) / (self.since_restart + 2.0)
            gain = first.gain - transposed @ state.row_price
            gain[stock] += self._stock_worth(state.stock_price.sum(axis=2)).ravel()
            new = np.clip(state.columns + primal * self._column_steps * gain, first.lower, first.upper)
            bar = 2.0 * new - state.columns
            value = self.people_value(state.row_price)
            self._each(
                kernels.step,
                self.second.arrays,
                self._scale,
                state.scenario_arrays,
                anchor.scenario_arrays,
                bar[stock].reshape(self.sources, self.items),
                value,
                keep,
                primal,
                dual,
                self._out,
            )
            short = first.matrix @ bar + np.einsum("rsh,sh->r", first.people, self._out[0]) - first.row_upper
            price = state.row_price + dual * self._row_steps * short
            price = np.where(first.equal, price, np.maximum(price, 0.0))
            state.columns = keep * bar + (1.0 - keep) * anchor.columns
            state.row_price = keep * (2.0 * price - state.row_price) + (1.0 - keep) * anchor.row_price
            self.since_restart += 1

    def _each(self, kernel: Callable[..., None], *arguments: object) -> None:
        """Run a compiled loop over all scenarios, in one part a thread."""
        if len(self.parts) == 1:
            kernel(0, self.scenarios, *arguments)
            return
        list(self._pool.map(lambda part: kernel(part[0], part[1], *arguments), self.parts))

    def _stock_worth(self, price: Floats) -> Floats:
        """What a unit of stock is worth at prices (S, I, K) a person, summed over the scenarios, (I, K)."""
        worth: Floats = np.einsum("si,sik,sk->ik", self.surviving, price, 1.0 / self.per_person)
        return worth

    def restart(self, answer_gain: float = 1.0, proof_gain: float = 1.0) -> None:
        """Make the current point the anchor and speed up what lags behind.

        `answer_gain` and `proof_gain` say how much the answer and its bound improved since the last restart:
        prices move faster when the answer improves more than its proof, stock and flows when it is the other
        way round.
        """
        ratio = max(answer_gain, 1e-9) / max(proof_gain, 1e-9)
        self.weight *= float(np.clip(ratio**0.25, *WEIGHT_CHANGE))
        self.anchor.take(self.state)
        self.since_restart = 0

    # --- certificates --------------------------------------------------------------------------------

    def cut(self) -> tuple[Cut, Floats]:
        """Return the cut of the current prices and the prices of the rows in which people stand, (R,)."""
        state, first = self.state, self.first
        row_price = np.where(first.equal, state.row_price, np.maximum(state.row_price, 0.0))
        value = np.maximum(self.people_value(row_price), 0.0)
        kinds = self.second.kinds
        weights = np.ones(1) if kinds == 1 else self.item_weight
        worth = np.zeros(self.scenarios)
        prices = tuple(
            np.maximum(array, 0.0)
            for array in (state.need_price, state.stock_price, state.dock_price, state.fleet_price)
        )
        self._each(kernels.lagrangian, self.second.arrays, prices, value[:, :, None] * weights, worth)
        slope = np.einsum("si,sik,sk->sik", self.surviving, prices[1].sum(axis=2), 1.0 / self.per_person)
        return Cut(value, worth, slope), row_price

    def feasible(self, stock: Floats) -> tuple[Floats, Floats]:
        """People supplied (S, H) and cost of moving (S,) of a feasible plan near the current flows."""
        supplied = np.zeros((self.scenarios, self.hours))
        spent = np.zeros(self.scenarios)
        self._each(
            kernels.feasible_people,
            self.second.arrays,
            self.state.flow,
            stock,
            self.second.together,
            supplied,
            spent,
        )
        return supplied, spent
