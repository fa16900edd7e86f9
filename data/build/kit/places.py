"""Places of a region: where the communities lie and how the census totals spread over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import pi, sqrt

import numpy as np

from kit.apportion import apportion
from kit.csv_files import Row
from kit.geography import (
    LonLat,
    Nearest,
    Plane,
    Point,
    distance_to_line_m,
    inside,
    lon_lat_cells,
    mean_point,
    squared,
    stated_point,
    sunflower,
)

RURAL_CLASSES = frozenset({"210", "220"})
TOWN_CENTRE = "121"
WIDEST_SPACING_M = 4000.0
LEAST_SPACING_M = 5.0
COMMITTEES = (
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("村村民委员会", "村"),
    ("村村委会", "村"),
    ("村民委员会", "村"),
    ("村委会", "村"),
    ("居民委员会", "社区"),
    ("居委会", "社区"),
)


@dataclass(frozen=True)
class PlaceRules:
    """What the model of residents and points assumes.

    Attributes:
        class_weight: People of one community against the township's mean, by the urban-rural class of the
            statistics bureau; a class that is not named weighs 1.
        river_words: Ends of the names of communities that stand nearest to the water, in the townships whose
            ``riverside`` names a waterway.
        reach_m: Farthest a modelled point may lie from its seat; less where the township's area or the
            distance to the next seat says so. Without an outline only.
        residents_source: What the rows of townships and communities say of their residents.
    """

    class_weight: Mapping[str, float] = field(
        default_factory=lambda: {"111": 1.0, "112": 0.8, "121": 3.0, "122": 1.5}
    )
    river_words: tuple[str, ...] = ()
    reach_m: float = 8000.0
    residents_source: str = "Residents: census total spread by model (SOURCES.md)"


@dataclass(frozen=True)
class Place:
    """A unit with its residents and position; ``where`` says where the position comes from."""

    id: str
    name_zh: str
    name_en: str
    parent: str
    urban_class: str
    population: int
    at: LonLat
    where: str


class Places:
    """City and districts, townships and communities in the order of the inputs."""

    def __init__(
        self, upper: Sequence[Place], townships: Sequence[Place], communities: Sequence[Place]
    ) -> None:
        self.townships = tuple(townships)
        self.communities = tuple(communities)
        self.by_id = {place.id: place for place in (*upper, *self.townships, *self.communities)}
        self._children: dict[str, list[Place]] = defaultdict(list)
        for place in self.communities:
            self._children[place.parent].append(place)

    def children(self, township: str) -> list[Place]:
        """Communities of a township."""
        return self._children[township]

    def units(self, township: str) -> list[Place]:
        """Communities of a township, or the township itself when none is listed."""
        return self._children[township] or [self.by_id[township]]


def district_of(code: str) -> str:
    """The district of a township or community: the first six digits of its code."""
    return code[:6]


def build_places(
    districts: list[Row],
    townships: list[Row],
    communities: list[Row],
    *,
    rules: PlaceRules,
    outline: list[Point],
    waterways: Mapping[str, list[Point]],
    plane: Plane,
) -> Places:
    """Seats, community points and residents."""
    seats = seat_positions(townships, communities)
    points = community_points(
        townships, communities, seats, rules=rules, outline=outline, waterways=waterways, plane=plane
    )
    residents = unit_residents(districts, townships, communities, rules)
    of_township: dict[str, int] = defaultdict(int)
    for row in communities:
        of_township[row["township"]] += residents[row["code"]]

    def place(row: Row, parent: str, population: int, at: LonLat, where: str) -> Place:
        return Place(
            id=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            parent=parent,
            urban_class=row.get("ur_code", ""),
            population=population,
            at=at,
            where=where,
        )

    def stated(row: Row) -> str:
        return row["coord_source"] if row["lon"] else "point modelled"

    return Places(
        [
            place(row, row["parent"], int(row["population"]), stated_point(row), row["source"])
            for row in districts
        ],
        [
            place(
                row,
                district_of(row["code"]),
                of_township.get(row["code"], residents.get(row["code"], 0)),
                seats[row["code"]],
                stated(row),
            )
            for row in townships
        ],
        [
            place(row, row["township"], residents[row["code"]], points[row["code"]], stated(row))
            for row in communities
        ],
    )


def seat_positions(townships: list[Row], communities: list[Row]) -> dict[str, LonLat]:
    """Stated seats; else the mean of the seats named in ``near``, else of the communities' stated points.

    Raises:
        ValueError: a township with neither, or two on one point.
    """
    seats = {row["code"]: stated_point(row) for row in townships if row["lon"]}
    stated = dict(seats)
    for row in townships:
        code = row["code"]
        if code in stated:
            continue
        near = [stated[other] for other in row.get("near", "").split()]
        near = near or [
            stated_point(unit) for unit in communities if unit["township"] == code and unit["lon"]
        ]
        if not near:
            raise ValueError(f"township {code} has no seat: state lon and lat, or name neighbours in `near`")
        seats[code] = mean_point(near)
    taken: dict[LonLat, str] = {}
    for code, at in seats.items():
        if taken.setdefault(at, code) != code:
            raise ValueError(f"townships {taken[at]} and {code} have one seat: state another point for one")
    return seats


def people_per_unit(townships: list[Row], communities: list[Row]) -> dict[str, float]:
    """Stated residents of a township over its communities, whatever the year of the statement.

    ``weight_residents`` stands in for a stated figure that does not suit; a township with neither takes the
    mean of those named in ``weight_like``, else of all stated ones of its district, else of the region.
    """
    count: dict[str, int] = defaultdict(int)
    for row in communities:
        count[row["township"]] += 1
    stated: dict[str, int] = {}
    for row in townships:
        count[row["code"]] = count[row["code"]] or int(row.get("stands_for") or 1)
        residents = row.get("weight_residents") or row["population"]
        if residents and not row.get("weight_like"):
            stated[row["code"]] = int(residents)

    def mean(codes: list[str]) -> float:
        return sum(stated[code] for code in codes) / sum(count[code] for code in codes)

    people = {}
    for row in townships:
        code = row["code"]
        like = row.get("weight_like", "").split()
        like = like or ([code] if code in stated else [])
        like = like or [other for other in stated if district_of(other) == district_of(code)]
        like = like or list(stated)
        people[code] = mean(like) if like else 1.0
    return people


def unit_residents(
    districts: list[Row], townships: list[Row], communities: list[Row], rules: PlaceRules
) -> dict[str, int]:
    """Residents of each community, and of each township without any: census totals spread by weight.

    Urban and rural totals are spread apart where the district states both and has units of both kinds.
    """
    people = people_per_unit(townships, communities)
    by_code = {row["code"]: row for row in townships}
    housed = {row["township"] for row in communities}
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    rural: dict[str, bool] = {}
    for row in communities:
        town = by_code[row["township"]]
        weight = people[town["code"]] * rules.class_weight.get(row["ur_code"], 1.0)
        if row["ur_code"] == TOWN_CENTRE:
            weight += int(town.get("boarders") or 0)
        weights[district_of(town["code"])][row["code"]] = weight
        rural[row["code"]] = row["ur_code"] in RURAL_CLASSES
    for code, town in by_code.items():
        if code not in housed:
            weights[district_of(code)][code] = people[code] * int(town.get("stands_for") or 1)
            rural[code] = town.get("ur_code", "") in RURAL_CLASSES
    residents: dict[str, int] = {}
    for row in districts:
        if row["level"] == "district":
            residents |= _district_residents(row, weights[row["code"]], rural)
    return residents


def _district_residents(
    district: Row, weights: Mapping[str, float], rural: Mapping[str, bool]
) -> dict[str, int]:
    parts = [
        (int(district["urban"] or 0), [code for code in weights if not rural[code]]),
        (int(district["rural"] or 0), [code for code in weights if rural[code]]),
    ]
    if not all(total and codes for total, codes in parts):
        parts = [(int(district["population"]), list(weights))]
    residents: dict[str, int] = {}
    for total, codes in parts:
        shares = apportion(total, [weights[code] for code in codes])
        residents |= dict(zip(codes, shares, strict=True))
    return residents


def community_points(
    townships: list[Row],
    communities: list[Row],
    seats: Mapping[str, LonLat],
    *,
    rules: PlaceRules,
    outline: list[Point],
    waterways: Mapping[str, list[Point]],
    plane: Plane,
) -> dict[str, LonLat]:
    """Stated points, else a sunflower around the seat, nearer to no other seat."""
    found = {row["code"]: stated_point(row) for row in communities if row["lon"]}
    unplaced: dict[str, list[Row]] = defaultdict(list)
    for row in communities:
        if not row["lon"]:
            unplaced[row["township"]].append(row)
    by_code = {row["code"]: row for row in townships}
    codes = sorted(seats)
    nearest = Nearest([plane.point(seats[code]) for code in codes])
    for index, code in enumerate(codes):
        rows = sorted(unplaced[code], key=lambda row: (row["ur_code"], row["code"]))
        reach = None if outline else _reach_m(by_code[code], index, nearest, rules)
        spots = spread_points(nearest, index, len(rows), outline=outline, reach_m=reach) if rows else []
        river = by_code[code].get("riverside", "")
        if river:
            rows, spots = riverside_first(rows, spots, waterways[river], rules.river_words)
        found |= {row["code"]: plane.lon_lat(at) for row, at in zip(rows, spots, strict=True)}
    return found


def _reach_m(township: Row, index: int, nearest: Nearest, rules: PlaceRules) -> float:
    """The radius of a round township of the stated area and a fifth more, else the way to the next seat."""
    if township["area_km2"]:
        return min(rules.reach_m, 1.2 * 1000 * sqrt(float(township["area_km2"]) / pi))
    here = _point(nearest, index)
    others = [j for j in nearest.around(here, 2) if j != index]
    return min([rules.reach_m, *(sqrt(squared(here, _point(nearest, j))) for j in others)])


def _point(nearest: Nearest, index: int) -> Point:
    return (int(nearest.points[index][0]), int(nearest.points[index][1]))


def spread_points(
    seats: Nearest, index: int, count: int, *, outline: list[Point], reach_m: float | None
) -> list[Point]:
    """The widest sunflower around a seat of which ``count`` points stay nearer to it than to any other seat.

    They stay inside the outline, if any, and within ``reach_m``, if given.

    Raises:
        ValueError: no room, because another seat stands on the same point or the seat outside the outline.
    """
    centre = _point(seats, index)
    spacing = WIDEST_SPACING_M
    while spacing > LEAST_SPACING_M:
        spots = sunflower(centre, spacing, 12 * count + 60)
        points = np.array(spots, dtype=np.int64)
        own = seats.only(points, index)
        if outline:
            own &= inside(points, outline)
        if reach_m is not None:
            own &= ((points - np.array(centre)) ** 2).sum(axis=1) <= reach_m**2
        if own.sum() >= count:
            return [spots[k] for k in np.flatnonzero(own)[:count]]
        spacing *= 0.97
    raise ValueError(f"no room for {count} communities around the seat {centre}: move it or its neighbour")


def riverside_first(
    rows: list[Row], spots: list[Point], river: list[Point], words: tuple[str, ...]
) -> tuple[list[Row], list[Point]]:
    """Give the spots nearest to the river to the villages that are named for flats and bends."""
    by_river = sorted(spots, key=lambda at: (distance_to_line_m(at, river), at))
    named = [row for row in rows if any(word in row["name_zh"] for word in words)]
    rest = [row for row in rows if row not in named]
    taken = by_river[: len(named)]
    return [*named, *rest], [*taken, *(at for at in spots if at not in taken)]


def short_name(name_zh: str) -> str:
    """A community's name without the word for its committee."""
    for committee, unit in COMMITTEES:
        if name_zh.endswith(committee):
            return name_zh.removesuffix(committee) + unit
    return name_zh


