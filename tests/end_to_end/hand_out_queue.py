"""People served at one site, by playing the queue forward in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

HORIZON_SLACK = Fraction(1, 1_000_000)


class Queue:
    """Who has been served when: between deliveries people are served at the rate while baskets last."""

    def __init__(
        self, people: int, per_second: Fraction, baskets: Iterable[tuple[int, Fraction]], horizon_s: int
    ) -> None:
        """Play the queue from 0 to the horizon; `baskets` are the complete ones there from each second on."""
        self.people = people
        steps = [(second, min(Fraction(people), pile)) for second, pile in sorted(baskets)]
        steps = [step for step in steps if step[0] < horizon_s]
        served, pile, self.corners = Fraction(0), Fraction(0), [(Fraction(0), Fraction(0))]
        for (second, now), (until, _) in pairwise([(0, Fraction(0)), *steps, (horizon_s, Fraction(0))]):
            pile = max(pile, now)
            empty = second + (pile - served) / per_second
            if empty < until:
                self.corners.append((empty, pile))
                served = pile
            else:
                served += per_second * (until - second)
            self.corners.append((Fraction(until), served))

    def served(self, second: int) -> int:
        """Whole people served by that second."""
        for (before, low), (after, high) in pairwise(self.corners):
            if before <= second <= after and after > before:
                served = low + (high - low) * (second - before) / (after - before)
                return int(served + HORIZON_SLACK)
        return int(self.corners[-1][1])

    def waiting_person_hours(self) -> Fraction:
        """Area between the people and those served, in person-hours."""
        area = sum(
            (after - before) * (self.people - (low + high) / 2)
            for (before, low), (after, high) in pairwise(self.corners)
        )
        return Fraction(area) / 3600


def complete_baskets(
    deliveries: Iterable[tuple[int, str, int]], per_person: Mapping[str, Fraction]
) -> list[tuple[int, Fraction]]:
    """Persons whose every essential item has come, after each delivery of (second, item, units)."""
    units = dict.fromkeys(per_person, 0)
    piles = []
    for second, item, quantity in sorted(deliveries):
        if item in units:
            units[item] += quantity
            piles.append((second, min(units[one] / per_person[one] for one in units)))
    return piles
