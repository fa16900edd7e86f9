"""Whether stock rules can be kept at all; if not, what stands in the way and what comes nearest to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, eye_array, hstack, kron, vstack

from stockpile.linear_program import InfeasibleError, LinearProgram, solve_linear_program
from stockpile.placement.problem import Floats, StockRules

SLACK = 1e-6
"""Units below which a level counts as kept: tolerance of the solver."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """The rules that can be kept, next to those that were asked for.

    Attributes:
        rules: the rules with levels lowered and stock written off as far as need be.
        lowered: units by which a least level was lowered, (I, K).
        written_off: units of today's stock that have no place, (K,).
        least_spending: least yuan with which all levels that fit could be kept; infinite when none would do.
    """

    rules: StockRules
    lowered: Floats
    written_off: Floats
    least_spending: float

    @property
    def all_kept(self) -> bool:
        """Whether the rules can be kept as they are."""
        return not self.lowered.any() and not self.written_off.any()


def nearest_rules(rules: StockRules) -> Nearest:
    """Return the rules that can be kept and come nearest to those asked for.

    minimise  sum of unit_cost * (lowered levels) + sum of unit_cost * (stock without a place)
    subject to  stock >= at_least - lowered,  stock <= at_most,  sum_i stock = current + bought - written off,
                volume <= room + added room,  spending <= budget.

    Lowered levels are whole packs away from today's stock, and below it only where nothing else can be done.
    A candidate counts as open here when a least level asks for it; its opening is part of the spending.
    """
    _, lowered, written_off, *_ = _parts(rules, _least_given_up(rules))
    lowered, written_off = (np.where(units > SLACK, units, 0.0) for units in (lowered, written_off))
    packs = np.floor((rules.at_least - lowered - rules.current) / rules.pack_size + SLACK)
    kept = np.maximum(rules.current + packs * rules.pack_size, 0.0)
    least = np.where(lowered > 0, np.minimum(kept, rules.at_least), rules.at_least)
    rest = replace(rules, at_least=least, current=_without(rules, written_off))
    return Nearest(rest, rules.at_least - rest.at_least, written_off, _least_spending(rules))


def _least_given_up(rules: StockRules) -> Floats:
    """Columns of the program of `nearest_rules`."""
    price = np.maximum(rules.unit_cost, 1e-3)  # what costs nothing is not given up for nothing either
    for most in (np.maximum(rules.at_least - rules.current, 0.0), rules.at_least):
        program = _program(rules, np.isfinite(rules.budget), most)
        try:
            return solve_linear_program(_with_cost(program, rules, give_up=price, spend=0.0)).columns
        except InfeasibleError as error:
            last = error
    raise last


def _without(rules: StockRules, written_off: Floats) -> Floats:
    """Today's stock without what has no place, taken where least may stay."""
    current = rules.current.copy()
    for item in np.flatnonzero(written_off):
        left = float(np.ceil(written_off[item] - SLACK))
        over = current[:, item] - rules.at_most[:, item]
        for source in np.argsort(-over, kind="stable"):
            taken = min(left, current[source, item])
            current[source, item] -= taken
            left -= taken
    return current


def _least_spending(rules: StockRules) -> float:
    """Yuan that the least levels cost at least, as far as they fit."""
    program = _program(replace(rules, budget=np.inf), limited=False, most_lowered=rules.at_least)
    price = np.full(len(rules.unit_cost), 1e3 * max(1.0, float(rules.unit_cost.max())))
    columns = solve_linear_program(_with_cost(program, rules, give_up=price, spend=1.0)).columns
    return float(_spending(rules) @ columns) + _opening(rules)


def _sizes(rules: StockRules) -> tuple[int, int]:
    sources, items = rules.current.shape
    return sources, items


def _parts(rules: StockRules, columns: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Stock (I, K), lowered (I, K), written off (K,), bought (K,), added m3 (I,)."""
    sources, items = _sizes(rules)
    ends = np.cumsum([sources * items, sources * items, items, items])
    stock, lowered, off, bought, added = np.split(columns, ends)
    return stock.reshape(sources, items), lowered.reshape(sources, items), off, bought, added


def _spending(rules: StockRules) -> Floats:
    """Yuan by column."""
    sources, items = _sizes(rules)
    none = np.zeros(2 * sources * items + items)
    return np.concatenate([none, rules.unit_cost, rules.expansion_cost_per_m3])


def _asked(rules: StockRules) -> Floats:
    """Candidates that a least level asks for, (I,)."""
    asked: Floats = (rules.candidate & rules.at_least.any(axis=1)).astype(np.float64)
    return asked


def _opening(rules: StockRules) -> float:
    return float(_asked(rules) @ rules.opening_cost)


def _with_cost(program: LinearProgram, rules: StockRules, *, give_up: Floats, spend: float) -> LinearProgram:
    sources, items = _sizes(rules)
    lost = np.concatenate([np.zeros(sources * items), np.tile(give_up, sources), give_up])
    return replace(program, cost=np.pad(lost, (0, items + sources)) + spend * _spending(rules))


def _program(rules: StockRules, limited: bool, most_lowered: Floats) -> LinearProgram:  # noqa: FBT001 - private
    """The rows of `nearest_rules`; the last one is the budget where it is limited."""
    sources, items = _sizes(rules)
    pairs, columns = sources * items, 2 * sources * items + 2 * items + sources
    keep = hstack([eye_array(pairs), eye_array(pairs), csr_matrix((pairs, 2 * items + sources))])
    sums = kron(np.ones((1, sources)), eye_array(items))
    no_pairs = csr_matrix((items, pairs))
    total = hstack([sums, no_pairs, eye_array(items), -eye_array(items), csr_matrix((items, sources))])
    volume = kron(eye_array(sources), rules.unit_volume_m3[None, :])
    room = hstack([volume, csr_matrix((sources, pairs + 2 * items)), -eye_array(sources)])
    open_now = ~rules.candidate | (_asked(rules) > 0)
    usable = np.where(open_now, rules.usable_m3, 0.0)
    current = rules.current.sum(axis=0)
    matrix = [keep, total, room]
    lower = [rules.at_least.ravel(), current, np.full(sources, -np.inf)]
    upper = [np.full(pairs, np.inf), current, usable]
    if limited:
        matrix.append(csr_matrix(_spending(rules)[None, :]))
        lower.append(np.array([-np.inf]))
        upper.append(np.array([max(0.0, rules.budget - _opening(rules))]))
    most = np.maximum(rules.at_most, 0.0).ravel()
    added = np.where(open_now, rules.expansion_m3, 0.0)
    return LinearProgram(
        cost=np.zeros(columns),
        upper=np.concatenate([most, most_lowered.ravel(), current, np.full(items, np.inf), added]),
        matrix=csr_matrix(vstack(matrix)),
        row_lower=np.concatenate(lower),
        row_upper=np.concatenate(upper),
    )
