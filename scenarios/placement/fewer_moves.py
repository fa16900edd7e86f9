"""Leave out transfers that nobody gains from: many layouts supply as many people, the nearest is wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stockpile.placement.given_stock import people_of_scenario
from stockpile.placement.problem import Coverage, Floats, PlacementProblem
from stockpile.placement.solution import Placement
from stockpile.reorder.position import Position

LOST_PEOPLE = 0.01
"""People whom a scenario may lose by an hour when a transfer is left out: tolerance of the solves."""

Transfer = tuple[int, int, int, float]
"""Giver, receiver, item and units."""


def without_idle_moves(
    problem: PlacementProblem, answer: Placement, position: Position, coverage: Coverage
) -> Placement:
    """Return the answer with transfers taken back as long as no scenario loses anybody by any hour.

    All that one warehouse is brought goes back together: a basket helps once complete. Transfers are taken
    back all at once, and where that costs people, half by half of the receivers. Least and most levels and
    rooms are kept.

    Args:
        problem: the problem.
        answer: its answer.
        position: the transfers that lead from today's stock to the answer.
        coverage: how people by each hour weigh when a stock is sent out.
    """
    reach = _Reach(problem, coverage, answer.stock)

    def take_back(stock: Floats, receivers: Sequence[Sequence[Transfer]]) -> Floats:
        if not receivers:
            return stock
        tried = stock.copy()
        for giver, receiver, item, units in (transfer for some in receivers for transfer in some):
            tried[giver, item] += units
            tried[receiver, item] -= units
        if _allowed(problem, answer, tried) and reach.as_many(tried):
            return tried
        if len(receivers) == 1:
            return stock
        middle = len(receivers) // 2
        return take_back(take_back(stock, receivers[:middle]), receivers[middle:])

    transfers = _transfers(problem, answer, position)
    return replace(answer, stock=take_back(answer.stock, transfers))


class _Reach:
    """Whether a stock supplies as many as another; the scenario that last said no is asked first."""

    def __init__(self, problem: PlacementProblem, coverage: Coverage, stock: Floats) -> None:
        self.problem, self.coverage = problem, coverage
        self.order = list(range(len(problem.scenarios)))
        self.wanted = [self.supplied(number, stock) - LOST_PEOPLE for number in self.order]

    def supplied(self, number: int, stock: Floats) -> Floats:
        """People supplied in one scenario by each hour, (H,)."""
        people = people_of_scenario(self.problem, self.problem.scenarios[number], self.coverage, stock)
        return np.asarray(people.sum(axis=0))

    def as_many(self, stock: Floats) -> bool:
        """Whether no scenario loses anybody by any hour."""
        for number in list(self.order):
            if (self.supplied(number, stock) < self.wanted[number]).any():
                self.order.remove(number)
                self.order.insert(0, number)
                return False
        return True


def _transfers(problem: PlacementProblem, answer: Placement, position: Position) -> list[list[Transfer]]:
    """Transfers by receiver, but for those that it has to be brought to keep its least levels."""
    units: Counter[tuple[str, str, str]] = Counter()
    for move in position.moves:
        units[move.receiver, move.lot.item, move.lot.warehouse] += move.quantity
    source = {name: index for index, name in enumerate(problem.source_ids)}
    item = {name: index for index, name in enumerate(problem.item_ids)}
    spare = answer.stock - np.minimum(problem.rules.at_least, answer.stock)
    grouped: dict[str, list[Transfer]] = {}
    for receiver, what, giver in sorted(units):
        if what not in item:
            continue
        cell = source[receiver], item[what]
        taken = min(float(units[receiver, what, giver]), float(spare[cell]))
        spare[cell] -= taken
        if taken > 0:
            grouped.setdefault(receiver, []).append((source[giver], *cell, taken))
    return list(grouped.values())


def _allowed(problem: PlacementProblem, answer: Placement, stock: Floats) -> bool:
    """Whether levels and rooms are kept, as far as the answer keeps them."""
    rules = problem.rules
    low, high = np.minimum(rules.at_least, answer.stock), np.maximum(rules.at_most, answer.stock)
    room = np.where(rules.candidate & ~answer.opened, 0.0, rules.usable_m3) + answer.expansion_m3
    today = rules.current @ rules.unit_volume_m3
    used = stock @ rules.unit_volume_m3
    fits = used <= np.maximum(room, today) + 1e-6
    return bool((stock >= low).all() and (stock <= high).all() and fits.all())
