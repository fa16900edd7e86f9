"""What one more of something, somewhere, would do: each is put there and people are counted again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from routing.problem import DispatchProblem
from scenarios.placement.cases import Case, Ground
from scenarios.report.wording import names_of
from stockpile.placement.priorities import Priorities, Solver
from stockpile.placement.problem import Flags, Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement
from stockpile.region import Region

MOST_PLACES = 12
"""Places tried for each kind of means, those from which most people who are short are reached in time."""

WORTH_PEOPLE = 0.05
"""Fewer people in expectation than this are within the tolerance of the solves."""

ROOM_M3 = 10
"""Room that is added at a time, filled with complete baskets."""

COLUMNS = ["kind", "place", "place_name_zh", "what", "what_name_zh", "quantity", "unit"]

EVERYWHERE = "各处同时"
"""Stands for the place where one more at every place at once gains nobody."""


VEHICLE = "台 vehicle"


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

    def sent(self, problem: PlacementProblem, stock: Floats) -> Placement:
        """Whom a stock reaches by the first hour."""
        goal = Goal(self.priorities.first_measure(problem).coverage)
        return self.solve(problem, goal, gap=self.priorities.gap, fixed_stock=stock)

    def people(self, problem: PlacementProblem, stock: Floats) -> float:
        """What a stock reaches by the first measure; a person more supplied or fewer missing adds 1."""
        return self.priorities.first_measure(problem).value(problem, self.sent(problem, stock).supplied)

    @cached_property
    def sources(self) -> list[int]:
        """Open warehouses with a way in time to people who are short, those with most such people first."""
        problem, hour = self.problem, self.priorities.first_hours[0]
        people = np.zeros(len(problem.source_ids))
        sent = self.sent(problem, self.answer.stock)
        for one, supplied in zip(problem.scenarios, sent.people, strict=True):
            short = one.people - supplied[:, hour]
            ways = np.unique(
                np.column_stack([one.lanes.source, one.lanes.site])[one.lanes.hour <= hour], axis=0
            )
            np.add.at(people, ways[:, 0], one.probability * short[ways[:, 1]])
        closed = problem.rules.candidate & ~self.answer.opened
        people[closed | (problem.rules.at_most.sum(axis=1) == 0)] = 0.0
        order = np.argsort(-people, kind="stable")
        return [int(source) for source in order if people[source] > WORTH_PEOPLE]

    @cached_property
    def pack(self) -> Floats:
        """Whole packs for the persons whom one pack of the item in the largest packs serves, (K,)."""
        return self.baskets(self.persons_a_pack)

    @cached_property
    def persons_a_pack(self) -> int:
        """Persons whom one pack of the item that comes in the largest packs serves."""
        need = self.need_per_person
        return int(np.ceil((self.problem.rules.pack_size[need > 0] / need[need > 0]).max()))

    @cached_property
    def need_per_person(self) -> Floats:
        """Units of each item that a person needs in any scenario, (K,)."""
        return np.asarray(np.max([one.per_person for one in self.problem.scenarios], axis=0))

    def baskets(self, persons: int) -> Floats:
        """Whole packs of everything that so many persons need, (K,)."""
        size = self.problem.rules.pack_size
        return np.asarray(np.ceil(self.need_per_person * persons / size) * size)

    @cached_property
    def full(self) -> Flags:
        """Whether a pack of everything finds no room at a warehouse, (I,)."""
        rules = self.problem.rules
        used = (self.answer.stock + self.pack) @ rules.unit_volume_m3
        return np.asarray(used > rules.usable_m3 + self.answer.expansion_m3)

    def with_means(self, change: Callable[[Case], DispatchProblem]) -> PlacementProblem:
        """The problem in which every scenario has more means."""
        more = [replace(case, problem=change(case)) for case in self.cases]
        return replace(self.ground.problem(more), rules=self.problem.rules)


@dataclass(frozen=True)
class More:
    """What is added: its id and Chinese name, and how much of it."""

    what: str
    what_name_zh: str
    quantity: int
    unit: str


Try = Callable[[], float]


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of means: people with one more at every place, and place by place what is added and people."""

    name: str
    more: More
    everywhere: Try
    single: Iterator[tuple[str, More, Try]]


