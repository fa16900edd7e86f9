"""Handing out as a fluid queue, straight from its formula."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

WHOLE = 1e-6


class HandOut:
    """Supplied people of one site over time.

    With A(t) complete baskets on the site and r people served per second,
    S(t) = min over 0 <= s <= t of A(s) + r (t - s), where A just before the first delivery is 0. As A only
    rises in steps, the minimum lies just before a step, or at t itself.
    """

    def __init__(self, people: int, rate_per_s: float, steps: Sequence[tuple[int, float]]) -> None:
        """Take the steps of A as (second, baskets from then on), seconds rising."""
        self.people = people
        self._rate = rate_per_s
        before = [0.0, *(baskets for _, baskets in steps)]
        # (second, baskets just before): handing out cannot be ahead of a full-rate start from there.
        self._starts = [(0, 0.0), *((second, before[n]) for n, (second, _) in enumerate(steps))]
        self._steps = list(steps)

    def supplied(self, second: float) -> float:
        """People supplied by a second; not rounded."""
        held = 0.0
        for at_s, baskets in self._steps:
            if at_s > second:
                break
            held = baskets
        queued = (baskets + self._rate * (second - at_s) for at_s, baskets in self._starts if at_s <= second)
        return min(held, *queued)

    def waiting_s(self, horizon_s: int) -> float:
        """Person-seconds without a basket up to the horizon: the integral of P - S.

        S is straight between two steps but for the moment at which it catches up with A.
        """
        marks = {0.0, float(horizon_s)}
        for at_s, baskets in self._steps:
            if at_s < horizon_s:
                caught_up = at_s + (baskets - self.supplied(at_s)) / self._rate
                marks |= {float(at_s), min(caught_up, float(horizon_s))}
        return sum(
            (later - earlier) * (self.people - (self.supplied(earlier) + self.supplied(later)) / 2)
            for earlier, later in pairwise(sorted(marks))
        )


def whole_people(supplied: float) -> int:
    """Count whole people, with room for the noise of arithmetic."""
    return int(supplied + WHOLE)
