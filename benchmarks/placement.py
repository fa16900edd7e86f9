"""Placement problems: published ones beside what is known of them, generated ones beside HiGHS."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import placement_race as race
from benchmarks.placement_published import FAMILIES, Agreement, Row, agreements, solve_files
from benchmarks.reading import FormatError
from stockpile.linear_program import SolverError

GENERATED = "generated"
BAD_INPUT, NO_ANSWER = 2, 3


class _OptionsError(ValueError):
    """Options that do not go together."""


def add_parser(benchmarks: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Describe the options; those of one family alone are absent where they are not given."""
    parser = benchmarks.add_parser("placement", help=__doc__, argument_default=argparse.SUPPRESS)
    parser.add_argument("--family", required=True, choices=[*FAMILIES, GENERATED])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="instances; none if generated")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the table to a file as well")
    parser.add_argument("--gap", type=float, help="share of the value within which to prove")
    parser.add_argument(
        "--capacity",
        type=float,
        nargs="+",
        help="capacities for cflp files that leave them open; else all that known_values.csv names",
    )
    race.add_arguments(parser.add_argument_group("generated family"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Solve what is asked for, print a row as it is done, and write the JSON."""
    options = {name: value for name, value in vars(arguments).items() if name != "run"}
    family, files, out = options.pop("family"), options.pop("files", []), options.pop("json", None)
    try:
        _check(family, files, options)
        table = _generated(options) if family == GENERATED else _published(family, files, options)
    except (FormatError, OSError, _OptionsError) as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(BAD_INPUT) from error
    except SolverError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(NO_ANSWER) from error
    if out:
        text = json.dumps({"family": family, **table}, indent=2, allow_nan=False)
        out.write_text(text + "\n", encoding="utf-8")


def _check(family: str, files: Sequence[Path], options: Mapping[str, Any]) -> None:
    if bool(files) == (family == GENERATED):
        raise _OptionsError(f"--family {family} takes {'no files' if files else 'files'}")
    allowed = {"gap"} | (
        {*race.DEFAULTS, "only"} if family == GENERATED else {"capacity"} if family == "cflp" else set()
    )
    if extra := sorted(options.keys() - allowed):
        raise _OptionsError(f"--family {family} takes no {', '.join(f'--{name}' for name in extra)}")


def _published(name: str, files: Sequence[Path], options: Mapping[str, Any]) -> dict[str, Any]:
    family, rows = FAMILIES[name], []
    print(f"{'instance':<16} {'solver':<8} " + _figures("value", "bound", "known", "gap %", "seconds"))
    for row in solve_files(family, files, options.get("capacity", ()), gap=options.get("gap")):
        rows.append(row)
        print(_line(row), flush=True)
    compared = list(agreements(rows))
    for pair in compared:
        print(_sentence(pair))
    return {"rows": [asdict(row) for row in rows], "agreements": [asdict(pair) for pair in compared]}


def _generated(options: Mapping[str, Any]) -> dict[str, Any]:
    task = race.task_of({name: value for name, value in options.items() if name != "only"})
    print(race.title(task), race.HEADER, sep="\n", flush=True)
    rows = []
    for solver in [options["only"]] if "only" in options else race.SOLVERS:
        rows.append(race.run_alone(solver, task))
        print(race.line(rows[-1]), flush=True)
    return {"task": asdict(task), "rows": rows}


def _line(row: Row) -> str:
    known = "-" if row.known is None else f"{row.known:.3f}"
    gap = "-" if row.gap is None else f"{100 * row.gap:.6f}"
    figures = _figures(f"{row.value:.3f}", f"{row.bound:.3f}", known, gap, f"{row.seconds:.2f}")
    return f"{row.instance:<16} {row.solver:<8} {figures}"


def _figures(value: str, bound: str, known: str, gap: str, seconds: str) -> str:
    return f"{value:>16} {bound:>16} {known:>16} {gap:>10} {seconds:>8}"


def _sentence(pair: Agreement) -> str:
    apart = f"values {100 * pair.value:.4f} % apart, bounds {100 * pair.bound:.4f} %"
    return f"{pair.instance}, {' and '.join(pair.solvers)}: {apart}"
