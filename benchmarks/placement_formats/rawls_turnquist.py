"""Hurricanes of Rawls and Turnquist (2010), "Pre-positioning of emergency supplies for disaster response".

The files give the demand of 15 hurricanes by node, 51 scenarios of no, one or two hurricanes with
probability, share of stock that survives and disruption, and the coordinates of 30 nodes. They give neither
the costs nor the roads of the paper, so no value of ours compares with a published one.

Published, from the files: nodes, demands by hurricane and node, totals and probabilities of the scenarios,
`q_availability`, `disruption`. Of Katrina the totals of `scenarios.csv` are used (1,040 thousand gallons,
13,300 thousand meals, 95,000 kits): `demands.txt` has ten times as much of everything, and only its shares by
node are taken, for Katrina and for all others.

Assumed (ASSUMED and the rules below): all costs and sizes, in the paper's dollars. They are the figures that
later work quotes for this case, unchecked against the paper.

- A node can open one warehouse of the small size and expand it to the large one at one price per cubic foot;
  the medium size lies above that line.
- Stock survives by `q_availability` at nodes with demand in the scenario, and fully elsewhere.
- Roads are great circles between all nodes; moving goods costs (1 + disruption) times the usual.
- The year's holding cost is paid on all stock, whether it is sent out or not.

The paper penalises unmet units item by item, and one hurricane's mix of items is not another's. A placement
scenario has one mix, so each scenario is asked once an item, with a third of its probability and three times
the worth and the cost of moving; the items meet in the first stage only, so the expectation is the same.
People count in units of the item, whose weight is its penalty: the goal is penalty avoided minus cost.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.placement_formats.instance import Instance
from benchmarks.reading import FormatError
from stockpile.geodesy import great_circle_m
from stockpile.placement.problem import (
    NO_FLEET,
    Coverage,
    Floats,
    Goal,
    Lanes,
    PlacementProblem,
    PlacementScenario,
    StockRules,
)

ITEMS = ("water", "meals", "medical kits")
RAW_COLUMNS = ("raw_water_1000_gallons", "raw_mre_1000_meals", "raw_medical_units")
METRES_PER_MILE = 1609.344
M3_PER_CUBIC_FOOT = 0.3048**3
SAME_SHARE = 0.01
"""Most by which the ratios of two hurricanes' totals may differ, item by item, for them to be the same."""


@dataclass(frozen=True)
class Costs:
    """Costs and sizes of the case; units are 1,000 gallons, 1,000 meals and one kit, money is dollars."""

    unit_price: tuple[float, ...] = (647.7, 5420.0, 140.0)
    unit_cubic_feet: tuple[float, ...] = (144.6, 83.33, 1.16)
    moving_per_unit_mile: tuple[float, ...] = (0.3, 0.04, 0.00058)
    holding_share: float = 0.25
    penalty_prices: float = 10.0
    small: tuple[float, float] = (36_400.0, 19_600.0)
    large: tuple[float, float] = (780_000.0, 300_000.0)


ASSUMED = Costs()
"""Cubic feet and dollars of opening for `small` and `large`; no figure here comes from the files."""


@dataclass(frozen=True)
class _Node:
    name: str
    lon: float
    lat: float


_Demand = dict[int, Floats]
"""Units of each item by node, (K,)."""


def read(path: Path) -> Instance:
    """Read the case from its folder, or from any of its files.

    Raises:
        FormatError: A file is missing or malformed, or a scenario names a hurricane without demand.
    """
    folder = path if path.is_dir() else path.parent
    nodes = _read_nodes(folder / "node_coordinates.csv")
    by_name = _read_demands(folder / "demands.txt", nodes)
    rows = _read_scenarios(folder / "scenarios.csv")
    hurricanes = _match(rows, by_name)
    miles = _miles(nodes)
    scenarios = [part for row in rows for part in _scenarios(row, hurricanes, miles)]
    problem = PlacementProblem(
        source_ids=tuple(node.name for node in nodes),
        item_ids=ITEMS,
        site_ids=tuple(node.name for node in nodes),
        hours=np.zeros(1),
        rules=_rules(len(nodes)),
        scenarios=tuple(scenarios),
        complete_baskets=False,
        item_weight=np.array(ASSUMED.unit_price) * ASSUMED.penalty_prices * len(ITEMS),
    )
    return Instance("rawls_turnquist", problem, Goal(Coverage(np.ones(1)), gain=1.0, yuan=1.0))


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise FormatError(f"{path.name} is not beside the other files of the case")
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _read_nodes(path: Path) -> list[_Node]:
    """Read `name,number,latitude,longitude`, numbered from 0 in order."""
    nodes = []
    for place, line in enumerate(_lines(path)):
        try:
            name, number, lat, lon = line.rsplit(",", 3)
            node, numbered = _Node(name, float(lon), float(lat)), int(number)
        except ValueError:
            raise FormatError(f"{path.name}, line {place + 1}: expected name,number,lat,lon") from None
        if numbered != place:
            raise FormatError(f"{path.name}, line {place + 1}: expected node {place}, not {numbered}")
        nodes.append(node)
    return nodes


def _read_demands(path: Path, nodes: list[_Node]) -> dict[str, _Demand]:
    """Read a hurricane's name on a line of its own, then `node name… water meals kits`, nodes from 1."""
    demands: dict[str, _Demand] = {}
    name = ""
    for line in _lines(path):
        words = line.split()
        if len(words) == 1:
            name = words[0]
            demands[name] = {}
            continue
        try:
            node, units = int(words[0]) - 1, np.array([float(word) for word in words[-len(ITEMS) :]])
        except ValueError:
            raise FormatError(
                f"{path.name}: {line!r} is not a node, its name and {len(ITEMS)} demands"
            ) from None
        if not name or not 0 <= node < len(nodes) or not nodes[node].name.startswith(words[1]):
            raise FormatError(
                f"{path.name}: {line!r} names no node of the case, or stands before a hurricane"
            )
        demands[name][node] = units
    return demands


