"""What a solver hands back."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.relief_case import Routes

LATE_PERSON_H = 48
"""With the objective `on_time`, hours that a person who is late counts beyond the lateness. Solvers that
weigh cannot order: 240 made PyVRP leave people out, whom 24 h no longer made worth a stop."""


@dataclass(frozen=True)
class Found:
    """Routes, one a truck, and seconds until the first plan that breaks no rule (None: unknown)."""

    routes: Routes
    first_plan_s: float | None
