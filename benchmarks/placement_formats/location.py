"""Location problems: capacitated, single-source, uncapacitated, and the p-median.

A facility is a candidate warehouse, a customer a site with one person who wants one unit. A lane takes the
customer's demand out of the warehouse and costs what serving all of the customer costs. The goal is least
cost with everybody served.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from benchmarks.placement_formats.instance import Instance
from benchmarks.placement_formats.text import Numbers
from benchmarks.reading import FormatError
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

CAPACITY_WORD = "capacity"


def read_cflp(path: Path, capacities: tuple[float, ...]) -> Iterator[Instance]:
    """Read an OR-Library `cap` file; one that holds the word `capacity` gives an instance a capacity.

    Raises:
        FormatError: The file is not in the format, or needs a capacity and none is given.
    """
    if CAPACITY_WORD not in path.read_text(encoding="utf-8", errors="replace"):
        yield _location(path.stem, *_or_library(Numbers(path)))
        return
    if not capacities:
        raise FormatError(
            f"{path} leaves the capacity open: give --capacity, or rows such as {path.stem}_8000 in"
            " known_values.csv beside it"
        )
    for capacity in capacities:
        numbers = Numbers(path, words={CAPACITY_WORD: capacity})
        yield _location(f"{path.stem}_{capacity:g}", *_or_library(numbers))


def read_sscflp(path: Path) -> Iterator[Instance]:
    """Read a single-source problem in the layout of Holmberg or of Delmaire.

    Both begin with two counts: Holmberg's are facilities and customers, with two numbers a facility next;
    Delmaire's are customers and facilities, with the costs next. The second line tells them apart.

    Raises:
        FormatError: The file is in neither.
    """
    yield _location(
        path.stem, *(_delmaire(path) if _is_delmaire(path) else _holmberg(path)), single_source=True
    )


def read_uflp(path: Path) -> Iterator[Instance]:
    """Read an uncapacitated problem: Bilde and Krarup's layout, or that of `cap` with capacities ignored.

    Raises:
        FormatError: The file is in neither.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        titled = file.readline().startswith("FILE")
    if titled:
        opening, cost = _bilde_krarup(path)
    else:
        _, opening, _, cost = _or_library(Numbers(path, words={CAPACITY_WORD: 0.0}))
    sources, sites = cost.shape
    yield _location(path.stem, np.full(sources, float(sites)), opening, np.ones(sites), cost)


