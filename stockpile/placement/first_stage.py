"""The first stage of a placement problem as arrays, the people of each scenario apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from stockpile.placement.problem import Flags, Floats, Goal, Ints, PlacementProblem
from stockpile.placement.whole.columns import ReducedModel
from stockpile.placement.whole.model import build_reduced_model

RISK_COLUMNS = ("worst_", "level_", "shortfall_")
"""How the blocks of columns begin that risk measures bring along."""


@dataclass(frozen=True, eq=False)
class FirstStage:
    """maximise  gain @ u + sum over s, h of people_gain * V  subject to rows and bounds; U columns, R rows.

    V[s, h] are the people supplied by hour h in scenario s. Every row reads
    matrix @ u + people @ V <= upper, or = upper where `equal`.

    Shapes: `gain`, `lower`, `upper`, `whole` (U,); `matrix` (R, U); `people` (R, S, H); `row_upper`, `equal`
    (R,); `people_gain` (S, H). `families` names the constraint family of each row; `stock` (I, K), `bought`
    (K,), `opened` and `expansion` (I,) are column numbers; `risk` are the columns of risk measures.
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
    stock: Ints
    bought: Ints
    opened: Ints
    expansion: Ints
    risk: Ints

    @property
    def counts_people(self) -> Flags:
        """Rows in which people stand, (R,)."""
        flags: Flags = self.people.reshape(len(self.row_upper), -1) != 0
        return np.asarray(flags.any(axis=1), dtype=np.bool_)


def first_stage(problem: PlacementProblem, goal: Goal) -> FirstStage:
    """Return the first stage of a problem for a goal, every column within finite bounds.

    Levels beyond what the sites in reach could use, and room beyond what such levels fill, help nobody: the
    bounds are cut there, which leaves the optimum and makes bounds by prices finite.
    """
    rules = problem.rules
    most = np.minimum(rules.at_most, np.maximum(useful_stock(problem), rules.at_least))
    filled = most @ rules.unit_volume_m3
    limited = replace(
        rules,
        at_most=most,
        usable_m3=np.minimum(rules.usable_m3, filled),
        expansion_m3=np.minimum(rules.expansion_m3, filled),
    )
    model = build_reduced_model(replace(problem, rules=limited), goal)
    program = model.program.linear_program()
    own = np.setdiff1d(np.arange(model.program.columns), model.people)
    upper = program.upper.copy()
    upper[model.bought] = np.maximum(most.sum(axis=0) - rules.current.sum(axis=0), 0.0)
    lower = np.zeros(len(upper)) if program.lower is None else program.lower.copy()
    risk = _risk_columns(model)
    lower[risk], upper[risk] = 0.0, _most_counted(problem, goal)
    at_most = np.isfinite(program.row_upper)
    sign = np.where(at_most, 1.0, -1.0)
    matrix = csr_matrix(program.matrix.multiply(sign[:, None]))
    number = np.searchsorted(own, np.arange(model.program.columns))
    whole = np.zeros(len(upper), dtype=bool) if program.whole is None else program.whole
    shape = model.people.shape
    return FirstStage(
        gain=-program.cost[own],
        lower=lower[own],
        upper=upper[own],
        whole=whole[own],
        matrix=csr_matrix(matrix[:, own]),
        people=matrix[:, model.people.ravel()].toarray().reshape(-1, *shape),
        row_upper=np.where(at_most, program.row_upper, -program.row_lower),
        equal=program.row_lower == program.row_upper,
        people_gain=-program.cost[model.people],
        families=tuple(family for family, count in model.program.families for _ in range(count)),
        stock=number[model.stock],
        bought=number[model.bought],
        opened=number[model.opened],
        expansion=number[model.expansion],
        risk=number[risk],
    )


def useful_stock(problem: PlacementProblem) -> Floats:
    """Units beyond which more of an item at a source helps nobody: (I, K), at least what the region holds."""
    useful = np.zeros(problem.rules.current.shape)
    for one in problem.scenarios:
        load = np.zeros(len(problem.source_ids))
        np.maximum.at(load, one.lanes.source, one.lanes.loaded_per_unit)
        sites = max(len(one.people), 1)
        pairs = np.unique(one.lanes.source * sites + one.lanes.site)
        people = np.zeros(len(problem.source_ids))
        np.add.at(people, pairs // sites, one.people[pairs % sites])
        share = np.where(one.surviving > 0, one.surviving, np.inf)
        useful = np.maximum(useful, np.outer(people * load / share, one.per_person))
    held: Floats = problem.rules.current.sum(axis=0)
    return np.maximum(useful, held)


def _risk_columns(model: ReducedModel) -> Ints:
    """Columns of the blocks that risk measures bring along."""
    found, start = [np.zeros(0, dtype=np.int64)], 0
    for name, labels in model.program.blocks:
        count = int(np.prod([len(axis) for axis in labels]))
        if name.startswith(RISK_COLUMNS):
            found.append(np.arange(start, start + count))
        start += count
    return np.concatenate(found)


def _most_counted(problem: PlacementProblem, goal: Goal) -> float:
    """The most that any coverage of the goal can come to in any scenario."""
    weight = 1.0 if problem.complete_baskets else float(problem.item_weight.sum())
    most = weight * np.array([one.most_people.sum(axis=0) for one in problem.scenarios])
    coverages = [goal.coverage, *(coverage for coverage, _ in goal.required)]
    return max(float((each.offset + most @ np.abs(each.per_hour)).max()) for each in coverages)
