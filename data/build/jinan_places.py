"""Places of Jin'an: where the communities lie and how the census total spreads over them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from apportion import apportion
from csv_files import Row
from geography import LonLat, Plane, Point, distance_to_line_m, inside, squared, sunflower

DISTRICT = "341502"
CENSUS_TOTAL = 829_236
CENSUS_URBAN = 502_599
CENSUS_RURAL = 326_637
CENSUS_SOURCE = "7th national census 2020, county table (leiii/census census_county_2020_v1.xlsx)"
URBAN_CLASSES = frozenset({"111", "112", "121", "122"})
# People of one community against the township's mean, by the urban-rural class of the statistics bureau:
# main city, its fringe, town centre, its fringe.
CLASS_WEIGHT = {"111": 1.0, "112": 0.8, "121": 3.0, "122": 1.5}
# Grown out of their 2000 figure or founded since: they take the mean of the three old city subdistricts.
CITY_MODELLED = frozenset({"341502004", "341502005", "341502400"})
CITY_STATED = ("341502001", "341502002", "341502003")
SCHOOL_TOWN = "341502104"
SCHOOL_TOWN_REGISTERED = 19_000
DONGSHI = "341502002"
DONGSHI_NEIGHBOURS = ("341502001", "341502003", "341502004", "341502400")
COMMITTEES = (
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("村村委会", "村"),
    ("村委会", "村"),
    ("居委会", "社区"),
)
# Villages named for river flats or bends (滩, 湾) stand nearest to the river in these townships.
RIVER_TOWNSHIPS = frozenset({"341502100", "341502101", "341502111", "341502202"})
RIVER_WORDS = ("滩村", "湾村")


@dataclass(frozen=True)
class Place:
    """A township or a community with its modelled residents and position."""

    id: str
    name_zh: str
    name_en: str
    parent: str
    urban_class: str
    population: int
    at: LonLat
    stated_point: bool


@dataclass(frozen=True)
class Places:
    """Townships and communities in code order."""

    townships: tuple[Place, ...]
    communities: tuple[Place, ...]

    def children(self, township: str) -> list[Place]:
        """Communities of a township in code order."""
        return [place for place in self.communities if place.parent == township]

    def by_id(self) -> dict[str, Place]:
        """Every township and community by its code."""
        return {place.id: place for place in (*self.townships, *self.communities)}


def build_places(
    townships: list[Row], communities: list[Row], outline: list[Point], river: list[Point], plane: Plane
) -> Places:
    """Seats, community points and residents."""
    seats = seat_positions(townships)
    points = community_points(communities, seats, outline, river, plane)
    residents = community_residents(townships, communities)
    of_township: dict[str, int] = defaultdict(int)
    for row in communities:
        of_township[row["township"]] += residents[row["code"]]
    return Places(
        tuple(
            Place(
                id=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                parent=DISTRICT,
                urban_class="",
                population=of_township[row["code"]],
                at=seats[row["code"]],
                stated_point=bool(row["lon"]),
            )
            for row in townships
        ),
        tuple(
            Place(
                id=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                parent=row["township"],
                urban_class=row["ur_code"],
                population=residents[row["code"]],
                at=points[row["code"]],
                stated_point=bool(row["lon"]),
            )
            for row in communities
        ),
    )


def seat_positions(townships: list[Row]) -> dict[str, LonLat]:
    """Stated seats; Dongshi has none and takes the mean of its four neighbours."""
    seats = {row["code"]: (float(row["lon"]), float(row["lat"])) for row in townships if row["lon"]}
    near = [seats[code] for code in DONGSHI_NEIGHBOURS]
    seats[DONGSHI] = (round(sum(lon for lon, _ in near) / 4, 5), round(sum(lat for _, lat in near) / 4, 5))
    return seats


def people_per_community(townships: list[Row], communities: list[Row]) -> dict[str, float]:
    """Stated residents of a township over its communities, whatever the year of the statement."""
    count: dict[str, int] = defaultdict(int)
    for row in communities:
        count[row["township"]] += 1
    stated = {row["code"]: int(row["population"]) for row in townships if row["population"]}
    stated[SCHOOL_TOWN] = SCHOOL_TOWN_REGISTERED
    mean = {code: stated[code] / count[code] for code in stated}
    city = sum(stated[code] for code in CITY_STATED) / sum(count[code] for code in CITY_STATED)
    return mean | dict.fromkeys(CITY_MODELLED, city)


def community_residents(townships: list[Row], communities: list[Row]) -> dict[str, int]:
    """Residents of each community: the census' urban and rural totals spread by weight, sums exact."""
    mean = people_per_community(townships, communities)
    boarders = int(next(row["population"] for row in townships if row["code"] == SCHOOL_TOWN))
    boarders -= SCHOOL_TOWN_REGISTERED
    weights: dict[bool, dict[str, float]] = {True: {}, False: {}}
    for row in communities:
        urban = row["ur_code"] in URBAN_CLASSES
        weight = mean[row["township"]] * CLASS_WEIGHT.get(row["ur_code"], 1.0)
        if row["township"] == SCHOOL_TOWN and row["ur_code"] == "121":
            weight += boarders
        weights[urban][row["code"]] = weight
    residents: dict[str, int] = {}
    for urban, total in ((True, CENSUS_URBAN), (False, CENSUS_RURAL)):
        shares = apportion(total, list(weights[urban].values()))
        residents |= dict(zip(weights[urban], shares, strict=True))
    return residents


