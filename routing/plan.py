"""The finished plan as tables: what is written to disk and what `routing.verify` replays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from routing.assemble import Assembly
from routing.dispatch import Dispatch
from routing.problem import DispatchProblem, Ints
from routing.road_network import RoadNetwork
from routing.supply_curve import whole_people
from routing.timeline import DrivenTrip, Replay, units_moved
from routing.ways import Leg
from stockpile.units import METRES_PER_KM, SECONDS_PER_HOUR, hours_to_s, s_to_hours

KG_DECIMALS = 3
M3_DECIMALS = 4
KM_DECIMALS = 3

Row = tuple[object, ...]


@dataclass(frozen=True)
class _Drive:
    """One leg of a trip and the points of the problem between which it leads."""

    origin: int
    destination: int
    leg: Leg


def plan_tables(
    assembly: Assembly, dispatch: Dispatch, network: RoadNetwork, sites: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Write a plan as tables.

    Args:
        assembly: The problem and the names of its parts.
        dispatch: The plan.
        network: Roads that the legs are drawn on.
        sites: Table of sites, for their place.

    Returns:
        trips, stops, load_lines, legs, local_issues, supply, demand, coverage, curve (see
        docs/output-tables.md).
    """
    problem = assembly.problem
    driven = sorted(dispatch.driven, key=lambda done: (done.load_start, done.vehicle))
    trip_ids = {id(done): f"T{number:04d}" for number, done in enumerate(driven, start=1)}
    writer = _TripWriter(assembly, network)
    picks = _pick_lots(problem, dispatch.driven)
    last = {done.vehicle: done for done in driven}
    for done in driven:
        back = done.back if last[done.vehicle] is done else None
        writer.add(trip_ids[id(done)], done, picks[id(done)], back)
    delivered = problem.on_site_units + units_moved(problem, driven)[1]
    coverage = coverage_table(problem, driven)
    return {
        **writer.tables(),
        "local_issues": _local_issues(problem),
        "supply": _supply_table(assembly),
        "demand": _demand_table(problem, sites, delivered),
        "coverage": coverage,
        "curve": _curve_table(problem, coverage),
    }


def _pick_lots(
    problem: DispatchProblem, driven: Sequence[DrivenTrip]
) -> dict[int, list[list[tuple[str, int, int]]]]:
    """Issue lots in their order to trips in the order of loading; per trip and stop (lot, item, units)."""
    queues: dict[tuple[int, int], list[tuple[str, int]]] = {}
    supply = problem.supply
    for lot_id, source, item, quantity in zip(
        supply.lot_ids, supply.source.tolist(), supply.item.tolist(), supply.quantity.tolist(), strict=True
    ):
        queues.setdefault((source, item), []).append((lot_id, quantity))
    picks: dict[int, list[list[tuple[str, int, int]]]] = {}
    for done in driven:
        stops = picks[id(done)] = []
        for stop in done.trip.stops:
            lines: list[tuple[str, int, int]] = []
            for item, units in enumerate(stop.units):
                if units:
                    lines.extend(_issue(queues[done.trip.source, item], item, units))
            stops.append(lines)
    return picks


def _issue(queue: list[tuple[str, int]], item: int, units: int) -> list[tuple[str, int, int]]:
    """Take units from the front of a queue of lots."""
    lines: list[tuple[str, int, int]] = []
    while units:
        lot_id, left = queue[0]
        taken = min(units, left)
        lines.append((lot_id, item, taken))
        units -= taken
        if taken == left:
            queue.pop(0)
        else:
            queue[0] = (lot_id, left - taken)
    return lines


