"""HiGHS on the whole model of the generated family against arithmetic, and what a race reports."""

from __future__ import annotations

import json
import runpy
import sys
from dataclasses import asdict, replace

import numpy as np
import pytest

from benchmarks.placement_generated import SIZES, Form, Size, generate
from benchmarks.placement_race import FIGURES, highs, measure, run_alone, task_of
from stockpile.placement.problem import Goal, PlacementProblem

SMALL = Size(warehouses=6, sites=12, scenarios=2, items=2, lanes_per_site=5.9, struck=1.0)
PLENTY = 1e9


def solved(problem: PlacementProblem, goal: Goal) -> float:
    """Value of the whole model, which is proven."""
    certificate = highs(problem, goal, 1e-9, 60)
    assert certificate.gap <= 1e-6
    return certificate.value


def plentiful(form: Form) -> tuple[PlacementProblem, Goal]:
    """Room and money for everything; docks and vehicles too in the coupled form."""
    problem, goal = generate(SMALL, form=form, seed=1)
    rules = replace(
        problem.rules, usable_m3=np.full(6, PLENTY), at_most=np.full((6, 2), PLENTY), budget=PLENTY
    )
    scenarios = tuple(
        replace(each, dock_kg=np.full((6, 1), PLENTY), fleet_kg_s=np.full_like(each.fleet_kg_s, PLENTY * 1e3))
        for each in problem.scenarios
    )
    return replace(problem, rules=rules, scenarios=scenarios), goal


def waiting(problem: PlacementProblem) -> float:
    """People within reach of a warehouse, in expectation."""
    return sum(each.probability * each.people[np.unique(each.lanes.site)].sum() for each in problem.scenarios)


@pytest.mark.parametrize(("form", "counts"), [("separable", 2.0), ("coupled", 1.0)])
def test_where_nothing_binds_everybody_in_reach_counts(form: Form, counts: float) -> None:
    """In the separable form by the weights of the items, which add up to their number; else once."""
    problem, goal = plentiful(form)
    assert solved(problem, goal) == pytest.approx(counts * waiting(problem), rel=1e-6)


def test_docks_and_fleets_bind() -> None:
    """Kg loaded over kg a basket is people served, and so is kg-seconds where each lane takes a second."""
    problem, goal = plentiful("coupled")
    basket_kg = float(problem.scenarios[0].per_person @ problem.rules.unit_weight_kg)
    docks = tuple(replace(each, dock_kg=np.full((6, 1), 3 * basket_kg)) for each in problem.scenarios)
    assert solved(replace(problem, scenarios=docks), goal) == pytest.approx(6 * 3, rel=1e-6)
    fleet = tuple(
        replace(
            each,
            fleet_kg_s=np.array([[7 * basket_kg]]),
            lanes=replace(each.lanes, effort_s=np.ones(len(each.lanes.site))),
        )
        for each in problem.scenarios
    )
    assert solved(replace(problem, scenarios=fleet), goal) == pytest.approx(7, rel=1e-6)


def test_the_budget_pays_stock_and_opening() -> None:
    """Money for one person's basket at a warehouse that is open and loses nothing serves one person."""
    problem, goal = plentiful("coupled")
    basket = float(problem.scenarios[0].per_person @ problem.rules.unit_cost)
    intact = tuple(replace(each, surviving=np.ones(6)) for each in problem.scenarios)
    poor = replace(problem, scenarios=intact, rules=replace(problem.rules, budget=basket))
    assert solved(poor, goal) == pytest.approx(1, rel=1e-6)
    closed = replace(poor.rules, candidate=np.ones(6, np.bool_), opening_cost=np.full(6, basket / 4))
    assert solved(replace(poor, rules=closed), goal) == pytest.approx(0.75, rel=1e-6)


@pytest.mark.parametrize("solver", ["ours", "highs"])
def test_a_solver_reports_what_it_has(solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Value, bound, gap in percent, seconds and megabytes, as JSON can hold them."""
    monkeypatch.setitem(SIZES, "a", SMALL)
    figures = measure(solver, task_of({"form": "coupled"}))
    assert figures == json.loads(json.dumps(figures))
    value, bound, gap = (figures[name] for name in ("value", "bound", "gap_percent"))
    assert value is not None
    assert bound is not None
    assert gap == pytest.approx(100 * (bound - value) / bound)


def test_both_solvers_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither value passes the bound of the other."""
    monkeypatch.setitem(SIZES, "a", SMALL)
    one, other = (measure(solver, task_of({"gap": 1e-3})) for solver in ("ours", "highs"))
    for left, right in ((one, other), (other, one)):
        assert left["value"] is not None
        assert right["bound"] is not None
        assert left["value"] <= right["bound"] * (1 + 1e-9)


def test_the_process_of_a_solver_prints_its_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As JSON in its last line, for the task that it is given as JSON."""
    monkeypatch.setitem(SIZES, "a", SMALL)
    task = task_of({"seed": 3})
    monkeypatch.setattr(sys, "argv", ["placement_race", "highs", json.dumps(asdict(task))])
    monkeypatch.delitem(sys.modules, "benchmarks.placement_race")
    runpy.run_module("benchmarks.placement_race", run_name="__main__")
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert printed["value"] == pytest.approx(measure("highs", task)["value"])


def test_a_process_out_of_time_is_stopped_and_has_no_figures() -> None:
    """Twice the limit is over before Python has started."""
    row = run_alone("ours", task_of({"seconds": 0.001}))
    assert row == {"solver": "ours", **dict.fromkeys(FIGURES), "note": "stopped after 0.002 s"}
