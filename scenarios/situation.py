"""Apply a scenario to a region: what is lost, which roads are left, who waits where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from routing.assemble import FirstGoodsOrder, ReliefOrder
from routing.attach import cut_for_region
from routing.closures import Closure, Pick, pick_edges, points_in_water
from routing.road_network import RoadNetwork, network_from_table
from routing.road_periods import RoadPeriod, road_periods
from scenarios.loading import ResolvedScenario
from scenarios.overrides import ChangeLog
from scenarios.references import (
    check_closures_act,
    check_references,
    parent_of_place,
    township_of_sites,
    warehouses_of,
    with_units_above,
)
from scenarios.schema import Scenario
from stockpile.baskets import basket_need
from stockpile.errors import DataError, Problem
from stockpile.region import Region
from stockpile.units import hours_to_s


@dataclass(frozen=True, eq=False)
class Situation:
    """A region on the day of a scenario.

    `region` has the sites of the scale, its stock after losses and its fleet after the fleet factor; `roads`
    are the roads after closures, period by period. `people` counts the affected people of each site that has
    any (int64, index `site`, sorted by id). `lost_stock` has one row per lot that lost units (loss,
    warehouse, lot_id, item, quantity before, lost); `flooded` one row per warehouse or site that stands in
    water at any moment of the plan (see `flooded_points`); `closures` one row per closure, whether it acts
    within the horizon or not (see `closure_table`).
    """

    region: Region
    network: RoadNetwork
    roads: tuple[RoadPeriod, ...]
    people: pd.Series[int]
    scenario: Scenario
    change_log: ChangeLog
    lost_stock: pd.DataFrame
    flooded: pd.DataFrame
    closures: pd.DataFrame


def apply_scenario(
    region: Region, resolved: ResolvedScenario, network: RoadNetwork | None = None
) -> Situation:
    """Return the situation that a scenario makes of a region; the region itself is not changed.

    `network` is the roads, by default those of the roads table.

    Raises:
        DataError: the region has no sites of the scenario's scale; or the scenario names what the region does
            not have, affects a place twice or without any site, crosses its own polygon, or closes nothing
            where it means to; all of the latter is listed.
    """
    scenario = resolved.scenario
    region = region_at_scale(region, resolved)
    network = network_from_table(region.roads) if network is None else network
    problems = check_references(region, resolved, network)
    picks = [pick_edges(network, closure) for closure in _closures(resolved, problems)]
    if not problems:
        problems = check_closures_act(region, resolved, network, picks)
    if problems:
        raise DataError(problems)
    acting = [pick.closure for pick in picks if pick.closure.acts_within(scenario.horizon_h)]
    people = people_per_site(region, scenario)
    lots, lost_stock = lose_stock(region.lots, scenario)
    return Situation(
        region=region.replace(lots=lots, fleet=scale_fleet(region.fleet, scenario.fleet_factor)),
        network=network,
        roads=road_periods(
            network, picks, hours_to_s(scenario.horizon_h), road_factor=scenario.speeds.road_factor
        ),
        people=people,
        scenario=scenario,
        change_log=resolved.change_log,
        lost_stock=lost_stock,
        flooded=flooded_points(region, acting, people),
        closures=closure_table(network, picks, scenario.horizon_h),
    )


def region_at_scale(region: Region, resolved: ResolvedScenario) -> Region:
    """Return the region with the sites of the scenario's scale and those without one.

    Raises:
        DataError: there are no such sites; for communities, none that are of that scale.
    """
    scale, sites = resolved.scenario.scale, region.sites
    own = sites["scale"] == scale
    used = sites[own | (sites["scale"] == "")]
    if used.empty or (scale == "community" and not own.any()):
        message = f"asks for sites that {region.name} does not have: none is of the scale {scale}"
        remedy = f"Write {scale} into the column scale of sites.csv, or plan at another scale"
        raise DataError([resolved.written.problem("scale", scale, message, remedy)])
    return region.replace(sites=used.reset_index(drop=True))


def with_points_on_roads(situation: Situation) -> Situation:
    """Return the situation with links cut where warehouses, depots, sites and bases meet them."""
    cut = cut_for_region(situation.network, situation.region)
    return replace(
        situation, network=cut.network, roads=tuple(period.of_edges(cut.origin) for period in situation.roads)
    )


def relief_order(situation: Situation) -> ReliefOrder:
    """What the scenario asks of a plan."""
    scenario, region = situation.scenario, situation.region
    return ReliefOrder(
        people=situation.people,
        need=basket_need(region.baskets, scenario.basket, scenario.supply_days),
        on=scenario.date,
        target_s=tuple(scenario.due_s(target) for target in scenario.people_targets.values()),
        horizon_s=hours_to_s(scenario.horizon_h),
        first_goods=tuple(
            FirstGoodsOrder(scenario.due_s(target), warehouses_of(region, target.level))
            for target in scenario.first_goods_targets.values()
        ),
        township=township_of_sites(region),
    )


def _closures(resolved: ResolvedScenario, problems: list[Problem]) -> list[Closure]:
    """Return the closures in the words of the road layer; a polygon that crosses itself is a problem."""
    closures = []
    for name, closure in resolved.scenario.closures.items():
        try:
            closures.append(
                Closure(
                    id=name,
                    polygon=closure.polygon,
                    depth_m=closure.depth_m,
                    refs=frozenset(closure.refs or ()),
                    names=frozenset(closure.names or ()),
                    classes=frozenset(closure.classes or ()),
                    links=frozenset(closure.links or ()),
                    bridges_only=closure.bridges_only,
                    tunnels_only=closure.tunnels_only,
                    speed_factor=closure.speed_factor,
                    near=closure.near,
                    share=closure.share,
                    seed=closure.seed or 0,
                    from_h=-math.inf if closure.from_h is None else closure.from_h,
                    until_h=math.inf if closure.until_h is None else closure.until_h,
                )
            )
        except ValueError:
            message = "encloses no area or crosses itself"
            remedy = "Give at least three corners in order around the area"
            problems.append(resolved.written.problem(f"closures.{name}.polygon", None, message, remedy))
    return closures


def as_written(value: float) -> Fraction:
    """Return a decimal number exactly as it stands in the file, so that 1 - 0.9 leaves 10 of 100.

    >>> (1 - as_written(0.9)) * 100
    Fraction(10, 1)
    """
    return Fraction(repr(value))


def lose_stock(lots: pd.DataFrame, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the lots with what remains, floor(quantity * (1 - share)), and the table of what was lost."""
    loss_of = {loss.warehouse: (name, as_written(loss.share)) for name, loss in scenario.losses.items()}
    remaining, rows = [], []
    columns = (lots[name] for name in ("id", "warehouse", "item", "quantity"))
    for lot_id, warehouse, item, number in zip(*columns, strict=True):
        quantity = int(number)
        name, share = loss_of.get(warehouse, ("", Fraction(0)))
        left = int(quantity * (1 - share))
        remaining.append(left)
        if left < quantity:
            rows.append((name, warehouse, lot_id, item, quantity, quantity - left))
    lost = pd.DataFrame(sorted(rows), columns=["loss", "warehouse", "lot_id", "item", "quantity", "lost"])
    return lots.assign(quantity=np.array(remaining, dtype=np.int64)), lost