class _TripWriter:
    """Collects the rows of the four tables that describe trips."""

    def __init__(self, assembly: Assembly, network: RoadNetwork) -> None:
        self.assembly, self.problem, self.network = assembly, assembly.problem, network
        self.trips: list[Row] = []
        self.stops: list[Row] = []
        self.lines: list[Row] = []
        self.legs: list[Row] = []
        self.here: dict[int, int] = {}
        self.by_vehicle: dict[str, list[Row]] = {}

    def add(
        self, trip_id: str, done: DrivenTrip, picks: list[list[tuple[str, int, int]]], back: Leg | None
    ) -> None:
        """Add one trip, with the way back to the base that follows it, if any.

        Trips of a vehicle come in driving order because they are sorted by loading.
        """
        problem, vehicle = self.problem, self.assembly.vehicles[done.vehicle]
        kind = vehicle.type_index
        drives = self._drives(done, back)
        metres = sum(drive.leg.metres for drive in drives)
        drive_s = sum(drive.leg.arrive - drive.leg.depart for drive in drives)
        source_id = problem.source_ids[done.trip.source]
        self.trips.append(
            (
                trip_id,
                vehicle.id,
                vehicle.fleet_id,
                problem.type_ids[kind],
                problem.type_mode[kind],
                done.sequence + 1,
                source_id,
                done.dock,
                s_to_hours(done.depart),
                s_to_hours(done.arrive),
                s_to_hours(done.load_start),
                s_to_hours(done.load_end),
                s_to_hours(done.unloaded[-1]),
                round(done.trip.weight_kg, KG_DECIMALS),
                round(done.trip.volume_m3, M3_DECIMALS),
                round(metres / METRES_PER_KM, KM_DECIMALS),
                s_to_hours(drive_s),
            )
        )
        for number, drive in enumerate(drives):
            self._add_leg(trip_id, number, kind, drive)
        self._add_stops(trip_id, done, picks)

    def _drives(self, done: DrivenTrip, back: Leg | None) -> list[_Drive]:
        first_site = len(self.problem.source_ids)
        base = int(self.problem.vehicle_base[done.vehicle])
        start = self.here.get(done.vehicle, base)
        points = [start, done.trip.source, *(first_site + stop.site for stop in done.trip.stops)]
        self.here[done.vehicle] = points[-1]
        legs = done.legs if back is None else (*done.legs, back)
        ends = [*points[1:], *([] if back is None else [base])]
        return [_Drive(*drive) for drive in zip(points, ends, legs, strict=False)]

    def _add_leg(self, trip_id: str, number: int, kind: int, drive: _Drive) -> None:
        leg = drive.leg
        times = self.assembly.times[leg.roads][self.problem.type_ids[kind]]
        edges = times.route(drive.origin, drive.destination)
        links = [int(self.network.link[edge]) for edge in edges]
        names = [self.network.link_names_zh[link] or self.network.link_refs[link] for link in links]
        via = [name for name, before in zip(names, ["", *names], strict=False) if name and name != before]
        self.legs.append(
            (
                trip_id,
                number,
                self.assembly.point_ids[drive.origin],
                self.assembly.point_ids[drive.destination],
                s_to_hours(leg.depart),
                s_to_hours(leg.arrive),
                round(leg.metres / METRES_PER_KM, KM_DECIMALS),
                " ".join(self.network.link_ids[link] for link in links),
                " → ".join(via),
            )
        )

    def _add_stops(self, trip_id: str, done: DrivenTrip, picks: list[list[tuple[str, int, int]]]) -> None:
        problem = self.problem
        pick = 0
        for number, (stop, lines) in enumerate(zip(done.trip.stops, picks, strict=True), start=1):
            site_id = problem.site_ids[stop.site]
            arrive = s_to_hours(done.arrivals[number - 1])
            end = s_to_hours(done.unloaded[number - 1])
            weight = round(done.trip.stop_weights_kg[number - 1], KG_DECIMALS)
            self.stops.append((trip_id, number, site_id, arrive, arrive, end, weight))
            for lot_id, item, units in lines:
                pick += 1
                self.lines.append(
                    (
                        trip_id,
                        number,
                        site_id,
                        pick,
                        lot_id,
                        problem.item_ids[item],
                        units,
                        round(units * float(problem.weight_kg[item]), KG_DECIMALS),
                        round(units * float(problem.volume_m3[item]), M3_DECIMALS),
                    )
                )

    def tables(self) -> dict[str, pd.DataFrame]:
        """The rows as tables."""
        return {
            "trips": _table(
                self.trips,
                "trip_id vehicle_id fleet_id vehicle_type mode sequence source_id dock depart_h arrive_h "
                "load_start_h load_end_h end_h weight_kg volume_m3 drive_km drive_h",
            ),
            "stops": _table(
                self.stops, "trip_id stop site_id arrive_h unload_start_h unload_end_h weight_kg"
            ),
            "load_lines": _table(
                self.lines, "trip_id stop site_id pick lot_id item quantity weight_kg volume_m3"
            ),
            "legs": _table(self.legs, "trip_id leg from_id to_id depart_h arrive_h km links via"),
        }


