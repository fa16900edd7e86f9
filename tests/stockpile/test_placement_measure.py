"""How bad scenarios are told from small ones: by the people not supplied, in every solver alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from placement_programs import exact_value, random_problem
from placement_samples import INF, lanes, scenario, tiny

from benchmarks.placement_generated import Size, generate
from stockpile.linear_program import InfeasibleError
from stockpile.placement.given_stock import reach_of_stock
from stockpile.placement.measure import everybody, less_waiting, people_by
from stockpile.placement.priorities import CannotReachError, Priorities, place
from stockpile.placement.problem import Coverage, Goal, PlacementProblem, Risk
from stockpile.placement.search import solve_by_prices
from stockpile.placement.solution import Placement
from stockpile.placement.solve import solve_placement
from stockpile.placement.whole.solve import place_whole

WORST, HALF = Risk("worst"), Risk("cvar", 0.5)
RISKS = pytest.mark.parametrize("risk", [WORST, HALF], ids=["worst", "cvar"])
LAST = 1


def village_and_town(*, budget: float) -> PlacementProblem:
    """A flood of a village with 10 people or of a town with 40, as likely as each other, waters at 2 yuan.

    Only the depot reaches the village and only the annex the town; one water serves one person by 8 h.
    """
    free = {
        "people": np.array([10.0, 40.0]),
        "held": np.zeros((2, 2)),
        "per_person": np.array([1.0, 0.0]),
        "surviving": np.ones(2),
        "emergency_cost": np.full((2, 2), INF),
        "dock_kg": np.full((2, 2), INF),
        "fleet_kg_s": np.full((1, 2), INF),
    }
    village = scenario("village", 0.5, lanes((0, 0, 1, 0, 0, 0, 1)), **free)
    town = scenario("town", 0.5, lanes((1, 1, 1, 0, 0, 0, 1)), **free)
    rules = replace(
        tiny().rules,
        current=np.zeros((2, 2)),
        at_least=np.zeros((2, 2)),
        usable_m3=np.full(2, 100.0),
        candidate=np.zeros(2, dtype=np.bool_),
        budget=budget,
    )
    only = [
        replace(village, people=np.array([10.0, 0.0]), most_people=np.array([[10.0, 10.0], [0.0, 0.0]])),
        replace(town, people=np.array([0.0, 40.0]), most_people=np.array([[0.0, 0.0], [40.0, 40.0]])),
    ]
    return replace(tiny(), scenarios=tuple(only), rules=rules)


@pytest.mark.parametrize("solver", ["whole", "by prices"])
@pytest.mark.parametrize(
    ("waters", "village", "town"), [(20, 0, 20), (30, 0, 30), (40, 5, 35), (48, 9, 39), (60, 10, 40)]
)
def test_money_goes_where_most_are_without(waters: int, village: int, town: int, solver: str) -> None:
    """The town gets waters until it misses no more people than the village does; then both alike."""
    problem = village_and_town(budget=2.0 * waters)
    measure = people_by(problem, LAST, WORST)
    goal = Goal(measure.coverage)
    if solver == "whole":
        answer = place_whole(problem, goal)
    else:
        answer = solve_by_prices(problem, goal, gap=1e-4, packs=False)
    missing = max(10 - village, 40 - town)
    assert measure.told(answer.certificate.value) == pytest.approx(missing, abs=0.01)
    assert measure.told(answer.certificate.bound) == pytest.approx(missing, abs=0.01)
    assert answer.supplied[1, LAST] >= town - 0.01


def test_the_tail_is_the_mean_of_those_without() -> None:
    """With 20 waters: 10 and 20 or 0 and 20 missing; the worse half is the town, all of it both."""
    problem = village_and_town(budget=40.0)
    supplied = np.array([[0.0, 5.0], [0.0, 15.0]])
    for tail, missing in ((0.5, 25.0), (0.75, (25.0 * 0.5 + 5.0 * 0.25) / 0.75), (1.0, 15.0)):
        measure = people_by(problem, LAST, Risk("cvar", tail))
        assert measure.told(measure.value(problem, supplied)) == pytest.approx(missing)
    assert people_by(problem, LAST, Risk()).value(problem, supplied) == pytest.approx(10.0)
    assert (everybody(problem, Risk()), everybody(problem, WORST)) == (25.0, 40.0)


def test_waiting_is_told_in_person_hours_of_the_worst_scenario() -> None:
    """From 4 h to 8 h: 40 people of the town wait unless they are supplied by 4 h."""
    problem = village_and_town(budget=0.0)
    measure = less_waiting(problem, WORST)
    for early, waited in ((0.0, 160.0), (15.0, 100.0), (40.0, 40.0)):
        assert measure.told(measure.value(problem, np.array([[0.0, 0.0], [early, 40.0]]))) == waited


def test_a_small_scenario_that_is_served_does_not_hold_the_worst_case_at_its_size() -> None:
    """Weighed by people supplied, the worst case could not be better than the village's 10."""
    problem = village_and_town(budget=200.0)
    assert place_whole(
        problem, Goal(Coverage(np.array([0.0, 1.0]), WORST))
    ).certificate.value == pytest.approx(10)
    measure = people_by(problem, LAST, WORST)
    assert place_whole(problem, Goal(measure.coverage)).certificate.value == pytest.approx(measure.whole)


