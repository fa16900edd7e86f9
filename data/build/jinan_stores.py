"""Warehouses, their lots and the floors of Jin'an."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from csv_files import CATALOGUE, Row, read_rows, yes_no
from geography import LonLat, Plane
from jinan_places import Place, Places, short_name

PLAN = "金政办秘〔2023〕17号"
STACK_M = 1.2  # usable m3 per m2 of floor: goods stacked 3 m high on 40 % of the floor, the rest is aisles
TOWNSHIP_FLOOR_M2 = 50
TOWNSHIP_M2_PER_1000 = 2.0
COMMUNITY_SHARE = 0.03  # people of a resettlement point for whom goods lie there
COUNTED_DISTRICT = date(2026, 6, 20)
COUNTED_TOWNSHIP = date(2026, 6, 10)
COUNTED_COMMUNITY = date(2026, 5, 28)
LOT_SOURCES = {
    "PLAN": f"Plan {PLAN}: total over all holders exact; split over holders and lots, and dates, modelled",
    "LIVING": "Modelled amount (SOURCES.md); not in the plan; dates assumed",
    "FORWARD": "Modelled forward stock of the emergency bureau at the wharf (SOURCES.md); dates assumed",
    "FOREST": "One beater a member of the plan's 16 half-professional teams (362 people); torches assumed",
}
TOWNSHIP_LOT = (
    "Modelled: units per 1000 residents times the township's stock factor (SOURCES.md); dates assumed"
)
COMMUNITY_LOT = (
    "Modelled: household and community stock for 3 % of the point's capacity (SOURCES.md); dates assumed"
)
# Days by which a township's or a point's purchase differs from the model's day: none buys on one day.
DAYS_APART = (0, 3, -4, 7, -9, 5, -2)


def shelf_lives() -> dict[str, int | None]:
    """Months of shelf life of every item of the catalogue; None when it does not expire."""
    rows = read_rows(CATALOGUE / "items.csv")
    return {row["id"]: int(row["shelf_life_months"]) if row["shelf_life_months"] else None for row in rows}


def expiry(produced: date, months: int | None) -> str:
    """Last day of use; blank when the item does not expire."""
    if months is None:
        return ""
    year, month = divmod(produced.year * 12 + produced.month - 1 + months, 12)
    day = min(produced.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day).isoformat()


def usable_m3(floor_m2: float) -> float:
    """Volume that a store of this floor takes."""
    return round(floor_m2 * STACK_M, 1)


def offset(plane: Plane, at: LonLat, east_m: float, north_m: float) -> LonLat:
    """A position some metres east and north of another."""
    x, y = plane.point(at)
    return plane.lon_lat((x + round(east_m), y + round(north_m)))


def lon_lat_cells(at: LonLat) -> dict[str, object]:
    """The two position columns."""
    return {"lon": f"{at[0]:.5f}", "lat": f"{at[1]:.5f}"}


def warehouse_rows(
    places: Places,
    district: list[Row],
    candidates: list[Row],
    traits: list[Row],
    points: Mapping[str, LonLat],
    plane: Plane,
    communities: list[str],
) -> list[dict[str, object]]:
    """District stores, candidates, a store in each township and subdistrict, a point in each community."""
    by_id = places.by_id()
    rows = [_store(row, "district", "existing", points, plane) for row in district]
    rows += [_store(row, "township", "candidate", points, plane) for row in candidates]
    rows += [_township_store(by_id[row["township"]], row, points, plane) for row in traits]
    return rows + [_community_point(by_id[code], by_id[by_id[code].parent]) for code in communities]


def _store(
    row: Row, level: str, status: str, points: Mapping[str, LonLat], plane: Plane
) -> dict[str, object]:
    at = offset(plane, points[row["at"]], float(row["east_m"]), float(row["north_m"]))
    kept = {name: value for name, value in row.items() if name not in {"at", "east_m", "north_m"}}
    room = usable_m3(float(row["floor_m2"]))
    return {**kept, "level": level, "status": status, "usable_m3": room} | lon_lat_cells(at)


def _township_store(
    place: Place, traits: Row, points: Mapping[str, LonLat], plane: Plane
) -> dict[str, object]:
    floor_m2 = round(TOWNSHIP_FLOOR_M2 + TOWNSHIP_M2_PER_1000 * place.population / 1000)
    # A store with a wharf stands by the water, 60 m from its landing; the others 150 m from the seat.
    wharf = traits["wharf_node"]
    at = offset(plane, points[wharf], 60, 0) if wharf else offset(plane, place.at, 100, 110)
    return {
        "id": f"W-{place.id}",
        "name_zh": f"{place.name_zh}水旱灾害防御物资库",
        "name_en": f"{place.name_en} flood and drought store",
        "level": "township",
        "place": place.id,
        "status": "existing",
        "floor_m2": floor_m2,
        "usable_m3": usable_m3(floor_m2),
        "docks": 2 if floor_m2 >= 120 else 1,
        "dock_t_per_h": 6,
        "mobilisation_min": 45,
        "fixed_cost": 150 * floor_m2,
        "helipad": "no",
        "wharf": yes_no(wharf),
        "hazard_flags": traits["hazard_flags"],
        "basis": "modelled",
        "source": f"Plan {PLAN}: at least 50 m2 in each township and subdistrict; "
        "size above that 2 m2 per 1000 residents, position, dock and rates modelled or assumed",
    } | lon_lat_cells(at)


def _community_point(place: Place, township: Place) -> dict[str, object]:
    floor_m2 = 12 + min(8, place.population // 800)
    return {
        "id": f"W-{place.id}",
        "name_zh": f"{township.name_zh}{short_name(place.name_zh)}物资储备点",
        "name_en": f"{township.name_en}, {place.name_en} stock point",
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
        "hazard_flags": "",
        "basis": "assumed",
        "source": "Assumed: one stock point beside each resettlement point; the plan asks for social "
        "and household stock without figures",
    } | lon_lat_cells(place.at)


class LotBook:
    """Numbers the lots in the order in which they are written."""

    def __init__(self) -> None:
        self.months = shelf_lives()
        self.rows: list[dict[str, object]] = []

    def add(self, item: str, quantity: int, produced: date, **cells: str) -> None:
        """One lot with its expiry from the item's shelf life; none for a quantity of 0."""
        if quantity:
            self.rows.append(
                {
                    "id": f"L-{len(self.rows) + 1:04d}",
                    "item": item,
                    "quantity": quantity,
                    "produced_on": produced.isoformat(),
                    "expires_on": expiry(produced, self.months[item]),
                }
                | cells
            )


