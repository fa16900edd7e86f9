"""Which modes carry a plan, and what they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scenarios.report.findings import Row, rows_of
from scenarios.report.wording import people_text
from scenarios.result import RunResult
from stockpile.output.markdown_text import table_lines

MODE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "road": ("公路", "road"),
        "water": ("水路", "water"),
        "air": ("空运", "air"),
        "drone": ("无人机", "drone"),
        "porter": ("背运", "porter"),
    }
)
"""Modes in the order of reports: id -> (Chinese, English)."""


@dataclass(frozen=True)
class Carried:
    """What one mode carries."""

    mode: str
    trips: int
    vehicles: int
    tonnes: float
    km: float


def mode_text(mode: str) -> str:
    """Chinese and English name of a mode; an unknown one is shown as it is."""
    return " ".join(MODE_NAMES.get(mode, (mode,)))


def carried_by_mode(result: RunResult) -> tuple[Carried, ...]:
    """What each mode of the plan carries; none when roads do it all."""
    by_mode: defaultdict[str, list[Row]] = defaultdict(list)
    for trip in rows_of(result.tables["trips"]):
        by_mode[str(trip["mode"])].append(trip)
    if set(by_mode) <= {"road"}:
        return ()
    order = [mode for mode in MODE_NAMES if mode in by_mode]
    return tuple(_carried(mode, by_mode[mode]) for mode in order)


def mode_lines(result: RunResult) -> list[str]:
    """The modes as a table of report.md; nothing when roads do it all."""
    rows = [
        (
            mode_text(each.mode),
            people_text(each.trips),
            people_text(each.vehicles),
            f"{each.tonnes:,.1f}",
            f"{each.km:,.0f}",
        )
        for each in carried_by_mode(result)
    ]
    headers = ("运输方式 mode", "车次 trips", "车辆 vehicles", "吨 t", "公里 km")
    return [*table_lines(headers, rows, numbers=range(1, 5)), ""] if rows else []


def _carried(mode: str, trips: list[Row]) -> Carried:
    return Carried(
        mode=mode,
        trips=len(trips),
        vehicles=len({str(trip["vehicle_id"]) for trip in trips}),
        tonnes=sum(float(trip["weight_kg"]) for trip in trips) / 1000,
        km=sum(float(trip["drive_km"]) for trip in trips),
    )
