"""A published problem after reading."""

from __future__ import annotations

from dataclasses import dataclass

from stockpile.placement.problem import Goal, PlacementProblem


@dataclass(frozen=True, eq=False)
class Instance:
    """A problem mapped onto the placement model, and the goal that its published value measures."""

    name: str
    problem: PlacementProblem
    goal: Goal