def lot_rows(
    places: Places, district: list[Row], traits: list[Row], stock: list[Row], capacity: Mapping[str, int]
) -> list[dict[str, object]]:
    """Lots of the district stores, the township stores and the community points.

    ``capacity`` gives the people of the resettlement point in each community that has one.
    """
    book = LotBook()
    for row in district:
        book.add(
            row["item"],
            int(row["quantity"]),
            date.fromisoformat(row["produced_on"]),
            warehouse=row["warehouse"],
            counted_on=COUNTED_DISTRICT.isoformat(),
            owner=row["owner"],
            basis=row["basis"],
            source=LOT_SOURCES[row["source"]],
        )
    by_id = places.by_id()
    for number, row in enumerate(traits):
        _township_lots(book, by_id[row["township"]], float(row["stock_factor"]), stock, number)
    for number, code in enumerate(capacity):
        _community_lots(book, by_id[code], capacity[code], number)
    return book.rows


def _township_lots(book: LotBook, place: Place, factor: float, stock: list[Row], number: int) -> None:
    shift = timedelta(days=DAYS_APART[number % len(DAYS_APART)])
    for row in stock:
        book.add(
            row["item"],
            round(place.population / 1000 * float(row["per_1000_residents"]) * factor),
            date.fromisoformat(row["produced_on"]) + shift,
            warehouse=f"W-{place.id}",
            counted_on=COUNTED_TOWNSHIP.isoformat(),
            owner=place.name_zh,
            basis="modelled",
            source=TOWNSHIP_LOT,
        )


def _community_lots(book: LotBook, place: Place, capacity: int, number: int) -> None:
    people = round(capacity * COMMUNITY_SHARE)
    shift = timedelta(days=DAYS_APART[number % len(DAYS_APART)])
    # Every sixth point has not renewed its water for a year.
    water = date(2025, 6, 5) if number % 6 == 5 else date(2026, 3, 20)
    for item, units, produced in (
        ("water_500ml", 18 * people, water),
        ("food_ration", 3 * people, date(2025, 9, 14)),
        ("blanket", people, date(2023, 11, 6)),
        ("mat", people, date(2023, 11, 6)),
    ):
        book.add(
            item,
            units,
            produced + shift,
            warehouse=f"W-{place.id}",
            counted_on=COUNTED_COMMUNITY.isoformat(),
            owner=place.name_zh,
            basis="modelled",
            source=COMMUNITY_LOT,
        )


def floor_rows(district: list[Row], rules: list[Row]) -> list[dict[str, object]]:
    """The least stock: the plan's counts where they lie, then the assumed rules of the inputs."""
    held: dict[tuple[str, str], int] = {}
    for row in district:
        if row["basis"] == "plan":
            key = (row["warehouse"], row["item"])
            held[key] = held.get(key, 0) + int(row["quantity"])
    rows: list[dict[str, object]] = [
        {
            "warehouse": warehouse,
            "item": item,
            "quantity": quantity,
            "supply_days": 1,
            "basis": "plan",
            "source": f"Plan {PLAN}: total over all holders exact; split over holders modelled",
        }
        for (warehouse, item), quantity in held.items()
    ]
    rows.extend(dict(rule) for rule in rules)
    return [{"id": f"R-{number:02d}"} | row for number, row in enumerate(rows, start=1)]
