"""First goods told from plan tables: which townships count, whose goods, and by when."""

from __future__ import annotations

import pandas as pd
import pytest

from scenarios.first_goods import first_goods_results
from scenarios.first_goods_limits import FirstGoodsLimits
from scenarios.loading import load_scenario
from scenarios.result import FirstArrival, FirstGoodsResult
from scenarios.schema import Scenario
from stockpile.bundle import Region

HOUR = {"near": 1.0, "far": 5.9999, "late": 6.5}


@pytest.fixture
def stocked(region: Region) -> Region:
    """Return the small region with a city store W-3 and a township store W-4 beside the district's W-1."""
    warehouses = pd.DataFrame(
        [("W-1", "district", "existing"), ("W-2", "city", "candidate"), ("W-4", "township", "existing")],
        columns=["id", "level", "status"],
    )
    return region.replace(warehouses=warehouses)


@pytest.fixture
def national(write_library) -> Scenario:  # noqa: ANN001 - the fixture beside
    """Return the scenario with the national promises: 6 h district, 8 h city, 10 h province."""
    return load_scenario("valley/wet", write_library(), targets="national-2024").scenario


def tables(
    *stops: tuple[str, str, float], isolated: tuple[str, ...] = (), complete: tuple[str, ...] = ()
) -> dict[str, pd.DataFrame]:
    """Plan tables of one trip a stop (source, site, hour); S-1 and S-2 lie in 101, S-9 in the district."""
    people = {"S-1": ("101", 60), "S-2": ("10101", 40), "S-3": ("101", 0), "S-9": ("1", 7)}
    numbered = [(f"T{number}", *stop) for number, stop in enumerate(stops)]
    return {
        "trips": pd.DataFrame([row[:2] for row in numbered], columns=["trip_id", "source_id"]),
        "stops": pd.DataFrame(
            [(trip, site, hour, 25.0) for trip, _, site, hour in numbered],
            columns=["trip_id", "site_id", "unload_end_h", "weight_kg"],
        ),
        "demand": pd.DataFrame(
            [
                (site, place, count, "water", 0 if site in complete else count)
                for site, (place, count) in people.items()
            ],
            columns=["site_id", "place", "people", "item", "unmet"],
        ),
        "isolated": pd.DataFrame({"site_id": list(isolated)}),
    }


NAMES = ("county-6h", "city-8h", "province-10h")


def soonest(far_h: float = 0.0, near_h: float = 0.0) -> dict[str, dict[str, float]]:
    """Seconds of each promise and site: S-9 `far_h` away, S-1 and S-2 `near_h`."""
    seconds = {"S-1": near_h * 3600, "S-2": near_h * 3600, "S-3": 0.0, "S-9": far_h * 3600}
    return dict.fromkeys(NAMES, seconds)


AT_ONCE = FirstGoodsLimits(soonest())


def judged(
    region: Region,
    scenario: Scenario,
    plan: dict[str, pd.DataFrame],
    limits: FirstGoodsLimits = AT_ONCE,
) -> tuple[FirstGoodsResult, dict[str, FirstArrival]]:
    """Return the result of the district's promise and its arrivals by township."""
    results, arrivals = first_goods_results(scenario, region, plan, limits)
    return results[0], {one.township: one for one in arrivals if one.target == "county-6h"}


def test_townships_count_with_all_their_sites(stocked: Region, national: Scenario) -> None:
    """A community belongs to its township, a site outside any to its own place; no people, no unit."""
    _, found = judged(stocked, national, tables())
    assert {unit: one.people for unit, one in found.items()} == {"101": 100, "1": 7}


def test_the_first_unloading_of_the_level_counts(stocked: Region, national: Scenario) -> None:
    """At any site of the township; goods of another level, a depot or later ones do not count."""
    plan = tables(
        *(("W-4", "S-1", 0.5), ("Mill", "S-1", 0.6), ("W-1", "S-1", 3.0), ("W-1", "S-2", 2.0)),
        ("W-1", "S-9", 4.0),
    )
    result, found = judged(stocked, national, plan)
    first = found["101"]
    assert (first.first_h, first.site_id, first.source_id, first.trip_id) == (2.0, "S-2", "W-1", "T3")
    assert (result.townships, result.reached, result.last_h, result.met) == (2, 2, 4.0, True)


@pytest.mark.parametrize(("hour", "in_time"), [(6.0, True), (6.0004, False)])
def test_the_hour_is_kept_to_the_second(
    stocked: Region, national: Scenario, hour: float, *, in_time: bool
) -> None:
    """Unloaded at 6:00:00 is in time, a second later is not."""
    result, found = judged(stocked, national, tables(("W-1", "S-1", 1.0), ("W-1", "S-9", hour)))
    assert (found["1"].in_time, result.met) == (in_time, in_time)
    assert result.reached == 1 + in_time


def test_a_township_that_gets_nothing_is_late_without_an_hour(stocked: Region, national: Scenario) -> None:
    """The last hour is blank then."""
    result, found = judged(stocked, national, tables(("W-1", "S-1", 1.0)))
    assert (found["1"].first_h, found["1"].in_time) == (None, False)
    assert (result.last_h, result.share, result.met) == (None, 0.5, False)


