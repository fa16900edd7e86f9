"""Where every vehicle is at every moment, rebuilt from the written tables and the data alone."""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np
import pandas as pd
import pytest
from command_line import WrittenRun, data_table, whole_seconds

LONGEST_ACCESS_KM = 5.0  # a place lies at most this far from the network
ROUNDED_KM = 0.0011


def timed(run: WrittenRun, name: str) -> pd.DataFrame:
    """A plan table with every column of hours as whole seconds, named `..._s`."""
    table = run.table(name)
    hours = [column for column in table.columns if column.endswith("_h")]
    return table.assign(**{f"{column[:-2]}_s": whole_seconds(table[column]) for column in hours})


def sources() -> pd.DataFrame:
    """Docks, loading rate and readiness of every place that vehicles load at, by id."""
    stores = data_table("warehouses")[["id", "docks", "dock_t_per_h", "mobilisation_min"]]
    depots = data_table("suppliers").drop_duplicates("depot").assign(mobilisation_min=0)
    depots = depots[["depot", "docks", "dock_t_per_h", "mobilisation_min"]]
    return pd.concat([stores, depots.rename(columns={"depot": "id"})]).set_index("id")


def test_the_steps_of_a_trip_follow_each_other(shipped: WrittenRun) -> None:
    """Leave <= arrive <= load <= loaded <= arrive at stop 1 <= unloaded <= ... <= end of the last stop."""
    trips = timed(shipped, "trips").set_index("trip_id")
    steps = trips[["depart_s", "arrive_s", "load_start_s", "load_end_s", "end_s"]].to_numpy()
    assert (np.diff(steps, axis=1) >= 0).all()
    stops = timed(shipped, "stops")
    assert (stops["stop"] == stops.groupby("trip_id").cumcount() + 1).all()
    assert (stops["arrive_s"] <= stops["unload_start_s"]).all()
    assert (stops["unload_start_s"] < stops["unload_end_s"]).all()
    left = stops.groupby("trip_id")["unload_end_s"].shift()
    left = left.fillna(stops["trip_id"].map(trips["load_end_s"]))
    assert (stops["arrive_s"] >= left).all()
    last = stops.groupby("trip_id")["unload_end_s"].last()
    assert (last.reindex(trips.index) == trips["end_s"]).all()


def test_no_vehicle_is_in_two_places(shipped: WrittenRun) -> None:
    """Trips of a vehicle are numbered from 1; each leaves when the one before has been unloaded."""
    trips = timed(shipped, "trips").sort_values(["vehicle_id", "sequence"])
    assert (trips["sequence"] == trips.groupby("vehicle_id").cumcount() + 1).all()
    before = trips.groupby("vehicle_id")["end_s"].shift()
    assert (trips["depart_s"] >= before.fillna(0)).all()


def test_vehicles_exist_and_keep_their_hours(shipped: WrittenRun) -> None:
    """No more vehicles than a fleet row has, none before its call-out, none after its shift."""
    trips = timed(shipped, "trips")
    rows = data_table("fleet").set_index("id").loc[trips["fleet_id"]].reset_index()
    number = trips["vehicle_id"].str.rpartition("#")[2].astype(int)
    assert (trips["vehicle_id"].str.rpartition("#")[0] == trips["fleet_id"]).all()
    assert ((number >= 1) & (number.to_numpy() <= rows["number"].to_numpy())).all()
    assert trips["vehicle_type"].tolist() == rows["type"].tolist()
    assert (trips["depart_s"].to_numpy() >= rows["mobilisation_min"].to_numpy() * 60).all()
    opens = pd.to_numeric(rows["available_from_h"]).fillna(0) * 3600
    assert (trips["depart_s"].to_numpy() >= opens.to_numpy()).all()
    closes = pd.to_numeric(rows["available_to_h"]).fillna(np.inf).clip(upper=shipped.scenario["horizon_h"])
    assert (trips["end_s"].to_numpy() <= closes.to_numpy() * 3600).all()


def test_no_dock_serves_two_vehicles(shipped: WrittenRun) -> None:
    """Every dock that is named exists, and its loadings do not overlap; none begins before mobilisation."""
    trips = timed(shipped, "trips").sort_values(["source_id", "dock", "load_start_s", "load_end_s"])
    places = sources().loc[trips["source_id"]]
    assert ((trips["dock"] >= 1) & (trips["dock"].to_numpy() <= places["docks"].to_numpy())).all()
    assert (trips["load_start_s"].to_numpy() >= places["mobilisation_min"].to_numpy() * 60).all()
    free = trips.groupby(["source_id", "dock"])["load_end_s"].shift().fillna(0)
    assert (trips["load_start_s"] >= free).all()


