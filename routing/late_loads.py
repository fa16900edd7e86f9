"""How much of what docks load late can still be handed out: a bound by dynamic programming over loads.

What is loaded after a batch came in reaches people only after the stop, the loading, the drive, another stop
and the unloading of its drop, and is then handed out no faster than the site hands out. The fewer kg a load
takes the sooner it leaves, but the more stops the dock has to bear; the same holds for the drops of a load.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.problem import DispatchProblem, Floats, Ints
from routing.relaxation import essential_payload_kg, first_load_s, types_of

STEP_S = 60
"""s, steps in which time before the target is counted, rounded so that more can be handed out."""

LEVELS = 16
"""Equal parts of a payload in which loads and drops are counted, rounded so that more can be handed out."""

WINDOW_S = 10_800
"""s before the target over which loads are looked at; what is ready earlier is not limited by them."""

NEVER_S = 1e9


@dataclass(frozen=True)
class Goods:
    """Items that stand at a source, whose late loads are to be bounded."""

    source: int
    items: Ints


@dataclass(frozen=True)
class _Loads:
    """What loads of each goods and vehicle type take at the least: all (C, T), in seconds, kg, kg per second.

    `drive_s` leads to the nearest site, and `handout_kg_per_s` is how fast the fastest site hands the goods
    out. Ways between the sites of a load are taken to cost nothing: two drops may be at one site.
    """

    stop_s: Floats
    drive_s: Floats
    payload_kg: Floats
    load_kg_per_s: Floats
    unload_kg_per_s: Floats
    handout_kg_per_s: Floats

    @property
    def part_kg(self) -> Floats:
        """Kg of one level, (C, T, 1)."""
        return self.payload_kg[:, :, None] / LEVELS


def late_kg(problem: DispatchProblem, goods: Sequence[Goods]) -> Floats:
    """Most kg of each goods that all docks load later than n steps before a target, and sites hand out by it.

    Returns:
        The kg for n = 0, 1, ... to the end of the window, not falling, (C, N).
    """
    loads = _least(problem, goods)
    handed_kg = _handed_kg(loads)
    steps = WINDOW_S // STEP_S
    parts = np.arange(LEVELS)
    pick = np.ix_(np.arange(len(goods)), np.arange(loads.stop_s.shape[1]))
    row, kind = pick[0][:, :, None], pick[1][:, :, None]
    loading_s = loads.stop_s[:, :, None] + parts * loads.part_kg / loads.load_kg_per_s[:, :, None]
    fluid = loads.load_kg_per_s[:, 0]
    kg = np.zeros((len(goods), steps + 1))
    for step in range(1, steps + 1):
        left_s = step * STEP_S - loading_s
        there = np.floor((left_s - loads.drive_s[:, :, None]) / STEP_S).astype(np.int64)
        handed = np.where(there >= 0, handed_kg[row, kind, np.maximum(there, 0), parts + 1], 0.0)
        after = np.ceil(left_s / STEP_S).astype(np.int64)
        following = np.where(after < step, kg[row, np.clip(after, 0, step - 1)], np.inf)
        best = np.where(left_s > 0, handed + following, 0.0).max(axis=(1, 2))
        kg[:, step] = np.minimum(np.maximum(best, kg[:, step - 1]), fluid * step * STEP_S)
    most: Floats = kg * problem.docks[[one.source for one in goods]][:, None]
    return most


def _least(problem: DispatchProblem, goods: Sequence[Goods]) -> _Loads:
    """Collect the least times of every load and drop."""
    kinds = [kind for mode in problem.modes for kind in types_of(problem, mode)]
    people = np.flatnonzero(problem.people > 0)
    points = problem.site_point[people]
    shape = (len(goods), len(kinds))
    drive_s, payload, handout = (np.zeros(shape) for _ in range(3))
    for number, kind in enumerate(kinds):
        callable_ = np.isfinite(first_load_s(problem, kind))
        for row, one in enumerate(goods):
            out = problem.least_over_stops_s[kind, one.source, points]
            near = np.isfinite(out) & callable_[one.source]
            kg_per_person = (problem.weight_kg * problem.per_person)[one.items].sum()
            drive_s[row, number] = min(out[near].min(initial=np.inf), NEVER_S)
            payload[row, number] = essential_payload_kg(problem, kind, one.items)
            handout[row, number] = problem.handout_per_s[people][near].max(initial=0.0) * kg_per_person
    return _Loads(
        stop_s=np.broadcast_to(problem.stop_s[kinds].astype(np.float64), shape),
        drive_s=drive_s,
        payload_kg=payload,
        load_kg_per_s=np.repeat(
            problem.dock_kg_per_s[[one.source for one in goods]][:, None], len(kinds), axis=1
        ),
        unload_kg_per_s=np.broadcast_to(problem.unload_kg_per_s[kinds], shape),
        handout_kg_per_s=handout,
    )


def _handed_kg(loads: _Loads) -> Floats:
    """Most kg of a load that sites hand out, by steps left when it comes to a site and level, (C, T, N, L+1).

    V(x, W) = max over drops q of  min( q, rate * left ) + V(left, W - q),  left = x - stop - q / unloading
    """
    rows, kinds = loads.stop_s.shape
    steps = WINDOW_S // STEP_S
    drop = np.arange(1, LEVELS + 1)
    unloading_s = loads.stop_s[:, :, None] + (drop - 1) * loads.part_kg / loads.unload_kg_per_s[:, :, None]
    rest = np.arange(LEVELS + 1)[:, None] - (drop - 1)[None, :]
    allowed = rest > 0
    row, kind = np.arange(rows)[:, None, None, None], np.arange(kinds)[None, :, None, None]
    whole = np.arange(LEVELS + 1) * loads.part_kg
    kg = np.zeros((rows, kinds, steps + 1, LEVELS + 1))
    for step in range(steps + 1):
        left_s = (step + 1) * STEP_S - unloading_s
        here = np.minimum(drop * loads.part_kg, loads.handout_kg_per_s[:, :, None] * np.maximum(left_s, 0.0))
        after = np.floor(left_s / STEP_S).astype(np.int64)[:, :, None, :]
        following = kg[row, kind, np.clip(after, 0, max(step - 1, 0)), np.maximum(rest, 0)]
        following = np.where(after < 0, 0.0, np.where(after < step, following, np.inf))
        best = np.where(allowed, here[:, :, None, :] + following, 0.0).max(axis=3)
        kg[:, :, step] = np.minimum(best, whole)
    return kg
