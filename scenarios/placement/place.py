"""The placement on one screen: read, build, ask what can be had, place, send out, test, write."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from routing.checks import checked_network
from routing.road_network import RoadNetwork
from routing.warehouse_roads import road_distances
from scenarios.finish import rough_share
from scenarios.library_folders import scenario_names
from scenarios.loading import ResolvedScenario, load_scenario
from scenarios.near_matches import did_you_mean
from scenarios.placement.blocked import blocked_rules, out_of_reach
from scenarios.placement.cases import Case, Ground, common_ground, read_case
from scenarios.placement.cautions import (
    gap_cautions,
    pack_caution,
    replay_caution,
    scenario_cautions,
    share_caution,
)
from scenarios.placement.options import PlaceOptions
from scenarios.placement.replay import Rehearsal, Stocked, replay_table
from scenarios.placement.result import Blocked, CaseResult, PlaceResult
from scenarios.placement.studies import Study, with_studies
from scenarios.placement.tables import (
    coverage_table,
    decisions_table,
    levels_table,
    levels_to_hold,
    purchases_table,
    steps_table,
    township_table,
    transfers_table,
)
from scenarios.placement.variations import variation
from scenarios.placement.writing import check_folder, write_placement
from scenarios.progress import Progress, Tell
from scenarios.report.wording import names_of
from stockpile.distances import Distances
from stockpile.errors import DataError, Problem
from stockpile.levels import Levels, read_levels
from stockpile.placement.feasibility import nearest_rules
from stockpile.placement.least_moves import LOST_PEOPLE, least_moves
from stockpile.placement.priorities import (
    CannotReachError,
    Priorities,
    Solver,
    people_reached,
    place,
)
from stockpile.placement.problem import Coverage, Floats, PlacementProblem
from stockpile.placement.solve import is_small
from stockpile.placement.wishes import Wishes
from stockpile.region import Region, load_region
from stockpile.reorder.plan import ROTATION_DAYS
from stockpile.reorder.position import Position, position_on_the_day
from stockpile.reorder.stock import Clock


@dataclass(frozen=True)
class Inputs:
    """What was read: the region, its roads, the scenarios with their role, and the levels of a file."""

    region: Region
    network: RoadNetwork
    resolved: tuple[tuple[str, str, ResolvedScenario], ...]
    levels: Levels | None

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of every file read."""
        found = dict(self.region.digests)
        for _, _, resolved in self.resolved:
            found |= resolved.sources
        return found if self.levels is None else {**found, self.levels.file: self.levels.sha256}


def place_region(
    name: str,
    options: PlaceOptions,
    *,
    out: Path,
    levels: Path | None = None,
    data_root: Path | None = None,
    library: Path | None = None,
    solve: Solver,
    progress: Progress,
) -> PlaceResult:
    """Say how much of each item each warehouse should hold, test it, and write that to `out`.

    Raises:
        DataError: something in the data, the scenarios, the options or the output folder is wrong; nothing
            is written.
        SolverError: a solver failed.
    """
    check_folder(out)
    with progress("Reading the region and its scenarios"):
        inputs = read_inputs(name, options, levels, data_root, library)
    with progress("Travel times on the damaged roads of every scenario"):
        cases, roles = _cases(inputs, options)
        on = options.on or min(resolved.scenario.date for _, _, resolved in inputs.resolved)
        wishes = _wishes(options, inputs.levels)
        ground = common_ground(inputs.region, cases, on, wishes, fleet_share=options.fleet_share)
    with progress("Where stock should be"):
        distances = road_distances(inputs.region, inputs.network)
        study = _study(inputs.region, ground, cases, roles, options, distances, solve)
    with progress("Whom it reaches, in scenarios that it was not made for, too"):
        result = _result(inputs, study, on)
    if options.studies:
        with progress("What other budgets, one more of anything, and a few transfers would do"):
            result = with_studies(result, ground, study, solve)
    if options.replay:
        with progress("What plans of the dispatch engine keep of that") as tell:
            result = _with_replay(result, inputs, study, tell)
    with progress("Writing the report"):
        write_placement(result, out)
    return result


