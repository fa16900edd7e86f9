"""roads.svg: the network of a region with its warehouses and sites, drawn by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

from routing.road_network import ROAD_CLASSES, RoadNetwork
from routing.snapping import mercator

SIZE, MARGIN, FOOT = 1000.0, 24.0, 46.0
STYLE: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "waterway": ("#4a90d9", 2.0),
        "track": ("#c9b79c", 0.5),
        "service": ("#c4ccd4", 0.5),
        "living_street": ("#c4ccd4", 0.6),
        "residential": ("#b3bcc6", 0.7),
        "unclassified": ("#9aa5b1", 0.8),
        "tertiary_link": ("#8793a0", 0.8),
        "tertiary": ("#7b8794", 1.1),
        "secondary_link": ("#d9a441", 1.0),
        "secondary": ("#d9a441", 1.5),
        "primary_link": ("#d9822b", 1.1),
        "primary": ("#d9822b", 1.9),
        "trunk_link": ("#c2452d", 1.2),
        "trunk": ("#c2452d", 2.2),
        "motorway_link": ("#8e3b78", 1.2),
        "motorway": ("#8e3b78", 2.5),
    }
)
"""Colour and width of each class, from the lowest, which is drawn first, to the highest."""

KINDS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"site": ("#1769aa", 3.0), "warehouse": ("#1b7f4b", 5.0), "off the roads": ("#d0021b", 4.5)}
)


@dataclass(frozen=True, eq=False)
class Marks:
    """Points of one kind to draw over the roads: WGS84 degrees and names."""

    kind: str
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    names: Sequence[str]


def network_svg(network: RoadNetwork, marks: Sequence[Marks], title: str, credit: str) -> str:
    """Return the picture as SVG text; the same network gives the same text."""
    spots = mercator(network.lon, network.lat)
    marked = [mercator(mark.lon, mark.lat) for mark in marks if len(mark.lon)]
    everything = np.concatenate([spots, *marked])
    low, high = everything.min(axis=0), everything.max(axis=0)
    scale = (SIZE - 2 * MARGIN) / max(float((high - low).max()), 1.0)
    width, height = (high - low) * scale + 2 * MARGIN

    def pixels(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        across = (points - low) * scale + MARGIN
        return np.round(np.column_stack([across[:, 0], height - across[:, 1]]), 1)

    drawn = pixels(spots)
    frame = f'viewBox="0 0 {width:.0f} {height + FOOT:.0f}" width="{width:.0f}" height="{height + FOOT:.0f}"'
    foot = f'x="{MARGIN:.0f}" y="{height + FOOT - 8:.0f}" font-size="11" fill="#5f6c7b"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {frame} role="img" font-family="sans-serif">',
            f"<title>{escape(title)}</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *(_class_path(network, drawn, name) for name in STYLE),
            *(line for mark in marks for line in _points(mark, pixels(mercator(mark.lon, mark.lat)))),
            *_legend(network, marks, height),
            f"<text {foot}>{escape(credit)}</text>",
            "</svg>",
            "",
        ]
    )


def _class_path(network: RoadNetwork, drawn: npt.NDArray[np.float64], name: str) -> str:
    """All links of a class as one path; a link that follows on the last goes on from it."""
    colour, width = STYLE[name]
    chosen = np.flatnonzero(network.road_class == ROAD_CLASSES.index(name))
    _, first = np.unique(network.link[chosen], return_index=True)
    edges = chosen[first]
    steps, at = [], None
    for tail, head in zip(
        drawn[network.edge_from[edges]].tolist(), drawn[network.edge_to[edges]].tolist(), strict=True
    ):
        if tail == head:
            continue
        steps.append(f"L{head[0]:g} {head[1]:g}" if tail == at else _move(tail, head))
        at = head
    return f'<path d="{"".join(steps)}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def _move(tail: Sequence[float], head: Sequence[float]) -> str:
    return f"M{tail[0]:g} {tail[1]:g}L{head[0]:g} {head[1]:g}"


def _points(marks: Marks, pixels: npt.NDArray[np.float64]) -> list[str]:
    colour, radius = KINDS[marks.kind]
    return [
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}" fill-opacity="0.85">'
        f"<title>{escape(name)}</title></circle>"
        for (x, y), name in zip(pixels.tolist(), marks.names, strict=True)
    ]


def _legend(network: RoadNetwork, marks: Sequence[Marks], height: float) -> list[str]:
    """Name the classes and kinds that the picture holds."""
    present = {ROAD_CLASSES[number] for number in np.unique(network.road_class).tolist()}
    entries = [
        (name, STYLE[name][0]) for name in reversed(list(STYLE)) if name in present and "_link" not in name
    ]
    entries += [(mark.kind, KINDS[mark.kind][0]) for mark in marks if len(mark.lon)]
    lines, x = [], MARGIN
    for name, colour in entries:
        lines.append(f'<rect x="{x:g}" y="{height + 4:.0f}" width="10" height="10" fill="{colour}"/>')
        lines.append(
            f'<text x="{x + 14:g}" y="{height + 13:.0f}" font-size="11" fill="#1f2933">{escape(name)}</text>'
        )
        x += 26 + 6.5 * len(name)
    return lines
