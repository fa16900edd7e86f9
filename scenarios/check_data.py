"""Check everything that a region is planned from: its tables, its roads and its scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from routing.checks import check_roads
from routing.region_roads import region_network
from routing.road_network import RoadNetwork
from scenarios.library_folders import scenario_names
from scenarios.loading import load_scenario, offered_overrides
from scenarios.region_cards import region_text
from scenarios.situation import apply_scenario
from stockpile.bundle import REGION_TABLES
from stockpile.errors import DataError, Problem, sorted_problems
from stockpile.region import Region, read_region, region_folder


@dataclass(frozen=True)
class DataCheck:
    """What a check found: every problem, how many rows and scenarios were read; `unknown` is no region."""

    problems: tuple[Problem, ...]
    counts: str
    unknown: bool = False


def check_data(name: str, data_root: Path | None = None, library: Path | None = None) -> DataCheck:
    """Return everything wrong with a region.

    Roads are checked, and scenarios tried on the region, once its tables are sound; until then scenarios
    are only checked for their form.
    """
    region, problems = read_region(name, data_root)
    network = None
    unknown = any(problem.file == name for problem in problems)
    if not unknown:
        problems.extend(_text_problems(region_folder(name, data_root)))
    if region is not None:
        try:
            network = region_network(region, data_root)
            problems.extend(check_roads(region, network))
        except DataError as error:
            region = None
            problems.extend(error.problems)
    names = scenario_names(name, library)
    for scenario in names:
        problems.extend(_scenario_problems(f"{name}/{scenario}", region, network, library))
    counts = [] if region is None else [f"{len(region.table(table)):,} {table}" for table in REGION_TABLES]
    read = ", ".join([*counts, f"{len(names)} scenario{'s' * (len(names) != 1)}"])
    return DataCheck(sorted_problems(problems), read, unknown)


def _text_problems(folder: Path) -> tuple[Problem, ...]:
    try:
        region_text(folder)
    except DataError as error:
        return error.problems
    return ()


def _scenario_problems(
    spec: str, region: Region | None, network: RoadNetwork | None, library: Path | None
) -> Iterator[Problem]:
    """Try a scenario as it is, then with each override that it offers."""
    try:
        offered = tuple(offered_overrides(spec, library))
    except DataError as error:
        yield from error.problems
        return
    for chosen in ((), *((name,) for name in offered)):
        try:
            resolved = load_scenario(spec, library, chosen)
            if region is not None:
                apply_scenario(region, resolved, network)
        except DataError as error:
            yield from error.problems
