"""Relief dispatch on generated cases: the engine beside OR-Tools Routing, PyVRP and VROOM, equal seconds."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, get_args

from benchmarks import relief_race as race
from benchmarks.relief_case import SIZES, Objective


def add_parser(benchmarks: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Describe the options."""
    parser = benchmarks.add_parser("relief", help=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--seed", type=int, default=5, help="of the case and the searches")
    parser.add_argument(
        "--seconds", type=_limits, default=(10.0,), metavar="S[,S...]", help="each a run from the start"
    )
    parser.add_argument(
        "--objective", choices=get_args(Objective), default="score", help="on_time: people on time come first"
    )
    parser.add_argument("--only", nargs="+", choices=race.SOLVERS, default=race.SOLVERS, help="these solvers")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the table to a file as well")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Let every solver plan for every limit, print a row as it is done, and write the JSON."""
    case = {name: getattr(arguments, name) for name in ("size", "seed", "objective")}
    tasks = [race.Task(**case, seconds=seconds) for seconds in arguments.seconds]
    print(race.title(tasks[0]), race.HEADER, sep="\n", flush=True)
    rows = []
    for task in tasks:
        for solver in arguments.only:
            rows.append(race.run_alone(solver, task))
            print(race.line(rows[-1]), flush=True)
    if arguments.json:
        text = json.dumps({**case, "rows": rows}, indent=2, allow_nan=False)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def _limits(text: str) -> tuple[float, ...]:
    limits = tuple(float(part) for part in text.split(","))
    if min(limits) <= 0:
        raise argparse.ArgumentTypeError(f"{text!r}: seconds are above 0")
    return limits
