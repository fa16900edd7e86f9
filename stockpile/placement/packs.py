"""Whole packs: round what changes hands, keep every limit, and put what rounding frees where it helps."""

from __future__ import annotations

import numpy as np

from stockpile.placement.problem import Floats, StockRules
from stockpile.placement.solution import Placement

SLACK = 1e-7


def whole_packs(rules: StockRules, answer: Placement) -> Floats:
    """Return the stock of an answer with changes from today's in whole packs, every limit kept, (I, K).

    Each change is rounded down; the packs that this frees go, the largest remainder first, where ceiling and
    room allow them, and packs that find no place are not bought. Where a level is fixed or its ceiling lies
    off the packs, it is met to the unit, and one other level takes the odd units.
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
    change = np.clip(np.floor(wanted / pack + SLACK) * pack, least, np.maximum(least, most))
    stock = current + np.where(exact, np.maximum(np.round(wanted), lower - current), change)
    spare = room - stock @ rules.unit_volume_m3
    bought = np.maximum(answer.stock.sum(axis=0) - current.sum(axis=0), 0.0)
    free = current.sum(axis=0) + np.floor(bought / pack + SLACK) * pack - stock.sum(axis=0)
    for k in np.argsort(-pack * rules.unit_volume_m3, kind="stable"):
        _place_rest(
            stock[:, k], free[k], pack[k], answer.stock[:, k], upper[:, k], spare, rules.unit_volume_m3[k]
        )
    return stock


def _place_rest(
    stock: Floats, free: float, pack: float, wanted: Floats, most: Floats, spare: Floats, volume: float
) -> None:
    """Add free units of one item, pack by pack, where most is missing and room is left; changes in place."""
    order = np.argsort(stock - wanted, kind="stable")
    for _ in range(1 + int(max(free, 0.0) / pack)):
        for i in order:
            part = min(pack, free)
            if part < 1 - SLACK:
                return
            if stock[i] + part <= most[i] + SLACK and part * volume <= spare[i] + SLACK:
                stock[i] += part
                spare[i] -= part * volume
                free -= part
