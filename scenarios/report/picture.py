"""people-by-hour.svg: supplied people against affected people, hour by hour, drawn by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenarios.report.findings import target_hour
from scenarios.report.svg import (
    AFFECTED,
    BOUND,
    FAINT,
    GRID,
    HEIGHT,
    INK,
    PROMISE,
    SUPPLIED,
    WIDTH,
    diamond,
    frame,
    line,
    px,
    text,
    tick_step,
)
from scenarios.report.wording import hour_text, people_text, percent_text
from scenarios.result import RunResult, TargetResult
from stockpile.output.text import one_line

LEFT, RIGHT, TOP, BOTTOM = 92, 36, 160, 78
SIDE_ROOM = 150
MOST_HOURS = 16
HOUR_STEPS = (1, 2, 3, 4, 6, 12, 24)
TITLE_LENGTH = 40


@dataclass(frozen=True)
class Axes:
    """Hours to x and people to y, in pixels."""

    hours: float
    people: int
    people_step: int

    def x(self, hour: float) -> float:
        """Pixels from the left."""
        return LEFT + (WIDTH - LEFT - RIGHT) * hour / self.hours

    def y(self, people: float) -> float:
        """Pixels from the top."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * people / self.people


def people_by_hour_svg(result: RunResult) -> str:
    """The picture as SVG text: curve, affected people, target hours with their level, proven bound."""
    axes = _axes(result)
    parts = [
        *_frame(result),
        *_people_axis(axes),
        *_hour_axis(axes),
        *_affected(axes, result.affected),
        *_curve(axes, result.supplied_by_hour),
    ]
    for index, target in enumerate(result.targets):
        bound = result.bound.supplied[index] if index < len(result.bound.supplied) else None
        parts += _target(axes, target, target_hour(result, target), bound, row=index % 2)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes(result: RunResult) -> Axes:
    last = max((hour for hour, _ in result.supplied_by_hour), default=1.0)
    top = max(
        result.affected, *(supplied for _, supplied in result.supplied_by_hour), *result.bound.supplied, 1
    )
    step = tick_step(top)
    return Axes(hours=max(last, 1.0), people=step * math.ceil(top * 1.02 / step), people_step=step)


def _frame(result: RunResult) -> list[str]:
    scenario = result.scenario
    title = f"{_short(scenario.name_zh)} {_short(scenario.name_en)}"
    return [
        *frame(title),
        text(LEFT, 36, title, size=20, colour=INK, weight="bold"),
        text(LEFT, 62, "领到整套救灾物资的人数 People who hold a complete relief basket", colour=FAINT),
        *_legend(),
    ]


def _legend() -> list[str]:
    y = 90
    words = (
        (LEFT, "获供 supplied"),
        (LEFT + 175, "可证上限 proven bound"),
        (LEFT + 400, "目标 target"),
        (LEFT + 540, "受灾 affected"),
    )
    parts = [text(x + 34, y, word, colour=FAINT) for x, word in words]
    return [
        *parts,
        line(LEFT, y - 5, LEFT + 26, y - 5, colour=SUPPLIED, width=3),
        diamond(LEFT + 175 + 18, y - 5),
        line(LEFT + 400 + 18, y - 16, LEFT + 400 + 18, y + 4, colour=PROMISE, dash="5 3", width=1.5),
        line(LEFT + 540, y - 5, LEFT + 540 + 26, y - 5, colour=AFFECTED, dash="2 4", width=2),
    ]


def _short(name: str) -> str:
    whole = one_line(name)
    return whole if len(whole) <= TITLE_LENGTH else whole[: TITLE_LENGTH - 1] + "…"


def _people_axis(axes: Axes) -> list[str]:
    parts = []
    for people in range(0, axes.people + 1, axes.people_step):
        y = axes.y(people)
        parts += [
            line(LEFT, y, WIDTH - RIGHT, y, colour=GRID),
            text(LEFT - 10, y + 5, people_text(people), anchor="end", colour=FAINT),
        ]
    return parts


