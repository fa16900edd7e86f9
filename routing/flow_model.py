"""The linear program behind the allocation: columns, one function for each family of rows, objectives.

Symbols: source i, site j, mode m, item k, bucket b ending at e_b; z units that end unloading in the bucket;
S people supplied by its end; D person-seconds of waiting of people supplied within it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.late_loads import STEP_S, WINDOW_S, Goods, late_kg
from routing.problem import DispatchProblem, Floats, Ints
from routing.program_rows import ProgramRows
from routing.relaxation import drop_s, earliest_unloaded_s, mixed_hours, spared_way_s, type_hours, types_of
from stockpile.linear_program import LinearSolution, solve_linear_program

EFFORT_SHARE = 1e-4
"""Weight of all the fleet's effort against all waiting; the bound on deprivation is that much lower."""

TANGENTS = (0.5, 1.0)
"""Shares of a bucket's hand-out at which the square in its waiting is replaced by its tangent."""


@dataclass(frozen=True)
class FleetPrice:
    """What is free to choose in the limit on the hours of a vehicle type; it holds whatever is chosen.

    Attributes:
        spare_s: way back that each vehicle is spared.
        kg_per_s: weight of the type among those of its mode.
    """

    spare_s: float
    kg_per_s: float


def fleet_prices(problem: DispatchProblem) -> dict[int, FleetPrice]:
    """The middling way back of each type with a vehicle, and what it brings on a middling way.

    So no type seems so slow that others would rather take its kg, and the sum over types is close to their
    limits on their own.
    """
    prices = {}
    for kind in (kind for mode in problem.modes for kind in types_of(problem, mode)):
        spare_s = spared_way_s(problem, kind, problem.stocked)
        hours = type_hours(problem, kind, problem.stocked, np.zeros(0), spare_s)
        prices[kind] = FleetPrice(spare_s, _kg_per_s(hours.s_per_kg))
    return prices


