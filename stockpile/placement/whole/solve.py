"""Solve a placement problem whole, and say how good the answer is at worst."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockpile.linear_program import solve_integer_program, solve_linear_program
from stockpile.placement.location.location_problem import LocationProblem, location_problem
from stockpile.placement.location.search import locate
from stockpile.placement.problem import Flags, Floats, Goal, PlacementProblem
from stockpile.placement.solution import Certificate, Placement
from stockpile.placement.whole.columns import WholeModel
from stockpile.placement.whole.model import build_whole_model

GAP = 1e-6


def place_whole(problem: PlacementProblem, goal: Goal, *, gap: float = GAP) -> Placement:
    """Return the best placement, proven to a share `gap` of the goal's value.

    A problem that is only about which sources to open goes to branch and bound over openings, which proves
    in seconds what takes a solver of integer programs minutes; every other is solved as one program.

    Raises:
        InfeasibleError: No stock meets every requirement.
        SolverError: The solver ends without an answer.
    """
    location = location_problem(problem, goal)
    if location is not None:
        return _from_location(problem, location, gap)
    return solve_whole_model(build_whole_model(problem, goal), gap=gap)


def solve_whole_model(model: WholeModel, *, gap: float = GAP) -> Placement:
    """Solve the explicit model of a problem.

    Raises:
        InfeasibleError: No stock meets every requirement.
        SolverError: The solver ends without an answer.
    """
    program = model.program.linear_program()
    if program.whole is not None and (program.whole & (program.upper > _lower(program.lower))).any():
        solution = solve_integer_program(program, gap=gap)
        value, bound, columns = solution.value, solution.bound, solution.columns
    else:
        solved = solve_linear_program(replace(program, whole=None))
        value = bound = solved.value
        columns = solved.columns
    return placement_of(model, columns, Certificate(-value, -bound))


def _lower(lower: Floats | None) -> Floats:
    return np.zeros(1) if lower is None else lower


def placement_of(model: WholeModel, columns: Floats, certificate: Certificate) -> Placement:
    """Return what the columns of a whole model say."""
    problem = model.problem
    rules = problem.rules
    weight = np.ones(1) if problem.complete_baskets else problem.item_weight
    opened: Flags = rules.candidate & (columns[model.opened] > 0.5)  # noqa: PLR2004 - whole but for rounding
    expansion = np.maximum(columns[model.expansion], 0.0)
    supplied = [np.einsum("jgh,g->h", columns[one.supplied], weight) for one in model.scenarios]
    spending = columns[model.bought] @ rules.unit_cost + rules.opening_cost[opened].sum()
    return Placement(
        stock=np.maximum(columns[model.stock], 0.0),
        opened=opened,
        expansion_m3=expansion,
        supplied=np.array(supplied),
        spending=float(spending + expansion @ rules.expansion_cost_per_m3),
        certificate=certificate,
    )


def _from_location(problem: PlacementProblem, location: LocationProblem, gap: float) -> Placement:
    """Stock is what each source gives, everybody is supplied, and the value is minus the cost."""
    answer = locate(location, gap=gap)
    scenario, service = problem.scenarios[0], answer.service
    given = service.share @ location.load
    stock = np.divide(given, scenario.surviving, out=np.zeros_like(given), where=given > 0)
    weight = 1.0 if problem.complete_baskets else problem.item_weight[0]
    opened = service.opened & problem.rules.candidate
    return Placement(
        stock=stock[:, None],
        opened=opened,
        expansion_m3=np.zeros(len(stock)),
        supplied=np.array([[weight * scenario.people.sum()]]),
        spending=float(problem.rules.opening_cost[opened].sum()),
        certificate=Certificate(-service.value, -answer.bound),
    )
