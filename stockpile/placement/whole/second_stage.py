"""Constraints on what the stock can do in one scenario."""

from __future__ import annotations

import numpy as np

from stockpile.placement.problem import Floats, Ints
from stockpile.placement.whole.columns import ScenarioColumns, WholeModel
from stockpile.placement.whole.program import Entry, Indices, entry


def define_stock_use(model: WholeModel, columns: ScenarioColumns) -> None:
    """sum over lanes e of loaded_e ship_ek <= surviving_i stock_ik + ready_ikh + emergency_ik.

    The sum is over lanes from i that are in time for h. An hour by which no further lane is in time has no
    row: ready stock only grows.
    """
    scenario, lanes = columns.scenario, columns.scenario.lanes
    hours, items = len(model.problem.hours), np.arange(len(model.problem.item_ids))
    used = np.unique(lanes.source * hours + lanes.hour)
    lane, cell = _in_time_for(lanes.source, lanes.hour, hours)
    known = np.isin(cell, used)
    lane, row = lane[known], np.searchsorted(used, cell[known])
    number = np.arange(len(used))[:, None] * len(items) + items
    source, hour = used // hours, used % hours
    upper = scenario.ready[source, :, hour].ravel()
    model.program.add_rows(
        f"stock_use[{scenario.id}]",
        [
            entry(number[row], columns.ship[lane], lanes.loaded_per_unit[lane][:, None]),
            entry(number, model.stock[source], -scenario.surviving[source][:, None]),
            entry(number, columns.emergency[source], -1.0),
        ],
        lower=np.full(len(upper), -np.inf),
        upper=upper,
    )


def define_baskets(model: WholeModel, columns: ScenarioColumns) -> None:
    """per_person_k supplied_jh <= held_jk + sum over lanes e to j in time for h of ship_ek.

    With complete baskets one number of people for all items; else each item has its own.
    """
    scenario, lanes = columns.scenario, columns.scenario.lanes
    hours, sites = len(model.problem.hours), len(scenario.site)
    asked = np.flatnonzero(scenario.per_person > 0)
    number = np.arange(sites * hours * len(asked)).reshape(sites * hours, len(asked))
    group = np.zeros_like(asked) if model.problem.complete_baskets else asked
    supplied = columns.supplied[:, group, :].transpose(0, 2, 1).reshape(number.shape)
    lane, row = _in_time_for(lanes.site, lanes.hour, hours)
    upper = np.repeat(scenario.held[:, asked], hours, axis=0).ravel()
    model.program.add_rows(
        f"baskets[{scenario.id}]",
        [
            entry(number, supplied, scenario.per_person[asked]),
            entry(number[row], columns.ship[lane][:, asked], -1.0),
        ],
        lower=np.full(len(upper), -np.inf),
        upper=upper,
    )


def define_docks(model: WholeModel, columns: ScenarioColumns) -> None:
    """sum over lanes e from i in time for h, k of weight_k ship_ek <= dock_kg_ih, for what is moved."""
    scenario = columns.scenario
    ones = np.ones(len(scenario.lanes.source))
    _limit_kg(model, columns, "docks", scenario.lanes.source, ones, scenario.dock_kg)


def define_fleets(model: WholeModel, columns: ScenarioColumns) -> None:
    """sum over lanes e of fleet m in time for h, k of effort_e weight_k ship_ek <= fleet_kg_s_mh."""
    scenario = columns.scenario
    _limit_kg(model, columns, "fleets", scenario.lanes.fleet, scenario.lanes.effort_s, scenario.fleet_kg_s)


def define_open_sources(model: WholeModel, columns: ScenarioColumns) -> None:
    """sum over lanes e from i to j of ship_ek <= need_jk open_i, for candidates i.

    Nobody is sent more than the need, so no answer is lost; without it fractions of openings look better.
    """
    scenario, lanes = columns.scenario, columns.scenario.lanes
    lane = np.flatnonzero(model.problem.rules.candidate[lanes.source])
    pair, first, row = np.unique(
        lanes.source[lane] * len(scenario.site) + lanes.site[lane], return_index=True, return_inverse=True
    )
    items = np.arange(len(model.problem.item_ids))
    number = np.arange(len(pair))[:, None] * len(items) + items
    source, need = lanes.source[lane[first]], columns.need[lanes.site[lane[first]]]
    model.program.add_rows(
        f"open_sources[{scenario.id}]",
        [entry(number[row], columns.ship[lane], 1.0), entry(number, model.opened[source][:, None], -need)],
        lower=np.full(number.size, -np.inf),
        upper=np.where(need > 0, 0.0, np.inf).ravel(),
    )


def define_single_source(model: WholeModel, columns: ScenarioColumns) -> None:
    """sum over lanes e from i to j of ship_ek <= need_jk served_by_ijk,  sum_i served_by_ijk <= 1.

    served_by is 0 or 1.
    """
    if not model.problem.single_source:
        return
    scenario, lanes = columns.scenario, columns.scenario.lanes
    sites, items = len(scenario.site), np.arange(len(model.problem.item_ids))
    row = np.searchsorted(columns.pair, lanes.source * sites + lanes.site)
    number = np.arange(len(columns.pair))[:, None] * len(items) + items
    site = columns.pair % sites
    one_each = len(columns.pair) * len(items) + site[:, None] * len(items) + items
    count = (len(columns.pair) + sites) * len(items)
    upper = np.zeros(count)
    upper[len(columns.pair) * len(items) :] = 1.0
    model.program.add_rows(
        f"single_source[{scenario.id}]",
        [
            entry(number[row], columns.ship, 1.0),
            entry(number, columns.served_by, -columns.need[site]),
            entry(one_each, columns.served_by, 1.0),
        ],
        lower=np.full(count, -np.inf),
        upper=upper,
    )


def _limit_kg(
    model: WholeModel, columns: ScenarioColumns, family: str, owner: Ints, per_kg: Floats, limit: Floats
) -> None:
    """Limit the kg times `per_kg` that each owner (a source or a fleet) moves by each hour."""
    lanes, hours = columns.scenario.lanes, len(model.problem.hours)
    moved = np.flatnonzero(lanes.fleet >= 0)
    chosen, row = _in_time_for(owner[moved], lanes.hour[moved], hours)
    lane = moved[chosen]
    kg = per_kg[lane][:, None] * model.problem.rules.unit_weight_kg
    used = np.zeros(limit.size, dtype=np.bool_)
    used[row] = True
    entries: list[Entry] = [entry(row[:, None], columns.ship[lane], kg)]
    upper = np.where(used, limit.ravel(), np.inf)
    model.program.add_rows(
        f"{family}[{columns.scenario.id}]", entries, lower=np.full(limit.size, -np.inf), upper=upper
    )


def _in_time_for(owner: Ints, hour: Ints, hours: int) -> tuple[Indices, Indices]:
    """Each lane with each hour it is in time for: its number, and owner * hours + hour."""
    count = hours - hour
    lane = np.repeat(np.arange(len(owner)), count)
    later = np.arange(len(lane)) - np.repeat(np.cumsum(count) - count, count)
    return lane, owner[lane] * hours + hour[lane] + later
