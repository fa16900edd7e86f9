"""Made-up regions for placement, seeded: clustered warehouses and sites, scenarios around a point.

Sizes: 23 warehouses x 300 sites x 8 scenarios x 12 items (210,000 flows), 60 x 1,000 x 20 x 12
(1.25 million), 360 x 7,000 x 50 x 12 (6.5 million; each scenario strikes 2,000 of the sites).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from stockpile.placement.problem import (
    NO_FLEET,
    Coverage,
    Floats,
    Goal,
    Ints,
    Lanes,
    PlacementProblem,
    PlacementScenario,
    StockRules,
)

Form = Literal["separable", "coupled"]

KM_PER_WAREHOUSE_SPACING = 10.0
CLUSTERED = 0.6
"""Share of warehouses and sites that stand in clusters, the others anywhere."""

ROOM_FOR_DEMAND = 0.9
BUDGET_FOR_DEMAND = 0.6
"""Room, and money for stock, as shares of what the average scenario's demand takes."""

DOCKS_FOR_DEMAND = 0.8
FLEET_FOR_DEMAND = 0.7
"""Loading and driving in the coupled form, as shares of what serving all from the nearest would take."""

SPEED_M_PER_S = 10.0


@dataclass(frozen=True)
class Size:
    """How many of each, lanes a site on average, and the share of sites that a scenario strikes."""

    warehouses: int
    sites: int
    scenarios: int
    items: int
    lanes_per_site: float
    struck: float


SIZES = {
    "a": Size(23, 300, 8, 12, 7.3, 1.0),
    "b": Size(60, 1000, 20, 12, 5.2, 1.0),
    "c": Size(360, 7000, 50, 12, 5.4, 0.286),
}


@dataclass(frozen=True)
class _Items:
    """Units a person needs, and size and price of a unit, (K,) each."""

    per_person: Floats
    volume_m3: Floats
    cost: Floats
    weight_kg: Floats

    @property
    def basket_kg(self) -> float:
        return float(self.per_person @ self.weight_kg)


@dataclass(frozen=True)
class _Map:
    """Where things are, km, and who lives there."""

    side_km: float
    warehouses: Floats
    sites: Floats
    people: Floats
    distance_km: Floats


def generate(size: Size, *, form: Form, seed: int) -> tuple[PlacementProblem, Goal]:
    """Make a region: all people by one hour, most of them supplied within a budget, a third candidates.

    The separable form counts each item's people with its weight and limits by stock, room, budget and reach
    alone. The coupled form counts people with a complete basket, and docks and fleet-hours bind as well.
    """
    random = np.random.default_rng(seed)
    ground = _draw_map(random, size)
    items = _Items(
        per_person=np.exp(random.normal(0, 0.6, size.items)).round(2),
        volume_m3=np.exp(random.normal(-4, 0.8, size.items)),
        cost=np.exp(random.normal(3, 1, size.items)),
        weight_kg=np.exp(random.normal(0, 0.8, size.items)),
    )
    probability = random.dirichlet(np.full(size.scenarios, 4.0))
    scenarios = tuple(
        _draw_scenario(random, size, ground, items, form=form, name=f"{index:02d}", probability=share)
        for index, share in enumerate(probability)
    )
    waiting = float(np.mean([scenario.people.sum() for scenario in scenarios]))
    problem = PlacementProblem(
        source_ids=tuple(f"w{index:03d}" for index in range(size.warehouses)),
        item_ids=tuple(f"i{index:02d}" for index in range(size.items)),
        site_ids=tuple(f"s{index:04d}" for index in range(size.sites)),
        hours=np.ones(1),
        rules=_draw_rules(random, size, items, waiting),
        scenarios=scenarios,
        complete_baskets=form == "coupled",
        item_weight=random.dirichlet(np.full(size.items, 3.0)) * size.items,
    )
    return problem, Goal(Coverage(np.ones(1)))


