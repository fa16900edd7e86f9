"""Seeded variations of a scenario: other people, other shares, other roads, to test a placement on."""

from __future__ import annotations

import hashlib

from scenarios.loading import ResolvedScenario
from scenarios.overrides import Origin, Override, apply_overrides
from scenarios.schema import Scenario
from scenarios.schema_problems import validated

SHARE_RANGE = (0.7, 1.3)
"""Each affected group has this many times its people, between the two (assumed)."""

CLOSED_SHARE = 0.03
"""Share of all road links that is closed besides the scenario's own closures (assumed)."""

CLOSURE = "variation"


def variation(resolved: ResolvedScenario, number: int, seed: int) -> ResolvedScenario:
    """Return variation `number` = 1, 2, ... of a scenario; the same seed gives the same one everywhere.

    Every group of affected places has its share times a factor drawn for it, up to 1, and a sample of the
    road links is closed. Nothing else differs.
    """
    name = f"{resolved.scenario.id}~{number}"
    changes: dict[str, object] = {
        f"affected.{group}.share": round(min(1.0, affected.share * _factor(f"{seed}:{name}:{group}")), 6)
        for group, affected in resolved.scenario.affected.items()
    }
    changes[f"closures.{CLOSURE}"] = {"share": CLOSED_SHARE, "seed": _number(f"{seed}:{name}") % 2**31}
    origin = Origin(resolved.written.file, None, name)
    override = Override(name, changes, dict.fromkeys(changes, origin))
    written = apply_overrides(resolved.written, [override])
    scenario = validated(Scenario, written.values, written)
    return ResolvedScenario(scenario, written.change_log, resolved.sources, written.values, written)


def _factor(key: str) -> float:
    least, most = SHARE_RANGE
    return least + (most - least) * _number(key) / 2**64


def _number(key: str) -> int:
    """A number below 2**64 that depends on nothing but the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
