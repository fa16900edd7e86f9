"""Whole packs: round what changes hands, keep every limit, and put what rounding frees where it helps."""

from __future__ import annotations

import numpy as np

from stockpile.placement.first_stage import FirstStage
from stockpile.placement.problem import Floats, PlacementProblem

SLACK = 1e-7


def whole_packs(problem: PlacementProblem, first: FirstStage, columns: Floats) -> Floats:
    """Return columns in which every change from today's stock is a whole number of packs, limits kept.

    Each level is rounded down from its change; the packs that this frees go, the largest remainder first,
    where the level's ceiling and the room allow them. Packs that find no place are not bought; what is left
    of today's stock stays where it is.
    """
    rules = problem.rules
    pack = rules.pack_size.astype(np.float64)
    wanted = first.block(columns, "stock").reshape(rules.current.shape)
    change = (wanted - rules.current) / pack
    least = np.ceil((rules.at_least - rules.current) / pack - SLACK)
    most = np.floor((first.upper[first.blocks["stock"]].reshape(change.shape) - rules.current) / pack + SLACK)
    packs = np.clip(np.floor(change + SLACK), least, np.maximum(least, most))
    room = rules.usable_m3 * np.round(first.block(columns, "opened")) + first.block(columns, "added")
    size = pack * rules.unit_volume_m3
    spare = room - (rules.current + packs * pack) @ rules.unit_volume_m3
    bought = np.floor(first.block(columns, "bought") / pack + SLACK)
    for k in np.argsort(-size, kind="stable"):
        free = round(float(bought[k] - packs[:, k].sum()))
        order = np.argsort(-(change[:, k] - packs[:, k]), kind="stable")
        while free > 0:
            placed = 0
            for i in order:
                if free > 0 and packs[i, k] < most[i, k] and spare[i] >= size[k] - SLACK:
                    packs[i, k] += 1
                    spare[i] -= size[k]
                    free -= 1
                    placed += 1
            if not placed:
                break
        bought[k] = packs[:, k].sum()
    rounded = columns.copy()
    rounded[first.blocks["stock"]] = (rules.current + packs * pack).ravel()
    rounded[first.blocks["bought"]] = bought * pack
    rounded[first.blocks["opened"]] = np.round(rounded[first.blocks["opened"]])
    return rounded
