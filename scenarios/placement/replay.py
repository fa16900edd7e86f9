"""What a real plan keeps of the promise: scenarios dispatched with today's stock and with the recommended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from routing.allocation import allocate
from routing.assemble import assemble
from routing.dispatch import ITERATIONS, dispatch
from routing.plan import people_supplied
from routing.road_network import RoadNetwork
from scenarios.loading import ResolvedScenario
from scenarios.placement.cases import more_people
from scenarios.placement.result import CaseResult
from scenarios.progress import Tell
from scenarios.search_progress import watched
from scenarios.situation import apply_scenario, relief_order, with_points_on_roads
from stockpile.inventory import usable_lots
from stockpile.placement.problem import Flags, Floats
from stockpile.region import Region
from stockpile.units import hours_to_s

COLUMNS = ["scenario", "role", "probability_share", "hour", "people", "before", "after"]
COLUMNS += ["before_planned", "after_planned", "change_planned", "kept_share"]


@dataclass(frozen=True, eq=False)
class Stocked:
    """A stock (I, K) of items at sources, and the candidates (I,) that are open with it."""

    stock: Floats
    opened: Flags


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What all replays share: the region and its roads, the index spaces of a stock, and how to plan."""

    region: Region
    network: RoadNetwork
    source_ids: Sequence[str]
    item_ids: Sequence[str]
    on: date
    severity: float
    seed: int

    def stocked(self, stocked: Stocked) -> Region:
        """The region with a stock instead of its own; what is not placed stays, and no lot lapses.

        Placement takes stock to be renewed in time, so the plan that is held against it does, too.
        """
        lots = usable_lots(self.region.lots, self.on)
        placed = lots["item"].isin(list(self.item_ids)) & lots["warehouse"].isin(list(self.source_ids))
        levels = pd.DataFrame(
            [
                (
                    f"{self.source_ids[source]}:{self.item_ids[item]}",
                    self.source_ids[source],
                    self.item_ids[item],
                    round(stocked.stock[source, item]),
                )
                for source, item in np.argwhere(stocked.stock > 0).tolist()
            ],
            columns=["id", "warehouse", "item", "quantity"],
        ).reindex(columns=lots.columns)
        together = pd.concat([lots[~placed].astype(object), levels.astype(object)], ignore_index=True)
        opened = {name for name, is_open in zip(self.source_ids, stocked.opened, strict=True) if is_open}
        stores = self.region.warehouses
        status = stores["status"].mask(stores["id"].isin(opened), "existing")
        return self.region.replace(
            lots=together.assign(expires_on=None, produced_on=None).astype({"quantity": "int64"}),
            warehouses=stores.assign(status=status),
        )

    def supplied(
        self, resolved: ResolvedScenario, stocked: Stocked, hours: Sequence[float], tell: Tell | None
    ) -> list[int]:
        """People whom the plan of a scenario supplies by each hour, planned as `stockpile run` does."""
        found = apply_scenario(self.stocked(stocked), resolved, self.network)
        situation = with_points_on_roads(replace(found, people=more_people(found.people, self.severity)))
        order = relief_order(situation)
        problem = assemble(situation.region, situation.network, situation.roads, order).problem
        allocation, iterations = allocate(problem), ITERATIONS["standard"]
        watch = watched(tell, problem, allocation, iterations)
        plan = dispatch(problem, allocation.flow, iterations=iterations, seed=self.seed, watch=watch)
        ask_s = [min(hours_to_s(hour), problem.horizon_s) for hour in hours]
        by_site = people_supplied(problem, plan.driven, ask_s)
        return [sum(column) for column in zip(*by_site, strict=True)] or [0] * len(ask_s)


def replay_table(
    rehearsal: Rehearsal,
    cases: Sequence[tuple[CaseResult, ResolvedScenario]],
    stocks: tuple[Stocked, Stocked],
    hours: Sequence[float],
    tell: Tell | None,
) -> pd.DataFrame:
    """Return people by hour that plans supply, beside those whom the placement model expects.

    Args:
        rehearsal: the region and how to plan.
        cases: what the model expects of each scenario, and the scenario.
        stocks: today's stock and the recommended one.
        hours: hours that count.
        tell: told what the search for each plan has reached.
    """
    return pd.DataFrame(list(_rows(rehearsal, cases, stocks, hours, tell)), columns=COLUMNS)


def _rows(
    rehearsal: Rehearsal,
    cases: Sequence[tuple[CaseResult, ResolvedScenario]],
    stocks: tuple[Stocked, Stocked],
    hours: Sequence[float],
    tell: Tell | None,
) -> Iterator[tuple[object, ...]]:
    for case, resolved in cases:
        told = _of_case(tell, case.id)
        planned = [rehearsal.supplied(resolved, stocked, hours, told) for stocked in stocks]
        for number, hour in enumerate(hours):
            before, after = (people[number] for people in planned)
            expected = case.after[number]
            kept = after / expected if expected else 1.0
            yield (
                *(case.id, case.role, case.probability, hour, case.people),
                *(round(case.before[number], 1), round(expected, 1), before, after, after - before, kept),
            )


def _of_case(tell: Tell | None, case: str) -> Tell | None:
    return None if tell is None else lambda reached: tell(f"{case}: {reached}")