def community_points(
    communities: list[Row], seats: dict[str, LonLat], outline: list[Point], river: list[Point], plane: Plane
) -> dict[str, LonLat]:
    """Stated points, else a sunflower around the seat inside the outline, nearer to no other seat."""
    found = {row["code"]: (float(row["lon"]), float(row["lat"])) for row in communities if row["lon"]}
    seat_points = {code: plane.point(at) for code, at in seats.items()}
    for township in sorted(seats):
        unplaced = [row for row in communities if row["township"] == township and not row["lon"]]
        unplaced.sort(key=lambda row: (row["ur_code"], row["code"]))
        spots = spread_points(township, seat_points, outline, len(unplaced))
        if township in RIVER_TOWNSHIPS:
            unplaced, spots = riverside_first(unplaced, spots, river)
        found |= {row["code"]: plane.lon_lat(at) for row, at in zip(unplaced, spots, strict=True)}
    return found


def spread_points(township: str, seats: dict[str, Point], outline: list[Point], count: int) -> list[Point]:
    """The widest sunflower of which ``count`` points stay in the township's part of the district."""
    others = [at for code, at in seats.items() if code != township]
    centre = seats[township]

    def own(point: Point) -> bool:
        reach = squared(point, centre)
        return inside(point, outline) and all(squared(point, other) > reach for other in others)

    spacing = 4000.0
    while True:
        kept = [point for point in sunflower(centre, spacing, 12 * count + 60) if own(point)]
        if len(kept) >= count:
            return kept[:count]
        spacing *= 0.97


def riverside_first(rows: list[Row], spots: list[Point], river: list[Point]) -> tuple[list[Row], list[Point]]:
    """Give the spots nearest to the river to the villages that are named for flats and bends."""
    by_river = sorted(spots, key=lambda at: (distance_to_line_m(at, river), at))
    named = [row for row in rows if any(word in row["name_zh"] for word in RIVER_WORDS)]
    rest = [row for row in rows if row not in named]
    taken = by_river[: len(named)]
    return [*named, *rest], [*taken, *(at for at in spots if at not in taken)]


def short_name(name_zh: str) -> str:
    """A community's name without the word for its committee."""
    for committee, unit in COMMITTEES:
        if name_zh.endswith(committee):
            return name_zh.removesuffix(committee) + unit
    return name_zh


def place_rows(places: Places, townships: list[Row], communities: list[Row]) -> list[dict[str, object]]:
    """Rows of the places table."""
    seat = places.by_id()["341502001"].at
    rows: list[dict[str, object]] = [
        {
            "id": DISTRICT,
            "name_zh": "金安区",
            "name_en": "Jin'an District",
            "level": "district",
            "population": CENSUS_TOTAL,
            "population_year": 2020,
            "lon": f"{seat[0]:.5f}",
            "lat": f"{seat[1]:.5f}",
            "basis": "census",
            "source": f"{CENSUS_SOURCE}; the point is the seat of Zhongshi Subdistrict",
        }
    ]
    inputs = {row["code"]: row for row in (*townships, *communities)}
    for level, group in (("township", places.townships), ("community", places.communities)):
        rows.extend(_place_row(place, level, inputs[place.id]) for place in group)
    return rows


def _place_row(place: Place, level: str, stated: Row) -> dict[str, object]:
    where = stated["coord_source"] if place.stated_point else "point modelled"
    return {
        "id": place.id,
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "level": level,
        "parent": place.parent,
        "population": place.population,
        "population_year": 2020,
        "lon": f"{place.at[0]:.5f}",
        "lat": f"{place.at[1]:.5f}",
        "basis": "modelled",
        "source": f"Residents: census total spread by model (SOURCES.md); {where}",
    }
