"""Fleet rows become single vehicles with hours, catalogue rows become vehicle types in SI units."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from road_samples import boat, region_with, vehicle

from routing.fleet import Vehicle, VehicleType, vehicle_types, vehicles

TRUCK = {
    "id": "truck",
    "name_zh": "货车",
    "name_en": "Truck",
    "mode": "road",
    "payload_kg": 5000.0,
    "volume_m3": 20.0,
    "gross_weight_t": 9.5,
    "height_m": np.nan,
    "speed_factor": 0.9,
    "cruise_kph": np.nan,
    "range_km": np.nan,
    "wade_depth_m": 0.3,
    "stop_min": 7.5,
    "unload_t_per_h": 7.2,
    "cost_per_km": 3.0,
    "cost_per_h": 60.0,
    "crew": 2,
}
BOAT = {**TRUCK, "id": "boat", "mode": "water", "gross_weight_t": np.nan, "cruise_kph": 20.0}


def yard(fleet_id: str, number: int, **values: object) -> dict[str, object]:
    """One row of the fleet table: trucks that are ready after half an hour and never close."""
    return {
        "id": fleet_id,
        "type": "truck",
        "number": number,
        "mobilisation_min": 30.0,
        "available_from_h": 0.0,
        "available_to_h": np.nan,
        "load_at": "",
        "return_required": False,
        "max_drive_h": np.nan,
        "owner": "firm",
        "lon": 116.5,
        "lat": 31.7,
        **values,
    }


def called_out(
    *yards: dict[str, object], horizon_s: int = 86_400
) -> tuple[tuple[Vehicle, ...], tuple[VehicleType, ...]]:
    """The vehicles of these yards and the types they point to."""
    region = region_with(
        fleet=pd.DataFrame(yards, columns=[*yard("", 0)]), vehicle_types=pd.DataFrame([TRUCK, BOAT])
    )
    types = vehicle_types(region)
    return vehicles(region, types, horizon_s), types


def test_types_are_sorted_and_in_si_units() -> None:
    """7.5 min are 450 s, 7.2 t/h are 2 kg/s, and a blank weight or cruise is None."""
    _, (floating, driving) = called_out()
    assert (floating.id, driving.id) == ("boat", "truck")
    assert driving.stop_s == 450
    assert driving.unload_kg_per_s == pytest.approx(2.0)
    assert (driving.gross_weight_t, driving.cruise_kph) == (9.5, None)
    assert (floating.gross_weight_t, floating.cruise_kph) == (None, 20.0)


def test_a_row_becomes_numbered_vehicles() -> None:
    """Row F-3 with 12 trucks gives F-3#01 to F-3#12, each pointing to its type."""
    fleet, types = called_out(yard("F-3", 12), yard("F-1", 1, type="boat"))
    assert [each.id for each in fleet] == ["F-1#01", *(f"F-3#{n:02d}" for n in range(1, 13))]
    assert [types[each.type_index].id for each in fleet] == ["boat"] + ["truck"] * 12
    assert {each.fleet_id for each in fleet[1:]} == {"F-3"}


def test_numbers_are_wide_enough_to_sort() -> None:
    """A hundred vehicles need three digits, so that text order is number order."""
    fleet, _ = called_out(yard("F-1", 100))
    ids = [each.id for each in fleet]
    assert (ids[0], ids[-1]) == ("F-1#001", "F-1#100")
    assert ids == sorted(ids)


def test_a_row_without_vehicles_gives_none() -> None:
    """Number 0 is allowed and means that nobody comes."""
    assert called_out(yard("F-1", 0))[0] == ()


@pytest.mark.parametrize(
    ("values", "ready_s", "until_s"),
    [
        ({}, 1800, 86_400),
        ({"available_from_h": 0.25}, 1800, 86_400),
        ({"available_from_h": 2.0}, 7200, 86_400),
        ({"available_to_h": 10.0}, 1800, 36_000),
        ({"available_to_h": 48.0}, 1800, 86_400),
    ],
)
def test_hours_of_a_vehicle(values: dict[str, object], ready_s: int, until_s: int) -> None:
    """Ready after both mobilisation and opening, gone at closing or the horizon, whichever is first."""
    (only,), _ = called_out(yard("F-1", 1, **values))
    assert (only.ready_s, only.until_s) == (ready_s, until_s)


def test_only_boats_have_a_cruising_speed() -> None:
    """A boat without a speed and a truck with one are refused with the type's name."""
    assert boat(cruise_kph=20.0).cruise_kph == 20.0
    with pytest.raises(ValueError, match="boat: give cruise_kph"):
        boat(cruise_kph=None)
    with pytest.raises(ValueError, match="truck: give cruise_kph"):
        vehicle(cruise_kph=20.0)


def test_rules_of_a_vehicle() -> None:
    """Where it loads, whether it comes back, and how long it may drive; by default anywhere, no and any."""
    (free,), _ = called_out(yard("F-1", 1))
    assert (free.load_at, free.returns, free.drive_s) == ("", False, math.inf)
    (bound,), _ = called_out(yard("F-1", 1, load_at="W-1", return_required=True, max_drive_h=2.5))
    assert (bound.load_at, bound.returns, bound.drive_s) == ("W-1", True, 9000.0)
