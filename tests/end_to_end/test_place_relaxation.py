"""Placement never promises less than dispatch does: whatever stock stands where, it is a relaxation."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from command_line import WrittenRun
from placement_stand_in import solve_placement
from random_situations import draw
from tiny_regions import TinyRegion

from routing.region_roads import region_network
from scenarios.loading import load_scenario
from scenarios.placement.cases import common_ground, read_case
from stockpile.placement.given_stock import reach_of_stock
from stockpile.placement.problem import Coverage, Floats, Goal
from stockpile.placement.wishes import Wishes
from stockpile.region import load_region


def reached_with_todays_stock(region_name: str, spec: str, data: Path | None = None) -> tuple[Floats, Floats]:
    """Return the hours and the people whom today's stock reaches by each in the placement model.

    The engine and a plain solver agree on them.
    """
    region = load_region(region_name, data)
    resolved = load_scenario(spec)
    case = read_case(region, region_network(region, data), resolved, name="it", severity=1.0)
    problem = common_ground(region, [case], resolved.scenario.date, Wishes()).problem([case])
    goal = Goal(Coverage(np.array([1.0, *([1e-3] * (len(problem.hours) - 1))])))
    found = reach_of_stock(problem, goal.coverage, problem.rules.current)
    plain = solve_placement(problem, goal, gap=1e-6, fixed_stock=problem.rules.current)
    assert found.certificate.value == pytest.approx(plain.certificate.value, rel=1e-6)
    assert found.people[0].sum(axis=0) == pytest.approx(found.supplied[0])
    return problem.hours, found.supplied[0]


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_random_situation_reaches_more(tmp_path: Path, seed: int) -> None:
    """The model's people by the target are at least those whom the plan supplies."""
    tiny = TinyRegion(tmp_path)
    draw(tiny, random.Random(seed))  # noqa: S311 - a sample, not a secret
    assert tiny.run() in (0, 1)
    hours, people = reached_with_todays_stock("tiny", str(tiny.file), tiny.root)
    (target,) = tiny.scenario["targets"].values()
    due = target["hours"] - (0.25 if target["clock"] == "event" else 0.0)
    by_hour = {round(float(hour), 6): float(count) for hour, count in zip(hours, people, strict=True)}
    supplied = tiny.report["people"]["supplied_by_hour"]
    assert by_hour[round(due, 6)] >= tiny.report["targets"][0]["supplied"] - 1e-6
    assert by_hour[round(float(hours[-1]), 6)] >= supplied[-1][1] - 1e-6


def test_no_plan_of_a_shipped_scenario_reaches_more(shipped_runs: Mapping[str, WrittenRun]) -> None:
    """The same for the shipped region, which has community points, boats, losses and suppliers."""
    for name, run in shipped_runs.items():
        hours, people = reached_with_todays_stock("luan_jinan", f"luan_jinan/{name}")
        planned = dict(run.report["people"]["supplied_by_hour"])
        for hour, count in zip(hours.tolist(), people.tolist(), strict=True):
            assert count >= planned[hour] - 1e-6, (name, hour)
