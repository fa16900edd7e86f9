"""Whole packs: round what changes hands, keep every limit, and put what rounding frees where it helps."""

from __future__ import annotations

import numpy as np

from stockpile.placement.problem import Floats, StockRules
from stockpile.placement.solution import Placement

SLACK = 1e-7


def whole_packs(rules: StockRules, answer: Placement) -> Floats:
    """Return the stock of an answer with changes from today's in whole packs, every limit kept, (I, K).

    Each change is rounded down; the packs that this frees go, the largest remainder first, where ceiling and
    room allow them. Packs that find no place are not bought; of today's stock nothing is lost: changes are
    taken back until it has a place again. Where a level is fixed or its ceiling lies off the packs, it is met
    to the unit, and one other level takes the odd units.
    """
    pack = rules.pack_size.astype(np.float64)
    is_open = ~rules.candidate | answer.opened
    room = np.where(is_open, rules.usable_m3, 0.0) + answer.expansion_m3
    lower, current = rules.at_least, rules.current
    upper = np.where(is_open[:, None], rules.at_most, 0.0)
    least = np.ceil((lower - current) / pack - SLACK) * pack
    most = np.floor((np.minimum(upper, 1e15) - current) / pack + SLACK) * pack
    exact = (least > most) | (current + most < -SLACK)
    wanted = answer.stock - current
    most = np.maximum(least, most)
    change = np.clip(np.floor(wanted / pack + SLACK) * pack, least, most)
    stock = current + np.where(exact, np.maximum(np.round(wanted), lower - current), change)
    # what stays as near to today's level as the limits let it never has to make room for anything
    home = np.where(exact, np.clip(current, lower, upper), current + np.clip(0.0, least, most))
    today = current.sum(axis=0)
    bought = np.floor(np.maximum(answer.stock.sum(axis=0) - today, 0.0) / pack + SLACK) * pack
    rounding = _Rounding(stock, home, today, answer.stock, upper, pack, rules.unit_volume_m3, room)
    rounding.place(today + bought)
    if rounding.lost().any():
        rounding.find_what_is_lost()
        rounding.place(today + bought)
    return rounding.stock


class _Rounding:
    """A stock (I, K) in the course of rounding, the room that it leaves, and what bounds it."""

    def __init__(
        self,
        stock: Floats,
        home: Floats,
        today: Floats,
        wanted: Floats,
        most: Floats,
        pack: Floats,
        volume: Floats,
        room: Floats,
    ) -> None:
        self.stock, self.home, self.today, self.wanted, self.most = stock, home, today, wanted, most
        self.pack, self.volume = pack, volume
        self.spare = room - stock @ volume
        self.largest_first = np.argsort(-pack * volume, kind="stable")

    def place(self, totals: Floats) -> None:
        """Add units of each item up to its total (K,), pack by pack, where most is missing and room is."""
        free = totals - self.stock.sum(axis=0)
        for k in self.largest_first:
            self._place(k, free[k])

    def _place(self, k: int, free: float) -> None:
        order = np.argsort(self.stock[:, k] - self.wanted[:, k], kind="stable")
        for _ in range(1 + int(max(free, 0.0) / self.pack[k])):
            for i in order:
                part = min(self.pack[k], free)
                if part < 1 - SLACK:
                    return
                fits = part * self.volume[k] <= self.spare[i] + SLACK
                if fits and self.stock[i, k] + part <= self.most[i, k] + SLACK:
                    self._add(i, k, part)
                    free -= part

    def lost(self) -> Floats:
        """Units of each item that today's stock has and this one has not, (K,)."""
        lost = self.today - self.stock.sum(axis=0)
        return np.where(lost < 1 - SLACK, 0.0, lost)

    def find_what_is_lost(self) -> None:
        """Take changes back until no item's total is below today's.

        A pack goes back to a source that gave it, and what was brought there since makes room for it; a pack
        that fits nowhere is split. That ends: nothing that has gone back moves again.
        """
        lost = self.lost()
        while lost.any():
            k = next(k for k in self.largest_first if lost[k])
            part = min(self.pack[k], lost[k])
            source = self._source_to_take(k, part)
            if source is None:
                part = 1.0
                source = self._source_to_take(k, part)
            if source is None:
                return  # the room holds the answer's fractions, but not whole units
            self._add(source, k, part)
            self.home[source, k] = max(self.home[source, k], self.stock[source, k])
            self._make_room(source)
            lost = self.lost()

    def _source_to_take(self, k: int, part: float) -> int | None:
        """The source that can take units of an item: one that gave them first, then where least must go."""
        needed = part * self.volume[k] - self.spare
        brought = np.maximum(self.stock - self.home, 0.0)
        brought[:, k] = 0.0
        can = (self.stock[:, k] + part <= self.most[:, k] + SLACK) & (needed <= brought @ self.volume + SLACK)
        if not can.any():
            return None
        gave = self.stock[:, k] + part <= self.home[:, k] + SLACK
        return int(np.lexsort((needed, ~gave, ~can))[0])

    def _make_room(self, source: int) -> None:
        """Take back what was brought to a source until it is not too full: first what is bought anyway."""
        while self.spare[source] < -SLACK:
            part = np.minimum(self.pack, self.stock[source] - self.home[source])
            stays = self.stock.sum(axis=0) - part >= self.today - SLACK
            over = self.stock[source] - self.wanted[source]
            k = int(np.lexsort((-over, ~stays, part <= SLACK))[0])
            self._add(source, k, -part[k])

    def _add(self, source: int, k: int, units: float) -> None:
        self.stock[source, k] += units
        self.spare[source] -= units * self.volume[k]
