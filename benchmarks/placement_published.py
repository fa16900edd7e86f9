"""Published location and placement problems: value, proven bound, and the distance to what is known.

Every file is mapped onto warehouses, sites and scenarios and solved by the placement engine. The value is the
cost where the goal is least cost, else what the goal adds up to (for `rawls_turnquist` the penalty avoided
minus the cost). The gap is (value - known) / |known|: below 0 on a least cost means that a rule was misread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from benchmarks.known_values import UNKNOWN, gap_to, known_values
from benchmarks.placement_formats import rawls_turnquist, sslp
from benchmarks.placement_formats.instance import Instance
from benchmarks.placement_formats.location import read_cflp, read_pmedian, read_sscflp, read_uflp
from stockpile.placement.benders import solve_by_cuts
from stockpile.placement.location.location_problem import location_problem
from stockpile.placement.single_source import solve_single_source, suits
from stockpile.placement.solution import Certificate
from stockpile.placement.whole.solve import place_whole

Reader = Callable[[Path, Sequence[float]], Iterable[Instance]]
"""From a file and the capacities to try where it leaves them open."""

Solver = Callable[[Instance, float], Certificate]
"""From an instance and the share of its value within which to prove."""


def solve_exactly(instance: Instance, gap: float) -> Certificate:
    """Solve as a location problem, else as openings with single sources, else the whole model."""
    problem, goal = instance.problem, instance.goal
    if location_problem(problem, goal) is None and suits(problem, goal):
        return solve_single_source(problem, goal, gap=gap).certificate
    return place_whole(problem, goal, gap=gap).certificate


def solve_with_cuts(instance: Instance, gap: float) -> Certificate:
    """Solve by Benders decomposition: a program of the first stage, cuts from one a scenario."""
    return solve_by_cuts(instance.problem, instance.goal, gap=gap).certificate


@dataclass(frozen=True)
class Method:
    """A solver, and the share of the value within which it proves unless another is asked for."""

    solve: Solver
    gap: float = 1e-6


@dataclass(frozen=True)
class Family:
    """How a family is read, and the methods that solve it, by name."""

    read: Reader
    methods: Mapping[str, Method] = field(default_factory=lambda: {"exact": Method(solve_exactly)})


FAMILIES: Mapping[str, Family] = {
    "cflp": Family(lambda path, capacities: read_cflp(path, tuple(capacities) or _known_capacities(path))),
    "sscflp": Family(lambda path, _: read_sscflp(path)),
    "uflp": Family(lambda path, _: read_uflp(path)),
    "pmedian": Family(lambda path, _: read_pmedian(path)),
    "sslp": Family(lambda path, _: [sslp.read(path)]),
    "rawls_turnquist": Family(
        lambda path, _: [rawls_turnquist.read(path)],
        {"whole": Method(solve_exactly), "cuts": Method(solve_with_cuts, gap=1e-5)},
    ),
}


@dataclass(frozen=True)
class Row:
    """One instance solved by one solver; `known` and `gap` are None where no value is known."""

    instance: str
    solver: str
    value: float
    bound: float
    known: float | None
    status: str
    gap: float | None
    seconds: float


@dataclass(frozen=True)
class Agreement:
    """Distance of two solvers' values, and of their bounds, as shares of the first one's."""

    instance: str
    solvers: tuple[str, str]
    value: float
    bound: float


def solve_files(
    family: Family, files: Sequence[Path], capacities: Sequence[float], *, gap: float | None = None
) -> Iterator[Row]:
    """Read and solve files in turn, each instance by each method of the family.

    Raises:
        FormatError: A file cannot be read as its family's format.
        SolverError: An instance has no answer.
    """
    for path in files:
        known = known_values(path)
        for instance in family.read(path, capacities):
            best, status, _ = known.get(instance.name, UNKNOWN)
            sign = -1.0 if instance.goal.gain == 0 else 1.0
            for name, method in family.methods.items():
                started = time.perf_counter()
                certificate = method.solve(instance, method.gap if gap is None else gap)
                seconds = time.perf_counter() - started
                value, bound = sign * certificate.value, sign * certificate.bound
                yield Row(instance.name, name, value, bound, best, status, gap_to(best, value), seconds)


def agreements(rows: Iterable[Row]) -> Iterator[Agreement]:
    """Compare the first solver of each instance with the others; rows of an instance stand together."""
    for instance, (first, *others) in groupby(rows, key=lambda row: row.instance):
        for other in others:
            yield Agreement(
                instance,
                (first.solver, other.solver),
                _share(other.value, first.value),
                _share(other.bound, first.bound),
            )


def _known_capacities(path: Path) -> tuple[float, ...]:
    """Capacities in the names of the known values of a file: 8000 of capa_8000."""
    prefix = f"{path.stem}_"
    ends = [name.removeprefix(prefix) for name in known_values(path) if name.startswith(prefix)]
    return tuple(float(end) for end in ends if end.replace(".", "", 1).isdigit())


def _share(one: float, other: float) -> float:
    distance = abs(one - other)
    return distance / abs(other) if other else distance
