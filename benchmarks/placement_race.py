"""Generated placement problems: the engine beside HiGHS on the whole model, with the same limit of time.

Each solves the same problem in a process of its own, one after the other, and reports value, proven bound,
gap, seconds from arrays in memory to the answer, and the most memory that its process held. A process that
has not ended twice the limit after its start is stopped, and reported without an answer.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

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

Solver = Callable[[PlacementProblem, Goal, float, float], Certificate]


def engine(problem: PlacementProblem, goal: Goal, gap: float, seconds: float) -> Certificate:
    """Solve as `place` does; its effort is counted in iterations, so the limit is only watched."""
    del seconds
    solve = importlib.import_module("stockpile.placement.solve")
    certificate: Certificate = solve.solve_placement(problem, goal, gap=gap).certificate
    return certificate


def highs(problem: PlacementProblem, goal: Goal, gap: float, seconds: float) -> Certificate:
    """Solve the whole model, up to the limit."""
    from benchmarks.placement_whole import solve_with_highs  # noqa: PLC0415 - see `engine`

    return solve_with_highs(problem, goal, gap=gap, seconds=seconds)


SOLVERS: dict[str, Solver] = {"engine": engine, "highs": highs}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the generated family needs to the parser of `placement`."""
    parser.add_argument("--size", choices=sorted(SIZES), default="a")
    parser.add_argument("--form", choices=sorted(GAPS), default="separable")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="limit of time for each solver")
    parser.add_argument("--solvers", nargs="+", choices=sorted(SOLVERS), default=list(SOLVERS))
    parser.add_argument("--alone", choices=sorted(SOLVERS), help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> None:
    """Measure each solver in a process of its own, print a table, write JSON if asked.

    With `alone` this is the process of one solver, and prints its figures as JSON.
    """
    if arguments.alone:
        print(json.dumps(measure(arguments.alone, arguments)))
        return
    rows = [race(name, arguments) for name in arguments.solvers]
    print(f"size {arguments.size}, {arguments.form}, seed {arguments.seed}, limit {arguments.seconds:g} s")
    print("| solver | value | bound | gap % | seconds | MB |\n|---|---:|---:|---:|---:|---:|")
    for row in rows:
        print("| " + " | ".join([row["solver"], *(_shown(row[key]) for key in FIGURES)]) + " |")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def race(solver: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run one solver in a process of its own and return its figures; None for what it does not have."""
    task = {key: getattr(arguments, key) for key in ("size", "form", "seed", "seconds")}
    options = [word for name, value in task.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "benchmarks.placement_race", "--alone", solver, *options]
    limit = arguments.seconds * PATIENCE
    figures: dict[str, Any] = dict.fromkeys(FIGURES)
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, check=True, stdout=subprocess.PIPE, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return {**task, "solver": solver, **figures, "note": f"stopped after {limit:g} s"}
    answer = json.loads(done.stdout.splitlines()[-1])
    return {**task, "solver": solver, **answer, "note": ""}


def measure(solver: str, arguments: argparse.Namespace) -> dict[str, float | None]:
    """Make the problem, solve it, and return value, bound, gap, seconds and the peak of memory."""
    problem, goal = generate(SIZES[arguments.size], form=arguments.form, seed=arguments.seed)
    gap = GAPS[arguments.form][arguments.size]
    started = time.perf_counter()
    certificate = SOLVERS[solver](problem, goal, gap, arguments.seconds)
    seconds = time.perf_counter() - started
    figures = {
        "value": certificate.value,
        "bound": certificate.bound,
        "gap_percent": 100 * certificate.gap,
        "seconds": seconds,
        "megabytes": peak_mb(),
    }
    return {name: value if math.isfinite(value) else None for name, value in figures.items()}


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:,.2f}"


def main() -> None:
    """Run the race on its own: `python -m benchmarks.placement_race`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.placement_race", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--json", type=Path, help="file for the figures")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
