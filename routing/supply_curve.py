"""How many people of a site hold a complete basket as goods arrive and are handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SupplyCurve:
    """Supplied people of one site over time.

    Attributes:
        supplied_at: People supplied by each asked second, in the order asked (not rounded).
        person_seconds: Deprivation, the integral of (people - supplied) from 0 to the horizon.
    """

    supplied_at: tuple[float, ...]
    person_seconds: float


def supply_curve(
    people: int,
    handout_per_s: float,
    available: Sequence[tuple[int, float]],
    ask_s: Sequence[int],
    horizon_s: int,
) -> SupplyCurve:
    """Hand baskets out as a fluid queue: S(t) = min over s <= t of A(s) + rate * (t - s), S(0) = 0.

    Args:
        people: Affected people of the site.
        handout_per_s: Baskets handed out per second while some are available.
        available: Steps (second, complete baskets on the site from then on), seconds not falling.
            A step at second 0 is stock held on the spot.
        ask_s: Seconds at which the supplied people are asked for, not falling, none past the horizon.
        horizon_s: Last second of the plan.
    """
    clock, supplied, stock, area = 0, 0.0, 0.0, 0.0
    answers: list[float] = []
    steps = [step for step in available if step[0] < horizon_s]
    for second, baskets in [*steps, (horizon_s, 0.0)]:
        span = second - clock
        waiting = stock - supplied
        while len(answers) < len(ask_s) and ask_s[len(answers)] < second:
            answers.append(supplied + min(waiting, handout_per_s * (ask_s[len(answers)] - clock)))
        if waiting >= handout_per_s * span:
            area += span * (supplied + 0.5 * handout_per_s * span)
            supplied += handout_per_s * span
        else:
            area += span * stock - 0.5 * waiting * waiting / handout_per_s
            supplied = stock
        clock, stock = second, max(stock, min(baskets, float(people)))
    answers.extend([supplied] * (len(ask_s) - len(answers)))
    return SupplyCurve(tuple(answers), people * float(horizon_s) - area)


def whole_people(supplied: float) -> int:
    """People as a report counts them: only whole ones, with room for rounding in the arithmetic."""
    return int(supplied + 1e-6)
