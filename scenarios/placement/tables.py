"""The tables of a placement: levels, openings, orders, and who is covered before and after."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np
import pandas as pd

from scenarios.placement.goals import goal_words
from scenarios.placement.options import PlaceOptions
from scenarios.placement.result import CaseResult
from scenarios.report.wording import Names
from stockpile.columns import read_dictionary
from stockpile.placement.priorities import Step
from stockpile.placement.problem import Floats, PlacementProblem
from stockpile.placement.solution import Placement
from stockpile.region import Region
from stockpile.reorder.position import Position
from stockpile.reorder.rows import transfer_row
from stockpile.reorder.targets import Target

ALMOST = 1e-6
"""Tolerance of the solver: shares of a unit that are none."""


def levels_table(region: Region, problem: PlacementProblem, answer: Placement, today: Floats) -> pd.DataFrame:
    """What each warehouse should keep of each item it holds, has to hold or should hold."""
    names = region.warehouses.set_index("id")["name_zh"]
    items = region.items.set_index("id")
    rules = problem.rules
    rows = []
    for source, item in zip(*np.nonzero((answer.stock + today + rules.at_least) > ALMOST), strict=True):
        warehouse, what = problem.source_ids[source], problem.item_ids[item]
        most = rules.at_most[source, item]
        rows.append(
            {
                "warehouse": warehouse,
                "warehouse_name_zh": names[warehouse],
                "item": what,
                "item_name_zh": items.loc[what, "name_zh"],
                "unit": items.loc[what, "unit"],
                "today": round(today[source, item]),
                "at_least": round(rules.at_least[source, item]),
                "at_most": round(most) if np.isfinite(most) else None,
                "level": round(answer.stock[source, item]),
            }
        )
    return pd.DataFrame(rows, columns=[column.name for column in read_dictionary()["levels"]], dtype=object)


def decisions_table(region: Region, problem: PlacementProblem, answer: Placement) -> pd.DataFrame:
    """Candidates to open and rooms to enlarge, with their price."""
    names = region.warehouses.set_index("id")["name_zh"]
    rules = problem.rules
    rows = []
    for source in range(len(problem.source_ids)):
        warehouse = problem.source_ids[source]
        named = {"warehouse": warehouse, "warehouse_name_zh": names.get(warehouse, "")}
        if answer.opened[source]:
            rows.append(
                {**named, "decision": "open", "added_m3": 0.0, "cost_yuan": rules.opening_cost[source]}
            )
        added = float(answer.expansion_m3[source])
        if added > ALMOST:
            cost = added * float(rules.expansion_cost_per_m3[source])
            rows.append({**named, "decision": "expand", "added_m3": added, "cost_yuan": cost})
    return pd.DataFrame(rows, columns=["warehouse", "warehouse_name_zh", "decision", "added_m3", "cost_yuan"])


def transfers_table(position: Position) -> pd.DataFrame:
    """Lots that go from one warehouse to another, as in the reorder sheets."""
    return pd.DataFrame(
        [transfer_row(position, move) for move in position.moves], columns=TRANSFERS, dtype=object
    )


TRANSFERS = ["from_warehouse", "from_name_zh", "to_warehouse", "to_name_zh", "item", "item_name_zh", "unit"]
TRANSFERS += ["lot", "quantity", "expires_on", "owner", "km", "weight_kg", "tonne_km", "value_yuan"]


def levels_to_hold(
    problem: PlacementProblem, stock: Floats, warehouses: Container[str]
) -> dict[tuple[str, str], Target]:
    """Whole units of a stock (I, K) by warehouse and item, in the warehouses named."""
    return {
        (source_id, item_id): Target(round(stock[source, item]), (), is_level=True)
        for source, source_id in enumerate(problem.source_ids)
        for item, item_id in enumerate(problem.item_ids)
        if source_id in warehouses
    }


def purchases_table(position: Position) -> pd.DataFrame:
    """Whole packs that make up for what the transfers leave missing."""
    rows = []
    for warehouse, item in position.lines():
        packs = position.packs_to_buy((warehouse, item))
        if not packs:
            continue
        row = position.items[item]
        units, price = packs * int(row["pack_size"]), float(row["unit_cost"])
        rows.append(
            {
                "warehouse": warehouse,
                "warehouse_name_zh": position.warehouses[warehouse]["name_zh"],
                "item": item,
                "item_name_zh": row["name_zh"],
                "unit": row["unit"],
                "packs": packs,
                "pack_size": int(row["pack_size"]),
                "quantity": units,
                "unit_cost_yuan": price,
                "cost_yuan": round(units * price, 2),
                "volume_m3": units * float(row["volume_m3"]),
            }
        )
    columns = ["warehouse", "warehouse_name_zh", "item", "item_name_zh", "unit", "packs", "pack_size"]
    columns += ["quantity", "unit_cost_yuan", "cost_yuan", "volume_m3"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def coverage_table(cases: Sequence[CaseResult], hours: Sequence[float]) -> pd.DataFrame:
    """People supplied by hour, to 0.1, with today's stock and the recommended one, scenario by scenario."""
    rows = [
        {
            "scenario": case.id,
            "role": case.role,
            "probability_share": case.probability,
            "hour": hour,
            "people": case.people,
            "before": round(before, 1),
            "after": round(after, 1),
            "before_share": before / case.people if case.people else 1.0,
            "after_share": after / case.people if case.people else 1.0,
        }
        for case in cases
        for hour, before, after in zip(hours, case.before, case.after, strict=True)
    ]
    return pd.DataFrame(rows, columns=COVERAGE)


COVERAGE = ["scenario", "role", "probability_share", "hour", "people"]
COVERAGE += ["before", "after", "before_share", "after_share"]


def township_table(
    region: Region, problem: PlacementProblem, names: Names, pair: tuple[Placement, Placement], hour: int
) -> pd.DataFrame:
    """People of each township supplied by an hour before and after, in expectation, most gained first.

    Args:
        region: the region.
        problem: the problem whose scenarios count.
        names: names of the places.
        pair: today's stock and the recommended one sent out.
        hour: index of the hour.
    """
    place = dict(zip(region.sites["id"], region.sites["place"], strict=True))
    townships = [names.township(place[site]) for site in problem.site_ids]
    columns: dict[str, Floats] = {"people": np.zeros(len(townships))}
    columns |= {"before": np.zeros(len(townships)), "after": np.zeros(len(townships))}
    for number, one in enumerate(problem.scenarios):
        columns["people"][one.site] += one.probability * one.people
        for name, sent in zip(("before", "after"), pair, strict=True):
            columns[name][one.site] += one.probability * sent.people[number][:, hour]
    table = pd.DataFrame({"township": townships, **columns}).groupby("township", as_index=False).sum()
    table = table[table["people"] > ALMOST]
    table.insert(1, "name_zh", [names.zh("places", township) for township in table["township"]])
    table["change"] = table["after"] - table["before"]
    table.insert(2, "hour", problem.hours[hour])
    return table.round(4).sort_values(["change", "township"], ascending=[False, True], ignore_index=True)


def steps_table(steps: Sequence[Step], options: PlaceOptions) -> pd.DataFrame:
    """What each goal reached in its turn, with its proven bound."""
    rows = [
        # + 0.0: no minus before a 0
        (*goal_words(step, options), round(step.value, 4) + 0.0, round(step.bound, 4) + 0.0, step.gap)
        for step in steps
    ]
    return pd.DataFrame(rows, columns=["goal_zh", "goal", "value", "bound", "gap_share"])
