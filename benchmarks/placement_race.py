"""Generated placement problems: the engine beside HiGHS on the whole model, with the same limit of time.

Each solves the same problem in a process of its own, one after the other, and reports value, proven bound,
gap, seconds from arrays in memory to the answer, and the most memory that its process held. A process that
has not ended twice the limit after its start is stopped, and reported without an answer.

This module is that process: `python -m benchmarks.placement_race SOLVER TASK`, a task being JSON.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.memory import peak_mb
from benchmarks.placement_generated import SIZES, Form, generate
from stockpile.placement.problem import Goal, PlacementProblem
from stockpile.placement.solution import Certificate

GAPS: dict[Form, dict[str, float]] = {
    "separable": {"a": 1e-3, "b": 2e-3, "c": 1e-2},
    "coupled": {"a": 5e-3, "b": 1e-2, "c": 2e-2},
}
"""Gap to which each size is to be proven."""

PATIENCE = 2.0
"""A solver that does not look at its limit in time is stopped after so many times of it."""

FIGURES = ("value", "bound", "gap_percent", "seconds", "megabytes")
HEADER = "| solver | value | bound | gap % | seconds | MB |\n|---|---:|---:|---:|---:|---:|"

Solver = Callable[[PlacementProblem, Goal, float, float], Certificate]


@dataclass(frozen=True)
class Task:
    """What each solver is given: a problem, the gap to prove, and the limit of time."""

    size: str
    form: Form
    seed: int
    seconds: float
    gap: float


DEFAULTS: Mapping[str, Any] = {"size": "a", "form": "separable", "seed": 1, "seconds": 60.0}


def task_of(options: Mapping[str, Any]) -> Task:
    """Fill in what is not given; the gap is that of GAPS."""
    given = {**DEFAULTS, **options}
    return Task(**{"gap": GAPS[given["form"]][given["size"]], **given})


def ours(problem: PlacementProblem, goal: Goal, gap: float, seconds: float) -> Certificate:
    """Solve as `place` does, without packs; its effort is counted in steps, so the limit is only watched."""
    del seconds
    # imported here, so that the memory of a process is that of its solver
    solve = importlib.import_module("stockpile.placement.solve")
    certificate: Certificate = solve.solve_placement(problem, goal, gap=gap, packs=False).certificate
    return certificate


def highs(problem: PlacementProblem, goal: Goal, gap: float, seconds: float) -> Certificate:
    """Give the whole model to HiGHS, which stops at the limit with what it has.

    The model is the one of the engine. One built from arrays for this family alone took a second less of the
    limit, but left HiGHS with a bound nine times what can be reached, this one leaves it with 1.3 times.

    The value is minus infinity without an answer, the bound infinity without one.
    """
    # imported here, see `ours`
    model = importlib.import_module("stockpile.placement.whole.model")
    program = model.build_whole_model(problem, goal).program.linear_program()
    found = milp(
        program.cost,
        integrality=program.whole.astype(np.int64),
        bounds=Bounds(program.lower, program.upper),
        constraints=LinearConstraint(program.matrix, program.row_lower, program.row_upper),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    value = -np.inf if found.x is None else -float(found.fun)
    return Certificate(value, np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound))


SOLVERS: dict[str, Solver] = {"ours": ours, "highs": highs}


def add_arguments(options: argparse._ArgumentGroup) -> None:
    """Describe what the generated family alone takes; the defaults are DEFAULTS."""
    options.add_argument("--size", choices=sorted(SIZES))
    options.add_argument("--form", choices=sorted(GAPS))
    options.add_argument("--seed", type=int)
    options.add_argument("--seconds", type=float, help="limit of time for each solver")
    options.add_argument("--only", choices=sorted(SOLVERS), help="one solver instead of both")


def run_alone(solver: str, task: Task) -> dict[str, Any]:
    """Run one solver in a process of its own and return its figures; None for what it does not have."""
    command = [sys.executable, "-m", "benchmarks.placement_race", solver, json.dumps(asdict(task))]
    limit = task.seconds * PATIENCE
    figures: dict[str, Any] = dict.fromkeys(FIGURES)
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, check=True, stdout=subprocess.PIPE, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return {"solver": solver, **figures, "note": f"stopped after {limit:g} s"}
    answer = json.loads(done.stdout.splitlines()[-1])
    return {"solver": solver, **answer, "note": ""}


def measure(solver: str, task: Task) -> dict[str, float | None]:
    """Make the problem, solve it, and return value, bound, gap, seconds and the peak of memory."""
    problem, goal = generate(SIZES[task.size], form=task.form, seed=task.seed)
    started = time.perf_counter()
    certificate = SOLVERS[solver](problem, goal, task.gap, task.seconds)
    seconds = time.perf_counter() - started
    figures = {
        "value": certificate.value,
        "bound": certificate.bound,
        "gap_percent": 100 * certificate.gap,
        "seconds": seconds,
        "megabytes": peak_mb(),
    }
    return {name: value if math.isfinite(value) else None for name, value in figures.items()}


def title(task: Task) -> str:
    """Name the problem of a table."""
    size = SIZES[task.size]
    shape = f"{size.warehouses} x {size.sites} x {size.scenarios} x {size.items}"
    limits = f"to {100 * task.gap:g} %, limit {task.seconds:g} s"
    return f"size {task.size} ({shape}), {task.form}, seed {task.seed}, {limits}"


def line(row: Mapping[str, Any]) -> str:
    """One solver's figures as a row of the table."""
    return " | ".join(["| " + row["solver"], *(_shown(row[key]) for key in FIGURES)]) + " |"


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:,.2f}"


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Task(**json.loads(sys.argv[2])))))
