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
from stockpile.placement.priorities import Priorities, Solver, Step, everybody
from stockpile.placement.problem import PlacementProblem
from stockpile.placement.risk import risk_value
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
    def first_people(self) -> float:
        """People by the first hour whom the answer supplies in the scenarios that it was made for."""
        placed = [number for number, role in enumerate(self.roles) if role == "placed"]
        chances = np.array([one.probability for one in self.problem.scenarios])
        supplied = self.after.supplied[placed, self.priorities.first_hours[0]]
        return risk_value(supplied, chances, self.priorities.risk)

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
    people = study.first_people
    known = _point_of_the_curve(study, budget, people)
    curve, plans = budget_curve(problem, priorities, known, everybody(problem, priorities.risk), solve)
    least, near = no_regret_stock(problem, priorities, answer, people, plans, solve)
    tables = {
        **result.tables,
        "budget_curve": curve,
        "marginal": marginal_values(means),
        "moves": balance.moves,
        "no_regret": no_regret_table(region, problem, answer, least),
    }
    totals = {
        **result.totals,
        "balance_actual_people": balance.actual,
        "balance_best_people": balance.best,
        "balance": balance.ratio,
        "near_best_plans": near,
    }
    return replace(result, tables=tables, totals=totals)


def _point_of_the_curve(study: Study, budget: float, people: float) -> tuple[float, Certificate]:
    """Yuan and people by the first hour that are known: of the first goal alone where a budget was given."""
    first = study.steps[0].certificate
    if np.isfinite(budget) and study.priorities.required_share is None:
        return budget, first
    return study.answer.spending, Certificate(people, max(people, first.bound))