def scale_fleet(fleet: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Return the fleet with every number of vehicles times the factor, rounded down."""
    numbers = [int(int(number) * as_written(factor)) for number in fleet["number"]]
    return fleet.assign(number=np.array(numbers, dtype=np.int64))


def people_per_site(region: Region, scenario: Scenario) -> pd.Series[int]:
    """Return the affected people of each site that has any, sorted by site id.

    People of a listed place = share * population, rounded half up. They spread over the sites in that place
    and in the units below it in proportion to capacity, by largest remainder (ties: the lower site id).
    """
    parents = parent_of_place(region)
    population = dict(zip(region.places["id"], region.places["population"], strict=True))
    people: dict[str, int] = {}
    capacities: dict[str, dict[str, int]] = {}
    columns = (region.sites["id"], region.sites["place"], region.sites["capacity"])
    for site, at, size in zip(*columns, strict=True):
        for unit in with_units_above(at, parents):
            capacities.setdefault(unit, {})[str(site)] = int(size)
    for affected in scenario.affected.values():
        for place in affected.places:
            capacity = capacities[place]
            total = int(as_written(affected.share) * int(population[place]) + Fraction(1, 2))
            people.update(spread(total, capacity))
    present = {site: people[site] for site in sorted(people) if people[site] > 0}
    return pd.Series(present, dtype="int64", name="people").rename_axis("site")


def spread(total: int, capacity: Mapping[str, int]) -> dict[str, int]:
    """Spread whole people over sites in proportion to capacity, by largest remainder.

    >>> spread(10, {"S-1": 1, "S-2": 1, "S-3": 1})
    {'S-1': 4, 'S-2': 3, 'S-3': 3}
    """
    everything = sum(capacity.values())
    shares = {site: divmod(total * size, everything) for site, size in capacity.items()}
    rest = total - sum(whole for whole, _ in shares.values())
    by_remainder = sorted(shares, key=lambda site: (-shares[site][1], site))
    extra = set(by_remainder[:rest])
    return {site: whole + (site in extra) for site, (whole, _) in shares.items()}


def flooded_points(region: Region, closures: list[Closure], people: pd.Series[int]) -> pd.DataFrame:
    """Return the existing warehouses and the sites that stand in water, sorted by id.

    `people` are the affected people of a site (0 at a warehouse), `depth_m` the depth of the water in m.
    """
    existing = region.warehouses[region.warehouses["status"] == "existing"]
    parts = []
    for kind, table in (("warehouse", existing), ("site", region.sites)):
        part = pd.DataFrame({"point_id": table["id"], "kind": kind, "name_zh": table["name_zh"]})
        part["people"] = [int(people.get(point, 0)) for point in table["id"]]
        depth_m = points_in_water(closures, table["lon"].to_numpy(), table["lat"].to_numpy())
        parts.append(part.assign(depth_m=depth_m)[depth_m > 0])
    return pd.concat(parts, ignore_index=True).sort_values("point_id", ignore_index=True)


CLOSURE_COLUMNS = (
    *("closure", "acts", "from_h", "until_h", "effect", "depth_m", "speed_factor", "links"),
    *("nearest_link", "nearest_m"),
)


def closure_table(network: RoadNetwork, picks: Sequence[Pick], horizon_h: float) -> pd.DataFrame:
    """Return what each closure does and to how many links, in the order of the scenario.

    `acts` tells whether it holds at any moment of the plan; `effect` is closed, water or slow; a blank hour
    is one that was not given. `nearest_link` and `nearest_m` name the link that a point chose.
    """
    rows = [_closure_row(network, pick, horizon_h) for pick in picks]
    return pd.DataFrame(rows, columns=list(CLOSURE_COLUMNS)).astype({"links": "int64"})


def _closure_row(network: RoadNetwork, pick: Pick, horizon_h: float) -> tuple[object, ...]:
    closure, nearest = pick.closure, pick.nearest
    effect = "closed" if closure.depth_m is None else "water"
    return (
        closure.id,
        closure.acts_within(horizon_h),
        closure.from_h if math.isfinite(closure.from_h) else None,
        closure.until_h if math.isfinite(closure.until_h) else None,
        effect if closure.speed_factor is None else "slow",
        closure.depth_m,
        closure.speed_factor,
        len(np.unique(network.link[pick.edges])),
        network.link_ids[nearest.link] if nearest is not None else "",
        round(nearest.metres, 1) if nearest is not None else None,
    )
