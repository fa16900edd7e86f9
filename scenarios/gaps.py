"""Who is short, of what, and which limit alone keeps it from them: found by searching on without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from routing.dispatch import Dispatch, continued
from routing.plan import people_supplied
from routing.problem import DispatchProblem, Flags, Floats, Ints, Supply
from routing.timeline import DrivenTrip
from scenarios.result import Gap
from stockpile.units import s_to_hours

MORE_VEHICLES = 4
"""With the fleet limit lifted, each vehicle stands there this many times."""

ANY_RATE = 1e9
"""Hand-out rate, persons a second, that never makes anybody wait."""

LIFTED = 300
"""Iterations of a search without one limit."""

AT_A_TIME = 2
"""Limits that are lifted at a time: searches run beside each other, memory holds two searches."""

MOST_CAUSES = 3
"""Causes named for one gap at the most."""

Column = TypeVar("Column", Ints, Floats, Flags)

SEVERAL = "several"
"""Cause of a gap that no single lifted limit even narrows."""


@dataclass(frozen=True)
class Lifted:
    """A limit, and how to make the problem without it, when its turn comes: problems are large."""

    cause: str
    problem: Callable[[], DispatchProblem]


@dataclass(frozen=True)
class _Short:
    """A site whose people are not all supplied by a target."""

    site: int
    target: int
    people: int
    item: int


def find_gaps(
    problem: DispatchProblem,
    plan: Dispatch,
    places: Mapping[str, str],
    rebuilt: Mapping[str, DispatchProblem],
    *,
    seed: int,
) -> tuple[Gap, ...]:
    """Explain every site that misses a target, at the first target it misses.

    A cause counts as proven when the plan, searched on without that limit, supplies as many more people of
    the site by that hour as are short, and as many more in all: what it takes from others for them does not
    count, nor does what the search finds with every limit in place.

    Args:
        problem: The situation.
        plan: The plan to explain.
        places: Place of each site id.
        rebuilt: The problem built anew without a limit that arrays alone cannot lift, by cause
            (`expired`: with lots past their date, `road`: on intact roads).
        seed: Seed of the searches.

    Returns:
        Gaps by target, then by people (most first), then by site.
    """
    supplied = _supplied(problem, plan.driven)
    short = list(_short_sites(problem, plan.driven, supplied))
    if not short:
        return ()
    lifted = list(lifted_problems(problem, rebuilt))
    asked = [lambda: problem, *(one.problem for one in lifted)]
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:  # searches of their own, in a fixed order
        in_place, *found = pool.map(lambda made: _supplied_without(made(), plan, seed), asked)
    causes = [(one.cause, without) for one, without in zip(lifted, found, strict=True)]
    # what the plan has already is no gain either, though the search goes other ways
    had = np.maximum(in_place, supplied)
    in_all = np.maximum(in_place.sum(axis=0), supplied.sum(axis=0))
    gaps = [_explain(problem, gap, (had, in_all), causes, places) for gap in short]
    return tuple(sorted(gaps, key=lambda gap: (gap.hour, -gap.people, gap.site)))


def lifted_problems(problem: DispatchProblem, rebuilt: Mapping[str, DispatchProblem]) -> Iterator[Lifted]:
    """The problem without each limit in turn, in the order in which causes are named."""
    many = np.full_like(problem.docks, max(1, len(problem.vehicle_ids)))
    fast = np.full_like(problem.handout_per_s, ANY_RATE)
    if "expired" in rebuilt:
        yield Lifted("expired", lambda: rebuilt["expired"])
    yield Lifted("stock", lambda: _without_stock_limit(problem))
    if "road" in rebuilt:
        yield Lifted("road", lambda: rebuilt["road"])
    yield Lifted("callout", lambda: _without_call_out(problem))
    yield Lifted("docks", lambda: replace(problem, docks=many))
    yield Lifted("fleet", lambda: _with_more_vehicles(problem))
    yield Lifted("handout", lambda: replace(problem, handout_per_s=fast))
    yield Lifted("distance", lambda: _without_distance(problem))


def _without_stock_limit(problem: DispatchProblem) -> DispatchProblem:
    """Every loading point holds what all sites need of every item, from the order on."""
    sources, items = len(problem.source_ids), len(problem.item_ids)
    source, item = (index.reshape(-1) for index in np.indices((sources, items)))
    supply = Supply(
        lot_ids=tuple(f"lifted-{n}" for n in range(len(source))),
        source=source,
        item=item,
        quantity=problem.need.sum(axis=0)[item],
        available_s=np.zeros(len(source), dtype=np.int64),
        expires_on=("",) * len(source),
    )
    return replace(problem, supply=supply)


def _without_distance(problem: DispatchProblem) -> DispatchProblem:
    """Ways that are open take no time; what is cut off stays cut off, and opens when it opens."""

    def at_once(travel_s: Floats) -> Floats:
        return np.where(np.isfinite(travel_s), 0.0, np.inf)

    spells = tuple(replace(spell, travel_s=at_once(spell.travel_s)) for spell in problem.spells)
    return replace(problem, travel_s=at_once(problem.travel_s), spells=spells)


def _without_call_out(problem: DispatchProblem) -> DispatchProblem:
    """Vehicles, warehouses and suppliers stand ready when the order is given."""
    supply = replace(problem.supply, available_s=np.zeros_like(problem.supply.available_s))
    return replace(
        problem,
        supply=supply,
        source_ready_s=np.zeros_like(problem.source_ready_s),
        vehicle_ready_s=np.zeros_like(problem.vehicle_ready_s),
    )


def _with_more_vehicles(problem: DispatchProblem) -> DispatchProblem:
    """Every vehicle several times, and as many at yards that have none."""
    yards = problem.yards
    stands = np.isin(yards.point, problem.vehicle_base)
    idle = np.flatnonzero(~stands)

    def more(column: Column, of_yards: Column) -> Column:
        tiled: Column = np.tile(np.concatenate([column, of_yards[idle]]), MORE_VEHICLES)
        return tiled

    names = [*problem.vehicle_ids, *(f"yard-{number}" for number in idle.tolist())]
    return replace(
        problem,
        vehicle_ids=tuple(f"{name}*{n}" for n in range(MORE_VEHICLES) for name in names),
        vehicle_type=more(problem.vehicle_type, yards.type),
        vehicle_base=more(problem.vehicle_base, yards.point),
        vehicle_ready_s=more(problem.vehicle_ready_s, yards.ready_s),
        vehicle_until_s=more(problem.vehicle_until_s, yards.until_s),
        vehicle_source=more(problem.vehicle_source, yards.source),
        vehicle_returns=more(problem.vehicle_returns, yards.returns),
        vehicle_drive_s=more(problem.vehicle_drive_s, yards.drive_s),
    )


def _supplied(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> Ints:
    """Whole people of each site supplied by each target, (J, G)."""
    ask = sorted(problem.target_s)
    columns = [ask.index(second) for second in problem.target_s]
    table = np.array(people_supplied(problem, driven, ask), dtype=np.int64)
    return table.reshape(len(problem.site_ids), len(ask))[:, columns]


def _supplied_without(lifted: DispatchProblem, plan: Dispatch, seed: int) -> Ints:
    """People supplied by site and target in the plan as it gets better in this situation."""
    return _supplied(lifted, continued(lifted, plan, iterations=LIFTED, seed=seed).driven)


def _short_sites(problem: DispatchProblem, driven: Sequence[DrivenTrip], supplied: Ints) -> Iterator[_Short]:
    """Sites that some mode reaches, at the first target that not all of their people make."""
    reachable = problem.reachable
    for site in np.flatnonzero(problem.people > 0).tolist():
        short = np.flatnonzero(supplied[site] < problem.people[site])
        if reachable[site] and len(short):
            target = int(short[0])
            people = int(problem.people[site] - supplied[site, target])
            yield _Short(site, target, people, limiting_item(problem, driven, site, target))


def limiting_item(problem: DispatchProblem, driven: Sequence[DrivenTrip], site: int, target: int) -> int:
    """Essential item of which the site holds the fewest persons' shares by the target."""
    held = problem.on_site_units[site].astype(np.float64)
    for done in driven:
        for stop, second in zip(done.trip.stops, done.unloaded, strict=True):
            if stop.site == site and second <= problem.target_s[target]:
                held += stop.units
    shares: Floats = np.where(problem.essential, held / problem.per_person, np.inf)
    return int(np.argmin(shares))


