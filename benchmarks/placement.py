"""Published location and placement problems: value, proven bound, and the distance to what is known.

Every file is mapped onto warehouses, sites and scenarios and solved by the placement engine. The gap is
(value - known) / |known|: below 0 on a known optimum means that a rule was misread.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.placement_formats.errors import FormatError
from benchmarks.placement_formats.instance import Instance
from benchmarks.placement_formats.location import read_cflp, read_pmedian, read_sscflp, read_uflp
from stockpile.linear_program import SolverError
from stockpile.placement.whole.solve import GAP, place_whole

KNOWN_VALUES = "known_values.csv"
BAD_INPUT, NO_ANSWER = 2, 3

Reader = Callable[[Path, Sequence[float]], Iterable[Instance]]
"""From a file and the capacities to try where it leaves them open."""

FAMILIES: Mapping[str, Reader] = {
    "cflp": lambda path, capacities: read_cflp(path, tuple(capacities) or _known_capacities(path)),
    "sscflp": lambda path, _: read_sscflp(path),
    "uflp": lambda path, _: read_uflp(path),
    "pmedian": lambda path, _: read_pmedian(path),
}


@dataclass(frozen=True)
class Row:
    """One solved instance; `known` and `gap` are None where no value is known."""

    instance: str
    value: float
    bound: float
    known: float | None
    status: str
    gap: float | None
    seconds: float


def add_parser(benchmarks: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Describe the options."""
    parser = benchmarks.add_parser("placement", help="published location and placement problems")
    parser.add_argument("--family", required=True, choices=FAMILIES)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the table to a file as well")
    parser.add_argument("--gap", type=float, default=GAP, help="share of the value within which to prove")
    parser.add_argument(
        "--capacity",
        type=float,
        nargs="+",
        default=[],
        help="capacities for cflp files that leave them open; else all that known_values.csv names",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Solve each file, print a row as it is done, and write the JSON."""
    rows = []
    print(f"{'instance':<16} {'value':>16} {'bound':>16} {'known':>16} {'gap %':>10} {'seconds':>8}")
    try:
        for row in solve_files(arguments.family, arguments.files, arguments.capacity, gap=arguments.gap):
            rows.append(row)
            print(_line(row), flush=True)
    except (FormatError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(BAD_INPUT) from error
    except SolverError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(NO_ANSWER) from error
    if arguments.json:
        table = {"family": arguments.family, "rows": [asdict(row) for row in rows]}
        arguments.json.write_text(json.dumps(table, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def solve_files(
    family: str, files: Sequence[Path], capacities: Sequence[float], *, gap: float
) -> Iterator[Row]:
    """Read and solve files in turn.

    Raises:
        FormatError: A file cannot be read as its family's format.
        SolverError: An instance has no answer.
    """
    for path in files:
        known = known_values(path)
        for instance in FAMILIES[family](path, capacities):
            started = time.perf_counter()
            certificate = place_whole(instance.problem, instance.goal, gap=gap).certificate
            seconds = time.perf_counter() - started
            value, bound = -certificate.value, -certificate.bound
            best, status = known.get(instance.name, (None, ""))
            yield Row(instance.name, value, bound, best, status, _gap(value, best), seconds)


def known_values(path: Path) -> dict[str, tuple[float, str]]:
    """Best known value and its status by instance, from the table beside a file, if there is one.

    Raises:
        FormatError: The table has no such columns, or a value is no number.
    """
    table = path.parent / KNOWN_VALUES
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        values = {}
        for row in reader:
            try:
                values[row["instance"]] = (float(row["value"]), row["status"])
            except (KeyError, TypeError, ValueError) as error:
                raise FormatError(
                    f"{table}, line {reader.line_num}: instance, value (a number) and status are needed"
                ) from error
    return values


def _known_capacities(path: Path) -> tuple[float, ...]:
    """Capacities in the names of the known values of a file: 8000 of capa_8000."""
    prefix = f"{path.stem}_"
    ends = [name.removeprefix(prefix) for name in known_values(path) if name.startswith(prefix)]
    return tuple(float(end) for end in ends if end.replace(".", "", 1).isdigit())


def _gap(value: float, known: float | None) -> float | None:
    if known is None or known == 0:
        return None
    return (value - known) / abs(known)


def _line(row: Row) -> str:
    known = "-" if row.known is None else f"{row.known:.3f}"
    gap = "-" if row.gap is None else f"{100 * row.gap:.6f}"
    return f"{row.instance:<16} {row.value:16.3f} {row.bound:16.3f} {known:>16} {gap:>10} {row.seconds:8.2f}"
