"""What a goal counts, in both languages: people supplied, or by a risk measure those who are left without."""

from __future__ import annotations

import math

from scenarios.placement.options import PlaceOptions
from scenarios.report.wording import percent_text
from stockpile.placement.priorities import KEPT_SHARE, Step
from stockpile.placement.problem import Risk

Pair = tuple[str, str]


def risk_words(risk: Risk) -> Pair:
    """Over which scenarios a figure is taken.

    >>> risk_words(Risk("cvar", 0.1))[1]
    'on average over the worst 10 % of the scenarios'
    """
    if risk.kind == "expectation":
        return "期望", "expected"
    if risk.kind == "worst":
        return "最差情景", "in the worst scenario"
    tail = f"{100 * risk.tail:.3g} %"
    return f"最差 {tail} 情景平均", f"on average over the worst {tail} of the scenarios"


def counts_missing(options: PlaceOptions) -> bool:
    """Whether figures by the risk are of people left without, not of people supplied."""
    return options.risk.kind != "expectation"


def more_missing(first: Step, gap: float) -> int:
    """Return how many more people each later goal may leave missing by a risk measure, rounded up.

    Args:
        first: the first goal; people to spare of a required share are given up before anyone is missing.
        gap: distance to the bound at which a solve may end.
    """
    given_up = max(KEPT_SHARE, gap) * first.certificate.value
    return math.ceil(max(0.0, given_up - max(0.0, -first.value)))


def share_is_met(first: Step, options: PlaceOptions) -> bool:
    """Whether a share is required and the most that the first goal can reach is enough for it."""
    if options.required_share is None or first.measure is None:
        return False
    asked = first.measure.whole
    if not first.measure.tells_missing:
        asked *= options.required_share  # by a risk measure the whole is that share already
    return first.certificate.value >= asked * (1 - KEPT_SHARE)


def goal_words(step: Step, options: PlaceOptions) -> Pair:
    """What a goal counts."""
    if step.measure is None:
        return "费用（元）", "yuan"
    zh, en = risk_words(step.measure.coverage.risk)
    missing = step.measure.tells_missing
    if step.kind == "person-hours":
        return (
            (f"等待人时（{zh}）", f"person-hours waited {en}") if missing else ("少等的人时", "person-hours")
        )
    by = f"{step.hour:g}"
    if not missing:
        return f"第 {by} 小时获供人数（{zh}）", f"people by {by} h"
    if options.required_share is None:
        return f"第 {by} 小时未获供人数（{zh}）", f"people not supplied by {by} h {en}"
    share = percent_text(options.required_share)
    return f"第 {by} 小时距 {share} 所缺人数（{zh}）", f"people missing from {share} by {by} h {en}"