def test_a_township_is_exempt_when_all_its_sites_are_isolated(stocked: Region, national: Scenario) -> None:
    """One site that is reached makes the township count."""
    some, _ = judged(stocked, national, tables(("W-1", "S-9", 1.0), isolated=("S-1",)))
    every, found = judged(stocked, national, tables(("W-1", "S-9", 1.0), isolated=("S-1", "S-2")))
    assert (some.townships, some.exempt_townships, some.met) == (2, 0, False)
    assert (every.townships, every.exempt_townships, every.met) == (1, 1, True)
    assert found["101"].exempt


def test_a_promise_to_townships_none_of_which_can_be_reached_is_not_kept(
    stocked: Region, national: Scenario
) -> None:
    """As for people."""
    result, _ = judged(stocked, national, tables(isolated=("S-1", "S-2", "S-9")))
    assert (result.townships, result.judged, result.met) == (0, True, False)


def test_a_level_without_goods_in_the_tables_is_not_judged(stocked: Region, national: Scenario) -> None:
    """A candidate is no warehouse; lots that are lost or of other goods tell nothing and something."""
    results, _ = first_goods_results(national, stocked, tables(), AT_ONCE)
    assert [one.judged for one in results] == [True, False, False]
    lost = stocked.replace(lots=stocked.lots.assign(quantity=0))
    assert first_goods_results(national, lost, tables(), AT_ONCE)[0][0].judged
    bags = stocked.replace(lots=stocked.lots.assign(item="woven_bag"))
    assert not first_goods_results(national, bags, tables(), AT_ONCE)[0][0].judged


def test_the_weight_is_that_of_the_first_unloading(stocked: Region, national: Scenario) -> None:
    """None where none came."""
    _, found = judged(stocked, national, tables(("W-1", "S-1", 1.0)))
    assert (found["101"].kg, found["1"].kg) == (25.0, 0.0)


def test_no_more_townships_can_be_reached_than_goods_get_to_in_time(
    stocked: Region, national: Scenario
) -> None:
    """Six hours are due: 6:00:00 is in time, later and never are not; an exempt township does not count."""
    for far_h, bound, hour in ((6.0, 2, 6.0), (6.001, 1, 6.0008), (float("inf"), 1, None)):
        result, found = judged(stocked, national, tables(), FirstGoodsLimits(soonest(far_h)))
        assert (result.bound, found["1"].soonest_h) == (bound, pytest.approx(hour, abs=3e-4))
    exempt, _ = judged(stocked, national, tables(isolated=("S-9",)))
    assert (exempt.townships, exempt.bound) == (1, 1)


def test_one_near_site_makes_a_township_near(stocked: Region, national: Scenario) -> None:
    """Its first goods need to be at one of its sites only."""
    seconds = {**soonest(7.0, 7.0)["county-6h"], "S-2": 3600.0}
    limits = FirstGoodsLimits({**soonest(), "county-6h": seconds})
    result, found = judged(stocked, national, tables(), limits)
    assert (result.bound, found["101"].soonest_h) == (1, 1.0)


def test_late_goods_that_could_have_been_in_time_were_behind_others(
    stocked: Region, national: Scenario
) -> None:
    """Whatever limits could be lifted besides; goods in time and exempt townships need no cause."""
    limits = FirstGoodsLimits(soonest(5.0), {"callout": soonest()})
    late, in_time = tables(("W-1", "S-9", 7.0)), tables(("W-1", "S-9", 5.5))
    assert judged(stocked, national, late, limits)[1]["1"].causes == ("others",)
    assert judged(stocked, national, in_time, limits)[1]["1"].causes == ()
    isolated = tables(isolated=("S-9",))
    assert judged(stocked, national, isolated, limits)[1]["1"].causes == ()


def test_causes_are_limits_without_which_the_goods_could_be_in_time(
    stocked: Region, national: Scenario
) -> None:
    """In the order given; several at once where none alone helps, and nothing where nobody asked."""
    without = {"stock": soonest(7.0), "road": soonest(6.0), "distance": soonest(1.0)}
    plan = tables(("W-1", "S-9", 7.5))
    for lifted, causes in (
        (without, ("road", "distance")),
        ({"stock": soonest(7.0)}, ("several",)),
        ({}, ()),
    ):
        _, found = judged(stocked, national, plan, FirstGoodsLimits(soonest(7.2), lifted))
        assert found["1"].causes == causes


def test_goods_that_nobody_lacks_any_more_are_not_behind_others(stocked: Region, national: Scenario) -> None:
    """Other stores have met every need; where something is still unmet, or came late, they were not."""
    plan = tables(complete=("S-9",))
    assert judged(stocked, national, plan)[1]["1"].causes == ("complete",)
    assert judged(stocked, national, plan)[1]["101"].causes == ("others",)
    late = tables(("W-1", "S-9", 7.0), complete=("S-9",))
    assert judged(stocked, national, late)[1]["1"].causes == ("others",)


def test_a_promise_that_is_not_judged_has_no_causes(stocked: Region, national: Scenario) -> None:
    """No province store keeps anything."""
    _, arrivals = first_goods_results(national, stocked, tables(), AT_ONCE)
    assert {one.causes for one in arrivals if one.target == "province-10h"} == {()}


def test_a_promise_is_judged_by_the_basket_though_nobody_is_affected(
    stocked: Region, national: Scenario
) -> None:
    """There is no row of demand then."""
    plan = tables()
    nobody = {**plan, "demand": plan["demand"].iloc[:0]}
    result = first_goods_results(national, stocked, nobody, AT_ONCE)[0][0]
    assert (result.judged, result.townships, result.met) == (True, 0, False)