def _read_scenarios(path: Path) -> list[dict[str, str]]:
    rows = list(csv.DictReader(_lines(path)))
    needed = {"scenario_id", "probability", "hurricanes", "q_availability", "disruption", *RAW_COLUMNS}
    if not rows or needed - rows[0].keys():
        raise FormatError(f"{path.name} lacks rows or one of the columns {', '.join(sorted(needed))}")
    return rows


def _match(rows: list[dict[str, str]], by_name: dict[str, _Demand]) -> dict[str, _Demand]:
    """Return each hurricane's demand by its code: shares by node of the name, total of the scenario alone.

    The files do not say which code is which name. The totals of its three items, up to one factor, do.
    """
    hurricanes = {}
    for row in rows:
        code, raw = row["hurricanes"], np.array([float(row[column]) for column in RAW_COLUMNS])
        if "+" in code or not raw.any():
            continue
        factors = {name: raw / sum(demand.values()) for name, demand in by_name.items()}
        same = [name for name, factor in factors.items() if np.ptp(factor) <= SAME_SHARE * factor.min()]
        if len(same) != 1:
            raise FormatError(f"{len(same)} hurricanes of demands.txt fit the totals of {row['scenario_id']}")
        (name,) = same
        hurricanes[code] = {node: units * factors[name] for node, units in by_name[name].items()}
    return hurricanes


def _miles(nodes: list[_Node]) -> Floats:
    lon, lat = np.array([node.lon for node in nodes]), np.array([node.lat for node in nodes])
    return great_circle_m(lon[:, None], lat[:, None], lon[None, :], lat[None, :]) / METRES_PER_MILE


def _rules(nodes: int) -> StockRules:
    (small, opening), (large, large_opening) = ASSUMED.small, ASSUMED.large
    volume = np.array(ASSUMED.unit_cubic_feet) * M3_PER_CUBIC_FOOT
    room = large * M3_PER_CUBIC_FOOT
    return StockRules(
        current=np.zeros((nodes, len(ITEMS))),
        at_least=np.zeros((nodes, len(ITEMS))),
        at_most=np.tile(room / volume, (nodes, 1)),
        unit_cost=np.array(ASSUMED.unit_price) * (1 + ASSUMED.holding_share),
        unit_volume_m3=volume,
        unit_weight_kg=np.ones(len(ITEMS)),
        pack_size=np.ones(len(ITEMS), np.int64),
        usable_m3=np.full(nodes, small * M3_PER_CUBIC_FOOT),
        candidate=np.ones(nodes, np.bool_),
        opening_cost=np.full(nodes, opening),
        expansion_m3=np.full(nodes, (large - small) * M3_PER_CUBIC_FOOT),
        expansion_cost_per_m3=np.full(nodes, (large_opening - opening) / (large - small) / M3_PER_CUBIC_FOOT),
        budget=float("inf"),
    )


def _scenarios(row: dict[str, str], hurricanes: dict[str, _Demand], miles: Floats) -> list[PlacementScenario]:
    """Map one row onto a scenario an item."""
    demand: _Demand = {}
    if any(float(row[column]) for column in RAW_COLUMNS):
        for code in row["hurricanes"].split("+"):
            if code not in hurricanes:
                raise FormatError(f"{row['scenario_id']} names hurricane {code}, which never comes alone")
            for node, units in hurricanes[code].items():
                demand[node] = demand.get(node, np.zeros(len(ITEMS))) + units
    surviving = np.ones(len(miles))
    surviving[list(demand)] = float(row["q_availability"])
    detour = 1 + float(row["disruption"])
    return [_scenario_of_item(row, item, demand, surviving, miles * detour) for item in range(len(ITEMS))]


def _scenario_of_item(
    row: dict[str, str], item: int, demand: _Demand, surviving: Floats, miles: Floats
) -> PlacementScenario:
    site = np.array(sorted(node for node, units in demand.items() if units[item] > 0), np.int64)
    people = np.array([demand[node][item] for node in site])
    sources = len(surviving)
    lanes = len(site) * sources
    in_basket = np.arange(len(ITEMS)) == item
    return PlacementScenario(
        id=f"{row['scenario_id']} {ITEMS[item]}",
        probability=float(row["probability"]) / len(ITEMS),
        site=site,
        people=people,
        most_people=people[:, None],
        per_person=in_basket.astype(np.float64),
        held=np.zeros((len(site), len(ITEMS))),
        surviving=surviving.copy(),
        ready=np.zeros((sources, len(ITEMS), 1)),
        dock_kg=np.full((sources, 1), np.inf),
        fleet_kg_s=np.zeros((0, 1)),
        emergency_cost=np.full((sources, len(ITEMS)), np.inf),
        lanes=Lanes(
            site=np.repeat(np.arange(len(site)), sources),
            source=np.tile(np.arange(sources), len(site)),
            hour=np.zeros(lanes, np.int64),
            fleet=np.full(lanes, NO_FLEET, np.int64),
            effort_s=np.zeros(lanes),
            cost_per_kg=(miles[:, site].T * ASSUMED.moving_per_unit_mile[item] * len(ITEMS)).ravel(),
            loaded_per_unit=np.ones(lanes),
        ),
    )
