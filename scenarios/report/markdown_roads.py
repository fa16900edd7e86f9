"""Section 5 of report.md, second half: closures by the hour, drawn or pointed at, and road speeds."""

from __future__ import annotations

from scenarios.report.findings import Row, rows_of
from scenarios.report.wording import counted, hour_text
from scenarios.result import RunResult
from scenarios.schema import Closure, Speeds
from stockpile.output.markdown_text import table_lines

EFFECTS = {"closed": "封闭 closed", "water": "积水 water", "slow": "减速 slow"}
ACTS = {True: "是 yes", False: "否 no"}
HEADERS = (
    "管制 closure",
    "起作用 acts",
    "起 from",
    "止 until",
    "作用 effect",
    "路段 links",
    "最近路段 nearest",
)


def road_lines(result: RunResult) -> list[str]:
    """What a reader cannot see from the scenario alone; nothing for plain closures at plain speeds."""
    return [*_closure_lines(result), *_speed_lines(result.scenario.speeds)]


def _closure_lines(result: RunResult) -> list[str]:
    if not any(_needs_telling(closure) for closure in result.scenario.closures.values()):
        return []
    closures = rows_of(result.tables["closures"])
    acting = sum(bool(row["acts"]) for row in closures)
    return [
        (
            f"**道路管制**：{len(closures)} 项中 {acting} 项起作用。"
            "管制只在所列时段内有效：车辆可等候道路恢复通行，行程不跨越道路封闭的时刻。 "
            f"**Closures**: {acting} of {counted(len(closures), 'closure')} act. One holds in its hours "
            "only: a vehicle may wait for a road to reopen, and no drive outlasts a road that closes."
        ),
        "",
        *table_lines(HEADERS, [_closure_cells(row) for row in closures], numbers=[2, 3, 5]),
        "",
    ]


def _needs_telling(closure: Closure) -> bool:
    extras = (closure.near, closure.share, closure.from_h, closure.until_h)
    return any(extra is not None for extra in extras)


def _closure_cells(row: Row) -> tuple[str, ...]:
    nearest = f"{row['nearest_link']} ({row['nearest_m']} m)" if row["nearest_link"] else ""
    return (
        str(row["closure"]),
        ACTS[bool(row["acts"])],
        _hour(row["from_h"]),
        _hour(row["until_h"]),
        EFFECTS[str(row["effect"])],
        f"{int(row['links']):,}",
        nearest,
    )


def _hour(value: object) -> str:
    return "" if value == "" else hour_text(float(str(value)))


def _speed_lines(speeds: Speeds) -> list[str]:
    if speeds == Speeds():
        return []
    night = speeds.night_factor if speeds.by_night else 1.0
    parts = (
        f"车辆 truck {speeds.truck_factor:g} × 天气 weather {speeds.weather_factor:g} × "
        f"夜间 night {night:g} ÷ 转弯信号 turns and signals {speeds.turn_signal_delay_factor:g}"
    )
    return [
        (
            f"**车速**：道路车辆按 {speeds.road_factor:.3f} 倍车速行驶。 "
            f"**Road speeds** are multiplied by {speeds.road_factor:.3f}: {parts}."
        ),
        "",
    ]
