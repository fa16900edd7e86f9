"""Of the stocks that supply as many people as an answer, the one for which least is driven about.

Symbols: x stock level of source i and item k, now today's and answer the answer's; f units moved from i to j;
b units bought for j; S people supplied by an hour in a scenario.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockpile.distances import Distances
from stockpile.linear_program import InfeasibleError, solve_linear_program
from stockpile.placement.problem import Coverage, Flags, Floats, Goal, PlacementProblem, StockRules
from stockpile.placement.solution import Placement
from stockpile.placement.whole.columns import WholeModel
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.program import entry
from stockpile.units import METRES_PER_KM

LOST_PEOPLE = 0.01
"""People whom a scenario may lose by an hour: tolerance of the solves."""

LOST_IN_PACKS = 1e-3
"""Share of the people that whole packs may cost a scenario by an hour, or a required coverage."""

SLACK = 1e-6
"""Units, or m3, that count for nothing."""

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
    coverages. Whole packs move. Where none is found that keeps all that, the answer's own stock is returned.

    Args:
        problem: the problem.
        answer: its answer.
        supplied: people whom the stock has to supply, at most those of the answer's, (S, H).
        distances: ways between the warehouses, which stand before all other sources.
        required: coverages that the stock has to reach, at most those of the answer's.

    Raises:
        SolverError: the program was not solved to its optimum.
    """
    try:
        wanted = _fewest_kg_km(problem, answer, supplied, distances, required)
        stock = _whole_packs(problem.rules, answer, wanted)
        _check_supplies(problem, replace(answer, stock=stock), supplied, required)
    except InfeasibleError:
        return answer.stock
    return stock


def _fewest_kg_km(
    problem: PlacementProblem,
    answer: Placement,
    supplied: Floats,
    distances: Distances,
    required: tuple[tuple[Coverage, float], ...],
) -> Floats:
    """The stock (I, K) before whole packs; InfeasibleError if nothing supplies as many people."""
    model = _keeping_people(problem, _between(problem.rules, answer), supplied, required)
    plain = model.program.columns
    km = _metres(problem, distances) / METRES_PER_KM + HANDLING_KM
    _define_transport(model, problem.rules.current, _brought(problem.rules, answer), km)
    program = model.program.linear_program()
    cost = np.where(np.arange(len(program.cost)) < plain, 0.0, program.cost)
    return solve_linear_program(replace(program, cost=cost, whole=None)).columns[model.stock]


def _check_supplies(
    problem: PlacementProblem,
    answer: Placement,
    supplied: Floats,
    required: tuple[tuple[Coverage, float], ...],
) -> None:
    """Raise InfeasibleError unless the answer's stock supplies these people and the required coverages.

    Both but for LOST_IN_PACKS of them.
    """
    fixed = _between(replace(problem.rules, current=answer.stock), answer)
    kept = 1.0 - LOST_IN_PACKS
    floors = tuple((coverage, floor * kept) for coverage, floor in required)
    program = _keeping_people(problem, fixed, supplied * kept, floors).program.linear_program()
    solve_linear_program(replace(program, cost=np.zeros_like(program.cost), whole=None))


def _keeping_people(
    problem: PlacementProblem,
    rules: StockRules,
    supplied: Floats,
    required: tuple[tuple[Coverage, float], ...],
) -> WholeModel:
    goal = Goal(Coverage(np.ones(len(problem.hours))), required=required)
    model = build_whole_model(replace(problem, rules=rules), goal)
    _define_people_kept(model, supplied)
    return model


def _brought(rules: StockRules, answer: Placement) -> Flags:
    """Where the answer keeps more than today, (I, K)."""
    brought: Flags = answer.stock > rules.current
    return brought


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
    return replace(
        rules,
        current=answer.stock,
        at_least=low,
        at_most=high,
        usable_m3=_room(rules, answer),
        candidate=np.zeros_like(rules.candidate),
        expansion_m3=np.zeros_like(rules.expansion_m3),
        budget=0.0,
        most_open=None,
    )


def _room(rules: StockRules, answer: Placement) -> Floats:
    """Room of each source, (I,); where the answer takes up more, that."""
    is_open = ~rules.candidate | answer.opened
    room = np.where(is_open, rules.usable_m3, 0.0) + answer.expansion_m3
    enough: Floats = np.maximum(room, answer.stock @ rules.unit_volume_m3)
    return enough


def _whole_packs(rules: StockRules, answer: Placement, wanted: Floats) -> Floats:
    """Take whole packs back from what was brought, to where most of them are missing and fit.

    Packs that fit nowhere stay where the answer has them.
    """
    levels, brought = answer.stock.copy(), _brought(rules, answer)
    pack, volume = rules.pack_size.astype(np.float64), rules.unit_volume_m3
    at_most = _between(rules, answer).at_most
    spare = _room(rules, answer) - levels @ volume
    for k in np.argsort(-pack * volume, kind="stable"):
        while True:
            gap = wanted[:, k] - levels[:, k]
            receiver = int(np.where(brought[:, k], gap, 0.0).argmin())
            fits = ~brought[:, k] & (levels[:, k] + pack[k] <= at_most[:, k] + SLACK)
            fits &= pack[k] * volume[k] <= spare + SLACK
            giver = int(np.where(fits, gap, -np.inf).argmax())
            if gap[receiver] > SLACK - pack[k] or not fits[giver] or gap[giver] <= SLACK:
                break
            for source, units in ((receiver, -pack[k]), (giver, pack[k])):
                levels[source, k] += units
                spare[source] -= units * volume[k]
    return levels
