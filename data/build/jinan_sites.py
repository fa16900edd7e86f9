"""The 84 resettlement points of Jin'an."""

from __future__ import annotations

from collections.abc import Sequence

from apportion import apportion
from csv_files import yes_no
from geography import Plane, Point, distance_to_line_m, squared
from jinan_places import Place, Places, short_name
from jinan_stores import PLAN, lon_lat_cells

SITES = 84
LEAST_PER_TOWNSHIP = 2
CAPACITY_SHARE = 0.15  # of the residents: the plan's ceiling of 15,000 people hit per 100,000 and year
FULL_HANDOUT = 5000 / 12  # persons/h of the smallest planning type, 5,000 people a day
FULL_HANDOUT_CAPACITY = 1500
LEAST_HANDOUT = 100
WHARF_REACH_M = 2500
SOURCE = (
    f"Plan {PLAN}: 84 resettlement points in the townships; spread, position and capacity modelled, "
    "hand-out rate from the planning type of 5,000 people a day (NC Emergency Management, USACE) "
    "scaled by capacity"
)


def sites_per_township(places: Places) -> list[int]:
    """Two for every unit, the rest by residents (largest remainder)."""
    units = places.townships
    rest = SITES - LEAST_PER_TOWNSHIP * len(units)
    return [LEAST_PER_TOWNSHIP + more for more in apportion(rest, [unit.population for unit in units])]


def chosen_communities(
    township: Place, communities: Sequence[Place], count: int, plane: Plane
) -> list[Place]:
    """The community nearest to the seat, then each time the one farthest from those chosen."""
    points = {place.id: plane.point(place.at) for place in communities}
    seat = plane.point(township.at)
    chosen = [min(communities, key=lambda place: (squared(points[place.id], seat), place.id))]
    while len(chosen) < count:
        taken = [points[place.id] for place in chosen]
        rest = [place for place in communities if place not in chosen]
        chosen.append(max(rest, key=lambda place: min(squared(points[place.id], at) for at in taken)))
    return chosen


def site_rows(places: Places, waterways: list[list[Point]], plane: Plane) -> list[dict[str, object]]:
    """Rows of the sites table, at the points of their communities."""
    rows: list[dict[str, object]] = []
    for township, count in zip(places.townships, sites_per_township(places), strict=True):
        chosen = chosen_communities(township, places.children(township.id), count, plane)
        # The point at the seat takes twice the share of the others.
        capacities = apportion(round(township.population * CAPACITY_SHARE), [2] + [1] * (count - 1))
        for number, (place, capacity) in enumerate(zip(chosen, capacities, strict=True), start=1):
            row = _site_row(place, capacity, waterways, plane)
            rows.append({"id": f"S-{township.id}-{number}"} | row | _names(township, place))
    return rows


def _names(township: Place, place: Place) -> dict[str, object]:
    """Many towns have a community named 街道居委会: only the town tells the points apart."""
    return {
        "name_zh": f"{township.name_zh}{short_name(place.name_zh)}安置点",
        "name_en": f"{township.name_en}, {place.name_en} resettlement point",
    }


def _site_row(place: Place, capacity: int, waterways: list[list[Point]], plane: Plane) -> dict[str, object]:
    rate = max(LEAST_HANDOUT, round(FULL_HANDOUT * min(1.0, capacity / FULL_HANDOUT_CAPACITY)))
    by_water = min(distance_to_line_m(plane.point(place.at), line) for line in waterways) <= WHARF_REACH_M
    return {
        "place": place.id,
        "capacity": capacity,
        "handout_persons_per_h": rate,
        "landing": "no",
        "wharf": yes_no(by_water),
        "basis": "modelled",
        "source": SOURCE,
    } | lon_lat_cells(place.at)
