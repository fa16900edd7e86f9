"""The whole placement model: its text family by family, answers by hand, balances, another solver."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from placement_samples import INF, easy, lanes, scenario, tiny, tiny_goal, with_openings
from scipy.optimize import linprog

from stockpile.linear_program import InfeasibleError, solve_integer_program
from stockpile.placement.problem import Coverage, Goal, PlacementProblem, Risk
from stockpile.placement.whole.columns import WholeModel
from stockpile.placement.whole.lp_text import lp_text
from stockpile.placement.whole.model import build_whole_model
from stockpile.placement.whole.solve import place_whole

GOLDEN = Path(__file__).parents[1] / "data" / "placement"
MODELS = {
    "complete baskets": build_whole_model(tiny(), tiny_goal()),
    "each item on its own, single source": build_whole_model(
        tiny(complete_baskets=False, single_source=True), easy(tiny())[1]
    ),
}


def families(model: WholeModel) -> set[str]:
    """Names of the constraint families without their scenario or number, and the other parts of the text."""
    names = {name.split("[")[0].rstrip("_0123456789") for name, _ in model.program.families}
    return {name.replace("_required", "").replace("_goal", "") for name in names} | {
        "objective",
        "bounds",
        "whole",
    }


def part(model: WholeModel, family: str) -> str:
    """Lines of a model's text that belong to one family."""
    text = lp_text(model)
    if family == "objective":
        return text[: text.index("subject to")]
    if family in {"bounds", "whole"}:
        return (
            text[text.index(f"\n{family}\n") + 1 :].split("\nwhole\n" if family == "bounds" else "\0")[0]
            + "\n"
        )
    rows = text[text.index("subject to\n") + 11 : text.index("\nbounds\n")].split("\n")
    return "".join(f"{row}\n" for row in rows if row.strip().startswith(family))


def golden_text(family: str) -> str:
    """What the golden file of a family should hold."""
    return "".join(f"# {name}\n{part(model, family)}" for name, model in MODELS.items())


ALL_FAMILIES = sorted(set().union(*(families(model) for model in MODELS.values())))


@pytest.mark.parametrize("family", ALL_FAMILIES)
def test_each_family_reads_as_it_was_agreed(family: str) -> None:
    """The text of a family changes only on purpose."""
    assert golden_text(family) == (GOLDEN / f"{family}.txt").read_text(encoding="utf-8")


def test_no_family_is_without_a_golden_text_and_no_text_without_a_family() -> None:
    """A new family brings its file; every row of the models is in one of them."""
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(ALL_FAMILIES)
    for model in MODELS.values():
        listed = sum(
            part(model, family).count("\n")
            for family in ALL_FAMILIES
            if family not in {"objective", "bounds", "whole"}
        )
        assert listed == model.program.rows


def test_a_stock_placed_on_paper() -> None:
    """A basket is 1 water and 2 rice: 8 yuan, 10 kg. The school takes 6 baskets by 4 h.

    900 kg s of trucks at 10 s a kg bring 9 of them in all, for 72 yuan. The hall is reached only from the
    annex, and opening that costs 81 of the 80 yuan.
    """
    problem = tiny()
    rules = replace(
        problem.rules,
        current=np.zeros((2, 2)),
        at_least=np.zeros((2, 2)),
        budget=80.0,
        opening_cost=np.array([0, 81.0]),
    )
    calm = replace(
        problem.scenarios[0],
        probability=1.0,
        ready=np.zeros((2, 2, 2)),
        held=np.zeros((2, 2)),
        emergency_cost=np.full((2, 2), INF),
    )
    problem = replace(problem, rules=rules, scenarios=(calm,))
    answer = place_whole(problem, Goal(Coverage(np.array([1.0, 1.0])), yuan=0.001))
    assert answer.supplied == pytest.approx(np.array([[6.0, 9.0]]))
    assert answer.certificate.value == pytest.approx(15 - 0.001 * (72 + 90 * 0.1))
    assert (answer.spending, answer.opened.tolist()) == (pytest.approx(72.0), [False, False])
    assert answer.stock == pytest.approx(np.array([[9.0, 18.0], [0, 0]]))


@pytest.mark.parametrize(
    ("risk", "value"),
    [(Risk(), 14.0), (Risk("worst"), 8.0), (Risk("cvar", 0.5), 12.0), (Risk("cvar", 1.0), 14.0)],
    ids=["expectation", "worst", "worst half", "all of it"],
)
def test_risk_weighs_scenarios_as_it_says(risk: Risk, value: float) -> None:
    """16 waters serve 16 people in a calm (3/4), and 8 in a flood (1/4) that takes half of the stock.

    The mean is 14; the worst half is the flood and as much of the calm: 12.
    """
    ways = lanes((1, 0, 0, 0, 0, 0, 1))
    limits = {
        "held": np.zeros((2, 2)),
        "per_person": np.array([1.0, 0.0]),
        "emergency_cost": np.full((2, 2), INF),
    }
    free = {"dock_kg": np.full((2, 2), INF), "fleet_kg_s": np.full((1, 2), INF)}
    calm = scenario("calm", 0.75, ways, **limits, **free)
    flood = scenario("flood", 0.25, ways, **limits, **free, surviving=np.array([0.5, 0.5]))
    rules = replace(tiny().rules, current=np.array([[16.0, 0], [0, 0]]), budget=0.0)
    problem = replace(tiny(), scenarios=(calm, flood), rules=rules)
    answer = place_whole(problem, Goal(Coverage(np.array([0.0, 1.0]), risk)))
    assert answer.certificate.value == pytest.approx(value)


