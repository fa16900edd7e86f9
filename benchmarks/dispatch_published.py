"""Published routing problems: the value of the routes found, replayed, and the distance to what is known.

The gap is (value - known) / |known|: below 0 beside an optimum means that a rule was misread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.dispatch_engine import NoRoutesError, solve
from benchmarks.dispatch_formats import ccvrp, hfvrp, mdvrp, mtvrptw
from benchmarks.dispatch_formats.checker import RuleError, objective_value
from benchmarks.dispatch_formats.instance import Route, RoutingInstance
from benchmarks.known_values import UNKNOWN, gap_to, known_values

FAMILIES: Mapping[str, Callable[[Path], RoutingInstance]] = {
    "ccvrp": ccvrp.read,
    "mdvrp": mdvrp.read,
    "hfvrp": hfvrp.read,
    "mtvrptw": mtvrptw.read,
}
"""How each family is read."""


@dataclass(frozen=True)
class Row:
    """One instance; `known` and `gap` are None where no value is known.

    Without routes that keep to the rules, `value` is None and `failure` says why. Routes name points as the
    file does: `vehicle_type` counts from 0 in the order of the file, `trips` hold `depot` and `customers`.
    """

    instance: str
    value: float | None
    known: float | None
    status: str
    gap: float | None
    seconds: float
    failure: str
    routes: list[dict[str, Any]]


def solve_files(family: str, files: Sequence[Path], *, seconds: float, seed: int) -> Iterator[Row]:
    """Read files in turn, find routes in `seconds` each, and replay them.

    Raises:
        FormatError: A file cannot be read as its family's format.
    """
    for path in files:
        best, status, _ = known_values(path).get(path.stem, UNKNOWN)
        instance = FAMILIES[family](path)
        started = time.perf_counter()
        try:
            routes, failure = solve(instance, seconds, seed), ""
        except NoRoutesError as error:
            routes, failure = [], str(error)
        taken_s = time.perf_counter() - started
        value = None
        if not failure:
            try:
                value = objective_value(instance, routes)
            except RuleError as error:
                failure = str(error)
        gap = None if value is None else gap_to(best, value)
        yield Row(instance.name, value, best, status, gap, taken_s, failure, _in_numbers(instance, routes))


def _in_numbers(instance: RoutingInstance, routes: Sequence[Route]) -> list[dict[str, Any]]:
    """Routes by the numbers that the file gives its points."""
    number = instance.points.number.tolist()
    return [
        {
            "vehicle_type": route.vehicle_type,
            "trips": [
                {"depot": number[trip.depot], "customers": [number[one] for one in trip.customers]}
                for trip in route.trips
            ],
        }
        for route in routes
    ]
