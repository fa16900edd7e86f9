"""Solve a placement problem: whole where it is small, by prices where it is large, in whole packs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from stockpile.linear_program import InfeasibleError
from stockpile.placement.benders import solve_by_cuts
from stockpile.placement.coverage import shortfall
from stockpile.placement.location.location_problem import location_problem
from stockpile.placement.packs import whole_packs
from stockpile.placement.problem import Goal, PlacementProblem
from stockpile.placement.sent_out import sent_out
from stockpile.placement.single_source import solve_single_source, suits
from stockpile.placement.solution import Certificate, Placement
from stockpile.placement.whole.solve import place_whole

WHOLE_COLUMNS = 60_000
"""Columns up to which a problem is solved whole: seconds, and exact."""

SMALL_GAP = 1e-5
MANY_SCENARIOS = 20
"""Proof of small problems, and scenarios from which cuts are faster than the whole program when candidates
are branched on: 153 took 4 s against 15."""

FLOOR_SLACK = 1e-6
"""Share of a required coverage that counts as no shortfall."""

ROUNDINGS = 8
"""How often at most a required coverage is asked for with a margin, for what whole packs miss of it."""

NEAR_ENOUGH = 0.25
"""Share of a margin that keeps a required coverage at which a smaller one is no longer looked for."""


def solve_placement(
    problem: PlacementProblem,
    goal: Goal,
    *,
    gap: float = 1e-3,
    packs: bool = True,
    say: Callable[[str], None] | None = None,
) -> Placement:
    """Return the best stock found for a goal, and a bound that no stock can pass.

    Small problems are solved whole, to optimality; large ones by prices, until the gap is proven or after a
    fixed number of steps, so that the same problem always gives the same answer. With `packs` changes of the
    stock are whole packs, and the certificate's value is that of the rounded answer. `say` gets a line a
    relaxation of a large problem.

    Raises:
        InfeasibleError: the limits of stock, room and budget contradict each other, or no stock was found
            that keeps a required coverage.
        SolverError: a solver failed.
    """
    answer = _solve(problem, goal, gap=gap, packs=packs, say=say)
    if packs and _short(problem, goal, answer) > 0:
        bound = answer.certificate.bound
        solve = partial(_solve, problem, gap=gap, packs=True, say=say)
        answer = _with_margin(problem, goal, answer, solve)
        answer = replace(answer, certificate=Certificate(answer.certificate.value, bound))
    value = answer.certificate.value
    return replace(answer, certificate=Certificate(value, max(answer.certificate.bound, value)))


def _short(problem: PlacementProblem, goal: Goal, answer: Placement) -> float:
    """Share of a required coverage that an answer misses, 0 if it keeps them all."""
    chances = np.array([one.probability for one in problem.scenarios])
    return shortfall(goal, chances, answer.supplied, slack=FLOOR_SLACK)


def _with_margin(
    problem: PlacementProblem, goal: Goal, answer: Placement, solve: Callable[[Goal], Placement]
) -> Placement:
    """Return the best answer found that keeps the required coverages after rounding, as `answer` does not.

    They are asked for with a margin: twice what was missed until one is kept or out of reach, then halfway
    between the last margin that misses and the last that keeps or is out of reach.

    Raises:
        InfeasibleError: no margin led to an answer that keeps them.
    """
    best: Placement | None = None
    missed, beyond, margin = 0.0, np.inf, 2.0 * _short(problem, goal, answer)
    for _ in range(ROUNDINGS):
        raised = tuple((coverage, floor * (1.0 + margin)) for coverage, floor in goal.required)
        try:
            answer = solve(replace(goal, required=raised))
            short = _short(problem, goal, answer)
        except InfeasibleError:
            short = 0.0
        else:
            if not short and (best is None or answer.certificate.value > best.certificate.value):
                best = answer
        if short:
            missed = margin
        else:
            beyond = margin
        if best is not None and beyond - missed <= NEAR_ENOUGH * beyond:
            break
        margin = (missed + beyond) / 2 if np.isfinite(beyond) else 2.0 * (margin + short)
    if best is None:
        raise InfeasibleError("no stock in whole packs was found that keeps the required coverage")
    return best


def _solve(
    problem: PlacementProblem, goal: Goal, *, gap: float, packs: bool, say: Callable[[str], None] | None
) -> Placement:
    if location_problem(problem, goal) is not None:
        return place_whole(problem, goal, gap=gap)
    if suits(problem, goal):
        return solve_single_source(problem, goal, gap=gap)
    if is_small(problem):
        answer = _solve_small(problem, goal, min(gap, SMALL_GAP))
        return sent_out(problem, goal, answer, whole_packs(problem.rules, answer)) if packs else answer
    # the compiled loops load only when they are needed
    from stockpile.placement.search import solve_by_prices  # noqa: PLC0415

    return solve_by_prices(problem, goal, gap=gap, packs=packs, say=say)


def _solve_small(problem: PlacementProblem, goal: Goal, gap: float) -> Placement:
    """Solve whole, or by cuts where many scenarios and openings make the whole program slow."""
    plain = not goal.required and goal.coverage.risk.kind == "expectation" and not problem.single_source
    if (
        plain
        and not problem.emergency_purchases
        and problem.rules.candidate.any()
        and len(problem.scenarios) >= MANY_SCENARIOS
    ):
        return solve_by_cuts(problem, goal, gap=gap)
    return place_whole(problem, goal, gap=gap)


def is_small(problem: PlacementProblem) -> bool:
    """Whether the whole model of a problem is solved in seconds; what only it can do counts as small."""
    if problem.single_source or problem.emergency_purchases:
        return True
    items = [(one.per_person > 0).sum() for one in problem.scenarios]
    columns = sum(len(one.lanes.site) * int(k) for one, k in zip(problem.scenarios, items, strict=True))
    return columns <= WHOLE_COLUMNS
