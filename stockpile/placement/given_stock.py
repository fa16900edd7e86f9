"""Whom a given stock reaches: one exact linear program a scenario, nothing ties scenarios together.

Symbols: lane e from source i to site j by hour h, item k; y units on a lane, S people supplied by an hour.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_matrix

from stockpile.linear_program import LinearProgram, solve_linear_program
from stockpile.placement.coverage import coverage_value
from stockpile.placement.problem import NO_FLEET, Coverage, Floats, Ints, PlacementProblem, PlacementScenario
from stockpile.placement.solution import Certificate, Placement


def reach_of_stock(problem: PlacementProblem, coverage: Coverage, stock: Floats) -> Placement:
    """Return how many people a stock (I, K) supplies when it is sent out as well as can be.

    maximise sum over h of per_hour_h * S_jh in every scenario on its own: that is best for every risk. The
    problem counts complete baskets.

    Raises:
        SolverError: a program was not solved to its optimum.
    """
    people = tuple(_people(problem, one, coverage, stock) for one in problem.scenarios)
    supplied = np.array([each.sum(axis=0) for each in people])
    chances = np.array([one.probability for one in problem.scenarios])
    value = coverage_value(coverage, chances, supplied)
    bought = np.maximum(stock.sum(axis=0) - problem.rules.current.sum(axis=0), 0.0)
    return Placement(
        stock=stock,
        opened=problem.rules.candidate & stock.any(axis=1),
        expansion_m3=np.zeros(len(stock)),
        supplied=supplied,
        spending=float(bought @ problem.rules.unit_cost),
        certificate=Certificate(value, value),
        people=people,
    )


def _people(problem: PlacementProblem, one: PlacementScenario, coverage: Coverage, stock: Floats) -> Floats:
    """People supplied at each site of a scenario by each hour, (J, H)."""
    if not len(one.people):
        return np.zeros((0, len(problem.hours)))
    return _Scenario(problem, one, coverage.per_hour, stock).people()


class _Scenario:
    """One scenario: columns y by lane and item of the basket, then S by site and hour."""

    def __init__(
        self, problem: PlacementProblem, one: PlacementScenario, per_hour: Floats, stock: Floats
    ) -> None:
        self.one, self.per_hour = one, per_hour
        self.items = np.flatnonzero(one.per_person > 0)
        self.hours = len(per_hour)
        self.limits = one.surviving[:, None, None] * stock[:, :, None] + one.ready
        self.weight_kg = problem.rules.unit_weight_kg[self.items]
        lanes = one.lanes
        lane, item = np.nonzero(self.limits[lanes.source][:, self.items, -1] > 0)
        self.lane, self.item = lane, item
        self.source, self.site, self.hour = lanes.source[lane], lanes.site[lane], lanes.hour[lane]
        self.first_people = len(lane)
        self.columns = len(lane) + len(one.people) * self.hours
        self.rows: list[tuple[Ints, Ints, Floats]] = []
        self.upper: list[Floats] = []
        self.count = 0

    def people(self) -> Floats:
        """People supplied at each site by each hour, (J, H)."""
        self.define_complete_baskets()
        self.define_nobody_gives_back()
        self.define_stock()
        self.define_docks()
        self.define_fleets()
        row, column, value = (np.concatenate(part) for part in zip(*self.rows, strict=True))
        matrix = csr_matrix(coo_array((value, (row, column)), shape=(self.count, self.columns)))
        upper = np.concatenate(self.upper)
        cost = np.zeros(self.columns)
        cost[self.first_people :] = np.tile(-self.per_hour, len(self.one.people))
        most = np.concatenate([np.full(self.first_people, np.inf), self.one.most_people.ravel()])
        program = LinearProgram(cost, most, matrix, np.full_like(upper, -np.inf), upper)
        found = solve_linear_program(program).columns[self.first_people :]
        return found.reshape(len(self.one.people), self.hours)

    def define_complete_baskets(self) -> None:
        """per_person_k S_jh <= held_jk + sum of y_ek to j up to h."""
        sites, items = len(self.one.people), len(self.items)
        site, item, hour = (index.ravel() for index in np.indices((sites, items, self.hours)))
        people = self.first_people + site * self.hours + hour
        own = (np.arange(len(site)), people, self.one.per_person[self.items][item])
        held = self.one.held[:, self.items][site, item]
        flows = self._up_to((self.site * items + self.item) * self.hours, -np.ones(self.first_people))
        self._close([own, flows], held)

    def define_nobody_gives_back(self) -> None:
        """S_j,h-1 <= S_jh."""
        site, hour = (index.ravel() for index in np.indices((len(self.one.people), self.hours - 1)))
        row, column = np.arange(len(site)), self.first_people + site * self.hours + hour
        ones = np.ones(len(site))
        self._close([(row, column, ones), (row, column + 1, -ones)], np.zeros(len(site)))

    def define_stock(self) -> None:
        """sum of loaded y_ek from i up to h <= surviving_i stock_ik + ready_ikh."""
        items = len(self.items)
        loaded = self.one.lanes.loaded_per_unit[self.lane]
        family = (self.source * items + self.item) * self.hours
        self._close([self._up_to(family, loaded)], self.limits[:, self.items].ravel())

    def define_docks(self) -> None:
        """sum of weight_k y_ek from i up to h <= dock kg of i until h, of what is moved."""
        driven = self._driven(self.source, self.weight_kg[self.item])
        self._close([driven], self.one.dock_kg.ravel())

    def define_fleets(self) -> None:
        """sum of weight_k effort_e y_ek of a fleet up to h <= payload-seconds until h."""
        # thousands of payload-seconds: coefficients of the size of the others
        effort = self.weight_kg[self.item] * self.one.lanes.effort_s[self.lane] / 1e3
        driven = self._driven(self.one.lanes.fleet[self.lane], effort)
        self._close([driven], self.one.fleet_kg_s.ravel() / 1e3)

    def _driven(self, owner: Ints, value: Floats) -> tuple[Ints, Ints, Floats]:
        """Entries of the flows that a vehicle moves; what is handed out where it stands ties nothing down."""
        row, column, entries = self._up_to(owner * self.hours, value)
        driven = self.one.lanes.fleet[self.lane][column] != NO_FLEET
        return row[driven], column[driven], entries[driven]

    def _up_to(self, family: Ints, value: Floats) -> tuple[Ints, Ints, Floats]:
        """Entries of every flow in the row of its hour and of each later one of its family."""
        counts = self.hours - self.hour
        column = np.repeat(np.arange(self.first_people), counts)
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(family + self.hour, counts) + offset, column, value[column]

    def _close(self, parts: list[tuple[Ints, Ints, Floats]], upper: Floats) -> None:
        """End a family of rows `entries <= upper`; rows without entries or limit are left out."""
        row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
        limited = np.isfinite(upper)[row]
        used, compact = np.unique(row[limited], return_inverse=True)
        self.rows.append((compact.reshape(-1) + self.count, column[limited], value[limited]))
        self.upper.append(upper[used])
        self.count += len(used)
