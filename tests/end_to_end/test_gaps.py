"""Each cause of a shortfall, alone: a small situation in which that one limit keeps a site short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_regions import TinyRegion

NO_STOCK_ELSEWHERE = {lot: {"quantity": 0} for lot in ("L3", "L4")}
"""Only the store W1 keeps its 200 + 200 units, enough for two sites."""

ONE_TRUCK = {"F2": {"number": 0}}
"""Only the truck that stands at W1, ready after half an hour."""


@pytest.fixture
def tiny(tmp_path: Path) -> TinyRegion:
    """Return the tiny region with one truck and all stock at W1.

    Site A, 15 minutes away, is supplied at 1.58 h: 0.5 call-out, 0.25 loading, 0.25 driving, 0.25 unloading,
    0.33 handing out. A site the other side of W1, B, takes 15 minutes more.
    """
    region = TinyRegion(tmp_path)
    region.change("lots", NO_STOCK_ELSEWHERE)
    region.change("fleet", ONE_TRUCK)
    return region


def gaps(tiny: TinyRegion) -> dict[str, dict[str, Any]]:
    """Run, and return the gaps by site; every plan keeps the rules."""
    assert tiny.run() == 1
    assert tiny.report["verification"]["violations"] == []
    return {gap["site"]: gap for gap in tiny.report["gaps"]}


def first_cause(gap: dict[str, Any]) -> tuple[str, bool]:
    """Return the cause named first and whether it is proven."""
    return gap["causes"][0], gap["proven"]


def test_nothing_binds_in_the_situation_that_the_others_change(tiny: TinyRegion) -> None:
    """Two hours are enough for A: no gap, exit code 0."""
    tiny.ask("T-A", by_hour=2.0)
    assert tiny.run() == 0
    assert tiny.report["gaps"] == []


def test_stock(tiny: TinyRegion) -> None:
    """Forty blankets for a hundred people: sixty lack a blanket, for want of stock and nothing else."""
    tiny.change("lots", {"L2": {"quantity": 40}})
    tiny.ask("T-A", by_hour=3.0)
    (gap,) = gaps(tiny).values()
    assert (gap["people"], gap["item"], gap["hour"]) == (60, "blanket", 3)
    assert (gap["causes"], gap["proven"]) == (["stock"], True)


def test_expired(tiny: TinyRegion) -> None:
    """The store at hand holds lots past their date; what is in date lies too far away."""
    old = {"expires_on": "2026-06-30"}
    tiny.change("lots", {"L1": old, "L2": old, "L3": {"quantity": 200, "warehouse": "W3"}})
    tiny.change("lots", {"L4": {"quantity": 200}})
    tiny.ask("T-A", by_hour=2.0)
    gap = gaps(tiny)["A"]
    assert first_cause(gap) == ("expired", True)
    assert gap["people"] == 100


def test_a_lot_in_date_on_its_last_day_is_issued(tiny: TinyRegion) -> None:
    """The day in `expires_on` is still a day of use."""
    tiny.change("lots", {lot: {"expires_on": "2026-07-01"} for lot in ("L1", "L2")})
    tiny.ask("T-A", by_hour=2.0)
    assert tiny.run() == 0


def test_expired_is_named_beside_stock(tiny: TinyRegion) -> None:
    """Where the lot past its date stands beside lots in date, more stock and that lot both serve."""
    tiny.change("lots", {"L2": {"expires_on": "2026-06-30"}, "L4": {"quantity": 50, "warehouse": "W1"}})
    tiny.ask("T-A", by_hour=3.0)
    gap = gaps(tiny)["A"]
    assert (gap["people"], gap["item"], gap["proven"]) == (50, "blanket", True)
    assert set(gap["causes"]) == {"stock", "expired"}


def test_distance(tiny: TinyRegion) -> None:
    """D lies 50 km from the only store: even at once the truck would unload after two hours."""
    tiny.ask("T-D", by_hour=2.0)
    gap = gaps(tiny)["D"]
    assert first_cause(gap) == ("distance", True)
    assert gap["people"] == 100


def test_callout(tiny: TinyRegion) -> None:
    """Trucks are ready after 2 h 45: too late for A by 3 h, however near and however many, from any yard."""
    tiny.change("fleet", {row: {"mobilisation_min": 165} for row in ("F1", "F2")})
    tiny.ask("T-A", by_hour=3.0)
    gap = gaps(tiny)["A"]
    assert (gap["causes"], gap["proven"], gap["people"]) == (["callout"], True, 100)


def test_callout_of_the_store(tiny: TinyRegion) -> None:
    """A store that opens late is a call-out too."""
    tiny.change("warehouses", {"W1": {"mobilisation_min": 165}})
    tiny.ask("T-A", by_hour=3.0)
    gap = gaps(tiny)["A"]
    assert (gap["causes"], gap["proven"]) == (["callout"], True)


def slow_loading(tiny: TinyRegion, *, docks: int, trucks: int) -> None:
    """A load takes two hours at a dock; A and B need one load each."""
    tiny.change("warehouses", {"W1": {"dock_t_per_h": 1, "docks": docks}})
    tiny.change("fleet", {"F1": {"number": trucks}})
    tiny.ask("T-A", "T-B", by_hour=4.0)


def test_docks(tiny: TinyRegion) -> None:
    """Two trucks wait for one dock: the second is loaded after 4.6 h. Stock elsewhere would do, too."""
    slow_loading(tiny, docks=1, trucks=2)
    (gap,) = gaps(tiny).values()
    assert (gap["causes"], gap["proven"], gap["people"]) == (["stock", "docks"], True, 100)


def test_fleet(tiny: TinyRegion) -> None:
    """Two docks wait for one truck, which cannot come back in time."""
    slow_loading(tiny, docks=2, trucks=1)
    (gap,) = gaps(tiny).values()
    assert (gap["causes"], gap["proven"], gap["people"]) == (["fleet"], True, 100)


def test_with_docks_and_trucks_for_both_nobody_is_short(tiny: TinyRegion) -> None:
    """What the docks and the fleet each lack in the cases above is enough together."""
    slow_loading(tiny, docks=2, trucks=2)
    assert tiny.run() == 0


def test_docks_and_fleet_together_are_called_neither(tiny: TinyRegion) -> None:
    """One dock and one truck: neither alone serves the second site, so nothing is proven."""
    slow_loading(tiny, docks=1, trucks=1)
    (gap,) = gaps(tiny).values()
    assert not gap["proven"]


def test_road(tiny: TinyRegion) -> None:
    """Mud makes of the quarter of an hour to A four hours; on the whole road A would be in time."""
    mud = {"mud": {"links": ["R2"], "speed_factor": 0.0625}}
    tiny.ask("T-A", by_hour=2.0, closures=mud)
    gap = gaps(tiny)["A"]
    assert first_cause(gap) == ("road", True)
    assert gap["people"] == 100


def test_handout(tiny: TinyRegion) -> None:
    """A first truck with less is there after 0.95 h, but 20 people an hour are served: 21 by two hours."""
    tiny.change("sites", {"A": {"handout_persons_per_h": 20}})
    tiny.ask("T-A", by_hour=2.0)
    gap = gaps(tiny)["A"]
    assert (gap["causes"], gap["proven"], gap["people"]) == (["handout"], True, 79)


def test_a_closed_road_isolates_and_is_the_proven_cause(tiny: TinyRegion) -> None:
    """No other road leads to A: its people are exempt, named, and a gap by the road."""
    tiny.ask("T-A", "T-B", by_hour=3.0, closures={"slide": {"links": ["R2"]}})
    assert tiny.run() == 0
    report = tiny.report
    (target,) = report["targets"]
    assert (target["people"], target["supplied"], target["exempt_people"]) == (100, 100, 100)
    assert report["isolated"] == [{"site": "A", "place": "T-A", "people": 100}]
    (gap,) = report["gaps"]
    assert (gap["site"], gap["people"], gap["causes"], gap["proven"]) == ("A", 100, ["road"], True)


def test_isolated_with_every_road_whole(tiny: TinyRegion) -> None:
    """A bridge that bears no truck leaves A isolated whatever is mended, so nothing is proven."""
    tiny.change("roads", {"R2": {"max_weight_t": 3.5}})
    tiny.change("vehicle_types", {"truck": {"gross_weight_t": 4.5}})
    tiny.ask("T-A", "T-B", by_hour=3.0)
    assert tiny.run() == 0
    (gap,) = tiny.report["gaps"]
    assert (gap["site"], gap["people"], gap["causes"], gap["proven"]) == ("A", 100, ["isolated"], False)
    assert tiny.report["targets"][0]["exempt_people"] == 100


def test_an_isolated_site_is_short_of_those_whom_its_own_stock_leaves_out(tiny: TinyRegion) -> None:
    """Thirty baskets stand in A itself: seventy are short, not a hundred."""
    tiny.change("places", {"T-A": {"level": "community"}})
    tiny.change("warehouses", {"W2": {"level": "community", "place": "T-A", "lon": 115.9}})
    tiny.change("lots", {"L3": {"quantity": 30}, "L4": {"quantity": 30, "warehouse": "W2"}})
    tiny.ask("T-A", "T-B", by_hour=3.0, closures={"slide": {"links": ["R2"]}})
    tiny.run()
    (gap,) = tiny.report["gaps"]
    hours = dict(tiny.report["people"]["supplied_by_hour"])
    assert hours[1] == 30
    assert (gap["site"], gap["people"]) == ("A", 70)


def test_gaps_are_ordered_by_site_and_add_up(tiny: TinyRegion) -> None:
    """Two causes in one plan: D is too far, B lacks stock; together they are what the target lacks."""
    tiny.change("fleet", {"F1": {"number": 3}})
    tiny.change("lots", {"L2": {"quantity": 150}})
    tiny.ask("T-A", "T-B", "T-D", by_hour=2.25)
    found = gaps(tiny)
    (target,) = tiny.report["targets"]
    assert list(found) == sorted(found)
    assert sum(gap["people"] for gap in found.values()) == target["people"] - target["supplied"]
    assert "D" in found
