"""The main job on one screen: read, disturb, allocate, dispatch, explain, verify, write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from routing.allocation import allocate
from routing.assemble import ReliefOrder, assemble
from routing.checks import checked_network
from routing.closures import apply_closures
from routing.dispatch import ITERATIONS, Effort, dispatch
from routing.problem import DispatchProblem
from routing.road_periods import always
from scenarios.critical_roads import critical_road_tables
from scenarios.finish import Finished, finished_result
from scenarios.first_goods_limits import first_goods_limits
from scenarios.gaps import Lifted, find_gaps, isolated_gaps, lifted_problems
from scenarios.loading import ResolvedScenario, load_scenario
from scenarios.progress import Progress
from scenarios.report.writer import check_folder, write_run
from scenarios.result import Gap, RunResult
from scenarios.search_progress import watched
from scenarios.situation import Situation, apply_scenario, relief_order, with_points_on_roads
from stockpile.inventory import expired_lots
from stockpile.region import load_region


def run_scenario(  # noqa: PLR0913 - one option of the command each
    spec: str,
    *,
    out: Path,
    data_root: Path | None = None,
    library: Path | None = None,
    overrides: Sequence[str] = (),
    override_files: Sequence[Path] = (),
    targets: str | None = None,
    scale: str | None = None,
    seed: int = 1,
    effort: Effort = "standard",
    progress: Progress,
) -> RunResult:
    """Plan the relief of one scenario, explain and check the plan, and write it to `out`.

    Raises:
        DataError: Something in the data, the scenario or the output folder is wrong; nothing is written.
        SolverError: A solver failed.
    """
    check_folder(out)
    with progress("Reading the region and the scenario"):
        resolved = load_scenario(spec, library, overrides, override_files, targets=targets, scale=scale)
        planning = read_planning(resolved, data_root)
    finished = planned(planning, seed=seed, effort=effort, explained=True, progress=progress)
    with progress("Checking the plan against every rule"):
        result = finished_result(finished)
    with progress("Writing the report"):
        write_run(result, out)
    return result


@dataclass(frozen=True)
class Planning:
    """What a plan is made from."""

    resolved: ResolvedScenario
    situation: Situation
    order: ReliefOrder


def read_planning(resolved: ResolvedScenario, data_root: Path | None) -> Planning:
    """Read the region of a scenario and apply the scenario to it.

    Raises:
        DataError: Something in the data or the scenario is wrong.
    """
    region = load_region(resolved.scenario.region, data_root)
    network = checked_network(region, data_root)
    situation = with_points_on_roads(apply_scenario(region, resolved, network))
    return Planning(resolved, situation, relief_order(situation))


def planned(
    planning: Planning, *, seed: int, effort: Effort, explained: bool, progress: Progress
) -> Finished:
    """Bound and plan the relief; `explained` tells why people are short and which roads not to lose, too."""
    situation, order = planning.situation, planning.order
    with progress("Travel times on the damaged roads"):
        assembly = assemble(situation.region, situation.network, situation.roads, order)
    problem = assembly.problem
    with progress("The most people that any plan can supply"):
        allocation = allocate(problem)
    with progress("Who drives what, from where, to whom, when") as tell:
        iterations = ITERATIONS[effort]
        watch = watched(tell, problem, allocation, iterations)
        plan = dispatch(problem, allocation.flow, iterations=iterations, seed=seed, watch=watch)
    gaps: tuple[Gap, ...] = ()
    lifted: Iterable[Lifted] = ()
    roads: Mapping[str, pd.DataFrame] = {}
    if explained:
        with progress("Who is short, and why"):
            places = dict(zip(situation.region.sites["id"], situation.region.sites["place"], strict=True))
            without = dict(_without_limits(situation, order))
            gaps = find_gaps(problem, plan, places, without, seed=seed)
            gaps += isolated_gaps(problem, places, without["road"])
            lifted = lifted_problems(problem, without)
        with progress("Which roads not to lose"):
            roads = critical_road_tables(assembly, situation.network)
    limits = first_goods_limits(situation.scenario, problem, lifted)
    return Finished(
        planning.resolved, situation, order, assembly, allocation, plan, gaps, limits, roads, seed, effort
    )


def _without_limits(situation: Situation, order: ReliefOrder) -> Iterator[tuple[str, DispatchProblem]]:
    """The problem on intact roads, and with the lots past their date where there are any."""
    intact = always(apply_closures(situation.network, (), road_factor=situation.scenario.speeds.road_factor))
    yield "road", assemble(situation.region, situation.network, intact, order).problem
    lots = situation.region.lots
    if len(expired_lots(lots[lots["item"].isin(order.need["item"])], order.on)):
        undated = situation.region.replace(lots=lots.assign(expires_on=None))
        yield "expired", assemble(undated, situation.network, situation.roads, order).problem
