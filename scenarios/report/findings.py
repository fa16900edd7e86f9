"""What a reader asks of a run, counted from its tables: who sends what, who is short and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenarios.report.wording import Names
from scenarios.result import FirstGoodsResult, Gap, RunResult, TargetResult
from stockpile.inventory import usable_lots
from stockpile.units import s_to_hours

Row = dict[str, Any]

KEY_HOURS = (1, 2, 4, 6, 8, 10, 12, 18, 24, 36, 48, 72)


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Rows of a table as mappings with plain values; blanks instead of NaN."""
    filled = table.astype(object).where(table.notna(), "")
    return [{str(key): value for key, value in row.items()} for row in filled.to_dict("records")]


@dataclass(frozen=True)
class Sending:
    """What leaves one loading point: trips, vehicles, tonnes, hours of the first and last loading, items.

    `items` are (item id, units), heaviest first.
    """

    source: str
    trips: int
    vehicles: int
    tonnes: float
    first_load_h: float
    last_load_h: float
    items: tuple[tuple[str, int], ...]


def sendings(result: RunResult) -> tuple[Sending, ...]:
    """What each loading point sends, most tonnes first."""
    trips = defaultdict(list)
    for trip in rows_of(result.tables["trips"]):
        trips[str(trip["source_id"])].append(trip)
    lines = _lines_by_trip(result)
    sent = [_sending(source, trips[source], lines) for source in trips]
    return tuple(sorted(sent, key=lambda sending: (-sending.tonnes, sending.source)))


def _lines_by_trip(result: RunResult) -> dict[str, list[Row]]:
    lines = defaultdict(list)
    for line in rows_of(result.tables["load_lines"]):
        lines[str(line["trip_id"])].append(line)
    return lines


def _sending(source: str, trips: list[Row], lines: dict[str, list[Row]]) -> Sending:
    units: Counter[str] = Counter()
    weights: defaultdict[str, float] = defaultdict(float)
    for trip in trips:
        for line in lines.get(str(trip["trip_id"]), []):
            units[str(line["item"])] += int(line["quantity"])
            weights[str(line["item"])] += float(line["weight_kg"])
    heaviest = sorted(units, key=lambda item: (-weights[item], item))
    return Sending(
        source=source,
        trips=len(trips),
        vehicles=len({trip["vehicle_id"] for trip in trips}),
        tonnes=sum(float(trip["weight_kg"]) for trip in trips) / 1000,
        first_load_h=min(float(trip["load_start_h"]) for trip in trips),
        last_load_h=max(float(trip["load_end_h"]) for trip in trips),
        items=tuple((item, units[item]) for item in heaviest),
    )


@dataclass(frozen=True)
class Shortage:
    """People without a complete basket in one group of gaps, with the sites, items and first causes."""

    key: str
    people: int
    sites: int
    items: tuple[str, ...]
    causes: tuple[str, ...]


def shortages(gaps: Iterable[Gap], key_of: dict[Gap, str]) -> tuple[Shortage, ...]:
    """Group gaps by `key_of`, most people first; items and first causes by the people behind them."""
    groups: defaultdict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        groups[key_of[gap]].append(gap)
    found = [
        Shortage(
            key=key,
            people=sum(gap.people for gap in group),
            sites=len({gap.site for gap in group}),
            items=_by_people((gap.item, gap.people) for gap in group),
            causes=_by_people((first_cause(gap), gap.people) for gap in group),
        )
        for key, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda shortage: (-shortage.people, shortage.key)))


def township_shortages(result: RunResult, names: Names) -> tuple[Shortage, ...]:
    """Gaps by township."""
    return shortages(result.gaps, {gap: names.township(gap.place) for gap in result.gaps})


def cause_shortages(result: RunResult) -> tuple[Shortage, ...]:
    """Gaps by first cause."""
    return shortages(result.gaps, {gap: first_cause(gap) for gap in result.gaps})


def first_cause(gap: Gap) -> str:
    """The first cause found, blank when none was."""
    return gap.causes[0] if gap.causes else ""


def _by_people(pairs: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    people: Counter[str] = Counter()
    for key, count in pairs:
        people[key] += count
    return tuple(sorted((key for key in people if key), key=lambda key: (-people[key], key)))


def worst_gaps(result: RunResult) -> tuple[Gap, ...]:
    """Gaps with most people first."""
    return tuple(sorted(result.gaps, key=lambda gap: (-gap.people, gap.hour, gap.site, gap.item)))


def gaps_by_township(result: RunResult, names: Names, most: int | None = None) -> tuple[Gap, ...]:
    """The worst gaps (all, or the `most` worst), grouped by township: townships and sites by people short."""
    rank = {shortage.key: number for number, shortage in enumerate(township_shortages(result, names))}
    return tuple(sorted(worst_gaps(result)[:most], key=lambda gap: rank[names.township(gap.place)]))


def repairs(result: RunResult) -> tuple[tuple[str, int], ...]:
    """Repairs named by the gaps with the people behind each, most people first."""
    people: Counter[str] = Counter()
    for gap in result.gaps:
        if gap.repair:
            people[gap.repair] += gap.people
    return tuple(sorted(people.items(), key=lambda pair: (-pair[1], pair[0])))


def overfull_sites(result: RunResult) -> tuple[int, int]:
    """How many sites take more people than their capacity, and how many people that is too many."""
    sites = result.region.sites
    capacity = dict(zip(sites["id"], sites["capacity"], strict=True))
    people = {str(row["site_id"]): int(row["people"]) for row in rows_of(result.tables["demand"])}
    over = [count - int(capacity[site]) for site, count in people.items() if count > capacity[site]]
    return len(over), sum(over)


def items_without_lot(result: RunResult) -> tuple[str, ...]:
    """Essential items of which no lot in stock is usable on the day of the order, sorted."""
    demand = result.tables["demand"]
    essential = set(demand.loc[demand["essential"].astype(bool), "item"])
    return tuple(sorted(essential - set(usable_lots(result.region.lots, result.scenario.date)["item"])))


@dataclass(frozen=True)
class CriticalLink:
    """A link that must not be lost too: its row, and a row of every site that it would cut off or delay much.

    `past` counts those of the `people` whom driving alone would then bring past the first target, and those
    who are cut off.
    """

    row: Row
    sites: tuple[Row, ...]
    people: int
    past: int


def critical_links(result: RunResult) -> tuple[CriticalLink, ...]:
    """Links whose loss would do most harm, the worst first."""
    hour = target_hour(result, result.targets[0])
    by_link: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows_of(result.tables["critical_links"]):
        by_link[str(row["link"])].append(row)
    return tuple(
        CriticalLink(
            row=rows[0],
            sites=tuple(rows),
            people=sum(int(row["people"]) for row in rows),
            past=sum(
                int(row["people"])
                for row in rows
                if row["without_link_h"] == "" or float(row["without_link_h"]) > hour
            ),
        )
        for rows in by_link.values()
    )


def target_hour(result: RunResult, target: TargetResult | FirstGoodsResult) -> float:
    """Hour after the dispatch order at which a target falls due, whatever clock it counts on."""
    return s_to_hours(result.scenario.due_s(result.scenario.targets[target.id]))


def key_hours(result: RunResult) -> tuple[tuple[float, int], ...]:
    """Hours worth a row in a short table, with the people supplied by then: the last hour always."""
    due = {target_hour(result, target) for target in result.targets}
    last = len(result.supplied_by_hour) - 1
    return tuple(
        (hour, supplied)
        for index, (hour, supplied) in enumerate(result.supplied_by_hour)
        if index == last or hour in due or hour in KEY_HOURS
    )
