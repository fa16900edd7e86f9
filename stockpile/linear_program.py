"""Solve a linear or integer program that is given as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver.python import model_builder_helper
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

SOLVER = "GLOP"
PARAMETERS = ("use_dual_simplex: true", "", "use_preprocessing: false", "use_scaling: false")
"""Tried in turn until one ends well. The dual simplex is twice as fast as the primal on the flow models of
this engine; now and then one of them meets a basis that it cannot factor."""

INTERIOR_POINT: Literal["highs-ipm"] = "highs-ipm"
"""HiGHS by way of SciPy, which lets other threads run meanwhile."""

INTEGER_SOLVER = "SCIP"
"""HiGHS is as fast on the models of this engine, but writes a line of its own to the output."""


class SolverError(RuntimeError):
    """The solver ended without an optimum; the message gives its status."""


class InfeasibleError(SolverError):
    """The solver proved that nothing meets every row."""


@dataclass(frozen=True)
class LinearProgram:
    """minimise cost @ x  subject to  row_lower <= matrix @ x <= row_upper,  lower <= x <= upper.

    Shapes: `cost` and `upper` (columns,), `matrix` (rows, columns), `row_lower` and `row_upper` (rows,);
    `lower` (columns,) is 0 where it is not given, and `whole` (columns,) says which columns must be whole.
    """

    cost: NDArray[np.float64]
    upper: NDArray[np.float64]
    matrix: csr_matrix
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    lower: NDArray[np.float64] | None = None
    whole: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class LinearSolution:
    """Optimal value and columns of a linear program."""

    value: float
    columns: NDArray[np.float64]


@dataclass(frozen=True)
class PricedSolution(LinearSolution):
    """A solution with the price of each row, (rows,): what the value gains by a unit more of its limit."""

    row_price: NDArray[np.float64]


@dataclass(frozen=True)
class IntegerSolution(LinearSolution):
    """A solution with whole columns, and the value that no solution can pass."""

    bound: float


def solve_linear_program(program: LinearProgram) -> PricedSolution:
    """Solve to optimality with OR-Tools, every column free to be a fraction.

    Raises:
        InfeasibleError: Nothing meets every row.
        SolverError: The solver reports anything else but an optimum.
    """
    model = _filled(program)
    ends: list[Any] = []
    for parameters in PARAMETERS:
        solver = _solved(model, SOLVER, parameters)
        if _is_optimal(solver):
            columns, prices = np.asarray(solver.variable_values()), np.asarray(solver.dual_values())
            return PricedSolution(solver.objective_value(), columns, prices)
        ends.append(solver)
    # the presolve says so of unbounded programs too: it is meant if nothing but a numerical failure differs
    proven = [_is_infeasible(solver) for solver in ends if not _failed(solver)]
    error = InfeasibleError if proven and all(proven) else SolverError
    raise error(f"{SOLVER} ended with {', '.join(dict.fromkeys(map(_status, ends)))}")


def solve_by_interior_point(program: LinearProgram) -> LinearSolution:
    """Solve to optimality by an interior point method with crossover, every column free to be a fraction.

    For programs of thousands of rows whose optima are many: there a simplex may walk on the spot for a
    minute where this takes seconds.

    Raises:
        SolverError: The solver reports anything else but an optimum.
    """
    above, below = np.isfinite(program.row_upper), np.isfinite(program.row_lower)
    # the stubs of SciPy know neither sparse rows nor bounds as an array
    matrix: Any = vstack([program.matrix[above], -program.matrix[below]])
    bounds: Any = np.column_stack([_lower(program), program.upper])
    found = linprog(
        program.cost,
        A_ub=matrix,
        b_ub=np.concatenate([program.row_upper[above], -program.row_lower[below]]),
        bounds=bounds,
        method=INTERIOR_POINT,
    )
    if found.status != 0:
        raise SolverError(f"{INTERIOR_POINT} ended with {found.message}")
    value: Any = found.fun
    return LinearSolution(float(value), np.asarray(found.x, dtype=np.float64))


def solve_integer_program(program: LinearProgram, *, gap: float) -> IntegerSolution:
    """Solve with whole columns until value and bound differ by no more than a share `gap` of them.

    Raises:
        InfeasibleError: Nothing meets every row.
        SolverError: The solver ends otherwise before.
    """
    model = _filled(program)
    for column in np.flatnonzero(np.zeros(len(program.cost)) if program.whole is None else program.whole):
        model.set_var_integrality(column, True)  # noqa: FBT003 - OR-Tools takes it by position
    solver = _solved(model, INTEGER_SOLVER, f"limits/gap = {gap!r}")
    if not _is_optimal(solver):
        error = InfeasibleError if _is_infeasible(solver) else SolverError
        raise error(f"{INTEGER_SOLVER} ended with {_status(solver)}")
    columns = np.asarray(solver.variable_values())
    return IntegerSolution(solver.objective_value(), columns, solver.best_objective_bound())


def _filled(program: LinearProgram) -> Any:  # noqa: ANN401 - the stubs of OR-Tools cannot express numpy's types
    """The model of OR-Tools, filled from arrays: some sixty times faster than from expressions."""
    model: Any = model_builder_helper.ModelBuilderHelper()
    model.fill_model_from_sparse_data(
        _lower(program),
        program.upper,
        program.cost,
        program.row_lower,
        program.row_upper,
        program.matrix,
    )
    return model


def _lower(program: LinearProgram) -> NDArray[np.float64]:
    return np.zeros_like(program.cost) if program.lower is None else program.lower


def _solved(model: Any, name: str, parameters: str) -> Any:  # noqa: ANN401 - see `_filled`
    solver: Any = model_builder_helper.ModelSolverHelper(name)
    solver.set_solver_specific_parameters(parameters)
    solver.solve(model)
    return solver


def _is_optimal(solver: Any) -> bool:  # noqa: ANN401 - see `_filled`
    return bool(solver.has_solution() and solver.status() == model_builder_helper.SolveStatus.OPTIMAL)


def _is_infeasible(solver: Any) -> bool:  # noqa: ANN401 - see `_filled`
    return bool(solver.status() == model_builder_helper.SolveStatus.INFEASIBLE)


def _failed(solver: Any) -> bool:  # noqa: ANN401 - see `_filled`
    return bool(solver.status() == model_builder_helper.SolveStatus.ABNORMAL)


def _status(solver: Any) -> str:  # noqa: ANN401 - see `_filled`
    return solver.status_string() or str(solver.status())
