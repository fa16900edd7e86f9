"""Relief cases and their judge: one driven on paper, the rules of a plan, the family measured elsewhere."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from benchmarks.relief_case import (
    HOME,
    HOUR_S,
    SIZES,
    Objective,
    ReliefCase,
    Routes,
    Size,
    Verdict,
    drive,
    judge,
    make_case,
)
from benchmarks.relief_engine import solve_relief
from benchmarks.relief_greedy import greedy_plan


def line_case() -> ReliefCase:
    """One warehouse at 0 h, loads at 1 h, 2 h and 3 h along a line for 10, 20 and 30 people.

    Two trucks, 1 t and 3 t, load for half an hour; a load weighs 1 t, unloads for an hour, is due after 3 h.
    """
    place_h = np.arange(4)
    travel_s = np.abs(place_h[:, None] - place_h[None]) * HOUR_S
    return ReliefCase(
        warehouses=1,
        truck_type=np.array([0, 0]),
        truck_home=np.array([0, 0]),
        payload_kg=np.array([1000, 3000]),
        loading_s=np.array([HOUR_S // 2, HOUR_S // 2]),
        load_site=np.arange(3),
        load_kg=np.full(3, 1000),
        load_people=np.array([10.0, 20.0, 30.0]),
        deadline_s=np.full(3, 3 * HOUR_S),
        unload_s=np.full(3, HOUR_S),
        travel_s=travel_s[None],
    )


def test_a_route_driven_on_paper() -> None:
    """Load 0 at 1.5 h, on time; load 2 after an hour there and 2 h of road, 1.5 h late; home at 8.5 h."""
    run = drive(line_case(), 1, [0, 2])
    assert run.arrivals == [(0, 1.5 * HOUR_S), (2, 4.5 * HOUR_S)]
    assert (run.driving_s, run.home_s) == (6 * HOUR_S, 8.5 * HOUR_S)
    # 30 people 1.5 h late, 20 people not served for 24 h, 6 h of driving; 10 people of 60 on time
    assert judge(line_case(), [[], [0, 2]]) == Verdict(45 + 480 + 6, 45, 20, 0.1667, 6)


def test_a_truck_loads_again_at_home() -> None:
    """Out at 0.5 h, back at 3.5 h, loaded at 4 h, at load 1 at 6 h. To turn home at home costs nothing."""
    run = drive(line_case(), 0, [0, HOME, 1])
    assert run.arrivals == [(0, 1.5 * HOUR_S), (1, 6 * HOUR_S)]
    assert run == drive(line_case(), 0, [HOME, 0, HOME, HOME, 1])


def test_a_truck_that_stays_drives_nothing() -> None:
    """Even when told to load again; everybody then waits for 24 h."""
    assert judge(line_case(), [[HOME], []]) == Verdict(1440, 0, 60, 0.0, 0)


def test_too_heavy_a_trip_is_refused() -> None:
    """1 t fits on a truck of 1 t, 2 t do not, one after the other they do."""
    assert judge(line_case(), [[0], []]).people_unserved == 50
    with pytest.raises(ValueError, match="truck 0 carries 2000 kg, its payload is 1000 kg"):
        judge(line_case(), [[0, 1], []])
    assert judge(line_case(), [[0, HOME, 1], []]).people_unserved == 30


def test_a_load_is_delivered_once() -> None:
    """By the same truck or another."""
    for routes in ([[], [0, 0]], [[0], [0]]):
        with pytest.raises(ValueError, match="load 0 is delivered twice"):
            judge(line_case(), routes)


def test_who_arrives_after_the_horizon_turns_back() -> None:
    """On the second it counts; a second later not, nor what comes after, but there and home is driven."""
    case = line_case()
    on_the_second = replace(case, horizon_s=int(4.5 * HOUR_S))
    assert judge(on_the_second, [[], [0, 2]]).people_unserved == 20
    assert judge(on_the_second, [[], [0, 2, 1]]) == Verdict(45 + 480 + 6, 45, 20, 0.1667, 6)
    a_second_less = replace(case, horizon_s=int(4.5 * HOUR_S) - 1)
    assert judge(a_second_less, [[], [0, 2, 1]]) == Verdict(50 * 24 + 6, 0, 50, 0.1667, 6)


def test_the_same_seed_makes_the_same_case() -> None:
    """Loads of at most 4 t, whole sites of people; another seed makes another case."""
    size = Size(sites=20, trucks=5, warehouses=3)
    one, same, other = (make_case(size, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.travel_s, same.travel_s)
    assert not np.array_equal(one.load_kg[:20], other.load_kg[:20])
    assert one.load_kg.max() <= 4000
    people = np.bincount(one.load_site, one.load_people)
    assert len(people) == 20
    assert people == pytest.approx(people.round())


def test_the_greedy_plan_serves_everybody_who_can_be_reached() -> None:
    """With two trucks all of the line; a load that no truck carries, or reaches in time, is left."""
    case = line_case()
    assert judge(case, greedy_plan(case)).people_unserved == 0
    heavy = replace(case, load_kg=np.array([1000, 1000, 9000]))
    assert judge(heavy, greedy_plan(heavy)).people_unserved == 30
    short = replace(case, horizon_s=3 * HOUR_S)
    assert judge(short, greedy_plan(short)).people_unserved == 30


def test_the_greedy_plan_goes_on_from_routes_begun() -> None:
    """The truck of 1 t goes home first; that of 3 t has room, and goes on from where it stands."""
    case = line_case()
    assert greedy_plan(case, begun=[[0], []])[0][0] == 0
    assert greedy_plan(replace(case, payload_kg=np.array([500, 3000])), begun=[[], [0]]) == [[], [0, 1, 2]]
    full = replace(case, payload_kg=np.array([1000, 500]))
    assert greedy_plan(full, begun=[[0], []]) == [[0, HOME, 1, HOME, 2], []]
    assert greedy_plan(full, begun=[[0, HOME], []]) == [[0, HOME, 1, HOME, 2], []]


@pytest.mark.parametrize("objective", ["score", "on_time"])
def test_the_engine_plans_small_cases(objective: Objective) -> None:
    """Nobody unserved, whatever is asked for, and no worse than the greedy plan."""
    case = make_case(Size(sites=20, trucks=8, warehouses=3), seed=3)
    verdict = judge(case, solve_relief(case, 1.0, objective, 3)[0])
    greedy = judge(case, greedy_plan(case))
    assert verdict.people_unserved == 0
    if objective == "score":
        assert verdict.score <= greedy.score
    else:
        assert verdict.people_on_time_share >= greedy.people_on_time_share


@pytest.fixture(scope="module")
def elsewhere() -> ModuleType:
    """The family that other solvers were measured on."""
    given = os.environ.get("STOCKPILE_SHARED")
    shared = Path(given) if given else Path(__file__).parents[3] / "shared"
    file = shared / "benchmarks" / "relief" / "relief_case.py"
    if not file.is_file():
        pytest.skip(
            "relief/relief_case.py is not there; STOCKPILE_SHARED names the folder that holds benchmarks/"
        )
    spec = importlib.util.spec_from_file_location("relief_case_elsewhere", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("size", "seed"), [("small", 5), ("small", 6), ("medium", 5), ("large", 5)])
def test_cases_are_those_measured_elsewhere(elsewhere: ModuleType, size: str, seed: int) -> None:
    """Every array, to the bit and the type."""
    case = make_case(SIZES[size], seed=seed)
    for name, theirs in elsewhere.make_case(size, seed).items():
        ours = getattr(case, name)
        assert np.array_equal(ours, theirs), name
        assert np.asarray(ours).dtype == np.asarray(theirs).dtype, name


@pytest.mark.parametrize("seed", range(5))
def test_plans_are_judged_as_elsewhere(elsewhere: ModuleType, seed: int) -> None:
    """Random routes within payload, some beyond the horizon, with needless ways home; and the greedy plan."""
    case, theirs = make_case(SIZES["small"], seed=seed), elsewhere.make_case("small", seed)
    for routes in (random_routes(case, seed), greedy_plan(case)):
        assert asdict(judge(case, routes)) == elsewhere.evaluate(theirs, routes)
    assert judge(case, random_routes(case, seed)).people_unserved > 0


def random_routes(case: ReliefCase, seed: int) -> Routes:
    """Shuffle the loads onto the first half of the trucks."""
    random = np.random.default_rng(seed)
    routes: Routes = [[] for _ in case.truck_type]
    room_kg = case.payload_kg.copy()
    for load in random.permutation(len(case.load_kg)).tolist():
        truck = int(random.integers(0, len(routes) // 2))
        if case.load_kg[load] > room_kg[truck] or random.random() < 0.1:
            routes[truck] += [HOME] * int(random.integers(1, 3))
            room_kg[truck] = case.payload_kg[truck]
        routes[truck].append(load)
        room_kg[truck] -= case.load_kg[load]
    return routes