def _draw_map(random: np.random.Generator, size: Size) -> _Map:
    side = float(np.sqrt(size.warehouses)) * KM_PER_WAREHOUSE_SPACING
    centres = random.uniform(0, side, (max(3, size.warehouses // 6), 2))

    def points(number: int) -> Floats:
        spots = centres[random.integers(0, len(centres), number)] + random.normal(0, side / 8, (number, 2))
        anywhere = random.uniform(0, side, (number, 2))
        return np.clip(np.where(random.random((number, 1)) < CLUSTERED, spots, anywhere), 0, side)

    warehouses, sites = points(size.warehouses), points(size.sites)
    people = np.exp(random.normal(6, 0.8, size.sites)).round()
    offset = warehouses[:, None] - sites[None]
    return _Map(side, warehouses, sites, people, np.hypot(offset[..., 0], offset[..., 1]))


def _draw_rules(random: np.random.Generator, size: Size, items: _Items, waiting: float) -> StockRules:
    share = random.dirichlet(np.full(size.warehouses, 2.0))
    room = share * waiting * (items.per_person @ items.volume_m3) * ROOM_FOR_DEMAND
    candidate = np.zeros(size.warehouses, np.bool_)
    candidate[random.choice(size.warehouses, size.warehouses // 3, replace=False)] = True
    budget = BUDGET_FOR_DEMAND * waiting * float(items.per_person @ items.cost)
    nothing = np.zeros((size.warehouses, size.items))
    return StockRules(
        current=nothing,
        at_least=nothing,
        at_most=room[:, None] / items.volume_m3,
        unit_cost=items.cost,
        unit_volume_m3=items.volume_m3,
        unit_weight_kg=items.weight_kg,
        pack_size=np.ones(size.items, np.int64),
        usable_m3=room,
        candidate=candidate,
        opening_cost=np.where(candidate, random.uniform(0.005, 0.02, size.warehouses) * budget, 0.0),
        expansion_m3=np.zeros(size.warehouses),
        expansion_cost_per_m3=np.zeros(size.warehouses),
        budget=budget,
    )


def _draw_scenario(
    random: np.random.Generator,
    size: Size,
    ground: _Map,
    items: _Items,
    *,
    form: Form,
    name: str,
    probability: float,
) -> PlacementScenario:
    """Strike around a point: people wait the closer the more, warehouses near it lose stock, roads detour."""
    centre = random.uniform(0, ground.side_km, 2)
    to_site = np.hypot(*(ground.sites - centre).T)
    to_warehouse = np.hypot(*(ground.warehouses - centre).T)
    struck = np.sort(np.argsort(to_site, kind="stable")[: int(np.ceil(size.struck * size.sites))])
    severity = np.exp(-((to_site[struck] / (0.5 * ground.side_km)) ** 2)) * random.uniform(
        0.5, 1, len(struck)
    )
    people = np.round(ground.people[struck] * (0.1 + 0.9 * severity))
    lost = np.exp(-((to_warehouse / (0.15 * ground.side_km)) ** 2)) * random.uniform(0.3, 1, size.warehouses)
    road_km = ground.distance_km[:, struck] * random.uniform(1, 1.6, (size.warehouses, len(struck)))
    lanes = int(size.lanes_per_site * len(struck))
    reach_km = np.partition(road_km.ravel(), lanes)[lanes]
    site, source = np.nonzero(reach_km > road_km.T)
    effort_s = 2 * road_km[source, site] * 1000 / SPEED_M_PER_S
    dock_kg, fleet_kg_s = np.full((size.warehouses, 1), np.inf), np.zeros((0, 1))
    if form == "coupled":
        kg = people.sum() * items.basket_kg
        dock_kg = (random.dirichlet(np.full(size.warehouses, 5.0)) * kg * DOCKS_FOR_DEMAND)[:, None]
        fleet_kg_s = np.array(
            [[_nearest_effort(people, site, effort_s) * items.basket_kg * FLEET_FOR_DEMAND]]
        )
    return PlacementScenario(
        id=name,
        probability=float(probability),
        site=struck,
        people=people,
        most_people=people[:, None],
        per_person=items.per_person,
        held=np.zeros((len(struck), size.items)),
        surviving=1 - lost,
        ready=np.zeros((size.warehouses, size.items, 1)),
        dock_kg=dock_kg,
        fleet_kg_s=fleet_kg_s,
        emergency_cost=np.full((size.warehouses, size.items), np.inf),
        lanes=Lanes(
            site=site,
            source=source,
            hour=np.zeros(len(site), np.int64),
            fleet=np.full(len(site), 0 if form == "coupled" else NO_FLEET, np.int64),
            effort_s=effort_s,
            cost_per_kg=np.zeros(len(site)),
            loaded_per_unit=np.ones(len(site)),
        ),
    )


def _nearest_effort(people: Floats, site: Ints, effort_s: Floats) -> float:
    """Return the person-seconds of driving when every site in reach is served from its nearest warehouse."""
    nearest = np.full(len(people), np.inf)
    np.minimum.at(nearest, site, effort_s)
    return float(people[np.isfinite(nearest)] @ nearest[np.isfinite(nearest)])
