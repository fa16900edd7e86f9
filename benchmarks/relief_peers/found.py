"""What a solver hands back."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.relief_case import Routes


@dataclass(frozen=True)
class Found:
    """Routes, one a truck, and seconds until the first plan that breaks no rule (None: unknown)."""

    routes: Routes
    first_plan_s: float | None
