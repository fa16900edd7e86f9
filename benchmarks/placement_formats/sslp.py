"""Stochastic server location (SIPLIB `sslp_m_n`): servers are warehouses, clients are sites.

Which clients are there is known only after the servers stand. A client uses a server's capacity by an amount
that depends on both, pays a revenue, and is served by one server; use beyond the capacity costs a penalty per
unit. In the placement model a server is a candidate whose room is its capacity, a unit of the one item is
a unit of service, a lane takes `loaded_per_unit` units out of the server and costs the negative revenue, and
overflow is bought on the spot. The goal is least cost with every client who is there served.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.placement_formats.instance import Instance
from benchmarks.placement_formats.smps import Column, Scenario, TwoStage, read_smps
from benchmarks.reading import FormatError
from stockpile.placement.problem import (
    NO_FLEET,
    Coverage,
    Goal,
    Lanes,
    PlacementProblem,
    PlacementScenario,
    StockRules,
)


@dataclass(frozen=True)
class Server:
    """A first-stage column: its cost, the row of its capacity, and the price of a unit beyond it."""

    name: str
    cost: float
    capacity_row: str
    capacity: float
    overflow_price: float


@dataclass(frozen=True)
class Link:
    """A second-stage column: server (by index) serves client (a row), uses capacity and costs money."""

    client: str
    server: int
    use: float
    cost: float


def read(core_path: Path) -> Instance:
    """Read a server location problem from its .cor file and the .tim and .sto files beside it.

    Raises:
        FormatError: The files are not SMPS, or hold another problem.
    """
    two_stage = read_smps(core_path)
    structure = _Structure(two_stage)
    servers, most_open = structure.servers(), structure.most_open()
    clients = structure.clients
    links = list(structure.links(servers))
    scenarios = tuple(_scenario(two_stage, each, servers, clients, links) for each in two_stage.scenarios)
    problem = PlacementProblem(
        source_ids=tuple(server.name for server in servers),
        item_ids=("service",),
        site_ids=clients,
        hours=np.zeros(1),
        rules=_rules(servers, most_open),
        scenarios=scenarios,
        complete_baskets=False,
        item_weight=np.ones(1),
        single_source=True,
    )
    everybody = sum(each.probability * each.people.sum() for each in scenarios)
    count = Coverage(np.ones(1))
    return Instance(core_path.stem, problem, Goal(count, gain=0.0, yuan=1.0, required=((count, everybody),)))


class _Structure:
    """Finds servers, clients and links by their place in the matrix, not by their names."""

    def __init__(self, two_stage: TwoStage) -> None:
        self.core = two_stage.core
        columns, rows = list(self.core.columns), list(self.core.rows)
        begin = columns.index(two_stage.first_column)
        begin_row = rows.index(two_stage.first_row)
        self.first_columns, self.second_columns = columns[:begin], columns[begin:]
        self.limits = [row for row in rows[:begin_row] if row != self.core.objective]
        self.capacity_rows = [row for row in rows[begin_row:] if self.core.rows[row] in "LG"]
        self.clients = tuple(row for row in rows[begin_row:] if self.core.rows[row] == "E")

    def wrong(self, what: str) -> FormatError:
        return FormatError(f"{self.core.name or 'the core'} is no server location problem: {what}")

    def servers(self) -> list[Server]:
        """Return the first-stage columns, each with the one second-stage row in which it gives capacity."""
        overflow = self._overflow()
        servers = []
        for name in self.first_columns:
            column = self.core.columns[name]
            rows = [row for row in column.entries if row in self.capacity_rows]
            if len(rows) != 1 or not column.integer or column.upper != 1:
                raise self.wrong(f"column {name} is not a yes or no that gives one capacity")
            (row,) = rows
            if row not in overflow or self.core.right_side.get(row, 0.0):
                raise self.wrong(f"row {row} has no column for use beyond the capacity, or a right-hand side")
            capacity = self._use(row, column)
            servers.append(Server(name, self._cost(column), row, -capacity, overflow[row]))
        if len({server.capacity_row for server in servers}) != len(self.capacity_rows):
            raise self.wrong("servers and rows of capacity do not pair up")
        return servers

    def most_open(self) -> int | None:
        """Return the limit of servers: the one first-stage row, which counts every server once."""
        if not self.limits:
            return None
        (row, *more) = self.limits
        sign = -1.0 if self.core.rows[row] == "G" else 1.0
        counts = [sign * self.core.columns[name].entries.get(row, 0.0) for name in self.first_columns]
        if more or self.core.rows[row] not in "LG" or any(count != 1 for count in counts):
            raise self.wrong("the first stage may hold one row that limits the number of servers")
        return int(sign * self.core.right_side.get(row, 0.0))

    def links(self, servers: list[Server]) -> Iterator[Link]:
        """Yield who can serve whom, client by client.

        A column without use of any capacity stands for one of the servers that its client has no other
        column for; which one makes no difference.
        """
        index = {server.capacity_row: place for place, server in enumerate(servers)}
        by_client: dict[str, list[tuple[Column, list[str]]]] = {client: [] for client in self.clients}
        for name, rows in self._second_stage_rows():
            (client, *more) = [row for row in rows if row in by_client] or [""]
            if client:
                column, used = self.core.columns[name], [row for row in rows if row in index]
                if more or column.entries[client] != 1 or len(used) > 1 or not column.integer:
                    raise self.wrong(f"column {name} is not a yes or no of one client on one server")
                by_client[client].append((column, used))
        for client, columns in by_client.items():
            spare = [place for row, place in index.items() if all([row] != used for _, used in columns)]
            for column, used in columns:
                if not used and not spare:
                    raise self.wrong(f"row {client} has more columns than there are servers")
                if used:
                    yield Link(client, index[used[0]], self._use(used[0], column), self._cost(column))
                else:
                    yield Link(client, spare.pop(0), 0.0, self._cost(column))

    def _overflow(self) -> dict[str, float]:
        """Return the price of a unit beyond the capacity, by row of capacity."""
        prices = {}
        for name, rows in self._second_stage_rows():
            (row, *more) = rows or [""]
            if row in self.capacity_rows:
                column = self.core.columns[name]
                use = self._use(row, column)
                if not more and use < 0:
                    prices[row] = self._cost(column) / -use
                elif not more:
                    raise self.wrong(f"column {name} uses a server but serves no client")
        return prices

    def _second_stage_rows(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each second-stage column and the rows that hold it."""
        for name in self.second_columns:
            yield name, [row for row in self.core.columns[name].entries if row != self.core.objective]

    def _use(self, row: str, column: Column) -> float:
        """Return how much a column takes of the capacity of a row (negative: gives)."""
        return column.entries[row] * (-1.0 if self.core.rows[row] == "G" else 1.0)

    def _cost(self, column: Column) -> float:
        return column.entries.get(self.core.objective, 0.0)


