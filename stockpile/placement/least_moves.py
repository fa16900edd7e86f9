"""The stock nearest to today's that supplies as many people as an answer: nothing moves for nothing.

Symbols: x stock level of source i and item k, now today's and answer the answer's; S people supplied by an
hour in a scenario.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockpile.linear_program import solve_linear_program
from stockpile.placement.problem import Coverage, Floats, Goal, PlacementProblem, StockRules
from stockpile.placement.solution import Placement
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.program import entry

LOST_PEOPLE = 0.01
"""People whom a scenario may lose by an hour: tolerance of the solves."""


def least_moves(problem: PlacementProblem, answer: Placement, supplied: Floats) -> Floats:
    """Return the stock (I, K) between today's and an answer's of which fewest kg were brought.

    minimise sum over i, k of weight_k x_ik where answer_ik > now_ik, subject to all limits, to the answer's
    total of each item, and to S_h >= `supplied` (S, H) in every scenario by every hour. Whole packs move.

    Raises:
        SolverError: the program was not solved to its optimum.
    """
    rules = _between(problem.rules, answer)
    model = build_whole_model(replace(problem, rules=rules), Goal(Coverage(np.ones(len(problem.hours)))))
    for one, wanted in zip(model.scenarios, supplied, strict=True):
        hours = np.arange(len(wanted))
        model.program.add_rows(
            f"kept[{one.scenario.id}]",
            [entry(hours, one.supplied[:, 0, :], 1.0)],
            lower=wanted - LOST_PEOPLE,
            upper=np.full(len(wanted), np.inf),
        )
    program = model.program.linear_program()
    brought = answer.stock > problem.rules.current
    cost = np.zeros_like(program.cost)
    cost[model.stock[brought]] = np.broadcast_to(rules.unit_weight_kg, brought.shape)[brought]
    columns = solve_linear_program(replace(program, cost=cost, whole=None)).columns
    return _whole_packs(rules, answer.stock, columns[model.stock], brought)


def _between(rules: StockRules, answer: Placement) -> StockRules:
    """Levels between today's and the answer's, the same total of each item, what is open and added fixed."""
    low = np.maximum(np.minimum(rules.current, answer.stock), np.minimum(rules.at_least, answer.stock))
    high = np.maximum(np.minimum(rules.current, rules.at_most), answer.stock)
    is_open = ~rules.candidate | answer.opened
    room = np.where(is_open, rules.usable_m3, 0.0) + answer.expansion_m3
    used = np.maximum(answer.stock, rules.current) @ rules.unit_volume_m3
    return replace(
        rules,
        current=answer.stock,
        at_least=low,
        at_most=high,
        usable_m3=np.where(used <= room, room, np.maximum(room, rules.current @ rules.unit_volume_m3)),
        candidate=np.zeros_like(rules.candidate),
        expansion_m3=np.zeros_like(rules.expansion_m3),
        budget=0.0,
        most_open=None,
    )


def _whole_packs(rules: StockRules, stock: Floats, wanted: Floats, brought: np.ndarray) -> Floats:
    """Take whole packs back from what was brought, to where most of them are missing."""
    pack = rules.pack_size.astype(np.float64)
    back = np.where(brought, np.floor((stock - wanted) / pack + 1e-6) * pack, 0.0)
    levels = stock - back
    for k, total in enumerate(back.sum(axis=0)):
        free = float(total)
        while free > 0:
            missing = np.where(brought[:, k], 0.0, wanted[:, k] - levels[:, k])
            giver = int(missing.argmax())
            part = min(pack[k], free, rules.at_most[giver, k] - levels[giver, k])
            if part <= 0:
                break
            levels[giver, k] += part
            free -= part
    return levels