def _hour_axis(axes: Axes) -> list[str]:
    base = HEIGHT - BOTTOM
    step = next((step for step in HOUR_STEPS if axes.hours / step <= MOST_HOURS), HOUR_STEPS[-1])
    parts = [line(LEFT, base, WIDTH - RIGHT, base, colour=FAINT)]
    for hour in range(0, math.floor(axes.hours) + 1, step):
        x = axes.x(hour)
        parts += [
            line(x, base, x, base + 6, colour=FAINT),
            text(x, base + 24, str(hour), anchor="middle", colour=FAINT),
        ]
    label = "调度令下达后小时数 Hours after the dispatch order"
    return [*parts, text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 22, label, anchor="middle", colour=FAINT)]


def _affected(axes: Axes, affected: int) -> list[str]:
    y = axes.y(affected)
    return [
        line(LEFT, y, WIDTH - RIGHT, y, colour=AFFECTED, dash="2 4", width=2),
        text(LEFT + 8, y - 7, people_text(affected), colour=AFFECTED, weight="bold"),
    ]


def _curve(axes: Axes, supplied_by_hour: tuple[tuple[float, int], ...]) -> list[str]:
    points = " ".join(f"{px(axes.x(hour))},{px(axes.y(supplied))}" for hour, supplied in supplied_by_hour)
    if not points:
        return []
    first, last = supplied_by_hour[0][0], supplied_by_hour[-1][0]
    base = px(axes.y(0))
    area = f"{px(axes.x(first))},{base} {points} {px(axes.x(last))},{base}"
    return [
        f'<polygon points="{area}" fill="{SUPPLIED}" fill-opacity="0.12"/>',
        (
            f'<polyline points="{points}" fill="none" stroke="{SUPPLIED}" stroke-width="3" '
            'stroke-linejoin="round"/>'
        ),
    ]


def _target(axes: Axes, target: TargetResult, hour: float, bound: int | None, *, row: int) -> list[str]:
    """Line, promise, level, people reached and bound of one target; promises take turns on two rows."""
    x, y = axes.x(hour), axes.y(target.supplied)
    anchor, shift = ("end", -14) if x > WIDTH - RIGHT - SIDE_ROOM else ("start", 14)
    head = TOP - 34 + 20 * row
    needed = axes.y(target.required * target.people)
    level = [line(x - 12, needed, x + 12, needed, colour=PROMISE, width=3)] if target.judged else []
    reached = f"{people_text(target.supplied)} ({percent_text(target.share)})"
    parts = [
        line(x, head + 6, x, HEIGHT - BOTTOM, colour=PROMISE, dash="7 4", width=1.5),
        *level,
        text(x, head, _promise_text(target, hour), anchor="middle", colour=PROMISE, weight="bold"),
        f'<circle cx="{px(x)}" cy="{px(y)}" r="6" fill="{SUPPLIED}" stroke="#ffffff" stroke-width="2"/>',
        text(
            x + shift,
            min(y + 24, HEIGHT - BOTTOM - 8),
            reached,
            anchor=anchor,
            colour=SUPPLIED,
            weight="bold",
        ),
    ]
    return [*parts, *_bound(axes, x, bound)] if bound is not None else parts


def _bound(axes: Axes, x: float, bound: int) -> list[str]:
    """Mark and figure of a bound, above and left of it: a rising curve never runs there."""
    y = axes.y(bound)
    anchor, shift = ("start", 14) if x < LEFT + SIDE_ROOM / 2 else ("end", -14)
    figure = text(x + shift, y - 8, f"≤ {people_text(bound)}", anchor=anchor, colour=BOUND, weight="bold")
    return [diamond(x, y), figure]


def _promise_text(target: TargetResult, hour: float) -> str:
    if not target.judged:
        return f"{hour_text(hour)} h"
    mark = "✓" if target.met else "✗"
    return f"{mark} {hour_text(hour)} h ≥ {percent_text(target.required)}"
