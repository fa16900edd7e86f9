"""When goods first reached each affected township, and why not sooner, told from the plan tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, isfinite

import pandas as pd

from scenarios.first_goods_limits import FirstGoodsLimits, Soonest
from scenarios.gaps import MOST_CAUSES, SEVERAL
from scenarios.references import township_of_sites, warehouses_of
from scenarios.result import COMPLETE, OTHERS_FIRST, FirstArrival, FirstGoodsResult
from scenarios.schema import Scenario, Target
from stockpile.region import Region
from stockpile.units import hours_to_s, s_to_hours

NOISE = 1e-9


@dataclass(frozen=True)
class _Unloading:
    """Goods of one warehouse, unloaded at one site."""

    hour: float
    trip_id: str
    site_id: str
    source_id: str
    kg: float


@dataclass(frozen=True)
class _Promise:
    """What one target of first goods asks: by when, from which warehouses, and what is possible."""

    name: str
    due_s: int
    sources: frozenset[str]
    limits: FirstGoodsLimits
    short: frozenset[str]
    judged: bool

    def arrival(
        self, township: str, sites: Mapping[str, int], unloadings: Iterable[_Unloading], *, exempt: bool
    ) -> FirstArrival:
        """The first of the unloadings, in the order of their hours, that counts for the township."""
        mine = (one for one in unloadings if one.site_id in sites and one.source_id in self.sources)
        first = next(mine, None)
        in_time = first is not None and hours_to_s(first.hour) <= self.due_s
        soonest_s = self._soonest_s(self.limits.soonest_s, sites)
        return FirstArrival(
            target=self.name,
            township=township,
            people=sum(sites.values()),
            first_h=first.hour if first else None,
            source_id=first.source_id if first else "",
            trip_id=first.trip_id if first else "",
            site_id=first.site_id if first else "",
            kg=first.kg if first else 0.0,
            exempt=exempt,
            in_time=in_time,
            # downwards, so that the limit holds as it is written
            soonest_h=s_to_hours(int(soonest_s)) if isfinite(soonest_s) else None,
            causes=()
            if in_time or exempt or not self.judged
            else self._causes(sites, came=first is not None),
        )

    def can_be_kept(self, sites: Iterable[str]) -> bool:
        """Whether goods can be in time at a township with these sites, for all that is known."""
        return self._soonest_s(self.limits.soonest_s, sites) <= self.due_s

    def _soonest_s(self, soonest: Soonest, sites: Iterable[str]) -> float:
        return min((soonest[self.name][site] for site in sites), default=inf)

    def _causes(self, sites: Mapping[str, int], *, came: bool) -> tuple[str, ...]:
        """Limits without any one of which the goods could be in time."""
        if not came and self.short.isdisjoint(sites):
            return (COMPLETE,)
        if self.can_be_kept(sites):
            return (OTHERS_FIRST,)
        without = self.limits.without
        causes = [cause for cause in without if self._soonest_s(without[cause], sites) <= self.due_s]
        return tuple(causes[:MOST_CAUSES]) or ((SEVERAL,) if without else ())


def first_goods_results(
    scenario: Scenario, region: Region, tables: Mapping[str, pd.DataFrame], limits: FirstGoodsLimits
) -> tuple[tuple[FirstGoodsResult, ...], tuple[FirstArrival, ...]]:
    """Return how each promise of first goods was kept, and the first arrival at each of its townships.

    Counted are the townships of the sites with affected people, a site outside any township by its own place.
    One whose sites are all isolated is exempt. Goods of a community point do not count: nothing brings them.
    `limits` tell how soon they could have come.
    """
    townships = _townships(region, tables["demand"])
    isolated = set(tables["isolated"]["site_id"])
    exempt = {township for township, sites in townships.items() if isolated.issuperset(sites)}
    unloadings = _unloadings(tables)
    basket = region.baskets.loc[region.baskets["basket"] == scenario.basket, "item"]
    short = frozenset(tables["demand"].loc[tables["demand"]["unmet"] > 0, "site_id"])
    results: list[FirstGoodsResult] = []
    arrivals: list[FirstArrival] = []
    for name, target in scenario.first_goods_targets.items():
        sources = warehouses_of(region, target.level)
        stocked = _keeps_goods(region, sources, basket)
        promise = _Promise(name, scenario.due_s(target), sources, limits, short, judged=stocked)
        found = tuple(
            promise.arrival(township, sites, unloadings, exempt=township in exempt)
            for township, sites in townships.items()
        )
        bound = sum(promise.can_be_kept(townships[township]) for township in townships.keys() - exempt)
        results.append(_result(name, target, found, bound, judged=stocked))
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
    columns = (stops["unload_end_h"], stops["trip_id"], stops["site_id"], stops["weight_kg"])
    found = [
        _Unloading(float(hour), str(trip), str(site), str(source_of[trip]), float(kg))
        for hour, trip, site, kg in zip(*columns, strict=True)
    ]
    return sorted(found, key=lambda one: (one.hour, one.trip_id))


def _keeps_goods(region: Region, sources: frozenset[str], items: Iterable[str]) -> bool:
    """Whether any of the warehouses keeps a lot of the basket, be it lost or past its last day."""
    lots = region.lots
    return bool((lots["warehouse"].isin(list(sources)) & lots["item"].isin(set(items))).any())


def _result(
    name: str, target: Target, arrivals: tuple[FirstArrival, ...], bound: int, *, judged: bool
) -> FirstGoodsResult:
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
        bound=bound,
        share=reached / len(counted) if counted else 0.0,
        exempt_townships=len(arrivals) - len(counted),
        last_h=max(hours) if counted and len(hours) == len(counted) else None,
        judged=judged,
        # a promise to townships none of which can be reached is not kept
        met=judged and bool(counted) and reached >= target.required * len(counted) - NOISE,
        source=target.source,
    )
