"""One scenario of a region as a placement solver sees it: what roads, docks and fleets leave of any stock.

Every limit is that of `routing.relaxation`, for goods that may stand at any source; so whatever is kept
where, no dispatch supplies more people by an hour than the placement model says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.problem import DispatchProblem, Flags, Floats, Ints
from routing.relaxation import (
    FleetHours,
    dock_kg,
    earliest_arrival_s,
    fleet_hours,
    most_people,
    ready_units,
)
from stockpile.placement.problem import NO_FLEET, Lanes, PlacementScenario
from stockpile.units import METRES_PER_KM, SECONDS_PER_HOUR


@dataclass(frozen=True)
class Layout:
    """The index spaces that the scenarios of a placement problem share.

    `placeable` (I,) are the sources at which stock may be kept; the others are depots of suppliers. `on_spot`
    names, by community point, the sites to which it hands its stock out where it stands.
    """

    source_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    modes: tuple[str, ...]
    hours: Floats
    placeable: Flags
    on_spot: Mapping[str, tuple[str, ...]]


def layout_of(
    problems: Sequence[DispatchProblem],
    item_ids: Sequence[str],
    placeable_ids: Sequence[str],
    on_spot: Mapping[str, tuple[str, ...]],
) -> Layout:
    """Return the index spaces of several dispatch problems of one region.

    The hours are those of all targets and the end of the longest plan. Sources are the warehouses at which
    stock may be kept, in the order given, then the depots.

    Args:
        problems: the scenarios.
        item_ids: items that are placed.
        placeable_ids: warehouses, community points among them.
        on_spot: sites at which each community point hands out.
    """
    targets = {second for problem in problems for second in problem.target_s}
    seconds = sorted(targets | {max(problem.horizon_s for problem in problems)})
    depots = sorted({source for problem in problems for source in problem.source_ids} - set(placeable_ids))
    return Layout(
        source_ids=(*placeable_ids, *depots),
        item_ids=tuple(item_ids),
        site_ids=tuple(sorted({site for problem in problems for site in problem.site_ids})),
        modes=tuple(sorted({mode for problem in problems for mode in problem.modes})),
        hours=np.array(seconds, dtype=np.float64) / SECONDS_PER_HOUR,
        placeable=np.array([True] * len(placeable_ids) + [False] * len(depots), dtype=bool),
        on_spot=on_spot,
    )


def placement_scenario(
    name: str,
    probability: float,
    problem: DispatchProblem,
    surviving: Mapping[str, float],
    layout: Layout,
) -> PlacementScenario:
    """Return one scenario in the index spaces of the layout.

    Args:
        name: id of the scenario.
        probability: its share of all that may happen.
        problem: its dispatch problem, in which every loading point is open; its stock does not matter.
        surviving: share of the stock that a warehouse can still issue, 1 where none is named.
        layout: index spaces.
    """
    source = _positions(problem.source_ids, layout.source_ids)
    item = _positions(problem.item_ids, layout.item_ids)
    ends_s = np.minimum(layout.hours * SECONDS_PER_HOUR, problem.horizon_s)
    stocked = layout.placeable[source] | problem.stocked
    arrivals = {mode: earliest_arrival_s(problem, mode, stocked) for mode in problem.modes}
    spots = _spots(problem, layout)
    at_once = np.isin(np.arange(len(problem.site_ids)), spots[:, 1])
    shape = (len(layout.source_ids), len(layout.item_ids), len(ends_s))
    per_person = np.zeros(shape[1])
    essential = problem.essential & (item >= 0)
    per_person[item[essential]] = problem.per_person[essential]
    docks = np.full((shape[0], shape[2]), np.inf)
    docks[source] = dock_kg(problem, stocked, ends_s)
    fleets = {mode: fleet_hours(problem, mode, stocked, ends_s) for mode in problem.modes}
    kg_s = np.zeros((len(layout.modes), shape[2]))
    for mode, fleet in fleets.items():
        kg_s[layout.modes.index(mode)] = fleet.kg_s
    return PlacementScenario(
        id=name,
        probability=probability,
        site=_positions(problem.site_ids, layout.site_ids),
        people=problem.people.astype(np.float64),
        most_people=most_people(problem, arrivals.values(), at_once, ends_s),
        per_person=per_person,
        held=np.zeros((len(problem.site_ids), shape[1])),
        surviving=np.array([surviving.get(source_id, 1.0) for source_id in layout.source_ids]),
        ready=_ready_at_depots(problem, layout, source, item, ends_s),
        dock_kg=docks,
        fleet_kg_s=kg_s,
        emergency_cost=np.full(shape[:2], np.inf),
        lanes=_sorted_lanes(
            [
                _spot_lanes(spots),
                *(
                    _mode_lanes(problem, mode, layout, source, arrivals[mode][:, :, None] < ends_s, fleet)
                    for mode, fleet in fleets.items()
                ),
            ]
        ),
    )


def _positions(names: Iterable[str], among: Sequence[str]) -> Ints:
    """Where each name stands among others; -1 where it does not."""
    position = {name: index for index, name in enumerate(among)}
    return np.array([position.get(name, -1) for name in names], dtype=np.int64)


def _spots(problem: DispatchProblem, layout: Layout) -> Ints:
    """Pairs of a source that hands out on the spot and a site of the scenario at which it does, (N, 2)."""
    site = {name: index for index, name in enumerate(problem.site_ids)}
    pairs = [
        (source, site[name])
        for source, source_id in enumerate(layout.source_ids)
        for name in layout.on_spot.get(source_id, ())
        if name in site
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _ready_at_depots(
    problem: DispatchProblem, layout: Layout, source: Ints, item: Ints, ends_s: Floats
) -> Floats:
    """Units that suppliers have ready by each hour, (I, K, H); what warehouses hold the placement says."""
    known = item >= 0
    ready = np.zeros((len(layout.source_ids), len(layout.item_ids), len(ends_s)))
    units = ready_units(problem, ends_s)
    depots = np.flatnonzero(~layout.placeable[source])
    ready[np.ix_(source[depots], item[known])] = units[np.ix_(depots, np.flatnonzero(known))]
    return ready


def _mode_lanes(
    problem: DispatchProblem, mode: str, layout: Layout, source: Ints, in_time: Flags, fleet: FleetHours
) -> Lanes:
    """Every way (I, J, H) that is in time for an hour: whoever is served later spares docks and fleets."""
    start, site, hour = np.nonzero(in_time)
    return Lanes(
        site=site,
        source=source[start],
        hour=hour,
        fleet=np.full(len(site), layout.modes.index(mode), dtype=np.int64),
        effort_s=fleet.effort_s[start, site],
        cost_per_kg=_cost_per_kg(problem, mode, fleet.effort_s)[start, site],
        loaded_per_unit=np.ones(len(site)),
    )


def _spot_lanes(spots: Ints) -> Lanes:
    """Stock handed out where it stands, from the first hour on."""
    count = len(spots)
    return Lanes(
        site=spots[:, 1].copy(),
        source=spots[:, 0].copy(),
        hour=np.zeros(count, dtype=np.int64),
        fleet=np.full(count, NO_FLEET, dtype=np.int64),
        effort_s=np.zeros(count),
        cost_per_kg=np.zeros(count),
        loaded_per_unit=np.ones(count),
    )


def _cost_per_kg(problem: DispatchProblem, mode: str, effort_s: Floats) -> Floats:
    """Yuan a kg costs from source to site and back in the cheapest full vehicle of the mode, (I, J).

    (2 * km * cost_per_km + hours tied down * cost_per_h) / payload, inf where no vehicle goes.
    """
    count = len(problem.source_ids)
    kinds = np.unique(problem.vehicle_type[problem.vehicles_of(mode)])
    km = problem.least_m[kinds][:, :count][:, :, problem.site_point] / METRES_PER_KM
    there_and_back = 2 * km * problem.cost_per_km[kinds][:, None, None]
    hours = effort_s / SECONDS_PER_HOUR * problem.cost_per_h[kinds][:, None, None]
    cheapest: Floats = ((there_and_back + hours) / problem.payload_kg[kinds][:, None, None]).min(axis=0)
    return cheapest


def _sorted_lanes(parts: Sequence[Lanes]) -> Lanes:
    """All lanes by site, source, fleet and hour."""
    names = list(Lanes.__dataclass_fields__)
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort([joined["hour"], joined["fleet"], joined["source"], joined["site"]])
    return Lanes(**{name: values[order] for name, values in joined.items()})