def _explain(
    problem: DispatchProblem,
    gap: _Short,
    had: tuple[Ints, Ints],
    found: Sequence[tuple[str, Ints]],
    places: Mapping[str, str],
) -> Gap:
    """Name the limits whose lifting serves the site, else those that help, most first.

    `had` are people supplied with every limit in place, in the plan or after the same search: of each site,
    (J, G), and in all, (G,).
    """
    at_site, in_all = had
    gains = {
        cause: min(
            int(after[gap.site, gap.target] - at_site[gap.site, gap.target]),
            int(after[:, gap.target].sum() - in_all[gap.target]),
        )
        for cause, after in found
    }
    proven = [cause for cause in gains if gains[cause] >= gap.people]
    helping = sorted((cause for cause in gains if gains[cause] > 0), key=lambda cause: -gains[cause])
    site_id = problem.site_ids[gap.site]
    return Gap(
        site=site_id,
        place=places[site_id],
        people=gap.people,
        item=problem.item_ids[gap.item],
        hour=s_to_hours(problem.target_s[gap.target]),
        causes=tuple((proven or helping)[:MOST_CAUSES] or [SEVERAL]),
        proven=bool(proven),
        repair=None,
    )


def isolated_gaps(
    problem: DispatchProblem, places: Mapping[str, str], on_intact_roads: DispatchProblem
) -> tuple[Gap, ...]:
    """A gap for every site that no mode reaches, of the people whom its own stock leaves out.

    The roads are the proven cause where the same site is reached when they are whole.
    """
    intact = dict(zip(on_intact_roads.site_ids, on_intact_roads.reachable.tolist(), strict=True))
    supplied = _supplied(problem, ())
    gaps = []
    for site in np.flatnonzero(~problem.reachable & (problem.people > 0)).tolist():
        missed = np.flatnonzero(supplied[site] < problem.people[site]).tolist()
        if not missed:
            continue
        site_id = problem.site_ids[site]
        gaps.append(
            Gap(
                site=site_id,
                place=places[site_id],
                people=int(problem.people[site] - supplied[site, missed[0]]),
                item=problem.item_ids[limiting_item(problem, (), site, missed[0])],
                hour=s_to_hours(problem.target_s[missed[0]]),
                causes=("road",) if intact.get(site_id, False) else ("isolated",),
                proven=bool(intact.get(site_id, False)),
                repair=None,
            )
        )
    return tuple(gaps)