def read_inputs(
    name: str, options: PlaceOptions, levels: Path | None, data_root: Path | None, library: Path | None
) -> Inputs:
    """Read the region, its roads, the scenarios asked for, and the levels of a file.

    Raises:
        DataError: any of them is wrong, or there is no scenario to place stock for.
    """
    region = load_region(name, data_root)
    known = scenario_names(name, library)
    chosen = [one for one in options.scenarios or known if one not in options.hold_out]
    asked = [*chosen, *options.hold_out]
    unknown = sorted(set(asked) - set(known))
    problems = [
        Problem(f"{name}/{one}", None, None, None, "is no scenario of the region", did_you_mean(one, known))
        for one in unknown
    ]
    if not chosen:
        message = "has no scenario to place stock for"
        remedy = "Write scenarios for it, name them with --scenario, or hold fewer out"
        problems.append(Problem(name, None, None, None, message, remedy))
    if problems:
        raise DataError(problems)
    network = checked_network(region, data_root)
    read = functools.partial(load_scenario, library=library, targets=options.targets)
    placed = [(one, read(f"{name}/{one}")) for one in dict.fromkeys(chosen)]
    held = [(one, read(f"{name}/{one}")) for one in dict.fromkeys(options.hold_out)]
    varied = [
        (f"{one}~{number}", variation(resolved, number, options.seed))
        for one, resolved in placed
        for number in range(1, options.variations + 1)
    ]
    roles = (("placed", placed), ("held out", held), ("variation", varied))
    every = tuple((one, role, resolved) for role, some in roles for one, resolved in some)
    return Inputs(region, network, every, None if levels is None else read_levels(levels, region))


def _cases(inputs: Inputs, options: PlaceOptions) -> tuple[list[Case], list[str]]:
    cases = [
        read_case(inputs.region, inputs.network, resolved, name=name, severity=options.severity)
        for name, _, resolved in inputs.resolved
    ]
    return cases, [role for _, role, _ in inputs.resolved]


def _wishes(options: PlaceOptions, levels: Levels | None) -> Wishes:
    return Wishes(
        budget=options.budget,
        levels=levels,
        fixed=dict(options.fixed),
        forbidden=options.forbidden,
        keep_existing=options.keep_existing,
    )


def _study(
    region: Region,
    ground: Ground,
    cases: Sequence[Case],
    roles: Sequence[str],
    options: PlaceOptions,
    distances: Distances,
    solve: Solver,
) -> Study:
    placed = [case for case, role in zip(cases, roles, strict=True) if role == "placed"]
    asked = ground.problem(placed)
    nearest = nearest_rules(asked.rules)
    names = names_of(region)
    problem = replace(asked, rules=nearest.rules)
    blocked = None if nearest.all_kept else blocked_rules(asked, nearest, names)
    priorities = Priorities(
        first_hours=_first_hours(placed, asked.hours),
        risk=options.risk,
        required_share=options.required_share,
        gap=options.gap,
    )
    try:
        answer, steps = place(problem, priorities, solve)
    except CannotReachError as error:
        answer, steps = error.best, error.steps
        late = out_of_reach(problem, priorities, steps[0], names, solve)
        blocked = late if blocked is None else Blocked((*blocked.reasons, *late.reasons), late.nearest)
    hours = priorities.first_hours
    every = replace(ground.problem(cases), rules=nearest.rules)
    before = people_reached(every, asked.rules.current, hours, solve, gap=options.gap)
    if is_small(problem):
        reached = people_reached(problem, answer.stock, hours, solve, gap=options.gap).supplied
        kept, required = _to_keep(problem, priorities, reached, before.supplied[: len(placed)])
        near = least_moves(problem, answer, kept, distances, required)
        answer = replace(answer, stock=near)
    return Study(
        asked=asked,
        problem=problem,
        every=every,
        cases=cases,
        roles=roles,
        options=options,
        distances=distances,
        priorities=priorities,
        answer=answer,
        steps=steps,
        before=before,
        after=people_reached(every, answer.stock, hours, solve, gap=options.gap),
        blocked=blocked,
    )


def _to_keep(
    problem: PlacementProblem, priorities: Priorities, reached: Floats, today: Floats
) -> tuple[Floats, tuple[tuple[Coverage, float], ...]]:
    """What fewer transfers may not touch: people by scenario and hour, (S, H), and required coverages.

    All people whom the answer reaches; where a share is required that share, and in each scenario today's
    people or, where the answer supplies fewer, those.
    """
    if priorities.required_share is None:
        return reached, ()
    measure, floor = priorities.reached_floor(problem, reached)
    floor = min(floor, measure.value(problem, reached) - LOST_PEOPLE)
    return np.minimum(reached, today), ((measure.coverage, floor),)