class FlowModel:
    """maximise people (or minimise waiting) subject to stock, baskets, hand-out, docks and fleet-hours."""

    def __init__(
        self,
        problem: DispatchProblem,
        ends_s: Sequence[int],
        prices: Mapping[int, FleetPrice] | None = None,
    ) -> None:
        """List columns and rows; `prices` are those of the problem that this one was merged from, if any."""
        self.problem = problem
        self.prices = fleet_prices(problem) if prices is None else prices
        self.ends = np.array(ends_s, dtype=np.float64)
        self.buckets = len(ends_s)
        self.sites = np.flatnonzero(problem.people > 0)
        self.items = np.flatnonzero(problem.essential)
        self.modes = problem.modes
        self._list_flows()
        self.first_people = len(self.source)
        self.first_later = self.first_people + len(self.sites) * self.buckets
        self.columns = self.first_later + len(self.sites) * self.buckets
        self.rows = ProgramRows()
        if self.has_people:
            self._define_stock_limits()
            self._define_need()
            self._define_complete_baskets()
            self._define_handout_rate()
            self._define_fleet_hours()

    @property
    def has_people(self) -> bool:
        """Whether anybody waits at all."""
        return len(self.sites) > 0

    # ---- columns ----------------------------------------------------------------------------------------

    def _list_flows(self) -> None:
        """Columns z: every source, site, mode, item and bucket in which unloading can have ended."""
        problem = self.problem
        wanted = problem.to_deliver[self.sites][None, :, self.items] > 0
        self.unloaded_s = np.stack(
            [self._unloaded_s(mode) for mode in self.modes]
            or [np.full((len(problem.source_ids), len(self.sites), len(self.items)), np.inf)]
        )
        possible = (self.unloaded_s[..., None] < self.ends) & wanted[None, ..., None]
        self.mode, self.source, self.site, self.item, self.bucket = np.nonzero(possible)
        self.kg = problem.weight_kg[self.items][self.item]
        left = np.full((len(self.modes), len(problem.source_ids), len(self.sites)), np.inf)
        for number, mode in enumerate(self.modes):
            for kind in types_of(problem, mode):
                left[number] = np.minimum(left[number], drop_s(problem, kind)[:, self.sites])
        self.left_s = self.ends[self.bucket] - left[self.mode, self.source, self.site]

    def _unloaded_s(self, mode: str) -> Floats:
        """Second before which none of the item can have been unloaded, (I, J, K) of the model."""
        first = np.full((len(self.problem.source_ids), len(self.problem.item_ids)), np.inf)
        supply = self.problem.supply
        some = supply.quantity > 0
        np.minimum.at(first, (supply.source[some], supply.item[some]), supply.available_s[some])
        source, item = np.indices((len(first), len(self.items))).reshape(2, -1)
        goods, goods_of = np.unique(
            np.stack([source, first[source, self.items[item]]]), axis=1, return_inverse=True
        )
        unloaded_s = earliest_unloaded_s(self.problem, mode, goods[0].astype(np.int64), goods[1])
        by_item: Floats = unloaded_s[goods_of.reshape(len(first), len(self.items))][..., self.sites]
        return by_item.transpose(0, 2, 1)

    def _people_column(self, site: Ints, bucket: Ints) -> Ints:
        return self.first_people + site * self.buckets + bucket

    def people_upper(self) -> Floats:
        """S_jb <= min over k of held_jk / q_k + rate_j * (e_b - first unloading of k at j), and <= P_j."""
        problem = self.problem
        people = problem.people[self.sites].astype(np.float64)
        most = np.repeat(people[:, None], self.buckets, axis=1)
        first_s = self.unloaded_s.min(axis=(0, 1), initial=np.inf)
        for number, item in enumerate(self.items.tolist()):
            held = problem.on_site_units[self.sites, item] / problem.per_person[item]
            enough = problem.to_deliver[self.sites, item] == 0
            since = np.where(enough, 0.0, first_s[:, number])
            span = np.maximum(self.ends[None, :] - since[:, None], 0.0)
            handed = problem.handout_per_s[self.sites][:, None] * span
            most = np.minimum(most, np.where(enough, 0.0, held)[:, None] + handed)
        return most.reshape(-1)

    # ---- rows -------------------------------------------------------------------------------------------

    def _define_stock_limits(self) -> None:
        """Of each source: kg through its docks, units of each item that were ready, by several seconds c.

        sum of w_k z that has left by c <= what docks load from ready_i to c
        sum of z of k that has left by c <= units ready before r + what docks load from r to c, for every r

        A unit that ends unloading by e_b has left its dock by e_b - drive - stop; the seconds c are those of
        the nearest site.
        """
        problem = self.problem
        for source in range(len(problem.source_ids)):
            mine = np.flatnonzero(self.source == source)
            if not len(mine):
                continue
            nearest_s = self._nearest_s(source)
            for second in (self.ends - nearest_s).tolist():
                some = mine[self.left_s[mine] <= second]
                span_s = second - float(problem.source_ready_s[source])
                self.rows.add_row(some, self.kg[some], self._dock_kg(source, span_s))
            for number, item in enumerate(self.items.tolist()):
                self._limit_item(source, item, mine[self.item[mine] == number], nearest_s)

    def _nearest_s(self, source: int) -> float:
        """Least seconds from leaving the dock to having unloaded, at any site with people.

        Whether they want anything does not count, which a merged site no longer tells of its members.
        """
        return min(
            float(drop_s(self.problem, kind)[source, self.sites].min(initial=np.inf)) for kind in self._kinds
        )

    def _limit_item(self, source: int, item: int, mine: Ints, nearest_s: float) -> None:
        """Rows of one item at one source; `mine` are its columns."""
        problem = self.problem
        supply = problem.supply
        lots = (supply.source == source) & (supply.item == item)
        released_s, units = supply.available_s[lots], supply.quantity[lots].astype(np.float64)
        batches_s = np.unique(released_s)
        stop_s = self._least_stop_s
        late = batches_s[batches_s > max(problem.source_ready_s[source], 0)]
        for batch in batches_s.tolist():
            before = mine[self.left_s[mine] < batch + stop_s]
            self.rows.add_row(before, np.ones(len(before)), float(units[released_s < batch].sum()))
        for second in (self.ends - nearest_s).tolist() if problem.weight_kg[item] > 0 else ():
            limits = [
                float(units[released_s < batch].sum())
                + self._dock_kg(source, second - batch) / float(problem.weight_kg[item])
                for batch in late[late < second].tolist()
            ]
            if limits:
                before = mine[self.left_s[mine] <= second]
                self.rows.add_row(before, np.ones(len(before)), min(limits))
        self.rows.add_row(mine, np.ones(len(mine)), float(units.sum()))

    @property
    def _least_stop_s(self) -> float:
        return float(self.problem.stop_s[self._kinds].min())

    @property
    def _kinds(self) -> list[int]:
        return [kind for mode in self.modes for kind in types_of(self.problem, mode)]

    def _dock_kg(self, source: int, span_s: float) -> float:
        """Most kg that docks load in a span: each load begins with a stop and is no more than a payload."""
        problem = self.problem
        rate = float(problem.dock_kg_per_s[source])
        stop_s_per_kg = float((problem.stop_s[self._kinds] / problem.payload_kg[self._kinds]).min())
        one = min(max(span_s - self._least_stop_s, 0.0) * rate, max(span_s, 0.0) / (1 / rate + stop_s_per_kg))
        return float(problem.docks[source]) * one

    def _define_need(self) -> None:
        """sum over i, m, b of z <= need_jk - held_jk."""
        self.rows.add(self.site * len(self.items) + self.item, np.arange(len(self.site)), np.ones(1))
        self.rows.close(self.problem.to_deliver[self.sites][:, self.items].astype(np.float64).reshape(-1))

    def _up_to(self, family: Ints) -> tuple[Ints, Ints]:
        """Rows (family, bucket) and the columns of flow up to that bucket."""
        counts = self.buckets - self.bucket
        column = np.repeat(np.arange(len(family)), counts)
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(family * self.buckets + self.bucket, counts) + offset, column

    def _define_complete_baskets(self) -> None:
        """per_person_k * S_jb <= units of k on the site + sum over i, m and buckets up to b of z."""
        problem = self.problem
        site, item, bucket = (
            index.reshape(-1) for index in np.indices((len(self.sites), len(self.items), self.buckets))
        )
        needs = problem.per_person[self.items][item]
        self.rows.add(np.arange(len(site)), self._people_column(site, bucket), needs)
        row, column = self._up_to(self.site * len(self.items) + self.item)
        self.rows.add(row, column, -np.ones(len(column)))
        held = problem.on_site_units[self.sites][:, self.items].astype(np.float64)
        self.rows.close(np.repeat(held.reshape(-1), self.buckets))

    def _define_handout_rate(self) -> None:
        """S_jb - S_j,b-1 <= rate_j * (e_b - e_b-1)."""
        site, bucket = (index.reshape(-1) for index in np.indices((len(self.sites), self.buckets)))
        row = np.arange(len(site))
        rate = self.problem.handout_per_s[self.sites][site]
        span = np.diff(self.ends, prepend=0.0)[bucket]
        self.rows.add(row, self._people_column(site, bucket), np.ones(len(site)))
        later = bucket > 0
        self.rows.add(row[later], self._people_column(site, bucket - 1)[later], -np.ones(later.sum()))
        self.rows.close(rate * span)

    def count_waiting_within(self) -> None:
        """D_jb >= share * length_b * (S_jb - S_j,b-1) - rate_j * (share * length_b)^2 / 2, for some shares.

        D are person-seconds that people of j wait in bucket b although they are supplied by its end. Handing
        out the n people of a bucket takes n / rate, so D is at least n^2 / (2 * rate); the rows are tangents.
        """
        site, bucket = (index.reshape(-1) for index in np.indices((len(self.sites), self.buckets)))
        row, later = np.arange(len(site)), bucket > 0
        rate = self.problem.handout_per_s[self.sites][site]
        for share in TANGENTS:
            span = share * np.diff(self.ends, prepend=0.0)[bucket]
            self.rows.add(row, self._people_column(site, bucket), span)
            self.rows.add(row[later], self._people_column(site, bucket - 1)[later], -span[later])
            self.rows.add(row, self.first_later + row, -np.ones(len(row)))
            self.rows.close(rate * span**2 / 2)

    def _define_fleet_hours(self) -> None:
        """sum of kg * effort up to b <= sum over vehicles of weight * seconds by e_b; see `FleetPrice`."""
        problem = self.problem
        limits = np.zeros((len(self.modes), self.buckets))
        self.effort = np.zeros(self.first_people)
        for number, mode in enumerate(self.modes):
            types = types_of(problem, mode)
            hours = [
                type_hours(problem, kind, problem.stocked, self.ends, self.prices[kind].spare_s)
                for kind in types
            ]
            mixed = mixed_hours(hours, np.array([self.prices[kind].kg_per_s for kind in types]))
            mine = self.mode == number
            effort = mixed.effort_s[self.source[mine], self.sites[self.site[mine]]]
            self.effort[mine] = self.kg[mine] * effort
            limits[number] = mixed.kg_s
        self.most_effort = float(limits[:, -1].sum())
        row, column = self._up_to(self.mode)
        used, compact = np.unique(row, return_inverse=True)
        self.rows.add(compact.astype(np.int64), column, self.effort[column])
        self.rows.close(limits.reshape(-1)[used])

    def limit_late_loads(self) -> None:
        """sum of z of k from i <= units ready before r + what is loaded from r on and handed out by the end.

        For batches r shortly before the end of the last bucket, of one item and, in kg, of all items of a
        source. Here z counts only units that are handed out by then, and no plan has more of those.
        """
        problem = self.problem
        supply, end_s = problem.supply, float(self.ends[-1])
        late = (supply.available_s > end_s - WINDOW_S) & (supply.available_s < end_s)
        goods: list[Goods] = []
        for source in np.unique(supply.source[late & (supply.quantity > 0)]).tolist():
            held = np.unique(supply.item[supply.source == source])
            items = held[np.isin(held, self.items) & (problem.weight_kg[held] > 0)]
            goods += [Goods(source, np.array([item])) for item in items.tolist()]
            goods += [Goods(source, items)] * (len(items) > 1)
        if not goods or not self.modes:
            return
        for one, kg in zip(goods, late_kg(problem, goods), strict=True):
            lots = (supply.source == one.source) & np.isin(supply.item, one.items)
            mine = np.flatnonzero((self.source == one.source) & np.isin(self.items[self.item], one.items))
            for batch_s in np.unique(supply.available_s[lots & late]).tolist():
                before = lots & (supply.available_s < batch_s)
                ready = (supply.quantity * problem.weight_kg[supply.item])[before].sum()
                step = int(np.ceil((end_s - batch_s) / STEP_S))
                self.rows.add_row(mine, self.kg[mine], float(ready + kg[step]))

    # ---- objectives -------------------------------------------------------------------------------------

    def supplied_objective(self) -> Floats:
        """minimise -(people of reachable sites supplied by the end of the last bucket)."""
        cost = np.zeros(self.columns)
        counted = np.flatnonzero(self.problem.reachable[self.sites])
        cost[self._people_column(counted, np.full(len(counted), self.buckets - 1))] = -1.0
        return cost

    def deprivation_objective(self) -> Floats:
        """minimise sum over j, b of D_jb - (e_b - e_b-1) * S_jb + a little * effort of the fleet.

        Nobody is supplied earlier than S and D say. The second term chooses, among flows that leave people
        waiting equally long, the one that ties vehicles down least; `deprivation_bound` takes it out again.
        """
        cost = np.zeros(self.columns)
        site, bucket = (index.reshape(-1) for index in np.indices((len(self.sites), self.buckets)))
        cost[self._people_column(site, bucket)] = -np.diff(self.ends, prepend=0.0)[bucket]
        cost[self.first_later :] = 1.0
        cost[: self.first_people] = self._effort_price() * self.effort
        return cost

    def _effort_price(self) -> float:
        """Person-seconds per kg-second, so that all the fleet's effort weighs EFFORT_SHARE of all waiting."""
        waiting = float(self.problem.people.sum()) * self.problem.horizon_s
        return EFFORT_SHARE * waiting / max(self.most_effort, 1.0)

    def deprivation_bound(self, solution: LinearSolution) -> float:
        """Least person-seconds of any plan: everybody's whole wait, less what the optimum spares them.

        A plan's effort is at most `most_effort`, so that much of the price is taken off.
        """
        everybody = float(self.problem.people.sum()) * self.problem.horizon_s
        return max(0.0, everybody + solution.value - self._effort_price() * self.most_effort)

    def solve(self, cost: Floats) -> LinearSolution:
        """Solve with one of the objectives."""
        people = self.people_upper()
        upper = np.concatenate([np.full(self.first_people, np.inf), people, np.full(len(people), np.inf)])
        return solve_linear_program(self.rows.program(cost, upper))


def _kg_per_s(s_per_kg: Floats) -> float:
    """Kg a second that a vehicle brings on a middling way; 0 for one that brings nothing."""
    known = s_per_kg[np.isfinite(s_per_kg)]
    return 1.0 / float(np.median(known)) if len(known) else 0.0
