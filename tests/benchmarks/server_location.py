"""Small server location problems: drawn, written as SMPS, and solved by trying everything."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ServerLocation:
    """Opening cost (m,), capacity, use and revenue (clients, m), penalty, presence (scenarios, clients)."""

    opening: NDArray[np.float64]
    capacity: float
    use: NDArray[np.float64]
    revenue: NDArray[np.float64]
    penalty: float
    there: NDArray[np.int64]
    probability: NDArray[np.float64]
    most_open: int


def draw(seed: int) -> ServerLocation:
    """Draw three servers, four clients and two scenarios; some clients use nothing of some servers."""
    random = np.random.default_rng(seed)
    return ServerLocation(
        opening=random.integers(5, 15, 3).astype(float),
        capacity=12.0,
        use=random.integers(0, 9, (4, 3)).astype(float),
        revenue=random.integers(0, 12, (4, 3)).astype(float),
        penalty=7.0,
        there=random.integers(0, 2, (2, 4)),
        probability=np.array([0.3, 0.7]),
        most_open=2,
    )


def least_cost(problem: ServerLocation) -> float:
    """Try every set of servers and every assignment."""
    clients, servers = problem.use.shape
    best = np.inf
    for opened in itertools.product((0, 1), repeat=servers):
        if sum(opened) > problem.most_open:
            continue
        cost = problem.opening @ opened
        for probability, there in zip(problem.probability, problem.there, strict=True):
            present = np.flatnonzero(there)
            cost += probability * min(
                _assignment_cost(problem, np.array(opened), present, np.array(choice, np.int64))
                for choice in itertools.product(range(servers), repeat=len(present))
            )
        best = min(best, cost)
    assert clients
    return float(best)


def _assignment_cost(
    problem: ServerLocation,
    opened: NDArray[np.int64],
    present: NDArray[np.int64],
    choice: NDArray[np.int64],
) -> float:
    used = np.bincount(choice, problem.use[present, choice], len(opened))
    beyond = np.maximum(used - problem.capacity * opened, 0).sum()
    return float(problem.penalty * beyond - problem.revenue[present, choice].sum())


def write_smps(problem: ServerLocation, folder: Path) -> Path:
    """Write the three files as SIPLIB does and return the path of the core."""
    clients, servers = problem.use.shape
    limit, capacity_rows = "c1", [f"c{2 + server}" for server in range(servers)]
    client_rows = [f"c{2 + servers + client}" for client in range(clients)]
    lines = ["NAME small", "ROWS", " N obj", f" G {limit}"]
    lines += [f" G {row}" for row in capacity_rows] + [f" E {row}" for row in client_rows]
    lines += ["COLUMNS", " M0 'MARKER' 'INTORG'"]
    for server, row in enumerate(capacity_rows):
        lines += [
            f" x_{server} obj {problem.opening[server]} {limit} -1",
            f" x_{server} {row} {problem.capacity}",
        ]
    for client, server in itertools.product(range(clients), range(servers)):
        name, row = f" y_{client}_{server}", capacity_rows[server]
        if problem.revenue[client, server]:
            lines.append(f"{name} obj {-problem.revenue[client, server]}")
        if problem.use[client, server]:
            lines.append(f"{name} {row} {-problem.use[client, server]}")
        lines.append(f"{name} {client_rows[client]} 1")
    lines.append(" M1 'MARKER' 'INTEND'")
    lines += [f" x_{server}_0 obj {problem.penalty} {row} 1" for server, row in enumerate(capacity_rows)]
    lines += ["RHS", f" rhs {limit} {-problem.most_open}"] + [f" rhs {row} 1" for row in client_rows]
    lines += ["BOUNDS"] + [f" UP bnd x_{server} 1" for server in range(servers)] + ["ENDATA"]
    stages = [
        "TIME small",
        "PERIODS LP",
        f" x_0 {limit} STAGE-1",
        f" y_0_0 {capacity_rows[0]} STAGE-2",
        "ENDATA",
    ]
    drawn = ["STOCH small", "SCENARIOS DISCRETE"]
    for index, (probability, there) in enumerate(zip(problem.probability, problem.there, strict=True)):
        drawn.append(f" SC S{index} ROOT {probability} STAGE-2")
        drawn += [f" rhs {row} {value}" for row, value in zip(client_rows, there, strict=True)]
    core = folder / "small.cor"
    for suffix, text in ((".cor", lines), (".tim", stages), (".sto", [*drawn, "ENDATA"])):
        core.with_suffix(suffix).write_text("\n".join(text) + "\n", encoding="ascii")
    return core
