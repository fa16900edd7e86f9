"""Lanes: what one source still owes one site, taken load by load while a plan is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.problem import DispatchProblem, Floats, Ints
from routing.tasks import Task


@dataclass
class Lane:
    """What is left of the tasks of one source, site and mode, the earliest due first."""

    source: int
    site: int
    mode: int
    chunks: list[tuple[int, Ints]]

    @property
    def units(self) -> Ints:
        """Units of every item still owed, (K,)."""
        total: Ints = np.sum([units for _, units in self.chunks], axis=0)
        return total

    def take(self, weight_kg: Floats, volume_m3: Floats, spare_kg: float, spare_m3: float) -> Ints:
        """Take as many units as fit in the chunks' order, items in equal shares."""
        taken = np.zeros(len(weight_kg), dtype=np.int64)
        kept: list[tuple[int, Ints]] = []
        while self.chunks:
            due, units = self.chunks[0]
            share = min(
                1.0,
                spare_kg / max(float(units @ weight_kg), 1e-9),
                spare_m3 / max(float(units @ volume_m3), 1e-9),
            )
            part = np.floor(units * max(share, 0.0) + 1e-9).astype(np.int64)
            if units.any() and not part.any():
                part = _one_unit(units, weight_kg, volume_m3, spare_kg, spare_m3)
            taken += part
            spare_kg -= float(part @ weight_kg)
            spare_m3 -= float(part @ volume_m3)
            self.chunks.pop(0)
            if (part < units).any():
                kept.append((due, units - part))
                if taken.any():
                    break
        self.chunks[:0] = kept
        return taken


def _one_unit(units: Ints, weight_kg: Floats, volume_m3: Floats, spare_kg: float, spare_m3: float) -> Ints:
    """One unit of the first item that still fits, or nothing."""
    part = np.zeros_like(units)
    fits = np.flatnonzero((units > 0) & (weight_kg <= spare_kg) & (volume_m3 <= spare_m3))
    if len(fits):
        part[fits[0]] = 1
    return part


def lanes_of(problem: DispatchProblem, tasks: Sequence[Task]) -> list[Lane]:
    """Group tasks by source, site and mode, in that order; the chunks of a lane by when they are due."""
    grouped: dict[tuple[int, int, str], list[tuple[int, Ints]]] = {}
    for task in sorted(tasks, key=lambda task: (task.source, task.site, task.mode, task.due_s)):
        grouped.setdefault((task.source, task.site, task.mode), []).append((task.due_s, task.units))
    return [
        Lane(source, site, problem.modes.index(mode), chunks)
        for (source, site, mode), chunks in sorted(grouped.items())
    ]
