"""How well today's stock lies, and which few transfers mend that most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from stockpile.placement.priorities import Priorities, Solver
from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.region import Region
from stockpile.reorder.position import Position, position_on_the_day
from stockpile.reorder.rows import transfer_row
from stockpile.reorder.targets import Target
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
    missing) once an order and those before it are done.
    """

    actual: float
    best: float
    moves: pd.DataFrame

    @property
    def ratio(self) -> float:
        """How much of what this stock could do it does."""
        return min(1.0, self.actual / self.best) if self.best > 0 else 1.0


def stock_balance(
    region: Region, on: date, problem: PlacementProblem, priorities: Priorities, wanted: int, solve: Solver
) -> Balance:
    """Return the balance of today's stock and the `wanted` transfer orders that supply most people.

    Nothing is bought, opened or enlarged; least levels that today's stock does not meet are as low as it.
    """
    reach = _Reach(problem, priorities, solve)
    rules = problem.rules
    same = replace(
        rules,
        at_least=np.minimum(rules.at_least, rules.current),
        at_most=np.maximum(rules.at_most, rules.current),
        candidate=rules.candidate,
        expansion_m3=np.zeros_like(rules.expansion_m3),
        budget=0.0,
        most_open=0,
    )
    best = solve(replace(problem, rules=same), reach.goal, gap=priorities.gap)
    actual = reach.people(rules.current)
    orders = _orders(_position(region, on, problem, best.stock), wanted * TRIED_PER_MOVE)
    chosen = _best_orders(reach, problem, orders, wanted, actual)
    position = _position(region, on, problem, best.stock)
    rows = [
        {"order": number, **transfer_row(position, move), reach.measure.column: reach.measure.told(people)}
        for number, (order, people) in enumerate(chosen, start=1)
        for move in order
    ]
    columns = [
        "order",
        "from_warehouse",
        "from_name_zh",
        "to_warehouse",
        "to_name_zh",
        "item",
        "item_name_zh",
    ]
    columns += ["unit", "lot", "quantity", "expires_on", "owner", "km", "weight_kg", "tonne_km", "value_yuan"]
    moves = pd.DataFrame(rows, columns=[*columns, reach.measure.column], dtype=object)
    return Balance(actual, max(actual, best.certificate.value), moves)


class _Reach:
    """People by the first hour that a stock reaches, remembered."""

    def __init__(self, problem: PlacementProblem, priorities: Priorities, solve: Solver) -> None:
        self.problem, self.solve, self.priorities = problem, solve, priorities
        self.measure = priorities.first_measure(problem)
        self.goal = Goal(self.measure.coverage)

    def people(self, stock: Floats) -> float:
        """What a stock reaches by the first measure."""
        sent = self.solve(self.problem, self.goal, gap=self.priorities.gap, fixed_stock=stock)
        return self.measure.value(self.problem, sent.supplied)


Order = tuple[Move, ...]


def _position(region: Region, on: date, problem: PlacementProblem, stock: Floats) -> Position:
    existing = set(region.warehouses.loc[region.warehouses["status"] == "existing", "id"])
    targets: Mapping[tuple[str, str], Target] = {
        (source_id, item_id): Target(round(stock[source, item]), ())
        for source, source_id in enumerate(problem.source_ids)
        for item, item_id in enumerate(problem.item_ids)
        if source_id in existing
    }
    return position_on_the_day(region, on, targets)


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