@RISKS
@pytest.mark.parametrize("seed", range(6))
def test_value_and_bound_hold_for_people_missing(seed: int, risk: Risk) -> None:
    """Whole model, search and a program written out agree; the value is that of the people supplied."""
    problem = sized(random_problem(seed, candidates=seed % 3))
    for measure in (
        people_by(problem, 0, risk),
        people_by(problem, LAST, risk, 0.6),
        less_waiting(problem, risk),
    ):
        goal = Goal(measure.coverage)
        optimum = exact_value(problem, goal)
        whole = place_whole(problem, goal)
        assert whole.certificate.value == pytest.approx(optimum, rel=1e-5)
        assert measure.value(problem, whole.supplied) == pytest.approx(whole.certificate.value, rel=1e-6)
        found = solve_by_prices(problem, goal, gap=5e-3, packs=False)
        assert measure.value(problem, found.supplied) == pytest.approx(found.certificate.value)
        assert found.certificate.value <= optimum * (1 + 1e-7)
        assert found.certificate.bound >= optimum * (1 - 1e-7)
        assert found.certificate.gap <= 1e-2


@pytest.mark.parametrize("hour", [0, LAST])
@pytest.mark.parametrize("seed", [1, 12, 32, 33])
@pytest.mark.parametrize("risk", [Risk(), WORST, HALF], ids=["expectation", "worst", "cvar"])
def test_a_given_stock_reaches_what_the_whole_model_claims(seed: int, hour: int, risk: Risk) -> None:
    """Sent out scenario by scenario it supplies as many: what is handed out on the spot passes no dock."""
    problem = random_problem(seed)
    measure = people_by(problem, hour, risk)
    whole = place_whole(problem, Goal(measure.coverage))
    sent = reach_of_stock(problem, measure.coverage, whole.stock)
    assert sent.certificate.value == pytest.approx(whole.certificate.value, rel=1e-6)


def sized(problem: PlacementProblem) -> PlacementProblem:
    """The problem with scenarios of very different size: the first has a tenth of its people."""
    first, *others = problem.scenarios
    small = replace(first, people=first.people / 10, most_people=first.most_people / 10)
    return replace(problem, scenarios=(small, *others))


@pytest.mark.parametrize("seed", range(4))
@RISKS
def test_a_required_share_is_kept_scenario_by_scenario(seed: int, risk: Risk) -> None:
    """At least cost; in the worst case no scenario is left below the share but for the gap."""
    problem = sized(random_problem(seed))
    share = 0.9 * best_share(problem, risk)
    asked = Priorities((LAST,), risk, share, gap=1e-4)
    answer, steps = place(problem, asked, solve_placement)
    measure = asked.first_measure(problem)
    missing = measure.told(measure.value(problem, answer.supplied))
    assert missing <= 2e-4 * measure.whole
    affected = np.array([one.people.sum() for one in problem.scenarios])
    if risk.kind == "worst":
        assert (answer.supplied[:, LAST] >= share * affected - 2e-4 * measure.whole).all()
    goal = Goal(measure.coverage, gain=0.0, yuan=1.0, required=((measure.coverage, measure.whole),))
    assert steps[-1].value >= -exact_value(problem, goal) - 0.01
    assert [step.kind for step in steps] == ["people", "yuan"]


def best_share(problem: PlacementProblem, risk: Risk) -> float:
    """The largest share of their people that all scenarios, or those of the tail, can be supplied with."""
    low, high = 0.0, 1.0
    for _ in range(12):
        share = (low + high) / 2
        measure = people_by(problem, LAST, risk, share)
        if place_whole(problem, Goal(measure.coverage)).certificate.value >= measure.whole:
            low = share
        else:
            high = share
    return low


