"""How well today's stock lies, and which few transfers mend that most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from scenarios.placement.tables import TRANSFERS, levels_to_hold
from stockpile.distances import Distances
from stockpile.placement.least_moves import LOST_PEOPLE, least_moves
from stockpile.placement.priorities import Priorities, Solver
from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement
from stockpile.placement.solve import is_small
from stockpile.region import Region
from stockpile.reorder.plan import ROTATION_DAYS
from stockpile.reorder.position import Position, position_on_the_day
from stockpile.reorder.rows import transfer_row
from stockpile.reorder.stock import Clock, LotState
from stockpile.reorder.transfers import Move

TRIED_PER_MOVE = 2
"""Transfer orders looked at for each one that is wanted, those of most value."""

WORTH_PEOPLE = 0.5
"""A transfer order that lets fewer people in expectation be supplied is not named."""


@dataclass(frozen=True, eq=False)
class Balance:
    """What is reached by the first hour with today's stock and with the same stock laid out best.

    Both are values of the first measure; `ratio` is actual / best, 1 when nothing could be gained. `moves`
    has the lots of the best transfer orders, in their order, with the people supplied (by a risk measure:
    missing), to 0.1, once an order and those before it are done.
    """

    actual: float
    best: float
    moves: pd.DataFrame

    @property
    def ratio(self) -> float:
        """How much of what this stock could do it does."""
        return min(1.0, self.actual / self.best) if self.best > 0 else 1.0


def stock_balance(
    region: Region,
    on: date,
    distances: Distances,
    problem: PlacementProblem,
    priorities: Priorities,
    wanted: int,
    solve: Solver,
) -> Balance:
    """Return the balance of today's stock and the `wanted` transfer orders that supply most people.

    Nothing is bought, opened or enlarged; least levels that today's stock does not meet are as low as it.
    Lots that lapse within the rotation window stay where they are and are rotated, as on the reorder sheets.
    """
    reach = _Reach(problem, priorities, solve)
    rules = problem.rules
    where = _Today(region, Clock(on, ROTATION_DAYS), distances, problem)
    same = replace(
        rules,
        at_least=np.maximum(np.minimum(rules.at_least, rules.current), where.about_to_lapse()),
        at_most=np.maximum(rules.at_most, rules.current),
        expansion_m3=np.zeros_like(rules.expansion_m3),
        budget=0.0,
        most_open=0,
    )
    here = replace(problem, rules=same)
    best = solve(here, reach.goal, gap=priorities.gap)
    actual = reach.people(rules.current)
    stock = reach.with_least_moves(here, best, distances) if is_small(here) else best.stock
    position = where.position(stock)
    chosen = _best_orders(reach, problem, _orders(position, wanted * TRIED_PER_MOVE), wanted, actual)
    rows = [
        {
            "order": number,
            **transfer_row(position, move),
            reach.measure.column: round(reach.measure.told(people), 1),
        }
        for number, (order, people) in enumerate(chosen, start=1)
        for move in order
    ]
    moves = pd.DataFrame(rows, columns=["order", *TRANSFERS, reach.measure.column], dtype=object)
    return Balance(actual, max(actual, best.certificate.value), moves)


class _Reach:
    """People by the first hour that a stock reaches."""

    def __init__(self, problem: PlacementProblem, priorities: Priorities, solve: Solver) -> None:
        self.problem, self.solve, self.priorities = problem, solve, priorities
        self.measure = priorities.first_measure(problem)
        self.goal = Goal(self.measure.coverage)

    def supplied(self, stock: Floats) -> Floats:
        """Whom a stock supplies by the first hour, (S, H); by other hours nobody is looked at."""
        sent = self.solve(self.problem, self.goal, gap=self.priorities.gap, fixed_stock=stock)
        return np.where(self.measure.coverage.per_hour > 0, sent.supplied, 0.0)

    def people(self, stock: Floats) -> float:
        """What a stock reaches by the first measure."""
        return self.measure.value(self.problem, self.supplied(stock))

    def with_least_moves(self, problem: PlacementProblem, best: Placement, distances: Distances) -> Floats:
        """The stock for which least is driven about of those that reach as much by the first measure.

        In no scenario are fewer people supplied than today, unless the answer does so.
        """
        today, sent = (self.supplied(stock) for stock in (self.problem.rules.current, best.stock))
        floor = self.measure.value(self.problem, sent) - LOST_PEOPLE
        required = ((self.measure.coverage, floor),)
        return least_moves(problem, best, np.minimum(sent, today), distances, required)


Order = tuple[Move, ...]


@dataclass(frozen=True, eq=False)
class _Today:
    """Lots on hand, and the moves that turn them into another stock."""

    region: Region
    clock: Clock
    distances: Distances
    problem: PlacementProblem

    def position(self, stock: Floats) -> Position:
        """The position in which existing warehouses are to hold a stock (I, K)."""
        warehouses = self.region.warehouses
        existing = set(warehouses.loc[warehouses["status"] == "existing", "id"])
        targets = levels_to_hold(self.problem, stock, existing)
        return position_on_the_day(self.region, self.clock, targets, self.distances)

    def about_to_lapse(self) -> Floats:
        """Units that can be used on the day but lapse too soon to be worth a journey, (I, K)."""
        position = self.position(self.problem.rules.current)
        units = [
            [
                position.holding((source, item)).quantity(LotState.EXPIRING, LotState.ROTATING)
                for item in self.problem.item_ids
            ]
            for source in self.problem.source_ids
        ]
        return np.array(units, dtype=np.float64)


def _orders(position: Position, most: int) -> list[Order]:
    """All that one warehouse gets is an order: a basket helps once complete. Those of most value first."""
    grouped: dict[str, list[Move]] = {}
    for move in position.moves:
        grouped.setdefault(move.receiver, []).append(move)

    def value(receiver: str) -> float:
        moves = grouped[receiver]
        return sum(float(position.items[move.lot.item]["unit_cost"]) * move.quantity for move in moves)

    ranked = sorted(grouped, key=lambda receiver: (-value(receiver), receiver))
    return [tuple(grouped[receiver]) for receiver in ranked[:most]]


def _best_orders(
    reach: _Reach, problem: PlacementProblem, orders: Sequence[Order], wanted: int, people: float
) -> list[tuple[Order, float]]:
    """Take the order that gains most people, then the next: gains of before are tried first (lazy greedy)."""
    stock = problem.rules.current.copy()
    hoped = dict.fromkeys(range(len(orders)), np.inf)
    chosen: list[tuple[Order, float]] = []
    while hoped and len(chosen) < wanted:
        fresh: dict[int, float] = {}
        while True:
            index = max(hoped, key=lambda one: (hoped[one], -one))
            if index in fresh:
                break
            fresh[index] = hoped[index] = reach.people(_moved(problem, stock, orders[index])) - people
        if hoped[index] < WORTH_PEOPLE:
            break
        stock = _moved(problem, stock, orders[index])
        people += hoped.pop(index)
        chosen.append((orders[index], people))
    return chosen


def _moved(problem: PlacementProblem, stock: Floats, order: Order) -> Floats:
    after = stock.copy()
    for move in order:
        item = problem.item_ids.index(move.lot.item)
        after[problem.source_ids.index(move.lot.warehouse), item] -= move.quantity
        after[problem.source_ids.index(move.receiver), item] += move.quantity
    return after
