"""The checker of routes: what it adds up, and every rule broken beside what is allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from routing_cases import line_case, route

from benchmarks.dispatch_formats.checker import RuleError, objective_value
from benchmarks.dispatch_formats.instance import Route, RoutingInstance

# 0 -> 1 -> 2 -> 0, then 0 -> 3 -> 0 by a second vehicle, and 10 -> 12 -> 10 from the other depot
ROUTES = [route(0, (0, [2, 3])), route(0, (0, [4])), route(1, (1, [5]))]


def timed(**arrays: list[float]) -> RoutingInstance:
    """The case on a line with other opening, closing, release or service times."""
    case = line_case()
    return replace(case, points=replace(case.points, **{key: np.array(one) for key, one in arrays.items()}))


def with_vehicle(case: RoutingInstance, **changes: Any) -> RoutingInstance:  # noqa: ANN401 - any field
    """The case with another first type of vehicle."""
    return replace(case, vehicles=(replace(case.vehicles[0], **changes), case.vehicles[1]))


def test_distance_is_priced_and_a_vehicle_that_drives_costs_its_fixed_cost() -> None:
    """2 x 100 + 2 x (4 + 6) for the first type, 4 for the other."""
    assert objective_value(line_case(), ROUTES) == pytest.approx(224)


def test_a_second_trip_costs_no_second_vehicle() -> None:
    """100 + 2 x (4 + 6) + 4; the order of trips is the driver's."""
    assert objective_value(line_case(), [route(0, (0, [4]), (0, [3, 2])), ROUTES[2]]) == pytest.approx(124)


def test_loading_again_elsewhere_is_driven_to_and_home_is_where_it_ends() -> None:
    """0 -> 3 -> 10 -> 12 -> 2 -> 1 -> 0 is 24."""
    assert objective_value(line_case(), [route(0, (0, [4]), (1, [5, 3, 2]))]) == pytest.approx(100 + 2 * 24)


def test_arrivals_are_those_at_customers_alone() -> None:
    """1 + 2, 3, and 2; with 5 of service at each the second customer's is 7; whoever waits has arrived."""
    assert objective_value(line_case(objective="arrivals"), ROUTES) == pytest.approx(8)
    served = replace(timed(service_s=[0, 0, 5, 5, 5, 5]), objective="arrivals")
    assert objective_value(served, ROUTES) == pytest.approx(13)
    waiting = replace(timed(opens_s=[0, 0, 0, 0, 0, 50]), objective="arrivals")
    assert objective_value(waiting, ROUTES) == pytest.approx(8)


def test_without_the_way_back_a_route_ends_at_its_last_customer() -> None:
    """2 x 100 + 2 x (2 + 3) + 2."""
    assert objective_value(line_case(return_counts=False), ROUTES) == pytest.approx(212)


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        (ROUTES[:2], "customer 106 is missed"),
        ([*ROUTES[:2], route(1, (1, [5, 4]))], "customer 105 is visited 2 times"),
        ([route(0, (0, [2, 3, 2])), *ROUTES[1:]], "customer 103 is visited 2 times"),
        ([route(0, (0, [2, 3, 1])), *ROUTES[1:]], "point 1 is no customer"),
        ([route(0, (0, [2, 3, -1])), *ROUTES[1:]], "point -1 is no customer"),
        ([route(0, (0, [2, 3, 4])), ROUTES[2]], "vehicle 1 carries 6 on a trip, its capacity is 5"),
        (
            [*(route(0, (0, [one])) for one in (2, 3, 4)), ROUTES[2]],
            "3 vehicles of type 0 drive, there are 2",
        ),
        ([*ROUTES[:2], route(2, (1, [5]))], "there is no vehicle type 2"),
        ([*ROUTES[:2], route(-1, (1, [5]))], "there is no vehicle type -1"),
        ([*ROUTES[:2], route(1, (0, [5]))], "vehicle 3 starts elsewhere than at its home, depot 102"),
        ([route(0, (0, [2, 3, 5])), route(1, (1, [4]), (1, []))], "vehicle 2 makes a trip without customers"),
        ([*ROUTES, Route(0, ())], "3 vehicles of type 0"),
        ([route(0, (0, [2, 3, 5]), (0, [4])), Route(1, ())], "vehicle 2 makes a trip without"),
        ([route(0, (0, [2, 3])), route(1, (1, [4]), (1, [5]))], "vehicle 2 loads again at point 1, where"),
        ([route(0, (0, [2, 3]), (2, [4])), ROUTES[2]], "vehicle 1 loads again at point 2, where"),
    ],
)
def test_a_broken_rule_is_named(routes: list[Route], message: str) -> None:
    """Of visits, vehicles, capacity and depots."""
    with pytest.raises(RuleError, match=f"line: .*{message}"):
        objective_value(line_case(), routes)


