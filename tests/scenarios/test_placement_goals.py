"""What the goals of a placement count, in both languages, and who is missing in words."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.placement.goals import goal_words, risk_words
from scenarios.placement.json_report import figures
from scenarios.placement.options import PlaceOptions
from scenarios.placement.tables import steps_table
from scenarios.placement.words import unanswered_lines
from stockpile.placement.measure import Measure
from stockpile.placement.priorities import NOTHING_FOUND, Kind, Step
from stockpile.placement.problem import Coverage, Risk
from stockpile.placement.solution import Certificate

WORST, TAIL = Risk("worst"), Risk("cvar", 0.25)


def step(kind: Kind, risk: Risk, *, whole: float = 100.0) -> Step:
    """A goal that reached 90 of at most 95."""
    return Step(kind, 8.0, Certificate(90.0, 95.0), Measure(Coverage(np.ones(1), risk), whole))


@pytest.mark.parametrize(
    ("kind", "risk", "share", "zh", "en"),
    [
        ("people", Risk(), None, "第 8 小时获供人数（期望）", "people by 8 h"),
        ("people", Risk(), 0.9, "第 8 小时获供人数（期望）", "people by 8 h"),
        (
            *("people", WORST, None, "第 8 小时未获供人数（最差情景）"),
            "people not supplied by 8 h in the worst scenario",
        ),
        (
            *("people", TAIL, 0.9, "第 8 小时距 90.0 % 所缺人数（最差 25 % 情景平均）"),
            "people missing from 90.0 % by 8 h on average over the worst 25 % of the scenarios",
        ),
        ("person-hours", Risk(), None, "少等的人时", "person-hours"),
        ("person-hours", WORST, None, "等待人时（最差情景）", "person-hours waited in the worst scenario"),
    ],
)
def test_a_goal_says_what_it_counts(kind: Kind, risk: Risk, share: float | None, zh: str, en: str) -> None:
    """People supplied in expectation; by a risk measure those missing, and over which scenarios."""
    options = PlaceOptions(risk=risk, required_share=share)
    assert goal_words(step(kind, risk), options) == (zh, en)


def test_the_missing_are_counted_down_and_money_without_a_minus() -> None:
    """90 of 100 leave 10 missing, at least 5 must be: a gap of 5 %. 90 yuan are a value of -90."""
    missing = step("people", WORST)
    assert (missing.value, missing.bound, missing.gap) == (10.0, 5.0, pytest.approx(0.05))
    supplied = step("people", Risk())
    assert (supplied.value, supplied.bound, supplied.gap) == (90.0, 95.0, pytest.approx(5 / 95))
    money = Step("yuan", None, Certificate(-90.0, -80.0), None)
    assert (money.value, money.bound, money.gap) == (90.0, 80.0, pytest.approx(1 / 8))


def test_an_expectation_is_named_so() -> None:
    """In the goal that keeps the other scenarios from losing for nothing, too."""
    assert risk_words(Risk()) == ("期望", "expected")
    assert goal_words(step("people", Risk()), PlaceOptions(risk=WORST))[1] == "people by 8 h"


def test_a_goal_without_answer_is_named_and_has_no_figures() -> None:
    """In both languages; the table's cells are blank, place.json has null."""
    money = Step("yuan", None, NOTHING_FOUND, None)
    steps = (step("people", Risk()), money)
    ((zh, en),) = unanswered_lines(steps, PlaceOptions())
    assert zh.startswith("未求解的目标 费用（元）")
    assert en.startswith("Goal without answer, yuan:")
    row = steps_table(steps, PlaceOptions()).iloc[1]
    assert row[["value", "bound", "gap_share"]].isna().all()
    assert [figures(one)["bound"] for one in steps] == [95.0, None]
