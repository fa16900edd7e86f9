"""What a placement solver answers: stock levels, openings, who is covered, and how good that is at worst."""

from __future__ import annotations

from dataclasses import dataclass

from stockpile.placement.problem import Flags, Floats


@dataclass(frozen=True)
class Certificate:
    """How far from the best possible an answer can be.

    `value` is what the answer reaches, `bound` what no answer can pass; `gap` is |bound - value| as a share
    of |bound|, 0 where both are 0.
    """

    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of it."""
        distance = abs(self.bound - self.value)
        return distance / abs(self.bound) if self.bound else (0.0 if not distance else float("inf"))


@dataclass(frozen=True, eq=False)
class Placement:
    """One answer to a placement problem.

    Attributes:
        stock: units to keep, (I, K).
        opened: candidates that are opened, (I,).
        expansion_m3: room added, (I,).
        supplied: people supplied by each hour in each scenario when this stock is sent out as well as can be,
            (S, H); of a problem without complete baskets the weighted people, item by item.
        spending: yuan for purchase, opening and expansion.
        certificate: the goal's value and its proven bound.
        people: the same by site, (J, H) a scenario; of several ways to supply as many people it is one.
    """

    stock: Floats
    opened: Flags
    expansion_m3: Floats
    supplied: Floats
    spending: float
    certificate: Certificate
    people: tuple[Floats, ...] = ()
