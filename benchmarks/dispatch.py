"""Published routing problems beside what is known of them, each answer replayed by a checker."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.dispatch_published import FAMILIES, Row, solve_files
from benchmarks.reading import FormatError

BAD_INPUT, NO_ANSWER = 2, 3
SECONDS = 30.0


def add_parser(benchmarks: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Describe the options."""
    parser = benchmarks.add_parser("dispatch", help=__doc__)
    parser.add_argument("--family", required=True, choices=list(FAMILIES))
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="instances of the family")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="search time an instance (%(default)g)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the search (%(default)s)")
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="write the table and the routes to a file as well"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Solve the files, print a row as it is done, and write the JSON."""
    rows: list[Row] = []
    print(f"{'instance':<20} {_figures('value', 'known', 'gap %', 'seconds')}")
    try:
        found = solve_files(arguments.family, arguments.files, seconds=arguments.seconds, seed=arguments.seed)
        for row in found:
            rows.append(row)
            print(_line(row), flush=True)
    except (FormatError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(BAD_INPUT) from error
    if arguments.json:
        options = {name: getattr(arguments, name) for name in ("family", "seconds", "seed")}
        table = {**options, "rows": [asdict(row) for row in rows]}
        arguments.json.write_text(json.dumps(table, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    if any(row.failure for row in rows):
        raise SystemExit(NO_ANSWER)


def _line(row: Row) -> str:
    value = "-" if row.value is None else f"{row.value:.3f}"
    known = "-" if row.known is None else f"{row.known:.3f}"
    gap = "-" if row.gap is None else f"{100 * row.gap:.4f}"
    return f"{row.instance:<20} {_figures(value, known, gap, f'{row.seconds:.2f}')} {row.failure}".rstrip()


def _figures(value: str, known: str, gap: str, seconds: str) -> str:
    return f"{value:>14} {known:>14} {gap:>10} {seconds:>8}"
