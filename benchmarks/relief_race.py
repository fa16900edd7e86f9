"""Relief dispatch: the engine beside other solvers, each alone for the same seconds.

Each solver makes the same case and plans in a process of its own, on one core, one after the other; its
seconds begin with the arrays in memory, so they hold the building of its model; how many of them it had
the processor for is told beside. Every plan has the same judge. A process that has not ended long after its
limit is stopped, and reported without an answer.

This module is that process: `python -m benchmarks.relief_race SOLVER TASK`, a task being JSON.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.relief_case import SIZES, Objective, ReliefCase, judge, make_case
from benchmarks.relief_engine import solve_relief
from benchmarks.relief_greedy import greedy_plan
from benchmarks.relief_peers.found import Found

PATIENCE = 2.0
GRACE_S = 60.0
"""A process is stopped after so many times its limit, and so many seconds for what comes before it."""

FIGURES = (
    *("score", "people_on_time_share", "people_unserved", "person_hours_late", "drive_hours"),
    *("first_plan_s", "used_s", "cpu_s"),
)
HEADER = (
    "| solver | limit s | score | on time % | unserved | late h | drive h | first plan s | used s | cpu s |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True)
class Task:
    """What each solver is given."""

    size: str
    seed: int
    seconds: float
    objective: Objective


def ours(task: Task, case: ReliefCase) -> Found:
    """Ask this engine."""
    return Found(*solve_relief(case, task.seconds, task.objective, task.seed))


def greedy(task: Task, case: ReliefCase) -> Found:
    """Take the plan that the peers start from; it ends by itself."""
    del task
    started = time.perf_counter()
    plan = greedy_plan(case)
    return Found(plan, time.perf_counter() - started)


PEERS = ("ortools", "pyvrp", "vroom")
"""Libraries, and modules of `relief_peers`."""

SOLVERS = ("ours", "greedy", *PEERS)


def solver_of(name: str) -> Callable[[Task, ReliefCase], Found]:
    """Return a solver; a peer is imported here, so that a process holds one alone."""
    if name in PEERS:
        peer = importlib.import_module(f"benchmarks.relief_peers.{name}")
        return lambda task, case: peer.solve(case, task.seconds, task.objective, task.seed)
    return {"ours": ours, "greedy": greedy}[name]


def measure(solver: str, task: Task) -> dict[str, float | None]:
    """Make the case, plan, and return FIGURES."""
    case, solve = make_case(SIZES[task.size], seed=task.seed), solver_of(solver)
    started, before_s = time.perf_counter(), time.process_time()
    found = solve(task, case)
    return {
        **asdict(judge(case, found.routes)),
        "first_plan_s": found.first_plan_s,
        "used_s": time.perf_counter() - started,
        "cpu_s": time.process_time() - before_s,
    }


def run_alone(solver: str, task: Task) -> dict[str, Any]:
    """Run one solver in a process of its own and return its figures; None for what it does not have."""
    row = {"solver": solver, "seconds": task.seconds, **dict.fromkeys(FIGURES), "note": ""}
    if solver in PEERS and importlib.util.find_spec(solver) is None:
        return {**row, "note": f"{solver} is not installed"}
    command = [sys.executable, "-m", "benchmarks.relief_race", solver, json.dumps(asdict(task))]
    limit = task.seconds * PATIENCE + GRACE_S
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, check=True, stdout=subprocess.PIPE, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return {**row, "note": f"stopped after {limit:g} s"}
    return {**row, **json.loads(done.stdout.splitlines()[-1])}


def title(task: Task) -> str:
    """Name the case of a table."""
    size = SIZES[task.size]
    shape = f"{size.sites} sites, {size.trucks} trucks, {size.warehouses} warehouses"
    return f"{task.size} ({shape}), seed {task.seed}, objective {task.objective}"


def line(row: Mapping[str, Any]) -> str:
    """One solver's figures as a row of the table, or why there are none."""
    if row["note"]:
        return f"| {row['solver']} | {row['seconds']:g} | {row['note']} |"
    shown = [
        *(
            row["solver"],
            f"{row['seconds']:g}",
            f"{row['score']:,}",
            f"{100 * row['people_on_time_share']:.1f}",
        ),
        *(f"{row[key]:,}" for key in ("people_unserved", "person_hours_late", "drive_hours")),
        *("-" if row[key] is None else f"{row[key]:.2f}" for key in FIGURES[-3:]),
    ]
    return f"| {' | '.join(shown)} |"


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Task(**json.loads(sys.argv[2])))))
