"""Branch and bound over the openings, every relaxation solved by the primal-dual method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from stockpile.linear_program import InfeasibleError
from stockpile.placement.coverage import coverage_value, shortfall
from stockpile.placement.first_stage import FirstStage, first_stage
from stockpile.placement.loops.step import step
from stockpile.placement.master import Master, Range
from stockpile.placement.node import Node
from stockpile.placement.packs import whole_packs
from stockpile.placement.primal_dual import Cut, PrimalDual
from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.second_stage import flatten
from stockpile.placement.sent_out import spending_of
from stockpile.placement.solution import Certificate, Placement

CHECK_EVERY = 100
"""Steps between two certificates of a relaxation."""

BOTH_EVERY = 4
"""Certificates between two that look at trimmed and untrimmed prices both."""

ROOT_STEPS = 20_000
NODE_STEPS = 300
ANSWER_STEPS = 4_000
"""Most steps for the first relaxation, for one with some openings fixed, and for a whole answer."""

ENOUGH, SOME, LONG = 0.5, 0.8, 0.2
"""Restart when the gap fell to half of that at the last restart, when it fell somewhat and rises again, or
when so much of all steps was taken since (after Applegate et al. 2021)."""

DECIDED, DECIDED_SHARE = 0.15, 0.125
"""Distance from 0 or 1 at which a dive takes an opening for decided, and the least share that it decides."""

FLOOR_SLACK = 1e-9
MOST_MARGIN = 0.02
"""Share of a required coverage that is no shortfall, and the most that the method aims higher than it."""

LARGER_COUNTS = 0.2
"""What the larger of the two drops of the bound counts against the smaller, when a branch is chosen."""

LEAST_MOVE = 0.1
"""Least part of an opening by which a change of the bound is divided."""

MOST_FLIPS, MOST_MOVES, FLIP_STEPS = 10, 3, 300
"""Openings of the first answer that are tried the other way round, how often, and the steps of a trial."""

STATE_BYTES = 200_000_000
"""Memory for states from which the search may go on."""

MOST_NODES = 200
"""Sets of fixed openings that are branched on."""

Say = Callable[[str], None]


def solve_by_prices(
    problem: PlacementProblem, goal: Goal, *, gap: float, packs: bool, say: Say | None = None
) -> Placement:
    """Return the best stock found, and a bound that no stock can pass.

    Raises:
        InfeasibleError: no stock was found that keeps a required coverage.
        ValueError: the problem has single sources or emergency purchases.
    """
    search = Search(problem, goal, gap, say or (lambda _: None))
    search.run()
    return search.rounded() if packs else search.answer()


class Search:
    """One search: the method, the program of the first stage, the best answer and what is proven."""

    def __init__(self, problem: PlacementProblem, goal: Goal, gap: float, say: Say) -> None:
        self.problem, self.goal, self.gap, self.say = problem, goal, gap, say
        self.first: FirstStage = first_stage(problem, goal)
        self.method = PrimalDual(self.first, flatten(problem, goal))
        self.master = Master(self.first)
        self.probability = np.array([one.probability for one in problem.scenarios])
        self.block = self.first.opened
        self.moving_costs = any((one.lanes.cost_per_kg * goal.yuan != 0).any() for one in problem.scenarios)
        self.required = np.flatnonzero(
            [family.startswith("required_coverage") for family in self.first.families]
        )
        self.floors, self.margin = self.first.row_upper[self.required], 0.0
        self.kept_bytes, self.checks, self.trimmed = 0, 0, True
        self.drops, self.tries = (
            np.zeros((2, len(self.block))),
            np.zeros((2, len(self.block)), dtype=np.int64),
        )
        self.value, self.bound, self.root_bound = -np.inf, np.inf, np.inf
        self.columns: Floats | None = None
        self.supplied: Floats | None = None

    # --- what an answer is worth ---------------------------------------------------------------------

    def worth(self, columns: Floats, supplied: Floats, spent: Floats) -> float:
        """Value of the goal, whether or not the required coverages are kept."""
        first = self.first
        decided = (first.bought, first.opened, first.expansion)
        cost = -sum(float(first.gain[own] @ columns[own]) for own in decided)
        people = coverage_value(self.goal.coverage, self.probability, supplied) if self.goal.gain else 0.0
        return self.goal.gain * people - cost - float(spent.sum())

    def judge(self, columns: Floats) -> tuple[float, float, Floats]:
        """Value of first-stage columns with the flows at hand, what they miss, and people supplied (S, H)."""
        plans = []
        for fill in (True, False) if self.moving_costs else (True,):
            supplied, spent = self.method.feasible(self.stock_of(columns), fill=fill)
            short = shortfall(self.goal, self.probability, supplied, slack=FLOOR_SLACK)
            plans.append((self.worth(columns, supplied, spent), short, supplied))
        return min(plans, key=lambda plan: (plan[1] > 0, -plan[0]))

    def aim(self, shortfall: float) -> None:
        """Ask the method for a little more than is required: what its flows lose when they are mended."""
        self.margin = min(self.margin + shortfall / 2.0, MOST_MARGIN) if shortfall else self.margin * 0.8
        self.first.row_upper[self.required] = self.floors * (1.0 + self.margin)

    def stock_of(self, columns: Floats) -> Floats:
        """Stock level that columns stand for, (I, K)."""
        stock: Floats = columns[self.first.stock]
        return stock

    def keep(self, columns: Floats, value: float, supplied: Floats) -> None:
        """Keep an answer if it is the best so far."""
        if value > self.value:
            self.value, self.columns, self.supplied = value, columns, supplied

    def hopeless(self, bound: float) -> bool:
        """Whether nothing below this bound is better than the best answer by more than the asked gap."""
        return bool(np.isneginf(bound)) or bound - self.value <= self.gap * abs(bound)

    # --- relaxations ---------------------------------------------------------------------------------

    def converge(self, opened: Range, gap: float, most_steps: int, *, polish: bool = False) -> Node:
        """Iterate with these limits of the openings until the gap of the relaxation is small.

        Stops as well once nothing much better than the best answer can be in it; when an answer is polished
        only once it is good enough for all. Where the openings are whole, what is met on the way are answers.
        """
        method = self.method
        self.first.lower[self.block], self.first.upper[self.block] = opened
        whole = bool((opened[0] == opened[1]).all())
        node: Node | None = None
        value, last, at_restart = -np.inf, np.inf, np.inf
        for steps in range(CHECK_EVERY, most_steps + 1, CHECK_EVERY):
            method.iterate(CHECK_EVERY)
            now, cut, row_price = self.bound_now(opened)
            columns = self.master.nearest(method.state.columns, method.scaling.column_size, opened)
            if node is None or now < node.bound:
                node = Node(opened, now, cut, row_price, columns)
            node.columns = columns
            here, short, supplied = self.judge(columns)
            self.aim(short)
            if short:
                here -= short * float(row_price[self.required] @ np.abs(self.floors))
            else:
                value = max(value, here)
                if whole:
                    self.keep(columns, here, supplied)
            if node.bound - value <= gap * abs(node.bound):
                break
            if self.hopeless(self.root_bound if polish else node.bound):
                break
            current = (now - here) / max(abs(now), 1e-12)
            stalled = current < SOME * at_restart and current > last
            if current < ENOUGH * at_restart or stalled or method.since_restart > LONG * steps:
                method.restart(max(current, 0.0))
                at_restart = current
            last = current
        if node is None:
            raise ValueError("a relaxation needs at least one check")
        node.value = value
        if self.kept_bytes + method.state.size_bytes <= STATE_BYTES:
            node.state = method.state.copy()
            self.kept_bytes += node.state.size_bytes
        self.say(f"{steps} steps, bound {node.bound:.6g}, relaxation {value:.6g}, answer {self.value:.6g}")
        return node

    def go_back_to(self, node: Node) -> None:
        """Let the method go on from a node, if its state was kept."""
        if node.state is not None:
            self.method.go_back(node.state)

    def drop(self, node: Node) -> None:
        """Give up the state of a node that nothing will start from again."""
        if node.state is not None:
            self.kept_bytes -= node.state.size_bytes
            node.state = None

    def bound_now(self, opened: Range) -> tuple[float, Cut, Floats]:
        """Least bound that the current prices prove, and the prices.

        Whether trimmed prices prove more is a matter of the problem: what was better is asked first, the
        other way only now and then.
        """
        self.checks += 1
        proofs = []
        for trimmed in (self.trimmed, not self.trimmed)[: 2 if self.checks % BOTH_EVERY == 1 else 1]:
            cut, row_price = self.method.cut(trimmed=trimmed)
            proofs.append((self.master.bound(cut, row_price, opened), trimmed, cut, row_price))
        bound, self.trimmed, cut, row_price = min(proofs, key=lambda proof: proof[0])
        return bound, cut, row_price

    def _candidate(self, node: Node) -> int:
        """Candidate whose closing and opening both lower the bound most, by what such changes did so far.

        One that was never tried counts as the average of the others.
        """
        share = np.clip(node.columns[self.block], 0.0, 1.0)
        tried = self.tries > 0
        rate = np.where(tried, self.drops / np.maximum(self.tries, 1), 0.0)
        average = self.drops.sum(axis=1) / np.maximum(self.tries.sum(axis=1), 1)
        rate = np.where(tried, rate, np.where(average > 0, average, 1.0)[:, None])
        down, up = rate * np.array([share, 1.0 - share])
        score = np.minimum(down, up) + LARGER_COUNTS * np.maximum(down, up)
        return int(np.where(node.free, score, -1.0).argmax())

    def run(self) -> None:
        """Branch on the openings: down to a first answer, then the most promising set first."""
        if not step.signatures:
            self.say("compiling the loops, which takes some 15 s the first time on a machine")
        everything = (self.first.lower[self.block].copy(), self.first.upper[self.block].copy())
        proven = -np.inf
        nodes = [self.converge(everything, self.gap / 3.0, ROOT_STEPS)]
        if nodes[0].free.any():
            self.root_bound = nodes[0].bound
            answer = self._dive(nodes[0])
            if answer is not None:
                if self.root_bound - answer.bound <= self.gap * abs(self.root_bound):
                    self._polish(answer)  # that may be all it takes
                self._polish(self._flip(nodes[0], answer))
        for _ in range(MOST_NODES):
            over = [node for node in nodes if not node.free.any() or self.hopeless(node.bound)]
            proven = max([proven, *(node.bound for node in over)])
            for node in over:
                self.drop(node)
            nodes = sorted((node for node in nodes if node not in over), key=lambda node: node.bound)
            if not nodes:
                break
            node = nodes.pop()
            nodes += self._branch(node)
            self.drop(node)
        self.bound = max([proven, self.value, *(node.bound for node in nodes)])

    def _dive(self, node: Node) -> Node | None:
        """Fix what the relaxation has all but decided, relax again, until a whole answer is met.

        Where no stock keeps the rules with all of those openings none of them is; None if that helps neither.
        """
        while node.free.any():
            value = np.round(np.clip(node.columns[self.block], *node.opened)).astype(np.float64)
            doubt = np.abs(value - node.columns[self.block])
            most = np.quantile(doubt[node.free], DECIDED_SHARE, method="lower")
            decided = node.free & (doubt <= max(DECIDED, float(most)))
            tried = (node.fixed(decided, value * share) for share in (1.0, 0.0))
            possible = [limits for limits in tried if not np.isneginf(self._guess(node, limits))]
            if not possible:
                return None
            last = not (node.free & ~decided).any()
            node = self.converge(possible[0], self.gap / 3.0, ANSWER_STEPS if last else NODE_STEPS)
        return node

    def _guess(self, node: Node, limits: Range) -> float:
        """What the prices of a node prove for other limits of the openings."""
        return self.master.bound(node.cut, node.row_price, limits)

    def _polish(self, answer: Node) -> None:
        """Work a whole answer out to the end: the better it is, the less is looked at after it."""
        if not self.hopeless(self.root_bound):
            self.go_back_to(answer)
            self.converge(answer.opened, self.gap / 3.0, ANSWER_STEPS, polish=True)

    def _flip(self, root: Node, answer: Node) -> Node:
        """Change a whole answer's openings one by one as long as that promises more, and return the best.

        Trials are short and all start where the answer stands, so that their values compare. The openings of
        which the relaxation was in most doubt come first.
        """
        free = np.flatnonzero(root.free)
        doubt = np.abs(root.columns[self.block][free] - 0.5)
        chosen = free[np.argsort(doubt, kind="stable")][:MOST_FLIPS]
        for _ in range(0 if self.hopeless(root.bound) else MOST_MOVES):
            best = answer
            for i in chosen:
                opened = answer.opened[0].copy()
                opened[i] = 1.0 - opened[i]
                if self.hopeless(self._guess(root, (opened, opened))):
                    continue
                self.go_back_to(answer)
                trial = self.converge((opened, opened), self.gap / 3.0, FLIP_STEPS)
                if trial.value > best.value:
                    if best is not answer:
                        self.drop(best)
                    best = trial
                else:
                    self.drop(trial)
            if best is answer:
                break
            self.drop(answer)
            answer = best
        return answer

    def _branch(self, node: Node) -> list[Node]:
        """Close a candidate, and open it."""
        children = []
        i = self._candidate(node)
        for value in (0, 1):
            limits = node.fixed(np.arange(len(self.block)) == i, np.full(len(self.block), float(value)))
            guess = self._guess(node, limits)
            if self.hopeless(guess):
                children.append(replace(node, opened=limits, bound=guess, state=None))
                continue
            self.go_back_to(node)
            steps = ANSWER_STEPS if (limits[0] == limits[1]).all() else NODE_STEPS
            child = self.converge(limits, self.gap / 3.0, steps)
            child.bound = min(child.bound, node.bound)
            part = max(abs(value - float(node.columns[self.block[i]])), LEAST_MOVE)
            self.drops[value, i] += (node.bound - child.bound) / part
            self.tries[value, i] += 1
            children.append(child)
        return children

    # --- the answer ----------------------------------------------------------------------------------

    def answer(self) -> Placement:
        """Return the best answer.

        Raises:
            InfeasibleError: none was found that keeps the required coverages.
        """
        if self.columns is None or self.supplied is None:
            raise InfeasibleError("no stock was found that reaches the required coverage")
        first, columns = self.first, self.columns
        opened = self.problem.rules.candidate & (np.round(columns[first.opened]) > 0)
        stock, expansion = self.stock_of(columns), columns[first.expansion]
        return Placement(
            stock=stock,
            opened=opened,
            expansion_m3=expansion,
            supplied=self.supplied,
            spending=spending_of(self.problem.rules, stock, opened, expansion),
            certificate=Certificate(self.value, max(self.bound, self.value)),
        )

    def rounded(self) -> Placement:
        """Return the best answer in whole packs, its flows worked out anew for exactly its stock."""
        answer = self.answer()
        if self.columns is None:
            return answer
        stock = whole_packs(self.problem.rules, answer)
        first = self.first
        columns = self.columns.copy()
        columns[first.stock] = stock
        columns[first.bought] = np.maximum(stock.sum(axis=0) - self.problem.rules.current.sum(axis=0), 0.0)
        columns[first.opened] = ~self.problem.rules.candidate | answer.opened
        first.lower[:], first.upper[:] = columns, columns
        best, _, supplied = self.judge(columns)
        last = best
        for _ in range(ANSWER_STEPS // CHECK_EVERY):
            self.method.iterate(CHECK_EVERY)
            value, short, people = self.judge(columns)
            if value > best and not short:
                best, supplied = value, people
            if self.method.since_restart >= ANSWER_STEPS // 10:
                if best - last <= 1e-5 * abs(best):
                    break
                self.method.restart(0.0)
                last = best
        return replace(
            answer,
            stock=stock,
            supplied=supplied,
            spending=spending_of(self.problem.rules, stock, answer.opened, answer.expansion_m3),
            certificate=Certificate(best, max(answer.certificate.bound, best)),
        )
