"""What stands behind a placement, and the further questions that its answer is put to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenarios.placement.balance import stock_balance
from scenarios.placement.cases import Case, Ground
from scenarios.placement.curve import budget_curve
from scenarios.placement.marginal import Means, marginal_values
from scenarios.placement.no_regret import no_regret_stock, no_regret_table
from scenarios.placement.options import PlaceOptions
from scenarios.placement.result import Blocked, PlaceResult
from stockpile.distances import Distances
from stockpile.placement.priorities import Priorities, Solver, Step
from stockpile.placement.problem import PlacementProblem
from stockpile.placement.solution import Certificate, Placement


@dataclass(frozen=True, eq=False)
class Study:
    """What was worked out before any table is made.

    `asked` is the problem as asked for; `problem` the one that was solved, with the nearest rules that can be
    kept; `every` the same with the scenarios that only test the answer; `distances` the ways of transfers.
    """

    asked: PlacementProblem
    problem: PlacementProblem
    every: PlacementProblem
    cases: Sequence[Case]
    roles: Sequence[str]
    options: PlaceOptions
    distances: Distances
    priorities: Priorities
    answer: Placement
    steps: tuple[Step, ...]
    before: Placement
    after: Placement
    blocked: Blocked | None

    @property
    def reached(self) -> float:
        """What the answer reaches by the first measure in the scenarios that it was made for."""
        placed = [number for number, role in enumerate(self.roles) if role == "placed"]
        return self.priorities.first_measure(self.problem).value(self.problem, self.after.supplied[placed])

    @property
    def placed(self) -> list[Case]:
        """The scenarios that the answer was made for."""
        return [case for case, role in zip(self.cases, self.roles, strict=True) if role == "placed"]


def with_studies(result: PlaceResult, ground: Ground, study: Study, solve: Solver) -> PlaceResult:
    """Return the result with the curve of budgets, marginal values, best transfers and no-regret stock."""
    region, problem, answer = result.region, study.problem, study.answer
    priorities, budget = study.priorities, problem.rules.budget
    means = Means(region, ground, study.placed, problem, priorities, answer, solve)
    balance = stock_balance(
        region, result.on, study.distances, study.asked, priorities, study.options.moves, solve
    )
    measure, reached = priorities.first_measure(problem), study.reached
    known = _point_of_the_curve(study, budget, reached)
    curve, plans = budget_curve(problem, priorities, known, solve)
    least, near = no_regret_stock(problem, priorities, answer, reached, plans, solve)
    tables = {
        **result.tables,
        "budget_curve": curve,
        "marginal": marginal_values(means),
        "moves": balance.moves,
        "no_regret": no_regret_table(region, problem, answer, least),
    }
    totals = {
        **result.totals,
        f"balance_actual_{measure.column}": measure.told(balance.actual),
        f"balance_best_{measure.column}": measure.told(balance.best),
        "balance": balance.ratio,
        "near_best_plans": near,
    }
    return replace(result, tables=tables, totals=totals)


def _point_of_the_curve(study: Study, budget: float, reached: float) -> tuple[float, Certificate]:
    """Yuan and value of the first measure that are known.

    Of its goal alone where a budget was given, but of the answer where that reaches a required share.
    """
    first, priorities = study.steps[0].certificate, study.priorities
    short = priorities.required_share is None or first.value < priorities.required_value(study.problem)
    if np.isfinite(budget) and short:
        return budget, first
    return study.answer.spending, Certificate(reached, max(reached, first.bound))
