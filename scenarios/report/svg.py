"""Parts of the pictures: lines, texts and marks as SVG, in the colours and the type of all of them."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 960, 540
MOST_TICKS = 6

INK, FAINT, GRID = "#1f2933", "#5f6c7b", "#e3e8ee"
SUPPLIED, AFFECTED, PROMISE, BOUND = "#1769aa", "#3e4c59", "#b3430e", "#1b7f4b"
FONT = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',Arial,sans-serif"


def frame(title: str) -> list[str]:
    """Opening of a picture with its title for readers that speak, on white ground."""
    return [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" font-family="{FONT}" font-size="14">'
        ),
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]


def tick_step(top: float) -> int:
    """A round step that divides 0 to `top` into at most six parts."""
    magnitude: int = 10 ** max(0, math.floor(math.log10(max(top, 1) / MOST_TICKS)))
    return next(step * magnitude for step in (1, 2, 5, 10) if top / (step * magnitude) <= MOST_TICKS)


def diamond(x: float, y: float) -> str:
    """Hollow diamond: a bound."""
    corners = ((x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y))
    points = " ".join(f"{px(across)},{px(down)}" for across, down in corners)
    return f'<polygon points="{points}" fill="none" stroke="{BOUND}" stroke-width="2.5"/>'


def px(value: float) -> str:
    """Pixels with one decimal."""
    return f"{value:.1f}"


def line(
    x1: float, y1: float, x2: float, y2: float, *, colour: str, dash: str = "none", width: float = 1
) -> str:
    """Straight line."""
    return (
        f'<line x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}" stroke="{colour}" '
        f'stroke-width="{width:g}" stroke-dasharray="{dash}"/>'
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    colour: str,
    size: int = 14,
    anchor: str = "start",
    weight: str = "normal",
) -> str:
    """Text with a white rim, so that it can be read over lines."""
    return (
        f'<text x="{px(x)}" y="{px(y)}" fill="{colour}" font-size="{size}" text-anchor="{anchor}" '
        f'font-weight="{weight}" stroke="#ffffff" stroke-width="3" paint-order="stroke">'
        f"{escape(words)}</text>"
    )
