"""Of the stocks that supply as many people as an answer, the one for which least is driven about.

Symbols: x stock level of source i and item k, now today's and answer the answer's; f units moved from i to j;
b units bought for j; S people supplied by an hour in a scenario.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockpile.distances import Distances
from stockpile.linear_program import solve_linear_program
from stockpile.placement.problem import Coverage, Flags, Floats, Goal, PlacementProblem, StockRules
from stockpile.placement.solution import Placement
from stockpile.placement.whole.columns import WholeModel
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.program import entry
from stockpile.units import METRES_PER_KM

LOST_PEOPLE = 0.01
"""People whom a scenario may lose by an hour: tolerance of the solves."""

HANDLING_KM = 1.0
"""Kilometres that loading and unloading count for: nothing moves next door for nothing (assumed)."""


def least_moves(
    problem: PlacementProblem,
    answer: Placement,
    supplied: Floats,
    distances: Distances,
    required: tuple[tuple[Coverage, float], ...] = (),
) -> Floats:
    """Return the stock (I, K) between today's and an answer's for which fewest kg * km are driven.

    minimise sum over i, j, k of weight_k (km_ij + handling) f_ijk, subject to all limits, to the answer's
    total of each item, to S_h >= `supplied` (S, H) in every scenario by every hour, and to the required
    coverages. Whole packs move.

    Args:
        problem: the problem.
        answer: its answer.
        supplied: people whom the stock has to supply, at most those of the answer's, (S, H).
        distances: ways between the warehouses, which stand before all other sources.
        required: coverages that the stock has to reach, at most those of the answer's.

    Raises:
        SolverError: the program was not solved to its optimum.
    """
    rules = _between(problem.rules, answer)
    goal = Goal(Coverage(np.ones(len(problem.hours))), required=required)
    model = build_whole_model(replace(problem, rules=rules), goal)
    _define_people_kept(model, supplied)
    plain = model.program.columns
    brought = answer.stock > problem.rules.current
    km = _metres(problem, distances) / METRES_PER_KM + HANDLING_KM
    _define_transport(model, problem.rules.current, brought, km)
    program = model.program.linear_program()
    cost = np.where(np.arange(len(program.cost)) < plain, 0.0, program.cost)
    columns = solve_linear_program(replace(program, cost=cost, whole=None)).columns
    return _whole_packs(rules, answer.stock, columns[model.stock], brought)


def _metres(problem: PlacementProblem, distances: Distances) -> Floats:
    """Ways between the sources, (I, I); depots, which come last, keep nothing of ours: 0."""
    warehouses = problem.source_ids[: len(distances.ids)]
    return np.pad(distances.between(warehouses), (0, len(problem.source_ids) - len(warehouses)))


def _define_people_kept(model: WholeModel, supplied: Floats) -> None:
    """S_h >= supplied_h in every scenario, but for the tolerance."""
    for one, wanted in zip(model.scenarios, supplied, strict=True):
        hours = np.arange(len(wanted))
        model.program.add_rows(
            f"kept[{one.scenario.id}]",
            [entry(hours, one.supplied[:, 0, :], 1.0)],
            lower=wanted - LOST_PEOPLE,
            upper=np.full(len(wanted), np.inf),
        )


def _define_transport(model: WholeModel, current: Floats, brought: Flags, km: Floats) -> None:
    """x_ik + sum_j f_ijk = now_ik where less is kept,  x_jk - sum_i f_ijk - b_jk = now_jk where more is."""
    program, problem = model.program, model.problem
    less = model.problem.rules.at_least < current
    for k, item in enumerate(problem.item_ids):
        givers, receivers = np.flatnonzero(less[:, k]), np.flatnonzero(brought[:, k])
        names = [[problem.source_ids[i] for i in some] for some in (givers, receivers)]
        moved = program.add_columns(f"moved[{item}]", (names[0], names[1]))
        program.add_cost(moved, problem.rules.unit_weight_kg[k] * km[np.ix_(givers, receivers)])
        bought = program.add_columns(f"bought for[{item}]", (names[1],))
        out, into = np.arange(len(givers)), np.arange(len(receivers))
        program.add_rows(
            f"given[{item}]",
            [entry(out, model.stock[givers, k], 1.0), entry(out[:, None], moved, 1.0)],
            lower=current[givers, k],
            upper=current[givers, k],
        )
        program.add_rows(
            f"received[{item}]",
            [
                entry(into, model.stock[receivers, k], 1.0),
                entry(into, moved, -1.0),
                entry(into, bought, -1.0),
            ],
            lower=current[receivers, k],
            upper=current[receivers, k],
        )


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