def _table(rows: Sequence[Row], columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


def _local_issues(problem: DispatchProblem) -> pd.DataFrame:
    held = problem.on_site
    rows = [
        (problem.site_ids[site], warehouse, lot, problem.item_ids[item], quantity, 0.0)
        for lot, warehouse, site, item, quantity in zip(
            held.lot_ids,
            held.warehouse_ids,
            held.site.tolist(),
            held.item.tolist(),
            held.quantity.tolist(),
            strict=True,
        )
    ]
    return _table(sorted(rows), "site_id warehouse_id lot_id item quantity hour")


def _supply_table(assembly: Assembly) -> pd.DataFrame:
    wanted = set(assembly.problem.item_ids)
    rows = [
        (
            batch.lot_id,
            batch.source_id,
            batch.item,
            batch.quantity,
            s_to_hours(batch.available_s),
            batch.expires_on,
        )
        for batch in assembly.batches
        if batch.item in wanted
    ]
    return _table(sorted(rows), "lot_id source_id item quantity available_h expires_on")


def _demand_table(problem: DispatchProblem, sites: pd.DataFrame, delivered: Ints) -> pd.DataFrame:
    place_of = dict(zip(sites["id"], sites["place"], strict=True))
    rows = [
        (
            site_id,
            place_of[site_id],
            int(problem.people[site]),
            item_id,
            bool(problem.essential[item]),
            float(problem.per_person[item]),
            int(problem.need[site, item]),
            int(delivered[site, item]),
            int(problem.need[site, item] - delivered[site, item]),
        )
        for site, site_id in enumerate(problem.site_ids)
        for item, item_id in enumerate(problem.item_ids)
    ]
    return _table(rows, "site_id place people item essential quantity_per_person need delivered unmet")


def report_hours(problem: DispatchProblem) -> list[float]:
    """Hours at which coverage is reported: every whole hour, every target, and the horizon."""
    whole = range(math.floor(problem.horizon_s / SECONDS_PER_HOUR) + 1)
    marks = [s_to_hours(second) for second in (*problem.target_s, problem.horizon_s)]
    return sorted({*(float(hour) for hour in whole), *marks})


def people_supplied(
    problem: DispatchProblem, driven: Sequence[DrivenTrip], ask_s: Sequence[int]
) -> list[list[int]]:
    """Whole people of every site supplied by each asked second, none past the horizon."""
    replay = Replay(problem)
    curves = [
        replay.site_curve(site, dropped, ask_s) for site, dropped in enumerate(replay.deliveries(driven))
    ]
    return [[whole_people(people) for people in curve.supplied_at] for curve in curves]


def coverage_table(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> pd.DataFrame:
    """Supplied people of every site at the hours of the report, whole people."""
    hours = report_hours(problem)
    supplied = people_supplied(problem, driven, [hours_to_s(hour) for hour in hours])
    rows: list[Row] = [
        (site_id, hour, people)
        for site_id, at_site in zip(problem.site_ids, supplied, strict=True)
        for hour, people in zip(hours, at_site, strict=True)
    ]
    return _table(rows, "site_id hour supplied")


def _curve_table(problem: DispatchProblem, coverage: pd.DataFrame) -> pd.DataFrame:
    """Supplied people of all sites by hour, and their share of the affected."""
    people = int(problem.people.sum())
    totals = coverage.groupby("hour")["supplied"].sum().to_dict()
    rows = [
        (hour, int(totals.get(hour, 0)), round(totals.get(hour, 0) / people, 6) if people else 0.0)
        for hour in report_hours(problem)
    ]
    return _table(rows, "hour supplied share")