def test_loading_and_unloading_take_their_time(shipped: WrittenRun) -> None:
    """Each takes the stop time of the vehicle and its weight over the rate, up to a second of rounding."""
    trips = timed(shipped, "trips").set_index("trip_id")
    kinds = data_table("vehicle_types").set_index("id")
    stop_s = trips["vehicle_type"].map(kinds["stop_min"]) * 60
    rate = sources().loc[trips["source_id"], "dock_t_per_h"].to_numpy() / 3.6
    least = stop_s + trips["weight_kg"] / rate
    taken = trips["load_end_s"] - trips["load_start_s"]
    assert ((taken >= least - 0.01) & (taken < least + 1.01)).all()
    stops = timed(shipped, "stops")
    kind = stops["trip_id"].map(trips["vehicle_type"])
    rate = kind.map(kinds["unload_t_per_h"]) / 3.6
    least = stops["trip_id"].map(stop_s) + stops["weight_kg"] / rate
    taken = stops["unload_end_s"] - stops["unload_start_s"]
    assert ((taken >= least - 0.01) & (taken < least + 1.01)).all()


def test_legs_join_the_places_of_a_trip(shipped: WrittenRun) -> None:
    """Leg 0 leads from the base or the last site to the source, leg n to stop n, at the hours of both."""
    trips, stops = timed(shipped, "trips"), timed(shipped, "stops")
    legs = timed(shipped, "legs").set_index(["trip_id", "leg"]).sort_index()
    assert len(legs) == len(trips) + len(stops)
    first = legs.xs(0, level="leg").reindex(trips["trip_id"])
    assert first["to_id"].tolist() == trips["source_id"].tolist()
    assert first["depart_s"].tolist() == trips["depart_s"].tolist()
    assert first["arrive_s"].tolist() == trips["arrive_s"].tolist()
    there = legs.reindex(pd.MultiIndex.from_frame(stops[["trip_id", "stop"]]))
    assert there["to_id"].tolist() == stops["site_id"].tolist()
    assert there["arrive_s"].tolist() == stops["arrive_s"].tolist()
    begins = legs["from_id"].drop(0, level="leg").tolist()
    assert begins == legs.groupby(level="trip_id")["to_id"].shift().dropna().tolist()
    last_site = stops.groupby("trip_id")["site_id"].last()
    ordered = trips.sort_values(["vehicle_id", "sequence"])
    came_from = ordered["trip_id"].map(last_site).groupby(ordered["vehicle_id"]).shift()
    came_from = came_from.fillna(ordered["fleet_id"])
    assert first["from_id"].reindex(ordered["trip_id"]).tolist() == came_from.tolist()


def test_kilometres_and_hours_of_legs_make_those_of_the_trip(shipped: WrittenRun) -> None:
    """drive_km and drive_h of a trip are the sums over its legs."""
    trips = timed(shipped, "trips").set_index("trip_id")
    legs = timed(shipped, "legs")
    legs["seconds"] = legs["arrive_s"] - legs["depart_s"]
    sums = legs.groupby("trip_id")[["km", "seconds"]].sum().reindex(trips.index)
    most = ROUNDED_KM * legs.groupby("trip_id").size().max()
    assert trips["drive_km"].to_numpy() == pytest.approx(sums["km"].to_numpy(), abs=most)
    assert (trips["drive_s"] == sums["seconds"]).all()


def whole_links(written: str) -> list[str]:
    """Ids of the links that a leg runs along; pieces of a link (`R5~1 R5~2`) are the link once."""
    return [link for link, _ in groupby(piece.partition("~")[0] for piece in written.split())]


def test_legs_run_along_joined_links_no_faster_than_a_car(shipped: WrittenRun) -> None:
    """Links of a leg share a node with the next, make its length but for the access, and take their time."""
    roads = data_table("roads").set_index("id")
    ends = {link: {row["from"], row["to"]} for link, row in roads[["from", "to"]].iterrows()}
    length = roads["length_km"].to_dict()
    legs = timed(shipped, "legs")
    for leg in legs.itertuples():
        links = whole_links(leg.links)
        assert all(ends[one] & ends[other] for one, other in pairwise(links)), leg
        # a leg may begin and end in the middle of a link: that one counts from nothing to all of it
        in_pieces = {piece.partition("~")[0] for piece in leg.links.split() if "~" in piece}
        most = sum(length[link] for link in links)
        least = sum(length[link] for link in links if link not in in_pieces)
        assert least - ROUNDED_KM <= leg.km <= most + 2 * LONGEST_ACCESS_KM, leg
        assert leg.km <= 90 * (leg.arrive_s - leg.depart_s + 1) / 3600, leg
    classes = roads["class"].to_dict()
    mode = shipped.table("trips").set_index("trip_id")["mode"]
    by_road = legs[legs["trip_id"].map(mode) == "road"]
    assert not any(classes[link] == "waterway" for links in by_road["links"] for link in whole_links(links))


def test_closed_links_are_not_driven(shipped: WrittenRun) -> None:
    """A closure by class without depth or factor keeps every trip off: no boat on ice."""
    closed = {
        name
        for closure in shipped.scenario["closures"].values()
        if "classes" in closure and not {"polygon", "depth_m", "speed_factor"} & set(closure)
        for name in closure["classes"]
    }
    roads = data_table("roads").set_index("id")["class"]
    driven = {link for links in shipped.table("legs")["links"] for link in whole_links(links)}
    assert not closed & set(roads[sorted(driven)])
