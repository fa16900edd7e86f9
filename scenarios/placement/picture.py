"""budget-coverage.svg: people by the first hour for each budget, with the knee named.

They are the people supplied, in expectation, or by a risk measure those who are missing.
"""

from __future__ import annotations

import math
from typing import Any

from scenarios.placement.goals import counts_missing, goal_words
from scenarios.placement.result import PlaceResult
from scenarios.report.svg import (
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
from scenarios.report.wording import people_text

LEFT, RIGHT, TOP, BOTTOM = 92, 60, 120, 78
ROOM_BELOW = 0.3
"""Share of its height that is left free under the curve: differences, not all people, are what is shown."""


def budget_curve_svg(result: PlaceResult) -> str:
    """The picture as SVG text: a point a budget, its proven bound, and the knee."""
    column = "missing" if counts_missing(result.options) else "people"
    table = result.tables["budget_curve"].rename(columns={column: "count"})
    rows: list[dict[Any, Any]] = table.to_dict("records")
    most_yuan = max(1.0, *(float(row["budget_yuan"]) for row in rows))
    ends = [float(row[name]) for row in rows for name in ("count", "bound")]
    fewest, high = min(ends), max(min(ends) + 1.0, *ends)
    low = max(min(0, math.floor(fewest)), int(fewest - ROOM_BELOW * (high - fewest)))

    def x(yuan: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * yuan / most_yuan

    def y(people: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (people - low) / (high - low)

    points = " ".join(f"{px(x(row['budget_yuan']))},{px(y(row['count']))}" for row in rows)
    parts = [*_frame(result), *_axes(x, y, most_yuan, low, high)]
    parts.append(f'<polyline points="{points}" fill="none" stroke="{SUPPLIED}" stroke-width="3"/>')
    for row in rows:
        across, down = x(row["budget_yuan"]), y(row["count"])
        parts.append(f'<circle cx="{px(across)}" cy="{px(down)}" r="5" fill="{SUPPLIED}"/>')
        parts.append(diamond(across, y(row["bound"])))
        if row["knee"]:
            label = f"拐点 knee: {row['budget_yuan']:,.0f} 元 yuan, {people_text(int(row['count']))}"
            parts.append(line(across, down, across, HEIGHT - BOTTOM, colour=PROMISE, dash="7 4", width=1.5))
            parts.append(text(across + 10, HEIGHT - BOTTOM - 12, label, colour=PROMISE, weight="bold"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _frame(result: PlaceResult) -> list[str]:
    title = f"预算与覆盖 Budget and coverage: {result.region.name}"
    zh, en = goal_words(result.steps[0], result.options)
    what = f"{zh} {en[0].upper()}{en[1:]}"
    marks = [text(LEFT + 30, 92, "可证界限 proven bound", colour=FAINT), diamond(LEFT + 12, 87)]
    parts = [text(LEFT, 36, title, size=20, colour=INK, weight="bold"), text(LEFT, 62, what, colour=FAINT)]
    return [*frame(title), *parts, *marks]


def _axes(x: Any, y: Any, most_yuan: float, low: int, high: float) -> list[str]:  # noqa: ANN401 - scales
    parts = []
    step = tick_step(int(high) - low)
    for people in range((low // step + 1) * step, int(high) + 1, step):
        parts.append(line(LEFT, y(people), WIDTH - RIGHT, y(people), colour=GRID))
        parts.append(text(LEFT - 10, y(people) + 5, people_text(people), anchor="end", colour=FAINT))
    base = HEIGHT - BOTTOM
    parts.append(line(LEFT, base, WIDTH - RIGHT, base, colour=FAINT))
    step = tick_step(int(most_yuan))
    for yuan in range(0, int(most_yuan) + 1, step):
        parts.append(line(x(yuan), base, x(yuan), base + 6, colour=FAINT))
        parts.append(text(x(yuan), base + 24, f"{yuan:,}", anchor="middle", colour=FAINT))
    label = "预算(元) Budget (yuan)"
    return [*parts, text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 22, label, anchor="middle", colour=FAINT)]
