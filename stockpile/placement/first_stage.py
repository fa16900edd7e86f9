"""The decisions made before anything happens, as a sparse program: stock, openings, room, purchases, risk.

Columns u, in blocks: stock (I*K), opened (I), added room in m3 (I), bought (K), and for each CVaR or worst
case its value t and one shortfall a scenario. V[s, h] stands for the people supplied by hour h in scenario
s. Every row reads  matrix @ u + people @ V <= upper, or = upper where `equal`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from stockpile.placement.problem import Coverage, Flags, Floats, Goal, Ints, PlacementProblem


@dataclass(frozen=True, eq=False)
class FirstStage:
    """maximise  gain @ u + sum over s, h of people_gain * V  subject to the rows; U columns, R rows.

    Shapes: `gain`, `lower`, `upper`, `whole` (U,); `matrix` (R, U); `people` (R, S, H); `row_upper`,
    `equal` (R,); `people_gain` (S, H). `families` names the rows' constraint families, (R,).
    """

    gain: Floats
    lower: Floats
    upper: Floats
    whole: Flags
    matrix: csr_matrix
    people: Floats
    row_upper: Floats
    equal: Flags
    people_gain: Floats
    families: tuple[str, ...]
    blocks: dict[str, slice]

    def block(self, columns: Floats, name: str) -> Floats:
        """Part of the columns that a block holds."""
        return columns[self.blocks[name]]


class _Builder:
    """Collects columns and rows."""

    def __init__(self, problem: PlacementProblem, goal: Goal) -> None:
        self.problem, self.goal = problem, goal
        self.sources, self.items = problem.rules.current.shape
        self.scenarios, self.hours = len(problem.scenarios), len(problem.hours)
        self.probability = np.array([one.probability for one in problem.scenarios])
        self.blocks: dict[str, slice] = {}
        self.columns = 0
        self._lower: list[Floats] = []
        self.uppers: list[Floats] = []
        self._whole: list[Flags] = []
        self._rows: list[tuple[str, Ints, Floats, Floats, float, bool]] = []
        self.gain: dict[int, float] = {}
        self.people_gain = np.zeros((self.scenarios, self.hours))

    def add_block(self, name: str, lower: Floats, upper: Floats, *, whole: bool = False) -> slice:
        count = len(lower)
        block = self.blocks[name] = slice(self.columns, self.columns + count)
        self._lower.append(np.asarray(lower, dtype=np.float64))
        self.uppers.append(np.asarray(upper, dtype=np.float64))
        self._whole.append(np.full(count, whole))
        self.columns += count
        return block

    def add_row(
        self,
        family: str,
        columns: Ints,
        values: Floats,
        upper: float,
        *,
        people: Floats | None = None,
        equal: bool = False,
    ) -> None:
        none = np.zeros((self.scenarios, self.hours))
        self._rows.append((family, columns, values, none if people is None else people, upper, equal))

    def index(self, name: str) -> Ints:
        block = self.blocks[name]
        return np.arange(block.start, block.stop)

    def finish(self) -> FirstStage:
        gain = np.zeros(self.columns)
        for column, value in self.gain.items():
            gain[column] += value
        numbers = np.repeat(np.arange(len(self._rows)), [len(row[1]) for row in self._rows])
        matrix = csr_matrix(
            (
                np.concatenate([row[2] for row in self._rows]),
                (numbers, np.concatenate([row[1] for row in self._rows])),
            ),
            shape=(len(self._rows), self.columns),
        )
        return FirstStage(
            gain=gain,
            lower=np.concatenate(self._lower),
            upper=np.concatenate(self.uppers),
            whole=np.concatenate(self._whole),
            matrix=matrix,
            people=np.array([row[3] for row in self._rows]),
            row_upper=np.array([row[4] for row in self._rows]),
            equal=np.array([row[5] for row in self._rows]),
            people_gain=self.people_gain,
            families=tuple(row[0] for row in self._rows),
            blocks=self.blocks,
        )


def first_stage(problem: PlacementProblem, goal: Goal) -> FirstStage:
    """Return the first stage of a problem for a goal."""
    builder = _Builder(problem, goal)
    define_columns(builder)
    define_room(builder)
    define_item_totals(builder)
    define_spending(builder)
    define_openings(builder)
    define_objective(builder)
    define_required_coverage(builder)
    return builder.finish()


def define_columns(builder: _Builder) -> None:
    """at_least <= stock <= at_most; opened in {0, 1}, 1 for what is open today; added <= expansion."""
    rules = builder.problem.rules
    most = np.minimum(rules.at_most, np.maximum(useful_stock(builder.problem), rules.at_least))
    builder.add_block("stock", rules.at_least.ravel(), np.maximum(most, rules.at_least).ravel())
    builder.add_block("opened", np.where(rules.candidate, 0.0, 1.0), np.ones(builder.sources), whole=True)
    builder.add_block("added", np.zeros(builder.sources), rules.expansion_m3)
    total = most.sum(axis=0)
    builder.add_block("bought", np.zeros(builder.items), np.maximum(total - rules.current.sum(axis=0), 0.0))


def useful_stock(problem: PlacementProblem) -> Floats:
    """Units beyond which more of an item at a source helps nobody: (I, K), at least what the region holds."""
    useful = np.zeros(problem.rules.current.shape)
    for one in problem.scenarios:
        reach = np.zeros(len(problem.source_ids))
        np.maximum.at(reach, one.lanes.source, one.lanes.loaded_per_unit)
        people = np.zeros(len(problem.source_ids))
        seen = np.unique(one.lanes.source * len(one.people) + one.lanes.site)
        np.add.at(people, seen // max(len(one.people), 1), one.people[seen % max(len(one.people), 1)])
        share = np.maximum(one.surviving, 1e-3)
        useful = np.maximum(useful, np.outer(people * reach / share, one.per_person))
    held: Floats = problem.rules.current.sum(axis=0)
    return np.maximum(useful, held)


def define_room(builder: _Builder) -> None:
    """sum over k of volume_k stock_ik <= usable_i opened_i + added_i;  added_i <= expansion_i opened_i."""
    rules = builder.problem.rules
    stock = builder.index("stock").reshape(builder.sources, builder.items)
    opened, added = builder.index("opened"), builder.index("added")
    volume = rules.unit_volume_m3
    most = builder.uppers[0].reshape(stock.shape) @ volume
    for i in range(builder.sources):
        room = min(float(rules.usable_m3[i]), float(most[i]))
        columns = np.array([*stock[i], opened[i], added[i]])
        builder.add_row("room", columns, np.array([*volume, -room, -1.0]), 0.0)
        if rules.expansion_m3[i] > 0 and rules.candidate[i]:
            pair = np.array([added[i], opened[i]])
            builder.add_row("expansion", pair, np.array([1.0, -rules.expansion_m3[i]]), 0.0)


def define_item_totals(builder: _Builder) -> None:
    """sum over i of stock_ik = sum over i of current_ik + bought_k."""
    stock = builder.index("stock").reshape(builder.sources, builder.items)
    for k, bought in enumerate(builder.index("bought")):
        values = np.array([*np.ones(builder.sources), -1.0])
        total = float(builder.problem.rules.current[:, k].sum())
        builder.add_row("item total", np.array([*stock[:, k], bought]), values, total, equal=True)


def _spending(builder: _Builder) -> tuple[Ints, Floats]:
    """Columns that cost money and their prices."""
    rules = builder.problem.rules
    columns = np.concatenate([builder.index(name) for name in ("bought", "opened", "added")])
    opening = np.where(rules.candidate, rules.opening_cost, 0.0)
    return columns, np.concatenate([rules.unit_cost, opening, rules.expansion_cost_per_m3])


def define_spending(builder: _Builder) -> None:
    """sum of unit_cost bought + opening_cost opened + expansion_cost added <= budget."""
    if np.isfinite(builder.problem.rules.budget):
        builder.add_row("spending", *_spending(builder), builder.problem.rules.budget)


def define_openings(builder: _Builder) -> None:
    """sum over candidates of opened_i <= most_open."""
    rules = builder.problem.rules
    if rules.most_open is not None:
        columns = builder.index("opened")[rules.candidate]
        builder.add_row("openings", columns, np.ones(len(columns)), float(rules.most_open))


def define_objective(builder: _Builder) -> None:
    """maximise gain * coverage - yuan * spending; costs of moving stand on the lanes themselves."""
    goal = builder.goal
    if goal.yuan:
        for column, price in zip(*_spending(builder), strict=True):
            builder.gain[int(column)] = builder.gain.get(int(column), 0.0) - goal.yuan * float(price)
    if not goal.gain:
        return
    if goal.coverage.risk.kind == "expectation":
        builder.people_gain += goal.gain * np.outer(builder.probability, goal.coverage.per_hour)
        return
    for column, weight in zip(*_risk_value(builder, goal.coverage, "goal"), strict=True):
        builder.gain[int(column)] = goal.gain * float(weight)


def define_required_coverage(builder: _Builder) -> None:
    """coverage >= its floor, one row a requirement."""
    for number, (coverage, floor) in enumerate(builder.goal.required):
        if coverage.risk.kind == "expectation":
            people = -np.outer(builder.probability, coverage.per_hour)
            none = np.zeros(0, dtype=np.int64)
            builder.add_row("required coverage", none, np.zeros(0), -floor, people=people)
        else:
            columns, weights = _risk_value(builder, coverage, f"required {number}")
            builder.add_row("required coverage", columns, -weights, -floor)


def _risk_value(builder: _Builder, coverage: Coverage, name: str) -> tuple[Ints, Floats]:
    """CVaR = t - 1/tail sum over s of p_s shortfall_s, t - shortfall_s <= coverage of s; worst: no shortfall.

    Rockafellar and Uryasev, Optimization of conditional value-at-risk, Journal of Risk 2 (2000).
    """
    everybody = max(
        float((one.most_people @ np.abs(coverage.per_hour)).sum()) for one in builder.problem.scenarios
    )
    t = builder.add_block(f"{name} value", np.zeros(1), np.full(1, everybody)).start
    columns, weights = np.array([t]), np.ones(1)
    shortfall = None
    if coverage.risk.kind == "cvar":
        none = np.zeros(builder.scenarios)
        builder.add_block(f"{name} shortfall", none, np.full(builder.scenarios, everybody))
        shortfall = builder.index(f"{name} shortfall")
        columns = np.array([t, *shortfall])
        weights = np.array([1.0, *(-builder.probability / coverage.risk.tail)])
    for s in range(builder.scenarios):
        people = np.zeros((builder.scenarios, builder.hours))
        people[s] = -coverage.per_hour
        own = np.array([t] if shortfall is None else [t, shortfall[s]])
        builder.add_row("risk", own, np.array([1.0, -1.0])[: len(own)], 0.0, people=people)
    return columns, weights