def test_any_number_of_vehicles_may_drive_where_the_type_has_no_count() -> None:
    """Three instead of two."""
    routes = [*(route(0, (0, [one])) for one in (2, 3, 4)), ROUTES[2]]
    assert objective_value(with_vehicle(line_case(), count=None), routes) == pytest.approx(328)


def test_duration_holds_service_and_the_way_back() -> None:
    """4 on the road and 2 x 3 of service: 10 are allowed, 9.9 are not."""
    case = timed(service_s=[0, 0, 3, 3, 0, 0])
    objective_value(with_vehicle(case, most_duration_s=10.0), ROUTES)
    with pytest.raises(RuleError, match=r"vehicle 1 is under way for 10, it may be for 9.9"):
        objective_value(with_vehicle(case, most_duration_s=9.9), ROUTES)
    objective_value(replace(with_vehicle(case, most_duration_s=8.0), return_counts=False), ROUTES)


def test_a_vehicle_waits_for_a_window_but_does_not_come_late() -> None:
    """The first customer opens at 20: the second is reached at 21 and home at 23."""
    never = [np.inf] * 6
    late = timed(opens_s=[0, 0, 20, 0, 0, 0], closes_s=[*never[:3], 21.0, *never[4:]])
    assert objective_value(late, ROUTES) == pytest.approx(224)
    for closes_s, message in (
        ([*never[:3], 20.9, *never[4:]], "vehicle 1 comes to customer 104 at 21, which closes at 20.9"),
        ([22.9, *never[1:]], "vehicle 1 comes to depot 101 at 23, which closes at 22.9"),
    ):
        case = replace(late, points=replace(late.points, closes_s=np.array(closes_s)))
        with pytest.raises(RuleError, match=message):
            objective_value(case, ROUTES)


def test_a_trip_leaves_when_all_it_loads_is_released() -> None:
    """What the second customer gets is there at 30, so the first is reached at 31."""
    closes_s = [np.inf, np.inf, 31.0, np.inf, np.inf, np.inf]
    objective_value(timed(release_s=[0, 0, 0, 30, 0, 0], closes_s=closes_s), ROUTES)
    with pytest.raises(RuleError, match=r"comes to customer 103 at 31.5, which closes at 31"):
        objective_value(timed(release_s=[0, 0, 0, 30.5, 0, 0], closes_s=closes_s), ROUTES)
    two_trips = [route(0, (0, [2, 3]), (0, [4])), ROUTES[2]]
    closes_s = [np.inf, np.inf, np.inf, np.inf, 37.0, np.inf]
    objective_value(timed(release_s=[0, 0, 0, 30, 0, 0], closes_s=closes_s), two_trips)
    with pytest.raises(RuleError, match=r"comes to customer 105 at 38, which closes at 37"):
        objective_value(timed(release_s=[0, 0, 0, 30, 35, 0], closes_s=closes_s), two_trips)


def test_release_of_a_later_trip_does_not_hold_up_the_first() -> None:
    """Nor does waiting for it before the first departure count in the duration."""
    case = with_vehicle(timed(release_s=[0, 0, 30, 30, 0, 0]), most_duration_s=6.0)
    objective_value(case, ROUTES)
    with pytest.raises(RuleError, match=r"vehicle 1 is under way for 34, it may be for 6"):
        objective_value(case, [route(0, (0, [4]), (0, [2, 3])), ROUTES[2]])


def test_a_depot_that_opens_late_holds_vehicles_up() -> None:
    """The first customer is reached at 8 where its depot opens at 7."""
    closes_s = [np.inf, np.inf, 8.0, np.inf, np.inf, np.inf]
    objective_value(timed(opens_s=[7, 0, 0, 0, 0, 0], closes_s=closes_s), ROUTES)
    with pytest.raises(RuleError, match=r"comes to customer 103 at 8.1"):
        objective_value(timed(opens_s=[7.1, 0, 0, 0, 0, 0], closes_s=closes_s), ROUTES)
