"""What one more of something, somewhere, would do: each is put there and people are counted again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from routing.problem import DispatchProblem
from scenarios.placement.cases import Case, Ground
from stockpile.placement.priorities import Priorities, Solver
from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement
from stockpile.region import Region

MOST_PLACES = 12
"""Places tried for each kind of means, those from which most people are reached in time."""

WORTH_PEOPLE = 0.05
"""Fewer people in expectation than this are within the tolerance of the solves."""

ROOM_M3 = 10.0
"""Room that is added at a time, filled with complete baskets."""

FULL_SHARE = 0.99
"""Share of its room above which a warehouse counts as full."""

COLUMNS = ["kind", "place", "what", "people"]


@dataclass(frozen=True, eq=False)
class Means:
    """What a marginal value is worked out from: problem and answer, and how to count people."""

    region: Region
    ground: Ground
    cases: Sequence[Case]
    problem: PlacementProblem
    priorities: Priorities
    answer: Placement
    solve: Solver

    def people(self, problem: PlacementProblem, stock: Floats) -> float:
        """What a stock reaches by the first measure; a person more supplied or fewer missing adds 1."""
        measure = self.priorities.first_measure(problem)
        sent = self.solve(problem, Goal(measure.coverage), gap=self.priorities.gap, fixed_stock=stock)
        return measure.value(problem, sent.supplied)

    def with_means(self, change: Callable[[Case], DispatchProblem]) -> PlacementProblem:
        """The problem in which every scenario has more means."""
        more = [replace(case, problem=change(case)) for case in self.cases]
        return replace(self.ground.problem(more), rules=self.problem.rules)


def marginal_values(means: Means) -> pd.DataFrame:
    """Return how many more people are supplied by the first hour with one more of each means, by place.

    A kind of means of which one more at every place at once gains nobody stands with a single row.
    """
    now = means.people(means.problem, means.answer.stock)
    rows: list[tuple[str, str, str, float]] = []
    for kind, everywhere, single in (_packs(means), _room(means), _docks(means), _vehicles(means)):
        if everywhere() - now < WORTH_PEOPLE:
            rows.append((kind, "", "", 0.0))
            continue
        rows += [(kind, place, what, max(0.0, people() - now)) for place, what, people in single]
    table = pd.DataFrame(rows, columns=COLUMNS).round({"people": 4})
    return table.sort_values(["kind", "people", "place"], ascending=[True, False, True], ignore_index=True)


Try = Callable[[], float]
Kind = tuple[str, Try, Iterator[tuple[str, str, Try]]]


def _reached(means: Means) -> list[int]:
    """Warehouses by the people to whom they have a way in time, most first; only open ones."""
    people = np.zeros(len(means.problem.source_ids))
    hour = means.priorities.first_hours[0]
    for one in means.problem.scenarios:
        lanes = one.lanes
        ways = np.unique(np.column_stack([lanes.source, lanes.site])[lanes.hour <= hour], axis=0)
        np.add.at(people, ways[:, 0], one.probability * one.people[ways[:, 1]])
    closed = means.problem.rules.candidate & ~means.answer.opened
    people[closed | (means.problem.rules.at_most.sum(axis=1) == 0)] = 0.0
    order = np.argsort(-people, kind="stable")
    return [int(source) for source in order if people[source] > 0]


def _baskets(means: Means, persons: int) -> Floats:
    """Whole packs of everything that so many persons need in any scenario, (K,)."""
    need = np.max([one.per_person for one in means.problem.scenarios], axis=0) * persons
    packs: Floats = np.ceil(need / means.problem.rules.pack_size) * means.problem.rules.pack_size
    return packs


def _persons_a_pack(means: Means) -> int:
    """Persons whom one pack of the item that comes in the largest packs serves."""
    need = np.max([one.per_person for one in means.problem.scenarios], axis=0)
    return int(np.ceil((means.problem.rules.pack_size[need > 0] / need[need > 0]).max()))


def _more_stock(means: Means, kind: str, sources: list[int], units: Floats, what: str) -> Kind:
    def added(where: list[int]) -> float:
        stock = means.answer.stock.copy()
        stock[where] += units
        return means.people(means.problem, stock)

    single = (
        (means.problem.source_ids[source], what, lambda source=source: added([source])) for source in sources
    )
    return kind, lambda: added(sources), single


def _packs(means: Means) -> Kind:
    persons = _persons_a_pack(means)
    sources = _reached(means)[:MOST_PLACES]
    return _more_stock(means, "packs", sources, _baskets(means, persons), f"baskets of {persons} persons")


def _room(means: Means) -> Kind:
    """Room counts only where it is full: what fits into more of it is added there."""
    rules = means.problem.rules
    used = means.answer.stock @ rules.unit_volume_m3
    full = used >= FULL_SHARE * (rules.usable_m3 + means.answer.expansion_m3)
    sources = [source for source in _reached(means) if full[source]][:MOST_PLACES]
    per_person = np.max([one.per_person for one in means.problem.scenarios], axis=0) @ rules.unit_volume_m3
    units = _baskets(means, max(1, int(ROOM_M3 / per_person)))
    return _more_stock(means, "room", sources, units, f"{ROOM_M3:g} m3 filled with baskets")


def _docks(means: Means) -> Kind:
    loading = [
        source
        for source in _reached(means)
        if means.problem.source_ids[source] in means.cases[0].problem.source_ids
    ]
    names = [means.problem.source_ids[source] for source in loading[:MOST_PLACES]]

    def more(where: Sequence[str]) -> float:
        def change(case: Case) -> DispatchProblem:
            extra = np.array([name in where for name in case.problem.source_ids], dtype=np.int64)
            return replace(case.problem, docks=case.problem.docks + extra)

        return means.people(means.with_means(change), means.answer.stock)

    return "dock", lambda: more(names), ((name, "one dock", lambda name=name: more([name])) for name in names)


def _vehicles(means: Means) -> Kind:
    """One vehicle more at a yard, those of most payload first."""
    payload = dict(
        zip(means.region.vehicle_types["id"], means.region.vehicle_types["payload_kg"], strict=True)
    )
    rows = means.region.fleet[["id", "type"]].to_dict("records")
    yards = sorted(rows, key=lambda row: (-float(payload[row["type"]]), str(row["id"])))[:MOST_PLACES]
    names = [str(row["id"]) for row in yards]

    def more(where: Sequence[str]) -> float:
        return means.people(means.with_means(lambda case: _called(case, where)), means.answer.stock)

    single = (
        (name, f"one {row['type']}", lambda name=name: more([name]))
        for name, row in zip(names, yards, strict=True)
    )
    return "vehicle", lambda: more(names), single


def _called(case: Case, fleet_ids: Sequence[str]) -> DispatchProblem:
    """The dispatch problem with one more vehicle at each of these yards that can be called out."""
    problem, every = case.problem, case.problem.yards
    chosen = np.array([n for n, name in enumerate(case.yards) if name in fleet_ids], dtype=np.int64)
    return replace(
        problem,
        vehicle_ids=(*problem.vehicle_ids, *(f"{case.yards[yard]}+1" for yard in chosen)),
        vehicle_type=np.concatenate([problem.vehicle_type, every.type[chosen]]),
        vehicle_base=np.concatenate([problem.vehicle_base, every.point[chosen]]),
        vehicle_ready_s=np.concatenate([problem.vehicle_ready_s, every.ready_s[chosen]]),
        vehicle_until_s=np.concatenate([problem.vehicle_until_s, every.until_s[chosen]]),
    )
