"""What a solver hands back."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.relief_case import Routes

LATE_PERSON_H = 240
"""With the objective `on_time`, hours that a person who is late counts beyond the lateness: ten times as much as
one who is not served, which solvers that weigh, instead of ordering, take for first."""


@dataclass(frozen=True)
class Found:
    """Routes, one a truck, and seconds from the arrays to the first plan that breaks no rule (None: unknown)."""

    routes: Routes
    first_plan_s: float | None
