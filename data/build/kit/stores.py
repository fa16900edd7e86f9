"""Warehouses of a region: the listed ones, a store in each township, a point in each community chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kit.csv_files import Row, without, yes_no
from kit.geography import LonLat, Plane, lon_lat_cells
from kit.places import Place, Places, short_name

STACK_M = 1.2  # usable m3 per m2 of floor: goods stacked 3 m high on 40 % of the floor, the rest is aisles


@dataclass(frozen=True)
class TownshipStoreRules:
    """The stores of the townships that ``township_traits`` lists.

    Attributes:
        name_zh, name_en: What a store is called after the name of its township.
        source: What the rows say of themselves; basis of the rows.
        least_floor_m2, floor_m2_per_1000: Floor, unless the traits state it: at least, and more per 1000
            residents.
        two_docks_from_m2: Floor from which a store has two docks.
        dock_t_per_h, mobilisation_min, fixed_cost_per_m2: As in the table.
    """

    name_zh: str
    name_en: str
    source: str
    basis: str = "modelled"
    least_floor_m2: float = 50
    floor_m2_per_1000: float = 2.0
    two_docks_from_m2: float = 120
    dock_t_per_h: float = 6
    mobilisation_min: float = 45
    fixed_cost_per_m2: int = 150


@dataclass(frozen=True)
class CommunityPointRules:
    """The stock points of communities, 12 m2 and up to 8 m2 more by residents.

    Attributes:
        name_zh, name_en: What a point is called after the name of its community.
        source: What the rows say of themselves; basis of the rows.
        everywhere: One in each community; else one beside each site that stands in a community.
    """

    name_zh: str
    name_en: str
    source: str
    basis: str = "assumed"
    everywhere: bool = False


def usable_m3(floor_m2: float) -> float:
    """Volume that a store of this floor takes."""
    return round(floor_m2 * STACK_M, 1)


def listed_stores(rows: Iterable[Row], points: Mapping[str, LonLat], plane: Plane) -> list[dict[str, object]]:
    """City, district and candidate stores, each some metres from a named place or node."""
    stores = []
    for row in rows:
        at = plane.offset(points[row["at"]], float(row["east_m"]), float(row["north_m"]))
        kept = without(row, "at", "east_m", "north_m", "stock_factor")
        room = usable_m3(float(row["floor_m2"]))
        stores.append({**kept, "usable_m3": room} | lon_lat_cells(at))
    return stores


def township_stores(
    places: Places,
    traits: Iterable[Row],
    rules: TownshipStoreRules,
    points: Mapping[str, LonLat],
    plane: Plane,
) -> list[dict[str, object]]:
    """One store for each row of the traits."""
    return [_township_store(places.by_id[row["township"]], row, rules, points, plane) for row in traits]


def _township_store(
    place: Place, traits: Row, rules: TownshipStoreRules, points: Mapping[str, LonLat], plane: Plane
) -> dict[str, object]:
    by_rule = round(rules.least_floor_m2 + rules.floor_m2_per_1000 * place.population / 1000)
    floor_m2 = int(traits.get("floor_m2") or by_rule)
    # A store with a wharf stands by the water, 60 m from its landing; the others 150 m from the seat.
    wharf = traits["wharf_node"]
    at = plane.offset(points[wharf], 60, 0) if wharf else plane.offset(place.at, 100, 110)
    return {
        "id": f"W-{place.id}",
        "name_zh": f"{place.name_zh}{rules.name_zh}",
        "name_en": f"{place.name_en} {rules.name_en}",
        "level": "township",
        "place": place.id,
        "status": "existing",
        "floor_m2": floor_m2,
        "usable_m3": usable_m3(floor_m2),
        "docks": 2 if floor_m2 >= rules.two_docks_from_m2 else 1,
        "dock_t_per_h": rules.dock_t_per_h,
        "mobilisation_min": rules.mobilisation_min,
        "fixed_cost": rules.fixed_cost_per_m2 * floor_m2,
        "helipad": traits.get("helipad") or "no",
        "wharf": yes_no(wharf),
        "hazard_flags": traits["hazard_flags"],
        "basis": rules.basis,
        "source": rules.source,
    } | lon_lat_cells(at)


def community_points(
    places: Places, communities: Iterable[str], flags: Mapping[str, str], rules: CommunityPointRules
) -> list[dict[str, object]]:
    """One stock point in each of the communities; ``flags`` are the hazards some of them are exposed to."""
    return [_community_point(places.by_id[code], places, flags.get(code, ""), rules) for code in communities]


def _community_point(
    place: Place, places: Places, flags: str, rules: CommunityPointRules
) -> dict[str, object]:
    floor_m2 = 12 + min(8, place.population // 800)
    township = places.by_id[place.parent]
    return {
        "id": f"W-{place.id}",
        "name_zh": f"{township.name_zh}{short_name(place.name_zh)}{rules.name_zh}",
        "name_en": f"{township.name_en}, {place.name_en} {rules.name_en}",
        "level": "community",
        "place": place.id,
        "status": "existing",
        "floor_m2": floor_m2,
        "usable_m3": usable_m3(floor_m2),
        "docks": 1,
        "dock_t_per_h": 1,
        "mobilisation_min": 0,
        "fixed_cost": 1200,
        "helipad": "no",
        "wharf": "no",
        "hazard_flags": flags,
        "basis": rules.basis,
        "source": rules.source,
    } | lon_lat_cells(place.at)
