"""Where people are supplied: shelters and hand-out points of a region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kit.apportion import apportion
from kit.csv_files import Row, yes_no
from kit.geography import Plane, Point, distance_to_line_m, lon_lat_cells, squared
from kit.places import Place, Places, short_name

FULL_HANDOUT = 5000 / 12  # persons/h of the smallest planning type, 5,000 people a day
FULL_HANDOUT_CAPACITY = 1500
LEAST_HANDOUT = 100


@dataclass(frozen=True)
class SiteRules:
    """How many sites there are, where they stand and how many people they take.

    Attributes:
        spread: ``total``: ``number`` in all, ``least`` in each township, the rest by residents;
            ``township``: ``number`` in each township, in its communities; ``seat``: one in each township, at
            its seat, for the whole township; ``community``: one in each community.
        name_zh, name_en: What a site is called after the name of its place.
        source: What the rows say of themselves.
        basis: Basis of the rows.
        capacity_share: People a site takes as a share of the residents it serves.
        capacity_total: People all sites take, spread by residents, where a plan states it; else the share.
        wharf_reach_m: Sites as near as this to a waterway can be reached by boat; 0 for those listed only.
        scale: ``township`` or ``community`` when the sites serve runs of that scale only; blank for all.
    """

    spread: Literal["total", "township", "seat", "community"]
    name_zh: str
    name_en: str
    source: str
    number: int = 1
    least: int = 0
    basis: str = "modelled"
    capacity_share: float = 0.15
    capacity_total: int | None = None
    wharf_reach_m: float = 0
    scale: Literal["", "township", "community"] = ""


def sites_per_township(places: Places, rules: SiteRules) -> list[int]:
    """Number of sites of each township, never more than it has units to hold them."""
    units = places.townships
    if rules.spread == "community":
        return [len(places.units(unit.id)) for unit in units]
    if rules.spread != "total":
        return [min(rules.number, len(places.units(unit.id))) for unit in units]
    rest = rules.number - rules.least * len(units)
    return [rules.least + more for more in apportion(rest, [unit.population for unit in units])]


def chosen_units(township: Place, units: Sequence[Place], count: int, plane: Plane) -> list[Place]:
    """The community nearest to the seat, then each time the one farthest from those chosen.

    Raises:
        ValueError: fewer communities than sites.
    """
    if count > len(units):
        raise ValueError(f"{township.id} has {len(units)} communities for {count} sites: lower `least`")
    if count == len(units):
        return list(units)
    points = {place.id: plane.point(place.at) for place in units}
    seat = plane.point(township.at)
    chosen = sorted(units, key=lambda place: (squared(points[place.id], seat), place.id))[: min(count, 1)]
    while len(chosen) < count:
        taken = [points[place.id] for place in chosen]
        rest = [place for place in units if place not in chosen]
        chosen.append(max(rest, key=lambda place: min(squared(points[place.id], at) for at in taken)))
    return chosen


def site_rows(
    places: Places, rules: SiteRules, traits: list[Row], waterways: Sequence[Sequence[Point]], plane: Plane
) -> list[dict[str, object]]:
    """Rows of the sites table for one rule, at the points of their places.

    ``traits`` names places with a landing point or a wharf: a site's own place, or a township for its first.
    """
    by_place = {row["place"]: row for row in traits}
    counts = sites_per_township(places, rules)
    people = _people_of_townships(places, rules, counts)
    rows: list[dict[str, object]] = []
    for township, count, held in zip(places.townships, counts, people, strict=True):
        if rules.spread == "seat":
            chosen, capacities = [township], [held]
        else:
            chosen = chosen_units(township, places.units(township.id), count, plane)
            capacities = apportion(held, _shares(chosen, rules)) if count else []
        for number, (place, capacity) in enumerate(zip(chosen, capacities, strict=True), start=1):
            stated = by_place.get(place.id) or (by_place.get(township.id) if number == 1 else None) or {}
            by_water = stated.get("wharf") == "yes" or _near_water(place, waterways, rules, plane)
            rate = round(FULL_HANDOUT * min(1.0, capacity / FULL_HANDOUT_CAPACITY))
            rows.append(
                {
                    "id": _site_id(township, place, number, rules),
                    "place": place.id,
                    "capacity": max(1, capacity),
                    "handout_persons_per_h": max(LEAST_HANDOUT, rate),
                    "landing": stated.get("landing") or "no",
                    "wharf": yes_no(by_water),
                    "basis": rules.basis,
                    "source": rules.source,
                }
                | ({"scale": rules.scale} if rules.scale else {})
                | _names(township, place, rules)
                | lon_lat_cells(place.at)
            )
    return rows


def _site_id(township: Place, place: Place, number: int, rules: SiteRules) -> str:
    own_name = rules.spread == "seat" or (rules.spread == "community" and place is not township)
    return f"S-{place.id}" if own_name else f"S-{township.id}-{number}"


def _people_of_townships(places: Places, rules: SiteRules, counts: Sequence[int]) -> list[int]:
    if rules.capacity_total is None:
        return [round(unit.population * rules.capacity_share) for unit in places.townships]
    weights = [unit.population if count else 0 for unit, count in zip(places.townships, counts, strict=True)]
    return apportion(rules.capacity_total, weights)


def _shares(chosen: Sequence[Place], rules: SiteRules) -> list[int]:
    """By residents where every community has its site, else the site at the seat takes a double share."""
    if rules.spread == "community":
        return [max(1, place.population) for place in chosen]
    return [2] + [1] * (len(chosen) - 1)


def _near_water(place: Place, waterways: Sequence[Sequence[Point]], rules: SiteRules, plane: Plane) -> bool:
    if not rules.wharf_reach_m:
        return False
    at = plane.point(place.at)
    return any(distance_to_line_m(at, line) <= rules.wharf_reach_m for line in waterways)


def _names(township: Place, place: Place, rules: SiteRules) -> dict[str, object]:
    """Many towns have a community named 街道居委会: only the town tells the points apart."""
    if place is township:
        return {
            "name_zh": f"{township.name_zh}{rules.name_zh}",
            "name_en": f"{township.name_en} {rules.name_en}",
        }
    return {
        "name_zh": f"{township.name_zh}{short_name(place.name_zh)}{rules.name_zh}",
        "name_en": f"{township.name_en}, {place.name_en} {rules.name_en}",
    }