def test_a_share_may_be_out_of_reach_of_one_scenario_alone() -> None:
    """The annex holds 8 waters: with 10 of the village that is 35 % of all; the town misses 6 of its 14."""
    problem = village_and_town(budget=50.0)
    rules = replace(problem.rules, at_most=np.array([[50.0, 0.0], [8.0, 0.0]]))
    problem = replace(problem, rules=rules)
    answer, _ = place(problem, Priorities((LAST,), Risk(), 0.35, gap=1e-4), solve_placement)
    assert answer.supplied[:, LAST].sum() >= 17.5 - 0.01
    with pytest.raises(CannotReachError) as caught:
        place(problem, Priorities((LAST,), WORST, 0.35, gap=1e-4), solve_placement)
    assert caught.value.steps[0].value == pytest.approx(6.0)


@pytest.mark.parametrize("gap", [1e-4, 1e-3])
@pytest.mark.parametrize("larger", [1, 1000])
@pytest.mark.parametrize("risk", [WORST, HALF], ids=["worst", "cvar"])
def test_what_may_be_missed_is_of_each_scenarios_own_people(risk: Risk, larger: int, gap: float) -> None:
    """A thousandth of the large town is more than the village has, which gets 9 of its 10 all the same."""
    problem = village_and_town(budget=INF)
    village, town = problem.scenarios
    town = replace(town, people=town.people * larger, most_people=town.most_people * larger)
    rules = replace(problem.rules, at_most=np.full((2, 2), 1e9), usable_m3=np.full(2, 1e9))
    problem = replace(problem, scenarios=(village, town), rules=rules)
    answer, steps = place(problem, Priorities((LAST,), risk, 0.9, gap=gap), solve_placement)
    assert answer.supplied[:, LAST] == pytest.approx([9.0, 36.0 * larger])
    assert steps[-1].answered


@RISKS
def test_a_stock_that_leaves_a_small_scenario_out_keeps_less_than_the_share(risk: Risk) -> None:
    """With 38 of 40 the town has its 95 %, or but for a thousandth; with 8 of 10 the village has not."""
    problem = village_and_town(budget=INF)
    asked = Priorities((LAST,), risk, 0.95, gap=1e-3)
    for village, town, share in ((9.5, 38.0, 0.95), (9.5, 37.97, 0.95 * 0.999), (9.495, 38.0, 0.95 * 0.999)):
        _, floor = asked.reached_floor(problem, np.array([[0.0, village], [0.0, town]]))
        assert floor == pytest.approx(40 * share)
    measure, floor = asked.reached_floor(problem, np.array([[0.0, 8.0], [0.0, 38.0]]))
    assert measure.whole - floor == pytest.approx(9.5 * 0.999 - 8.0)


def test_a_goal_for_which_nothing_is_found_is_a_step_without_answer() -> None:
    """The earlier answer stands, and the goals after it are asked all the same."""
    problem = village_and_town(budget=96.0)

    def forgetful(problem: PlacementProblem, goal: Goal, *, gap: float) -> Placement:
        if len(goal.required) == 1:
            raise InfeasibleError("nothing found")
        return solve_placement(problem, goal, gap=gap)

    answer, steps = place(problem, Priorities((LAST,), Risk(), None, gap=1e-3), forgetful)
    assert [(step.kind, step.answered) for step in steps] == [
        ("people", True),
        ("person-hours", False),
        ("yuan", False),
    ]
    assert answer.supplied[:, LAST].sum() == pytest.approx(48, abs=0.1)
    answer, steps = place(problem, Priorities((LAST,), Risk(), 0.5, gap=1e-3), forgetful)
    assert [(step.kind, step.answered) for step in steps] == [("people", True), ("yuan", False)]


@RISKS
def test_a_made_up_region_is_solved_by_prices_as_well_as_whole(risk: Risk) -> None:
    """Docks, fleets and baskets bind, candidates can be opened; value and bound enclose the optimum."""
    size = Size(warehouses=9, sites=60, scenarios=6, items=3, lanes_per_site=5.0, struck=0.5)
    problem, goal = generate(size, form="coupled", seed=2)
    hour = len(problem.hours) - 1
    measure = people_by(sized(problem), hour, risk)
    goal = Goal(measure.coverage)
    whole = place_whole(sized(problem), goal, gap=1e-5)
    found = solve_by_prices(sized(problem), goal, gap=2e-3, packs=False)
    assert found.certificate.gap <= 3e-3
    assert found.certificate.value <= whole.certificate.bound * (1 + 1e-6)
    assert found.certificate.bound >= whole.certificate.value * (1 - 1e-6)


def test_an_offset_is_refused_where_it_means_nothing() -> None:
    """In an expectation it would be an idle constant; below 0 the bounds of the solvers would not hold."""
    for risk, offset in ((Risk(), 1.0), (WORST, np.array([0.0, -1.0]))):
        with pytest.raises(ValueError, match="offset"):
            Coverage(np.ones(2), risk, offset)
