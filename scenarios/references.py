"""Check every id that a scenario names against the region it disturbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from routing.closures import Pick, points_in_water
from routing.link_choice import NEAR_LIMIT_M
from routing.road_network import ROAD_CLASSES, RoadNetwork
from scenarios.loading import ResolvedScenario
from scenarios.near_matches import did_you_mean
from stockpile.errors import Problem
from stockpile.region import Region


def check_references(region: Region, resolved: ResolvedScenario, network: RoadNetwork) -> list[Problem]:
    """Return what a scenario names that the region does not have, or names twice.

    Checked are the region itself, the basket, places (known, with a site, affected once), warehouses
    (known, existing, losing stock once), and the links, refs, names and classes of closures.
    """
    return [
        *_check_region_and_basket(region, resolved),
        *_check_affected(region, resolved),
        *_check_losses(region, resolved),
        *_check_closures(network, resolved),
    ]


def _check_region_and_basket(region: Region, resolved: ResolvedScenario) -> Iterator[Problem]:
    scenario = resolved.scenario
    if scenario.region != region.name:
        yield _unknown(resolved, "region", scenario.region, "is not the region that was read", [region.name])
    baskets = sorted(set(region.baskets["basket"]))
    if scenario.basket not in baskets:
        yield _unknown(resolved, "basket", scenario.basket, "is not in the table of baskets", baskets)


def _check_affected(region: Region, resolved: ResolvedScenario) -> Iterator[Problem]:
    parents = parent_of_place(region)
    places = _readable(region.places)
    served = {above for place in region.sites["place"] for above in with_units_above(place, parents)}
    groups: dict[str, str] = {}
    for group, affected in resolved.scenario.affected.items():
        key = f"affected.{group}.places"
        for place in affected.places:
            if place not in places:
                yield _unknown(resolved, key, place, "is not in the table of places", places)
            elif place in groups:
                yield resolved.written.problem(
                    key, place, f"is affected twice: affected.{groups[place]} lists it too", "List it once"
                )
            elif place not in served:
                yield resolved.written.problem(
                    key,
                    place,
                    f"has no site that could take its people ({places[place]})",
                    "Add a site in it to sites.csv, or list another place",
                )
            groups.setdefault(place, group)
    yield from _nested_places(resolved, groups, parents)


def _nested_places(
    resolved: ResolvedScenario, groups: Mapping[str, str], parents: Mapping[str, str]
) -> Iterator[Problem]:
    for place, group in groups.items():
        for above in with_units_above(place, parents)[1:]:
            if above in groups:
                yield resolved.written.problem(
                    f"affected.{group}.places",
                    place,
                    f"is affected twice: it lies in {above}, which affected.{groups[above]} lists",
                    "List either the unit or the units within it",
                )


def _check_losses(region: Region, resolved: ResolvedScenario) -> Iterator[Problem]:
    existing = region.warehouses[region.warehouses["status"] == "existing"]
    warehouses = _readable(existing)
    losing: dict[str, str] = {}
    for name, loss in resolved.scenario.losses.items():
        key = f"losses.{name}.warehouse"
        if loss.warehouse not in warehouses:
            yield _unknown(resolved, key, loss.warehouse, "is no existing warehouse", warehouses)
        elif loss.warehouse in losing:
            message = f"loses stock twice: losses.{losing[loss.warehouse]} names it too"
            yield resolved.written.problem(
                key, loss.warehouse, message, "Write one loss with the whole share"
            )
        losing.setdefault(loss.warehouse, name)


def _check_closures(network: RoadNetwork, resolved: ResolvedScenario) -> Iterator[Problem]:
    known: dict[str, tuple[Iterable[str], str]] = {
        "refs": (_road_numbers(set(network.link_refs)), "is no road number of the roads"),
        "names": (
            sorted({*network.link_names_zh, *network.link_names_en} - {""}),
            "is no road name of the roads",
        ),
        "classes": (ROAD_CLASSES, "is no road class"),
        "links": (network.link_ids, "is no link of the roads"),
    }
    for name, closure in resolved.scenario.closures.items():
        for selector, (ids, message) in known.items():
            chosen: tuple[str, ...] = getattr(closure, selector) or ()
            for value in sorted(set(chosen) - set(ids)):
                yield _unknown(resolved, f"closures.{name}.{selector}", value, message, ids)


def _road_numbers(refs: Iterable[str]) -> list[str]:
    """Return single road numbers; a link of several roads separates them by `;`."""
    return sorted({part.strip() for ref in refs for part in ref.split(";")} - {""})


def check_closures_act(
    region: Region, resolved: ResolvedScenario, network: RoadNetwork, picks: Iterable[Pick]
) -> list[Problem]:
    """Return a problem for every closure that touches no road and floods no warehouse or site.

    Its hours do not matter here: one that does not act within the plan still has to mean some road.
    """
    points = pd.concat([region.warehouses[["lon", "lat"]], region.sites[["lon", "lat"]]])
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    return [
        _acts_on_nothing(resolved, network, pick)
        for pick in picks
        if not pick.edges.any() and not points_in_water([pick.closure], lon, lat).any()
    ]


def _acts_on_nothing(resolved: ResolvedScenario, network: RoadNetwork, pick: Pick) -> Problem:
    key = f"closures.{pick.closure.id}"
    if pick.nearest is None or pick.closure.near is None:
        return resolved.written.problem(
            key,
            None,
            "acts on no road: no link meets all its selectors",
            "Check the polygon ([longitude, latitude] in WGS84) and the other selectors",
        )
    link_id, metres = network.link_ids[pick.nearest.link], pick.nearest.metres
    return resolved.written.problem(
        f"{key}.near",
        "{:g}, {:g}".format(*pick.closure.near),
        f"is {metres:,.0f} m from the nearest link, {link_id}; the limit is {NEAR_LIMIT_M:g} m",
        f"Move the point onto the road ([longitude, latitude] in WGS84), or write links: [{link_id}]",
    )


def parent_of_place(region: Region) -> dict[str, str]:
    """Return the unit above each place; blank for the top unit."""
    return dict(zip(region.places["id"], region.places["parent"], strict=True))


def with_units_above(place: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Return a place and the units above it, from the place upwards."""
    chain = [place]
    while (above := parents.get(chain[-1], "")) and above not in chain:
        chain.append(above)
    return tuple(chain)


def township_of(place: str, parents: Mapping[str, str], levels: Mapping[str, str]) -> str:
    """Return the township that a place is or lies in; the place itself when none is above it."""
    chain = with_units_above(place, parents)
    return next((unit for unit in chain if levels.get(unit) == "township"), place)


def township_of_sites(region: Region) -> dict[str, str]:
    """Return the township of each site by its id."""
    parents = parent_of_place(region)
    levels = dict(zip(region.places["id"], region.places["level"], strict=True))
    columns = (region.sites["id"], region.sites["place"])
    return {str(site): township_of(str(at), parents, levels) for site, at in zip(*columns, strict=True)}


def warehouses_of(region: Region, level: str | None) -> frozenset[str]:
    """Return the ids of the existing warehouses of a level."""
    warehouses = region.warehouses
    chosen = (warehouses["status"] == "existing") & (warehouses["level"] == level)
    return frozenset(warehouses.loc[chosen, "id"])


def _readable(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["id"], table["name_zh"], strict=True))


def _unknown(
    resolved: ResolvedScenario, key: str, value: str, message: str, known: Iterable[str] | Mapping[str, str]
) -> Problem:
    return resolved.written.problem(key, value, message, did_you_mean(value, known))
