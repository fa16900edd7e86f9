"""One placement problem as arrays: all that the placement solvers get to see.

Index spaces: I sources (warehouses, and depots of suppliers whose stock is not ours to place), K items,
J sites of one scenario, H hours by which people are counted (earliest first), M fleets (one a mode), E lanes
of one scenario. Stock is in units of the item, weights in kg, volumes in m3, money in yuan.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_FLEET = -1
"""Fleet of a lane that ties no vehicle down: stock handed out where it stands."""


class _Frozen:
    """Read-only arrays."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Lanes(_Frozen):
    """Ways from a source to a site that are in time for an hour; one entry each (E,), sorted by site.

    What moves on lane e has been handed to people of `site[e]` by hour index `hour[e]`. A kg on it ties
    `effort_s` payload-seconds of `fleet` down (a radial lower bound of a tour), costs `cost_per_kg` to
    move, and takes `loaded_per_unit` units out of the source for each unit that arrives.
    """

    site: Ints
    source: Ints
    hour: Ints
    fleet: Ints
    effort_s: Floats
    cost_per_kg: Floats
    loaded_per_unit: Floats


@dataclass(frozen=True, eq=False)
class PlacementScenario(_Frozen):
    """What one scenario asks of the stock, and what it leaves of stock, docks, fleets and roads.

    Attributes:
        id: name of the scenario.
        probability: share of all that may happen; the probabilities of a problem add up to 1.
        site: index of each of its sites in the problem's `site_ids`, (J,).
        people: people waiting, (J,).
        most_people: most people that can be handed a basket by each hour, whatever arrives, (J, H).
        per_person: units of each item in one complete basket, 0 where it is not in it, (K,).
        held: units that stand at the site whatever is placed, (J, K).
        surviving: share of the placed stock that can still be issued, (I,).
        ready: units of others (agreements, markets, production) that can have been handed out by each hour,
            cumulative, (I, K, H).
        dock_kg: kg that can have been loaded in time for each hour, cumulative, inf without limit, (I, H).
        fleet_kg_s: payload times seconds that each fleet has until each hour, cumulative, (M, H).
        emergency_cost: price of a unit bought on the spot at a source, inf where there is none, (I, K).
        lanes: the ways in time.
    """

    id: str
    probability: float
    site: Ints
    people: Floats
    most_people: Floats
    per_person: Floats
    held: Floats
    surviving: Floats
    ready: Floats
    dock_kg: Floats
    fleet_kg_s: Floats
    emergency_cost: Floats
    lanes: Lanes


@dataclass(frozen=True, eq=False)
class StockRules(_Frozen):
    """What may be kept where, and what that costs; all in units of the item.

    Attributes:
        current: stock today, (I, K).
        at_least, at_most: limits of the stock level; at_most is 0 where nothing can be placed, (I, K).
        unit_cost: price of a unit, (K,).
        unit_volume_m3, unit_weight_kg: size of a unit, (K,).
        pack_size: units in which an item is moved and bought, (K,).
        usable_m3: room of each source when it is open, (I,).
        candidate: whether the source is not open today, (I,).
        opening_cost: yuan to open a candidate, (I,).
        expansion_m3: most room that can be added, 0 where none, (I,).
        expansion_cost_per_m3: yuan for a m3 of added room, (I,).
        budget: most yuan to be spent on purchase, opening and expansion; inf without limit.
        most_open: most candidates that may be opened; None without limit.
    """

    current: Floats
    at_least: Floats
    at_most: Floats
    unit_cost: Floats
    unit_volume_m3: Floats
    unit_weight_kg: Floats
    pack_size: Ints
    usable_m3: Floats
    candidate: Flags
    opening_cost: Floats
    expansion_m3: Floats
    expansion_cost_per_m3: Floats
    budget: float
    most_open: int | None = None


@dataclass(frozen=True)
class Risk:
    """How the scenarios are weighed: all by probability, the worst share of them, or the worst alone.

    `tail` is the share of the worst outcomes that count in `cvar`: CVaR at level alpha has tail 1 - alpha.
    """

    kind: Literal["expectation", "cvar", "worst"] = "expectation"
    tail: float = 1.0


@dataclass(frozen=True, eq=False)
class Coverage(_Frozen):
    """People counted by hour in each scenario, and weighed over the scenarios.

    Scenario s counts offset[s] + sum over h of per_hour[h] * (people supplied by hour h). `per_hour` has
    shape (H,). In a problem without complete baskets an item's people count `item_weight[k]` each. `offset`,
    (S,) or one number for all, counts whatever is supplied and is nowhere below 0: it makes scenarios
    comparable that differ in size (see `stockpile.placement.measure`).

    Raises:
        ValueError: an offset is below 0, or stands in an expectation, in which it is an idle constant.
    """

    per_hour: Floats
    risk: Risk = Risk()
    offset: Floats | float = 0.0

    def __post_init__(self) -> None:
        """Check the offset."""
        super().__post_init__()
        if np.min(self.offset) < 0 or (self.risk.kind == "expectation" and np.any(self.offset)):
            raise ValueError("the offset of a coverage needs a risk measure and is not below 0")

    def outcomes(self, supplied: Floats) -> Floats:
        """What each scenario counts, (S,), when `supplied` (S, H) people hold a basket by each hour."""
        counted: Floats = self.offset + supplied @ self.per_hour
        return counted


@dataclass(frozen=True, eq=False)
class Goal:
    """maximise  gain * coverage - yuan * cost  subject to  required coverage >= its floor, one a pair.

    Cost is purchase, opening and expansion, and the expected cost of moving and of emergency purchases.
    """

    coverage: Coverage
    gain: float = 1.0
    yuan: float = 0.0
    required: tuple[tuple[Coverage, float], ...] = ()


@dataclass(frozen=True, eq=False)
class PlacementProblem(_Frozen):
    """A region's stock, the scenarios it has to answer, and how its people count.

    With `complete_baskets` a person counts once, with all items of the basket; without, each item of a
    person counts on its own with its weight (the separable form). `single_source` asks that each site and
    item be served by one source only.
    """

    source_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    hours: Floats
    rules: StockRules
    scenarios: tuple[PlacementScenario, ...]
    complete_baskets: bool
    item_weight: Floats
    single_source: bool = False

    @property
    def emergency_purchases(self) -> bool:
        """Whether anything can be bought on the spot in any scenario."""
        return any(bool(np.isfinite(one.emergency_cost).any()) for one in self.scenarios)
