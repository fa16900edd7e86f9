"""What an import found, kept and left out, as numbers that can be stored and shown."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PARTS_SHOWN = 5


@dataclass(frozen=True)
class CutOff:
    """A part that cannot be driven to and back from the largest part.

    `one_way` says that some road joins it to the largest part, but in one direction only; otherwise no road
    does. `lon` and `lat` are one of its nodes.
    """

    nodes: int
    km: float
    one_way: bool
    lon: float
    lat: float
    names: tuple[str, ...]


@dataclass(frozen=True)
class ImportReport:
    """Where a network comes from and what became of the file's content.

    The file: `nodes_in_file`, `ways_in_file` and `edges_in_file` count all of it (an edge is one direction of
    the segment between two neighbouring nodes of a way), `non_road_edges` those of ways that are no roads.
    Left out: `left_out` counts ways (GraphML: edges) by reason, `clipped_ways` refer to nodes outside the
    file, `clipped_roads` of them would have been driven, `merged_edges` ran beside a faster one,
    `cut_off_nodes` and `cut_off_edges` are off the largest strongly connected part and listed in `cut_off`.
    Kept: `nodes`, `edges`, `links`, `km` (each road once), `km_by_class`, `bridges` and `tunnels` (pieces of
    road on or in them: each carriageway, and what lies between two junctions, counts for itself) and their
    `bridge_edges` and `tunnel_edges`, edges that are `named`, or have a speed or weight limit. `unread`
    counts tag values without sense.
    """

    file: str
    sha256: str
    datum: str
    tracks: bool
    nodes_in_file: int
    ways_in_file: int
    edges_in_file: int
    non_road_edges: int
    left_out: Mapping[str, int]
    clipped_ways: int
    clipped_roads: int
    drivable_nodes: int
    drivable_edges: int
    merged_edges: int
    cut_off_nodes: int
    cut_off_edges: int
    cut_off: tuple[CutOff, ...]
    nodes: int
    edges: int
    links: int
    km: float
    km_by_class: Mapping[str, float]
    bridges: int
    bridge_edges: int
    tunnels: int
    tunnel_edges: int
    named: int
    with_maxspeed: int
    with_max_weight: int
    unread: Mapping[str, int]

    def to_json(self) -> str:
        """Return the report as JSON, keys sorted."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> ImportReport:
        """Read what `to_json` wrote.

        Raises:
            ValueError: the text is no report.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            parts = tuple(CutOff(**{**part, "names": tuple(part["names"])}) for part in values["cut_off"])
            return cls(**{**values, "cut_off": parts})
        except (TypeError, KeyError) as error:
            raise ValueError(f"no import report: {error}") from None


def report_lines(report: ImportReport) -> list[str]:
    """Say in words what an import kept and what it left out."""
    read = f"{report.nodes_in_file:,} nodes, {report.ways_in_file:,} ways"
    read += f", {report.edges_in_file:,} directed edges"
    clipped = f"{report.clipped_ways:,} ways refer to nodes outside the file and are dropped"
    drivable = f"{report.drivable_nodes:,} nodes, {report.drivable_edges:,} edges"
    off = f"{report.cut_off_nodes:,} nodes, {report.cut_off_edges:,} edges in {len(report.cut_off):,} parts"
    kept = f"{report.nodes:,} nodes, {report.edges:,} directed edges, {report.km:,.1f} km of road"
    structures = f"{report.bridges:,} bridges ({report.bridge_edges:,} edges), "
    structures += f"{report.tunnels:,} tunnels ({report.tunnel_edges:,} edges), {report.named:,} named"
    limits = f"{report.with_maxspeed:,} with a speed limit, {report.with_max_weight:,} with a weight limit"
    lines = [
        f"{report.file} (SHA-256 {report.sha256[:12]}…, {report.datum}): {read}",
        f"  not roads: {report.non_road_edges:,} edges",
        f"  clipped: {clipped} ({report.clipped_roads:,} of them drivable)",
        f"  drivable: {drivable}; {report.merged_edges:,} beside a faster parallel edge are merged into it",
        f"  off the largest strongly connected part: {off}",
        *(f"    {_part(part)}" for part in report.cut_off[:PARTS_SHOWN]),
        *_more(len(report.cut_off) - PARTS_SHOWN),
        f"kept: {kept}; {structures}, {limits}",
    ]
    if report.left_out:
        found = ", ".join(f"{reason} {count:,}" for reason, count in report.left_out.items())
        lines.insert(2, f"  ways left out: {found}")
    if report.unread:
        values = ", ".join(f"{value} ({count:,})" for value, count in report.unread.items())
        lines.append(f"tag values without sense, left out: {values}")
    return lines


def _part(part: CutOff) -> str:
    how = "one way in or out only" if part.one_way else "apart"
    names = f": {', '.join(part.names)}" if part.names else ""
    return f"{part.nodes:,} nodes, {part.km:,.2f} km at {part.lon:.5f}, {part.lat:.5f} ({how}){names}"


def _more(count: int) -> list[str]:
    return [f"    and {count:,} more"] if count > 0 else []