def read_pmedian(path: Path) -> Iterator[Instance]:
    """Read an OR-Library `pmed` file: a graph, and how many of its vertices to open.

    A repeated edge takes its last cost; distances are those of shortest paths.

    Raises:
        FormatError: The file is not in the format.
    """
    numbers = Numbers(path)
    vertices, edges, opened = (numbers.count(what) for what in ("vertices", "edges", "p"))
    rows = numbers.take(3 * edges, "edges").reshape(edges, 3)
    numbers.end()
    if ((rows[:, :2] < 1) | (rows[:, :2] > vertices) | (rows[:, :2] % 1 != 0)).any() or (
        rows[:, 2] < 0
    ).any():
        raise FormatError(f"{path}: an edge names a vertex outside 1 to {vertices}, or has a negative cost")
    ends = np.sort(rows[:, :2].astype(np.int64) - 1, axis=1)
    key, last = np.unique((ends[:, 0] * vertices + ends[:, 1])[::-1], return_index=True)
    cost = rows[::-1, 2][last]
    # an explicit 0 would be no edge to scipy's sparse graphs; the least positive number is as good
    graph = csr_matrix(
        (np.maximum(cost, np.finfo(float).tiny), (key // vertices, key % vertices)), (vertices,) * 2
    )
    distance = shortest_path(graph, directed=False)
    capacity = np.full(vertices, float(vertices))
    yield _location(path.stem, capacity, np.zeros(vertices), np.ones(vertices), distance, most_open=opened)


def _or_library(numbers: Numbers) -> tuple[Floats, Floats, Floats, Floats]:
    """Capacities, opening costs, demands, and costs of serving each customer, (m,), (m,), (n,), (m, n)."""
    sources, sites = numbers.count("the number of warehouses"), numbers.count("the number of customers")
    stands = numbers.take(2 * sources, "capacities and fixed costs").reshape(sources, 2)
    rows = numbers.take(sites * (sources + 1), "demands and costs").reshape(sites, sources + 1)
    numbers.end()
    return stands[:, 0], stands[:, 1], rows[:, 0], np.ascontiguousarray(rows[:, 1:].T)


def _holmberg(path: Path) -> tuple[Floats, Floats, Floats, Floats]:
    numbers = Numbers(path)
    sources, sites = numbers.count("the number of facilities"), numbers.count("the number of customers")
    stands = numbers.take(2 * sources, "capacities and fixed costs").reshape(sources, 2)
    demand = numbers.take(sites, "demands")
    cost = numbers.take(sources * sites, "costs").reshape(sources, sites)
    numbers.end()
    return stands[:, 0], stands[:, 1], demand, cost


def _delmaire(path: Path) -> tuple[Floats, Floats, Floats, Floats]:
    numbers = Numbers(path)
    sites, sources = numbers.count("the number of customers"), numbers.count("the number of plants")
    cost = numbers.take(sources * sites, "costs").reshape(sites, sources)
    demand = numbers.take(sites, "demands")
    opening = numbers.take(sources, "fixed costs")
    capacity = numbers.take(sources, "capacities")
    numbers.end()
    return capacity, opening, demand, np.ascontiguousarray(cost.T)


def _is_delmaire(path: Path) -> bool:
    """Holmberg's second line holds the two numbers of a facility, Delmaire's the costs of a customer."""
    lines = path.read_text(encoding="utf-8", errors="replace").replace("\0", " ").splitlines()
    filled = [line.split() for line in lines if line.strip()]
    return len(filled) > 1 and len(filled[1]) > 2  # noqa: PLR2004 - see above


def _bilde_krarup(path: Path) -> tuple[Floats, Floats]:
    """Opening costs and costs of serving, (m,), (m, n)."""
    numbers = Numbers(path, skip_lines=1)
    sources, sites = numbers.count("the number of locations"), numbers.count("the number of customers")
    numbers.take(1, "the third number of the second line")
    rows = numbers.take(sources * (sites + 2), "fixed costs and costs").reshape(sources, sites + 2)
    numbers.end()
    return rows[:, 1], np.ascontiguousarray(rows[:, 2:])


def _location(
    name: str,
    capacity: Floats,
    opening: Floats,
    demand: Floats,
    cost: Floats,
    *,
    most_open: int | None = None,
    single_source: bool = False,
) -> Instance:
    """Map onto warehouses (m,), sites (n,) and lanes wherever the cost (m, n) is finite."""
    sources, sites = cost.shape
    site, source = np.nonzero(np.isfinite(cost.T))
    lanes = len(site)
    scenario = PlacementScenario(
        id="all",
        probability=1.0,
        site=np.arange(sites),
        people=np.ones(sites),
        most_people=np.ones((sites, 1)),
        per_person=np.ones(1),
        held=np.zeros((sites, 1)),
        surviving=np.ones(sources),
        ready=np.zeros((sources, 1, 1)),
        dock_kg=np.full((sources, 1), np.inf),
        fleet_kg_s=np.zeros((0, 1)),
        emergency_cost=np.full((sources, 1), np.inf),
        lanes=Lanes(
            site=site,
            source=source,
            hour=np.zeros(lanes, dtype=np.int64),
            fleet=np.full(lanes, NO_FLEET),
            effort_s=np.zeros(lanes),
            cost_per_kg=cost[source, site],
            loaded_per_unit=demand[site],
        ),
    )
    rules = StockRules(
        current=np.zeros((sources, 1)),
        at_least=np.zeros((sources, 1)),
        at_most=capacity[:, None],
        unit_cost=np.zeros(1),
        unit_volume_m3=np.ones(1),
        unit_weight_kg=np.ones(1),
        pack_size=np.ones(1, dtype=np.int64),
        usable_m3=capacity,
        candidate=np.ones(sources, dtype=np.bool_),
        opening_cost=opening,
        expansion_m3=np.zeros(sources),
        expansion_cost_per_m3=np.zeros(sources),
        budget=np.inf,
        most_open=most_open,
    )
    problem = PlacementProblem(
        source_ids=tuple(f"w{number}" for number in range(1, sources + 1)),
        item_ids=("goods",),
        site_ids=tuple(f"c{number}" for number in range(1, sites + 1)),
        hours=np.ones(1),
        rules=rules,
        scenarios=(scenario,),
        complete_baskets=True,
        item_weight=np.ones(1),
        single_source=single_source,
    )
    everybody = Coverage(np.ones(1))
    goal = Goal(everybody, gain=0.0, yuan=1.0, required=((everybody, float(sites)),))
    return Instance(name, problem, goal)
