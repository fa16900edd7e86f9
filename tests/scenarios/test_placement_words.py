"""What a placement's report says of scenarios that lose people, and of plans that keep no gain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.placement.blocked import _share_reason
from scenarios.placement.cautions import (
    gap_cautions,
    pack_caution,
    replay_caution,
    scenario_cautions,
    share_caution,
)
from scenarios.placement.headings import STEPS, shown, worded
from scenarios.placement.options import PlaceOptions
from scenarios.placement.replay import COLUMNS
from scenarios.placement.result import CaseResult
from scenarios.placement.tables import coverage_table
from scenarios.placement.words import no_knee
from scenarios.report.wording import gap_text
from stockpile.placement.measure import Measure
from stockpile.placement.priorities import Priorities, Step
from stockpile.placement.problem import Coverage, Risk
from stockpile.placement.solution import Certificate


def case(name: str, role: str, before: float, after: float, probability: float = 0.0) -> CaseResult:
    """A scenario of 1,000 people, counted by one hour."""
    return CaseResult(name, name, role, probability, 1000, (before,), (after,))


def three_placed() -> list[CaseResult]:
    """Enough scenarios of equal weight to need no caution."""
    return [case(name, "placed", 900, 950, 1 / 3) for name in ("a", "b", "c")]


def test_a_held_out_scenario_that_loses_is_named_first_thing() -> None:
    """1.1 % fewer people than with today's stock are said in both languages, with their number."""
    held = [case("wet", "held out", 1000, 989), case("dry", "held out", 900, 940)]
    ((zh, en),) = scenario_cautions([*three_placed(), *held], [8.0], 0)
    assert "wet" in zh
    assert "少供 11 人（−1.10%）" in zh
    assert "wet is worse off than with today's stock by hour 8: 11 fewer (−1.10%)" in en


def test_losses_of_a_variation_are_no_caution() -> None:
    """They stand among the findings; less than one person is the tolerance of the solves."""
    others = [case("a~1", "variation", 900, 800), case("held", "held out", 900, 899.5)]
    assert not list(scenario_cautions([*three_placed(), *others], [8.0], 0))


def test_a_scenario_below_a_share_asked_of_each_is_named() -> None:
    """950 of 1,000 are 95 %; 940 are not, and only `worst` asks that of each scenario."""
    cases = [
        case("town", "placed", 0, 950),
        case("village", "placed", 0, 940),
        case("held", "held out", 0, 9),
    ]
    asked = Priorities((0,), Risk("worst"), 0.95, gap=1e-3)
    ((zh, en),) = share_caution(cases, 8.0, 0, asked)
    assert zh == "情景 village 低于要求的 95.0 %：第 8 小时获供 940 / 1,000 人。"
    assert en == "Scenario village is below the 95.0 % asked for: 940 / 1,000 people by hour 8."
    for risk in (Risk(), Risk("cvar", 0.5)):
        assert not list(share_caution(cases, 8.0, 0, replace(asked, risk=risk)))


def test_what_is_asked_for_is_worded_by_the_risk() -> None:
    """Of each scenario in the worst case, of the tail's mean with cvar."""
    missing = {}
    for risk in (Risk("worst"), Risk("cvar", 0.25)):
        measure = Measure(Coverage(np.ones(1), risk), 95.0)
        step = Step("people", 8.0, Certificate(90.0, 90.0), measure)
        missing[risk.kind] = _share_reason(Priorities((0,), risk, 0.95, gap=1e-3), measure, step)[1]
    assert missing["worst"] == (
        "95.0 % of each scenario are asked for by hour 8; at best 5 people are missing in the worst scenario."
    )
    assert missing["cvar"] == (
        "95.0 % on average over the worst 25 % of the scenarios are asked for by hour 8; "
        "at best 5 people are missing."
    )


def replay(before: float, after: float) -> pd.DataFrame:
    """One scenario planned with either stock."""
    row = ("a", "placed", 1.0, 8.0, 1000, 900, 950, before, after, after - before, after / 950)
    return pd.DataFrame([row], columns=COLUMNS)


def test_plans_that_lose_what_the_model_gains_are_a_caution() -> None:
    """The model hopes for 50 more, the plan supplies 20 fewer."""
    ((zh, en),) = replay_caution(replay(700, 680), 8.0, Risk())
    assert "少供 20 人" in zh
    assert "20 fewer people by hour 8" in en
    assert not list(replay_caution(replay(700, 700), 8.0, Risk()))


