"""Placement by multi-cut Benders decomposition: exact, for problems of middling size.

maximise  gain @ u + sum over s of theta_s  subject to the rules of the first stage u and to all cuts
theta_s <= worth + slope @ u  found so far. Its optimum is no less than any answer's value; sending its stock
out exactly, scenario by scenario, gives an answer, and a cut a scenario that is tight there.

First the openings may be fractions, and each round looks half way between the best point so far and the new
one, which keeps the points from swinging (Ben-Ameur and Neto 2007); then they are whole, on the same cuts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, eye_array, hstack, vstack

from stockpile.linear_program import InfeasibleError, LinearProgram, SolverError, solve_integer_program
from stockpile.placement.first_stage import FirstStage, first_stage
from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.recourse import Outcome, recourses
from stockpile.placement.solution import Certificate, Placement
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.solve import placement_of

RELAXED_ROUNDS, WHOLE_ROUNDS = 300, 100
"""Most rounds with openings in parts and with whole ones."""

INWARD = 0.5
"""How far a round goes from the best point towards the new one."""

RELAXED_SHARE, MASTER_SHARE = 0.25, 0.25
"""Shares of the asked gap that the relaxation and a program of the first stage may leave open."""

NEW_CUT = 1e-10
"""Share of the bound by which a cut has to cut something off."""

INFEASIBLE = 2
"""Status of scipy's milp."""

Say = Callable[[str], None]


def solve_by_cuts(
    problem: PlacementProblem, goal: Goal, *, gap: float = 1e-4, say: Say | None = None
) -> Placement:
    """Return the best stock, proven to a share `gap` of the goal's value unless the rounds run out before.

    `say` gets a line a round. The goal counts the expectation of its coverage.

    Raises:
        InfeasibleError: the limits of stock, room and budget contradict each other.
        SolverError: a program was not solved to its optimum.
        ValueError: the goal requires a coverage or looks at bad scenarios, or the problem has single sources
            or emergency purchases.
    """
    if goal.required or (goal.gain and goal.coverage.risk.kind != "expectation"):
        raise ValueError("solving by cuts takes an expected coverage and none that is required")
    if problem.single_source or problem.emergency_purchases:
        raise ValueError("single sources and emergency purchases need the whole model")
    solver = _Benders(problem, goal, gap, say or (lambda _: None))
    solver.relax()
    solver.choose_openings()
    return solver.answer()


@dataclass(frozen=True, eq=False)
class _Chosen:
    """A first stage u (U,), the theta (S,) that the cuts leave it, and the bound that was proven."""

    point: Floats
    theta: Floats
    bound: float


class _Master:
    """maximise  gain @ u + sum of theta  subject to the rows of the first stage and the cuts, S scenarios."""

    def __init__(self, first: FirstStage, most: Floats) -> None:
        self.first, self.most = first, most
        none = csr_matrix((len(first.row_upper), len(most)))
        self.matrix = csr_matrix(hstack([first.matrix, none]))
        self.row_lower = np.where(first.equal, first.row_upper, -np.inf)
        self.row_upper = first.row_upper

    def add(self, outcomes: list[Outcome], chosen: _Chosen, least: float) -> int:
        """Add those cuts that lower some theta of what was chosen by more than `least`; return how many.

        theta_s counts down from the most that s can be worth:  slope @ u + loss_s >= most_s - worth.
        """
        worth = np.array([one.worth for one in outcomes])
        slope = np.array([one.slope for one in outcomes])
        new = np.flatnonzero(chosen.theta - (worth + slope @ chosen.point) > least)
        cuts = hstack([csr_matrix(slope[new]), csr_matrix(eye_array(len(outcomes)))[new]])
        self.matrix = csr_matrix(vstack([self.matrix, cuts]))
        self.row_lower = np.concatenate([self.row_lower, (self.most - worth)[new]])
        self.row_upper = np.concatenate([self.row_upper, np.full(len(new), np.inf)])
        return len(new)

    def relaxed(self) -> _Chosen:
        """Solve with openings in parts, by HiGHS: GLOP goes round in circles on some of these programs.

        Raises:
            InfeasibleError: the rows of the first stage contradict each other.
            SolverError: the program was not solved to its optimum.
        """
        program = self._program()
        found = milp(
            program.cost,
            constraints=LinearConstraint(program.matrix, program.row_lower, program.row_upper),
            bounds=Bounds(program.lower, program.upper),
        )
        if not found.success:
            raise (InfeasibleError if found.status == INFEASIBLE else SolverError)(found.message)
        return self._chosen(found.x, found.fun)

    def whole(self, bound: float, apart: float) -> _Chosen:
        """Solve with whole openings until about `apart` below what is proven, given a bound from before.

        Raises:
            SolverError: the program was not solved.
        """
        least_loss = max(float(self.most.sum()) - bound, apart, sys.float_info.min)
        found = solve_integer_program(self._program(), gap=apart / least_loss)
        return self._chosen(found.columns, found.bound)

    def _program(self) -> LinearProgram:
        """minimise  -gain @ u + sum of loss."""
        first, scenarios = self.first, len(self.most)
        return LinearProgram(
            cost=np.concatenate([-first.gain, np.ones(scenarios)]),
            upper=np.concatenate([first.upper, np.full(scenarios, np.inf)]),
            matrix=self.matrix,
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            lower=np.concatenate([first.lower, np.zeros(scenarios)]),
            whole=np.concatenate([first.whole, np.zeros(scenarios, np.bool_)]),
        )

    def _chosen(self, columns: Floats, lost: float) -> _Chosen:
        u, loss = np.split(columns, [len(self.first.gain)])
        # the solvers keep the limits of columns only nearly
        u = np.clip(u, self.first.lower, self.first.upper)
        return _Chosen(u, self.most - loss, float(self.most.sum() - lost))


