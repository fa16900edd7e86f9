"""A plain improvement loop: try small changes to the routes, keep what ranks no worse."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from routing.timeline import Outcome, Replay, Routes, Stop, Trip

Plan = list[list[Trip]]
Position = tuple[int, int]
"""A vehicle and a place in its route."""

DRAWS = 100
"""Changes drawn before the loop gives up finding a legal one."""


def improve(replay: Replay, routes: Routes, *, tries: int, seed: int) -> tuple[Routes, Outcome]:
    """Return routes that rank no worse after `tries` evaluated changes, and their outcome."""
    search = _Search(replay, random.Random(seed))  # noqa: S311 - a search, not a secret
    best, outcome = routes, replay.evaluate(routes)
    for _ in range(tries):
        candidate = search.legal_change(best)
        if candidate is None:
            break
        found = replay.evaluate(candidate)
        if found.rank <= outcome.rank:
            best, outcome = candidate, found
    return best, outcome


class _Search:
    """Draws one change at a time; each move returns nothing when it would not be legal."""

    def __init__(self, replay: Replay, rng: random.Random) -> None:
        problem = replay.problem
        self.replay, self.rng = replay, rng
        self.modes = [problem.type_mode[kind] for kind in replay.types]
        self.payload: list[float] = problem.payload_kg[problem.vehicle_type].tolist()
        self.volume: list[float] = problem.load_volume_m3[problem.vehicle_type].tolist()
        self.moves: tuple[Callable[[Plan, Position, Position], bool], ...] = (
            self._relocate,
            self._relocate,
            self._swap,
            self._swap_tails,
            self._merge_stop,
            self._reverse_stops,
        )

    def legal_change(self, routes: Routes) -> Routes | None:
        """One random legal change; nothing when no draw finds any."""
        changes = (self._change(routes) for _ in range(DRAWS))
        return next((change for change in changes if change is not None), None)

    def _change(self, routes: Routes) -> Routes | None:
        filled = [vehicle for vehicle, trips in enumerate(routes) if trips]
        if not filled:
            return None
        first = self.rng.choice(filled)
        mode = self.modes[first]
        peers = [vehicle for vehicle, other in enumerate(self.modes) if other == mode]
        second = self.rng.choice(peers)
        lists: Plan = [list(trips) for trips in routes]
        one = (first, self.rng.randrange(len(lists[first])))
        two = (second, self.rng.randrange(len(lists[second]) + 1))
        if not self.rng.choice(self.moves)(lists, one, two):
            return None
        return tuple(tuple(trips) for trips in lists)

    def _fits(self, trip: Trip, vehicle: int) -> bool:
        return (
            trip.weight_kg <= self.payload[vehicle] + 1e-6 and trip.volume_m3 <= self.volume[vehicle] + 1e-9
        )

    def _relocate(self, plan: Plan, one: Position, two: Position) -> bool:
        """Move a trip to another place in the same or another route."""
        trip = plan[one[0]].pop(one[1])
        if not self._fits(trip, two[0]):
            return False
        plan[two[0]].insert(min(two[1], len(plan[two[0]])), trip)
        return True

    def _swap(self, plan: Plan, one: Position, two: Position) -> bool:
        """Exchange two trips."""
        if two[1] >= len(plan[two[0]]):
            return False
        first, second = plan[one[0]][one[1]], plan[two[0]][two[1]]
        if not (self._fits(first, two[0]) and self._fits(second, one[0])):
            return False
        plan[one[0]][one[1]], plan[two[0]][two[1]] = second, first
        return True

    def _swap_tails(self, plan: Plan, one: Position, two: Position) -> bool:
        """Exchange all that two vehicles do after a point."""
        if one[0] == two[0]:
            return False
        first, second = plan[one[0]][one[1] :], plan[two[0]][two[1] :]
        if not all(self._fits(trip, two[0]) for trip in first):
            return False
        if not all(self._fits(trip, one[0]) for trip in second):
            return False
        plan[one[0]][one[1] :], plan[two[0]][two[1] :] = second, first
        return True

    def _merge_stop(self, plan: Plan, one: Position, two: Position) -> bool:
        """Move one stop onto another trip from the same source that has room for it."""
        if two[1] >= len(plan[two[0]]) or one == two:
            return False
        giver, taker = plan[one[0]][one[1]], plan[two[0]][two[1]]
        if giver.source != taker.source:
            return False
        index = self.rng.randrange(len(giver.stops))
        merged = self.replay.make_trip(taker.source, _joined(taker.stops, giver.stops[index]))
        if not self._fits(merged, two[0]):
            return False
        plan[two[0]][two[1]] = merged
        rest = giver.stops[:index] + giver.stops[index + 1 :]
        if rest:
            plan[one[0]][one[1]] = self.replay.make_trip(giver.source, rest)
        else:
            plan[one[0]].pop(one[1])
        return True

    def _reverse_stops(self, plan: Plan, one: Position, two: Position) -> bool:  # noqa: ARG002
        """Visit the stops of a trip the other way round."""
        trip = plan[one[0]][one[1]]
        if len(trip.stops) == 1:
            return False
        plan[one[0]][one[1]] = replace(
            trip, stops=trip.stops[::-1], stop_weights_kg=trip.stop_weights_kg[::-1]
        )
        return True


def _joined(stops: tuple[Stop, ...], stop: Stop) -> tuple[Stop, ...]:
    """Stops with one more drop; a site already on the trip gets both drops at once."""
    for index, known in enumerate(stops):
        if known.site == stop.site:
            units = tuple(a + b for a, b in zip(known.units, stop.units, strict=True))
            return (*stops[:index], Stop(stop.site, units), *stops[index + 1 :])
    return (*stops, stop)