def test_plans_are_held_against_the_risk_that_was_asked_for() -> None:
    """Two scenarios of 1,000: one leaves 400 instead of 300, the other 300 instead of 500.

    The mean improves and so does the worst, 500 to 400; a tail of one whole scenario is the worst of the two.
    """
    rows = [
        (name, "placed", 0.5, 8.0, 1000, before, after, before, after, after - before, 1.0)
        for name, before, after in (("a", 700, 600), ("b", 500, 700))
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    for risk in (Risk(), Risk("worst"), Risk("cvar", 0.5)):
        assert not list(replay_caution(table, 8.0, risk))
    swapped = table.assign(before_planned=table["after_planned"], after_planned=[900, 500])
    assert not list(replay_caution(swapped, 8.0, Risk()))
    ((zh, en),) = replay_caution(swapped, 8.0, Risk("worst"))
    assert "多 100 人未获供（最差情景）" in zh
    assert "leave 100 more people without by hour 8 (in the worst scenario)" in en


def test_whole_packs_beyond_the_budget_are_a_caution() -> None:
    """A yuan more than the budget is said, rounding is not."""
    assert not list(pack_caution(100.0, {"purchases_yuan": 100.5}))
    ((zh, _),) = pack_caution(100.0, {"purchases_yuan": 90.0, "decisions_yuan": 30.0})
    assert "多 20 元" in zh


def test_words_of_a_column_are_shown_in_both_languages() -> None:
    """Roles, decisions and kinds; an unknown word and other columns stay as they are."""
    assert worded("role", "held out") == "留作检验 held out"
    assert worded("kind", "anything") == "anything"
    assert worded("warehouse", "open") == "open"


def test_a_gap_is_never_shown_smaller_than_it_is() -> None:
    """In the certificate's cell as in the sentences: 0.3951 % is 0.396 %, what is left over is not 0."""
    heading = next(heading for heading in STEPS if heading.name == "gap_share")
    assert shown(0.003951, heading) == gap_text(0.003951) == "0.396 %"
    assert shown(1e-7, heading) == "0.001 %"
    assert shown(0.0, heading) == "0.000 %"
    assert heading.kind == "gap"


def test_each_goal_that_misses_the_asked_gap_is_named() -> None:
    """Two of three goals miss 0.1 %, by 0.3 and 0.9 of a per cent; the third is quiet."""
    measure = Measure(Coverage(np.ones(1), Risk()), 1000.0)
    steps = [
        Step("people", 8.0, Certificate(996.0, 1000.0), measure),
        Step("people", 24.0, Certificate(999.0, 1000.0), measure),
        Step("yuan", None, Certificate(-1010.0, -1000.0), None),
    ]
    people, yuan = gap_cautions(steps, PlaceOptions(gap=1e-3))
    assert "第 8 小时获供人数（期望）" in people[0]
    assert "相差 0.400 %，比要求的 0.100 % 多 0.300 %" in people[0]
    assert "people by 8 h was solved to a gap of 0.400 %, 0.300 % more than the 0.100 % asked" in people[1]
    assert "费用（元）" in yuan[0]
    assert "gap of 1.000 %, 0.900 % more" in yuan[1]
    assert not list(gap_cautions(steps, PlaceOptions(gap=0.01)))


def test_a_curve_that_has_no_knee_says_which_reason_holds() -> None:
    """Two budgets, people who stay as many, people who rise with the money; missing people count alike."""
    for column in ("people", "missing"):
        few, flat, straight = (
            no_knee(pd.DataFrame({"budget_yuan": range(len(people)), column: people}))[1]
            for people in ([1.0, 2.0], [5.0, 5.0, 5.0], [0.0, 10.0, 20.0])
        )
        assert "fewer than three budgets" in few
        assert "more money changes nothing" in flat
        assert "does not begin to buy less" in straight


def test_nothing_is_told_as_minus_zero() -> None:
    """What the solver leaves over of nobody is nobody, with no minus."""
    heading = next(heading for heading in STEPS if heading.name == "value")
    assert shown(-1e-9, heading) == "0.0"
    assert shown(-0.06, heading) == "-0.1"


def test_people_of_the_coverage_table_have_tenths() -> None:
    """The shares are those of the people before they are rounded."""
    (row,) = coverage_table([case("a", "placed", 899.9999999, 950.04999, 1.0)], [8.0]).to_dict("records")
    assert (row["before"], row["after"]) == (900.0, 950.0)
    assert row["after_share"] == pytest.approx(0.95004999)