class _Benders:
    """The cuts, what is proven, and the best answer; u are the columns of the first stage."""

    def __init__(self, problem: PlacementProblem, goal: Goal, gap: float, say: Say) -> None:
        self.gap, self.say = gap, say
        self.model = build_whole_model(problem, goal)
        self.recourses = recourses(self.model)
        self.first = first_stage(problem, goal)
        self.master = _Master(self.first, np.array([one.most() for one in self.recourses]))
        self.bound = np.inf
        self.value, self.columns = -np.inf, np.zeros(self.model.program.columns)

    def relax(self) -> None:
        """Collect cuts until the program with openings in parts is solved."""
        best, centre, inward = -np.inf, None, INWARD
        for _ in range(RELAXED_ROUNDS):
            chosen = self.master.relaxed()
            self.bound = chosen.bound
            point = chosen.point if centre is None else centre + inward * (chosen.point - centre)
            value, outcomes = self._send_out(point)
            added = self.master.add(outcomes, chosen, NEW_CUT * abs(self.bound))
            if value > best:
                best, centre = value, point
            self.say(f"openings in parts: bound {self.bound:.8g}, reached {best:.8g}, {added} cuts")
            if self._proven(best, RELAXED_SHARE * self.gap) or (not added and inward == 1.0):
                return
            inward = INWARD if added else 1.0

    def choose_openings(self) -> None:
        """Add cuts at whole openings until value and bound are close enough or nothing is cut off."""
        for _ in range(WHOLE_ROUNDS):
            chosen = self.master.whole(self.bound, MASTER_SHARE * self.gap * abs(self.bound))
            self.bound = min(self.bound, chosen.bound)
            point = np.where(self.first.whole, np.round(chosen.point), chosen.point)
            value, outcomes = self._send_out(point)
            added = self.master.add(outcomes, chosen, NEW_CUT * abs(self.bound))
            if value > self.value:
                self.value = value
                self.columns = np.concatenate([point, *(one.columns for one in outcomes)])
            self.say(f"whole openings: bound {self.bound:.8g}, reached {self.value:.8g}, {added} cuts")
            if self._proven(self.value, self.gap) or not added:
                return

    def answer(self) -> Placement:
        """Return the best answer with what is proven."""
        certificate = Certificate(self.value, max(self.bound, self.value))
        return placement_of(self.model, self.columns, certificate)

    def _send_out(self, point: Floats) -> tuple[float, list[Outcome]]:
        """What a first stage is worth exactly, and what each scenario makes of it."""
        outcomes = [one.outcome(point) for one in self.recourses]
        return float(self.first.gain @ point) + sum(one.value for one in outcomes), outcomes

    def _proven(self, value: float, gap: float) -> bool:
        return self.bound - value <= gap * abs(self.bound)