def marginal_values(means: Means) -> pd.DataFrame:
    """Return how many more people are supplied by the first hour with one more of each means, by place.

    By a risk measure the last column is `fewer_missing`: how many fewer people are missing. A kind of means
    of which one more at every place at once gains nobody stands with a single row.
    """
    now = means.people(means.problem, means.answer.stock)
    counted = "fewer_missing" if means.priorities.first_measure(means.problem).tells_missing else "people"
    names = names_of(means.region)
    rows: list[tuple[object, ...]] = []
    for kind in (_packs(means), _room(means), _docks(means), _vehicles(means)):
        if kind.everywhere() - now < WORTH_PEOPLE:
            rows.append((kind.name, "", EVERYWHERE, *astuple(kind.more), 0.0))
            continue
        rows += [
            (kind.name, place, names.point(place), *astuple(more), max(0.0, people() - now))
            for place, more, people in kind.single
        ]
    table = pd.DataFrame(rows, columns=[*COLUMNS, counted]).round({counted: 4})
    return table.sort_values(["kind", counted, "place"], ascending=[True, False, True], ignore_index=True)


def _more_stock(means: Means, kind: str, more: More, sources: list[int], units: Floats) -> Kind:
    def added(where: list[int]) -> float:
        stock = means.answer.stock.copy()
        stock[where] += units
        return means.people(means.problem, stock)

    single = (
        (means.problem.source_ids[source], more, lambda source=source: added([source])) for source in sources
    )
    return Kind(kind, more, lambda: added(sources), single)


def _packs(means: Means) -> Kind:
    """A pack of everything where there is room for it."""
    more = More("packs", "成套物资(整包)", means.persons_a_pack, "人份 person")
    sources = [source for source in means.sources if not means.full[source]][:MOST_PLACES]
    return _more_stock(means, "packs", more, sources, means.pack)


def _room(means: Means) -> Kind:
    """Room counts only where it is full: what fits into more of it is added there."""
    sources = [source for source in means.sources if means.full[source]][:MOST_PLACES]
    per_person = means.need_per_person @ means.problem.rules.unit_volume_m3
    units = means.baskets(max(1, int(ROOM_M3 / per_person)))
    return _more_stock(means, "room", More("room", "库容(装满成套物资)", ROOM_M3, "m3"), sources, units)


def _docks(means: Means) -> Kind:
    loading = [
        source
        for source in means.sources
        if means.problem.source_ids[source] in means.cases[0].problem.source_ids
    ]
    names = [means.problem.source_ids[source] for source in loading[:MOST_PLACES]]

    def added(where: Sequence[str]) -> float:
        def change(case: Case) -> DispatchProblem:
            extra = np.array([name in where for name in case.problem.source_ids], dtype=np.int64)
            return replace(case.problem, docks=case.problem.docks + extra)

        return means.people(means.with_means(change), means.answer.stock)

    more = More("dock", "装车位", 1, "个 dock")
    single = ((name, more, lambda name=name: added([name])) for name in names)
    return Kind("dock", more, lambda: added(names), single)


def _vehicles(means: Means) -> Kind:
    """One vehicle more at a yard, those of most payload first."""
    types = means.region.vehicle_types.set_index("id")
    rows = means.region.fleet[["id", "type"]].to_dict("records")
    yards = sorted(rows, key=lambda row: (-float(types.loc[row["type"], "payload_kg"]), str(row["id"])))
    yards = yards[:MOST_PLACES]
    names = [str(row["id"]) for row in yards]

    def added(where: Sequence[str]) -> float:
        return means.people(means.with_means(lambda case: _called(case, where)), means.answer.stock)

    single = (
        (
            name,
            More(row["type"], str(types.loc[row["type"], "name_zh"]), 1, VEHICLE),
            lambda name=name: added([name]),
        )
        for name, row in zip(names, yards, strict=True)
    )
    return Kind("vehicle", More("", "载重最大的各车船", 1, VEHICLE), lambda: added(names), single)


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
        vehicle_source=np.concatenate([problem.vehicle_source, every.source[chosen]]),
        vehicle_returns=np.concatenate([problem.vehicle_returns, every.returns[chosen]]),
        vehicle_drive_s=np.concatenate([problem.vehicle_drive_s, every.drive_s[chosen]]),
    )
