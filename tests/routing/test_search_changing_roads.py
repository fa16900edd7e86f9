"""The search over trips where roads open and close: its plans can be driven, and reopened roads are used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dispatch_samples import FEW, Kind, Site, Source, Vehicle, build, problems, with_spells
from hypothesis import given

from routing.allocation import allocate
from routing.loads import Cut, Loading
from routing.problem import DispatchProblem
from routing.search.search import Routes, Search
from routing.tasks import essential_tasks
from routing.timeline import DrivenTrip, Replay

THREE_H = 10_800
"""Second at which a road reopens."""


def searched(problem: DispatchProblem) -> tuple[Cut, Routes]:
    """Loads and their trips after a short search."""
    loading = Loading(problem)
    cut = loading.cut(essential_tasks(problem, allocate(problem).flow))
    search = Search(loading.asked(cut), seed=1)
    search.improve(60)
    return cut, search.routes()


def driven(problem: DispatchProblem, cut: Cut, found: Routes) -> tuple[DrivenTrip, ...]:
    """The trips as the exact rules drive them."""
    replay = Replay(problem)
    return replay.drive(Loading(problem).routes(replay, cut, found))


def cut_off(*, until_s: int = 14_400, stop_s: int = 60) -> DispatchProblem:
    """One site 1000 seconds beyond the source, to which no way leads but from three hours to `until_s`."""
    problem = build(
        sources=[Source(at=0, stock=(20,))],
        sites=[Site(at=1000, people=20)],
        vehicles=[Vehicle(at=0)],
        kinds=[Kind(stop_s=stop_s)],
        target_s=(14_400,),
        horizon_s=14_400,
    )
    closed = problem.travel_s.copy()
    closed[:, :, 1] = np.inf
    closed[:, 1, 1] = 0.0
    return with_spells(replace(problem, travel_s=closed), (THREE_H, until_s, problem.travel_s))


@FEW
@given(problems(changing_roads=True))
def test_every_planned_trip_is_driven_and_loads_no_later_than_planned(problem: DispatchProblem) -> None:
    """The exact rules drop no trip, and docks make none wait longer than the search said."""
    cut, found = searched(problem)
    done = driven(problem, cut, found)
    assert len(done) == sum(len(trips) for trips in found.trips)
    assert all(one.load_start <= one.trip.turn_s for one in done)


@FEW
@given(problems(changing_roads=True, vehicle_rules=True))
def test_a_longer_way_at_another_hour_keeps_to_the_rules_of_its_vehicle(problem: DispatchProblem) -> None:
    """Hours, the way back and most driving hold on the roads of the time, whichever those are."""
    cut, found = searched(problem)
    assert len(driven(problem, cut, found)) == sum(len(trips) for trips in found.trips)


@FEW
@given(problems())
def test_a_spell_in_which_nothing_more_is_open_changes_nothing(problem: DispatchProblem) -> None:
    """Spells with the roads that are open throughout give the plan without spells."""
    same = with_spells(problem, (0, 5000, problem.travel_s), (4000, 9000, problem.travel_s))
    assert searched(same)[1] == searched(problem)[1]


def test_a_vehicle_waits_for_a_road_to_reopen() -> None:
    """It leaves as the road opens when there is no other way."""
    problem = cut_off()
    cut, found = searched(problem)
    (trip,) = driven(problem, cut, found)
    assert not found.absent
    assert (trip.legs[1].depart, trip.legs[1].arrive) == (THREE_H, THREE_H + 1000)


def test_a_road_counts_if_the_vehicle_arrives_before_it_closes_though_it_stops_later() -> None:
    """The time of a stop comes after arrival, when the road may be closed again."""
    problem = cut_off(until_s=THREE_H + 1000, stop_s=600)
    assert not searched(problem)[1].absent


def test_a_road_that_closes_before_the_vehicle_arrives_is_not_taken() -> None:
    """Nor is a trip planned that would have to take it."""
    problem = cut_off(until_s=THREE_H + 999)
    assert not any(searched(problem)[1].trips)


@pytest.mark.parametrize(("opens_s", "arrives_s"), [(600, 1600), (2500, 3080)])
def test_a_faster_road_is_waited_for_only_if_that_arrives_earlier(opens_s: int, arrives_s: int) -> None:
    """Loaded after 80 s, a vehicle has a road of 3000 s, and from `opens_s` one of 1000 s."""
    slow = build(
        sources=[Source(at=0, stock=(20,))],
        sites=[Site(at=3000, people=20)],
        target_s=(14_400,),
        horizon_s=14_400,
    )
    problem = with_spells(slow, (opens_s, 14_400, slow.travel_s / 3.0))
    (trip,) = driven(problem, *searched(problem))
    assert trip.arrivals == (arrives_s,)