def balances(model: WholeModel, columns: np.ndarray) -> None:
    """Rebuild every balance from the solved numbers alone, lane by lane."""
    problem, rules = model.problem, model.problem.rules
    stock, bought, opened, added = (
        columns[each] for each in (model.stock, model.bought, model.opened, model.expansion)
    )
    assert (stock @ rules.unit_volume_m3 <= rules.usable_m3 * opened + added + 1e-6).all()
    assert (stock.sum(axis=0) <= rules.current.sum(axis=0) + bought + 1e-6).all()
    spent = (
        bought @ rules.unit_cost
        + (rules.opening_cost * opened)[rules.candidate].sum()
        + added @ rules.expansion_cost_per_m3
    )
    assert spent <= rules.budget + 1e-6
    for one in model.scenarios:
        ways, event = one.scenario.lanes, one.scenario
        ship, emergency = columns[one.ship], columns[one.emergency]
        for hour in range(len(problem.hours)):
            arrived, left = event.held.copy(), np.zeros_like(stock)
            docks, effort = np.zeros(len(stock)), np.zeros(len(event.fleet_kg_s))
            for lane in np.flatnonzero(ways.hour <= hour).tolist():
                arrived[ways.site[lane]] += ship[lane]
                left[ways.source[lane]] += ways.loaded_per_unit[lane] * ship[lane]
                if ways.fleet[lane] >= 0:
                    kg = ship[lane] @ rules.unit_weight_kg
                    docks[ways.source[lane]] += kg
                    effort[ways.fleet[lane]] += kg * ways.effort_s[lane]
            assert (
                left <= event.surviving[:, None] * stock + event.ready[:, :, hour] + emergency + 1e-6
            ).all()
            assert (docks <= event.dock_kg[:, hour] + 1e-6).all()
            assert (effort <= event.fleet_kg_s[:, hour] + 1e-5).all()
            for group in range(one.supplied.shape[1]):
                asked = [group] if not problem.complete_baskets else [0, 1]
                people = columns[one.supplied[:, group, hour]]
                assert (people <= np.minimum(event.most_people[:, hour], event.people) + 1e-6).all()
                assert (people[:, None] * event.per_person[asked] <= arrived[:, asked] + 1e-6).all()


@pytest.mark.parametrize("goal", [tiny_goal(), easy(tiny())[1]], ids=["with floors", "without"])
@pytest.mark.parametrize(("complete", "single"), list(product([True, False], repeat=2)))
def test_an_answer_keeps_every_balance(goal: Goal, *, complete: bool, single: bool) -> None:
    """And the bound is the value."""
    model = build_whole_model(tiny(complete_baskets=complete, single_source=single), goal)
    try:
        solution = solve_integer_program(model.program.linear_program(), gap=1e-9)
    except InfeasibleError:
        assert goal.required
        return
    assert solution.bound == pytest.approx(solution.value, rel=1e-6)
    balances(model, solution.columns)
    if single:
        for one in model.scenarios:
            ways = one.scenario.lanes
            for site, item in product(range(2), range(2)):
                used = np.flatnonzero((ways.site == site) & (solution.columns[one.ship[:, item]] > 1e-6))
                assert len(set(ways.source[used].tolist())) <= 1


@pytest.mark.parametrize("complete_baskets", [True, False])
def test_enumerated_openings_and_another_solver_find_the_same_value(*, complete_baskets: bool) -> None:
    """Each opening on its own as a linear program of scipy; the best of them is the answer."""
    problem, goal = easy(tiny(complete_baskets=complete_baskets))
    best = -INF
    for annex in (False, True):
        fixed = with_openings(problem, np.array([False, annex]))
        cost = 70.0 * annex
        fixed = replace(fixed, rules=replace(fixed.rules, budget=250.0 - cost))
        best = max(best, scipy_value(fixed, goal) - goal.yuan * cost)
    assert place_whole(problem, goal).certificate.value == pytest.approx(best, rel=1e-6)


def scipy_value(problem: PlacementProblem, goal: Goal) -> float:
    """Value of a problem without integers by scipy."""
    program = build_whole_model(problem, goal).program.linear_program()
    assert program.lower is not None
    limits = np.isfinite(program.row_upper)
    assert limits.all()
    bounds = list(zip(program.lower, program.upper, strict=True))
    return -float(linprog(program.cost, A_ub=program.matrix, b_ub=program.row_upper, bounds=bounds).fun)


def test_floors_beyond_reach_are_an_error_of_their_own() -> None:
    """40 people where 30 wait."""
    with pytest.raises(InfeasibleError):
        place_whole(tiny(), Goal(Coverage(np.ones(2)), required=((Coverage(np.array([0.0, 1.0])), 40.0),)))


def test_two_runs_give_the_same_numbers() -> None:
    """To the last bit."""
    first, second = (place_whole(*easy(tiny())) for _ in range(2))
    assert first.stock.tobytes() == second.stock.tobytes()
    assert first.certificate == second.certificate
