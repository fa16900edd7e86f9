"""place.json: the placement for other programs, schema stockpile-place/1."""

from __future__ import annotations

import math

from scenarios.placement.goals import goal_words
from scenarios.placement.options import risk_text
from scenarios.placement.result import PlaceResult
from stockpile.output.text import json_text
from stockpile.placement.priorities import Step

SCHEMA = "stockpile-place/1"


def place_json(result: PlaceResult) -> str:
    """The placement as JSON text; hours and people have 4 decimals, shares 6, yuan 2."""
    options = result.options
    return json_text(
        {
            "schema": SCHEMA,
            "region": result.region.name,
            "on": result.on.isoformat(),
            "asked": {
                "risk": risk_text(options.risk),
                "budget_yuan": options.budget if math.isfinite(options.budget) else None,
                "required_share": options.required_share,
                "targets": options.targets,
                "severity": options.severity,
                "fleet_share": options.fleet_share,
                "levels": result.levels_file,
                "keep_existing": options.keep_existing,
                "fixed": {":".join(key): units for key, units in sorted(options.fixed)},
                "forbidden": sorted(":".join(part for part in key if part) for key in options.forbidden),
            },
            "answered": result.blocked is None,
            "blocked": [en for _, en in result.blocked.reasons] if result.blocked else [],
            "warnings": [en for _, en in result.warnings],
            "certificate": {
                "seed": options.seed,
                "gap_allowed": options.gap,
                "goals": [
                    {
                        "goal": goal_words(step, options)[1],
                        **figures(step),
                    }
                    for step in result.steps
                ],
            },
            "hours": [round(hour, 4) for hour in result.hours],
            "scenarios": [
                {
                    "id": case.id,
                    "role": case.role,
                    "probability": round(case.probability, 6),
                    "people": case.people,
                    "before": [round(people, 4) for people in case.before],
                    "after": [round(people, 4) for people in case.after],
                }
                for case in result.cases
            ],
            "replay": _replay(result),
            "spending_yuan": round(result.spending, 2),
            "totals": {name: round(value, 3) for name, value in sorted(result.totals.items())},
            "provenance": {
                "modelled_or_assumed_share": round(result.modelled_or_assumed_share, 6),
                "inputs": dict(sorted(result.inputs.items())),
            },
        }
    )


def figures(step: Step) -> dict[str, float | None]:
    """Value, bound and gap of a goal, without a minus before a 0; None where no answer was found."""
    told = {"value": (step.value, 4), "bound": (step.bound, 4), "gap": (step.gap, 6)}
    return {
        name: round(value, decimals) + 0.0 if step.answered else None
        for name, (value, decimals) in told.items()
    }


def _replay(result: PlaceResult) -> list[dict[str, object]] | None:
    """People by hour in the model and in plans, before and after; None where nothing was planned."""
    if "replay" not in result.tables:
        return None
    return [
        {
            "id": row["scenario"],
            "role": row["role"],
            "hour": round(row["hour"], 4),
            "model": [round(row["before"], 4), round(row["after"], 4)],
            "plan": [row["before_planned"], row["after_planned"]],
        }
        for row in result.tables["replay"].to_dict("records")
    ]