def _rules(servers: list[Server], most_open: int | None) -> StockRules:
    capacity = np.array([server.capacity for server in servers])
    nothing = np.zeros(len(servers))
    return StockRules(
        current=nothing[:, None],
        at_least=nothing[:, None],
        at_most=capacity[:, None],
        unit_cost=np.zeros(1),
        unit_volume_m3=np.ones(1),
        unit_weight_kg=np.ones(1),
        pack_size=np.ones(1, np.int64),
        usable_m3=capacity,
        candidate=np.ones(len(servers), np.bool_),
        opening_cost=np.array([server.cost for server in servers]),
        expansion_m3=nothing,
        expansion_cost_per_m3=nothing,
        budget=float("inf"),
        most_open=most_open,
    )


def _scenario(
    two_stage: TwoStage,
    scenario: Scenario,
    servers: list[Server],
    clients: tuple[str, ...],
    links: list[Link],
) -> PlacementScenario:
    """Map one scenario: the clients who are there, and the links to them."""
    strange = sorted(scenario.right_side.keys() - set(clients))
    there = {**two_stage.core.right_side, **scenario.right_side}
    if strange or any(there.get(client, 0.0) not in {0.0, 1.0} for client in clients):
        raise FormatError(f"scenario {scenario.name} changes more than whether clients are there (0 or 1)")
    site = np.array([place for place, client in enumerate(clients) if there.get(client)], np.int64)
    row = {clients[place]: local for local, place in enumerate(site)}
    used = [link for link in links if link.client in row]
    people = np.ones(len(site))
    return PlacementScenario(
        id=scenario.name,
        probability=scenario.probability,
        site=site,
        people=people,
        most_people=people[:, None],
        per_person=np.ones(1),
        held=np.zeros((len(site), 1)),
        surviving=np.ones(len(servers)),
        ready=np.zeros((len(servers), 1, 1)),
        dock_kg=np.full((len(servers), 1), np.inf),
        fleet_kg_s=np.zeros((0, 1)),
        emergency_cost=np.array([[server.overflow_price] for server in servers]),
        lanes=Lanes(
            site=np.array([row[link.client] for link in used], np.int64),
            source=np.array([link.server for link in used], np.int64),
            hour=np.zeros(len(used), np.int64),
            fleet=np.full(len(used), NO_FLEET, np.int64),
            effort_s=np.zeros(len(used)),
            cost_per_kg=np.array([link.cost for link in used]),
            loaded_per_unit=np.array([link.use for link in used]),
        ),
    )
