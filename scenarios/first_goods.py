"""When goods first reached each affected township, told from the plan tables alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from scenarios.references import township_of_sites, warehouses_of
from scenarios.result import FirstArrival, FirstGoodsResult
from scenarios.schema import Scenario, Target
from stockpile.region import Region
from stockpile.units import hours_to_s

NOISE = 1e-9


@dataclass(frozen=True)
class _Unloading:
    """Goods of one warehouse, unloaded at one site."""

    hour: float
    trip_id: str
    site_id: str
    source_id: str


def first_goods_results(
    scenario: Scenario, region: Region, tables: Mapping[str, pd.DataFrame]
) -> tuple[tuple[FirstGoodsResult, ...], tuple[FirstArrival, ...]]:
    """Return how each promise of first goods was kept, and the first arrival at each of its townships.

    Counted are the townships of the sites with affected people, a site outside any township by its own place.
    One whose sites are all isolated is exempt. Goods of a community point do not count: nothing brings them.
    """
    townships = _townships(region, tables["demand"])
    isolated = set(tables["isolated"]["site_id"])
    exempt = {township for township, sites in townships.items() if isolated.issuperset(sites)}
    unloadings = _unloadings(tables)
    results: list[FirstGoodsResult] = []
    arrivals: list[FirstArrival] = []
    for name, target in scenario.first_goods_targets.items():
        sources = warehouses_of(region, target.level)
        found = tuple(
            _arrival(name, township, sites, scenario.due_s(target), unloadings, sources, township in exempt)
            for township, sites in townships.items()
        )
        stocked = _keeps_goods(region, sources, tables["demand"]["item"])
        results.append(_result(name, target, found, judged=stocked))
        arrivals.extend(found)
    return tuple(results), tuple(arrivals)


def _townships(region: Region, demand: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Sites with their affected people, by township; both sorted."""
    township = township_of_sites(region)
    found: dict[str, dict[str, int]] = {}
    for site, people in zip(demand["site_id"], demand["people"], strict=True):
        if people > 0:
            found.setdefault(township[str(site)], {})[str(site)] = int(people)
    return {township: dict(sorted(found[township].items())) for township in sorted(found)}


def _unloadings(tables: Mapping[str, pd.DataFrame]) -> list[_Unloading]:
    """Everything that was unloaded, by the hour at which it stood ready."""
    trips, stops = tables["trips"], tables["stops"]
    source_of = dict(zip(trips["trip_id"], trips["source_id"], strict=True))
    columns = (stops["unload_end_h"], stops["trip_id"], stops["site_id"])
    found = [
        _Unloading(float(hour), str(trip), str(site), str(source_of[trip]))
        for hour, trip, site in zip(*columns, strict=True)
    ]
    return sorted(found, key=lambda one: (one.hour, one.trip_id))


def _keeps_goods(region: Region, sources: frozenset[str], items: Iterable[str]) -> bool:
    """Whether any of the warehouses keeps a lot of the basket, be it lost or past its last day."""
    lots = region.lots
    return bool((lots["warehouse"].isin(list(sources)) & lots["item"].isin(set(items))).any())


def _arrival(
    name: str,
    township: str,
    sites: Mapping[str, int],
    due_s: int,
    unloadings: Iterable[_Unloading],
    sources: frozenset[str],
    exempt: bool,  # noqa: FBT001 - as above
) -> FirstArrival:
    mine: Iterator[_Unloading] = (
        one for one in unloadings if one.site_id in sites and one.source_id in sources
    )
    first = next(mine, None)
    return FirstArrival(
        target=name,
        township=township,
        people=sum(sites.values()),
        first_h=first.hour if first else None,
        source_id=first.source_id if first else "",
        trip_id=first.trip_id if first else "",
        site_id=first.site_id if first else "",
        exempt=exempt,
        in_time=first is not None and hours_to_s(first.hour) <= due_s,
    )


def _result(name: str, target: Target, arrivals: Iterable[FirstArrival], *, judged: bool) -> FirstGoodsResult:
    arrivals = tuple(arrivals)
    counted = [arrival for arrival in arrivals if not arrival.exempt]
    reached = sum(arrival.in_time for arrival in counted)
    hours = [arrival.first_h for arrival in counted if arrival.first_h is not None]
    return FirstGoodsResult(
        id=name,
        level=str(target.level),
        hours=target.hours,
        required=target.required,
        townships=len(counted),
        reached=reached,
        share=reached / len(counted) if counted else 0.0,
        exempt_townships=len(arrivals) - len(counted),
        last_h=max(hours) if counted and len(hours) == len(counted) else None,
        judged=judged,
        # a promise to townships none of which can be reached is not kept
        met=judged and bool(counted) and reached >= target.required * len(counted) - NOISE,
        source=target.source,
    )
