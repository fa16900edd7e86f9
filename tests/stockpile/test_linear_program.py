"""Linear programs given as arrays: by hand, against another solver, and those without an optimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from stockpile.linear_program import (
    InfeasibleError,
    LinearProgram,
    LinearSolution,
    SolverError,
    solve_by_interior_point,
    solve_integer_program,
    solve_linear_program,
)

INF = np.inf

Solve = Callable[[LinearProgram], LinearSolution]

by_each_method = pytest.mark.parametrize("solve", [solve_linear_program, solve_by_interior_point])


def program(
    cost: list[float],
    rows: list[tuple[float, list[float], float]],
    upper: list[float] | None = None,
) -> LinearProgram:
    """A linear program from rows (lower, coefficients, upper); columns lie between 0 and `upper`."""
    matrix = np.array([row[1] for row in rows]).reshape(len(rows), len(cost))
    return LinearProgram(
        cost=np.array(cost),
        upper=np.array([INF] * len(cost) if upper is None else upper),
        matrix=csr_matrix(matrix),
        row_lower=np.array([row[0] for row in rows]),
        row_upper=np.array([row[2] for row in rows]),
    )


@by_each_method
def test_a_program_solved_on_paper(solve: Solve) -> None:
    """Most of 3x + 2y with x + y <= 4 and x + 3y <= 6 is at x = 4, y = 0; with x <= 3 at (3, 1)."""
    rows = [(-INF, [1.0, 1.0], 4.0), (-INF, [1.0, 3.0], 6.0)]
    corner = solve(program([-3.0, -2.0], rows))
    assert (corner.value, *corner.columns) == pytest.approx((-12, 4, 0))
    limited = solve(program([-3.0, -2.0], rows, [3.0, INF]))
    assert (limited.value, *limited.columns) == pytest.approx((-11, 3, 1))


@by_each_method
def test_columns_are_never_negative(solve: Solve) -> None:
    """Least x is 0, not minus infinity."""
    assert solve(program([1.0], [(-INF, [1.0], 5.0)])).columns == pytest.approx([0.0])


@by_each_method
def test_rows_bind_from_below_and_as_equations(solve: Solve) -> None:
    """x + y >= 2 at least cost; x - y = 1 exactly."""
    rows = [(2.0, [1.0, 1.0], INF), (1.0, [1.0, -1.0], 1.0)]
    assert solve(program([1.0, 1.0], rows)).columns == pytest.approx([1.5, 0.5])


@by_each_method
def test_entries_of_one_cell_add_up(solve: Solve) -> None:
    """A matrix built from repeated entries counts each of them: 1 x + 1 x <= 6 allows x = 3."""
    matrix = csr_matrix((np.ones(2), (np.zeros(2, dtype=int), np.zeros(2, dtype=int))), shape=(1, 1))
    row_upper = np.array([6.0])
    found = solve(LinearProgram(np.array([-1.0]), np.array([INF]), matrix, np.array([-INF]), row_upper))
    assert found.columns == pytest.approx([3.0])


@by_each_method
def test_a_program_without_rows_is_solved_by_its_limits(solve: Solve) -> None:
    """Only upper limits."""
    assert solve(program([-1.0, 2.0], [], [7.0, 7.0])).value == pytest.approx(-7)


@by_each_method
@pytest.mark.parametrize(
    ("cost", "rows"),
    [([1.0], [(2.0, [1.0], 1.0)]), ([1.0], [(-INF, [1.0], -1.0)]), ([-1.0], [(0.0, [1.0], INF)])],
    ids=["rows contradict each other", "a negative column", "no limit"],
)
def test_no_optimum_is_an_error_that_says_so(
    solve: Solve, cost: list[float], rows: list[tuple[float, list[float], float]]
) -> None:
    """Infeasible and unbounded programs never return numbers."""
    with pytest.raises(SolverError, match="ended with"):
        solve(program(cost, rows))


def test_whole_columns_are_whole_and_bounded() -> None:
    """Most of 5x + 4y with 6x + 4y <= 24 and x + 2y <= 6 is 21 at (3, 1.5), in whole numbers 20 at (4, 0).

    With y at least 1 it is 19 at (3, 1).
    """
    fractions = program([-5.0, -4.0], [(-INF, [6.0, 4.0], 24.0), (-INF, [1.0, 2.0], 6.0)])
    whole = replace(fractions, whole=np.array([True, True]))
    assert solve_linear_program(whole).value == pytest.approx(-21)
    found = solve_integer_program(whole, gap=1e-9)
    assert (found.value, found.bound, *found.columns) == pytest.approx((-20, -20, 4, 0))
    raised = solve_integer_program(replace(whole, lower=np.array([0.0, 1.0])), gap=1e-9)
    assert (raised.value, *raised.columns) == pytest.approx((-19, 3, 1))


def test_infeasible_is_told_from_other_failures() -> None:
    """x <= 1 and x >= 2, also for whole x; x without limit is another error."""
    nothing = program([1.0], [(2.0, [1.0], INF)], [1.0])
    with pytest.raises(InfeasibleError):
        solve_linear_program(nothing)
    with pytest.raises(InfeasibleError):
        solve_integer_program(replace(nothing, whole=np.array([True])), gap=1e-6)
    with pytest.raises(SolverError) as caught:
        solve_linear_program(program([-1.0], [(0.0, [1.0], INF)]))
    assert not isinstance(caught.value, InfeasibleError)


@by_each_method
@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), columns=st.integers(1, 8), rows=st.integers(1, 8))
def test_another_solver_finds_the_same_value(solve: Solve, seed: int, columns: int, rows: int) -> None:
    """Random programs that 0 satisfies, bounded by their columns; the solution keeps every limit."""
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-3, 6, (rows, columns)).astype(np.float64)
    cost, limits = (
        rng.integers(-5, 5, columns).astype(np.float64),
        rng.integers(0, 20, rows).astype(np.float64),
    )
    upper = rng.integers(0, 10, columns).astype(np.float64)
    found = solve(LinearProgram(cost, upper, csr_matrix(matrix), np.full(rows, -INF), limits))
    bounds = list(zip(np.zeros(columns), upper, strict=True))
    other = linprog(cost, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs-ds")
    assert found.value == pytest.approx(other.fun, abs=1e-6)
    assert found.value == pytest.approx(float(cost @ found.columns), abs=1e-6)
    assert (matrix @ found.columns <= limits + 1e-6).all()
    assert ((found.columns >= -1e-9) & (found.columns <= upper + 1e-9)).all()