def place_rows(districts: list[Row], places: Places, rules: PlaceRules) -> list[dict[str, object]]:
    """Rows of the places table: city and districts as stated, townships, communities.

    Raises:
        ValueError: the districts of a city do not add up to its residents.
    """
    for city in (row for row in districts if row["level"] == "city"):
        total = sum(int(row["population"]) for row in districts if row["parent"] == city["code"])
        if total != int(city["population"]):
            raise ValueError(f"districts of {city['code']} hold {total} residents, not {city['population']}")
    rows: list[dict[str, object]] = [
        {
            "id": row["code"],
            "name_zh": row["name_zh"],
            "name_en": row["name_en"],
            "level": row["level"],
            "parent": row["parent"],
            "population": row["population"],
            "population_year": row["population_year"],
            "basis": "census",
            "source": row["source"],
        }
        | lon_lat_cells(stated_point(row))
        for row in districts
    ]
    year = districts[-1]["population_year"]
    for level, group in (("township", places.townships), ("community", places.communities)):
        rows.extend(_place_row(place, level, year, rules) for place in group)
    return rows


def _place_row(place: Place, level: str, year: str, rules: PlaceRules) -> dict[str, object]:
    return {
        "id": place.id,
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "level": level,
        "parent": place.parent,
        "population": place.population,
        "population_year": year,
        "basis": "modelled",
        "source": f"{rules.residents_source}; {place.where}",
    } | lon_lat_cells(place.at)