def _first_hours(placed: Sequence[Case], hours: Floats) -> tuple[int, ...]:
    """Indices of the target hours in the order in which the scenarios name them."""
    seconds = dict.fromkeys(second for case in placed for second in case.problem.target_s)
    return tuple(int(np.argmin(np.abs(hours * 3600 - second))) for second in seconds)


def _result(inputs: Inputs, study: Study, on: date) -> PlaceResult:
    hours = tuple(float(hour) for hour in study.problem.hours)
    cases = _case_results(study)
    position = _orders(inputs.region, study, on)
    first = study.priorities.first_hours[0]
    tables = {
        "levels": levels_table(inputs.region, study.asked, study.answer, study.asked.rules.current),
        "decisions": decisions_table(inputs.region, study.asked, study.answer),
        "transfers": transfers_table(position),
        "purchases": purchases_table(position),
        "coverage": coverage_table(cases, hours),
        "steps": steps_table(study.steps, study.options),
    }
    costs = {f"{name}_yuan": float(tables[name]["cost_yuan"].sum()) for name in ("purchases", "decisions")}
    if study.after.people:
        placed = study.problem
        pair = (study.before, study.after)
        tables["townships"] = township_table(inputs.region, placed, names_of(inputs.region), pair, first)
    return PlaceResult(
        region=inputs.region,
        options=study.options,
        levels_file=inputs.levels.file if inputs.levels else None,
        on=on,
        hours=hours,
        first_hours=tuple(hours[hour] for hour in study.priorities.first_hours),
        steps=study.steps,
        cases=cases,
        spending=study.answer.spending,
        tables=tables,
        blocked=study.blocked,
        warnings=(
            *scenario_cautions(cases, hours, first),
            *share_caution(cases, hours[first], first, study.priorities),
            *pack_caution(study.problem.rules.budget, costs),
            *gap_cautions(study.steps, study.options),
        ),
        totals={**costs, "tonne_km": float(tables["transfers"]["tonne_km"].sum())},
        modelled_or_assumed_share=rough_share(inputs.region),
        inputs=inputs.digests,
    )


def _case_results(study: Study) -> tuple[CaseResult, ...]:
    # every scenario has as many variations, so that each of them weighs its share of the scenario's weight
    total = dict.fromkeys(study.roles, 0.0)
    for case, role in zip(study.cases, study.roles, strict=True):
        total[role] += case.weight
    return tuple(
        CaseResult(
            id=case.id,
            name=case.name,
            role=role,
            probability=case.weight / total[role],
            people=int(case.problem.people.sum()),
            before=tuple(float(people) for people in before),
            after=tuple(float(people) for people in after),
        )
        for case, role, before, after in zip(
            study.cases, study.roles, study.before.supplied, study.after.supplied, strict=True
        )
    )


def _orders(region: Region, study: Study, on: date) -> Position:
    """Transfers first, then purchases, that turn today's stock into the recommended one."""
    problem, stock = study.problem, study.answer.stock
    opened = {name for name, is_open in zip(problem.source_ids, study.answer.opened, strict=True) if is_open}
    warehouses = set(region.warehouses.loc[region.warehouses["status"] == "existing", "id"]) | opened
    targets = levels_to_hold(problem, stock, warehouses)
    return position_on_the_day(region, Clock(on, ROTATION_DAYS), targets, study.distances, opened)


def _with_replay(result: PlaceResult, inputs: Inputs, study: Study, tell: Tell | None) -> PlaceResult:
    """Return the result with plans of every scenario but the variations, with either stock."""
    rehearsal = Rehearsal(
        region=inputs.region,
        network=inputs.network,
        source_ids=study.problem.source_ids,
        item_ids=study.problem.item_ids,
        on=result.on,
        severity=study.options.severity,
        seed=study.options.seed,
    )
    resolved = {name: one for name, role, one in inputs.resolved if role != "variation"}
    cases = [(case, resolved[case.id]) for case in result.cases if case.id in resolved]
    stocks = (
        Stocked(study.asked.rules.current, np.zeros_like(study.answer.opened)),
        Stocked(study.answer.stock, study.answer.opened),
    )
    table = replay_table(rehearsal, cases, stocks, result.hours, tell)
    cautions = replay_caution(table, result.first_hours[0], study.options.risk)
    return replace(result, tables={**result.tables, "replay": table}, warnings=(*result.warnings, *cautions))
