"""A set of openings in the search by prices, and what its relaxation proved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.placement.master import Range
from stockpile.placement.primal_dual import Cut, State
from stockpile.placement.problem import Flags, Floats


@dataclass(eq=False)
class Node:
    """Relaxation with limits of the openings (I,), its bound, the prices that prove it, columns and value.

    `state` is where the method stood, as long as memory is left for it.
    """

    opened: Range
    bound: float
    cut: Cut
    row_price: Floats
    columns: Floats
    value: float = -np.inf
    state: State | None = None

    @property
    def free(self) -> Flags:
        """Candidates that are not fixed, (I,)."""
        flags: Flags = self.opened[0] < self.opened[1]
        return flags

    def fixed(self, which: Flags, value: Floats) -> Range:
        """Limits of the openings with some of them (I,) fixed at a value (I,)."""
        lower, upper = (np.where(which, value, limit) for limit in self.opened)
        return lower, upper
