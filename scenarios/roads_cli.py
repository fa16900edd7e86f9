"""The verbs `stockpile roads …`: bring real roads into a region and look at them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from scenarios.cli_options import DataRoot, RegionName

if TYPE_CHECKING:
    from routing.osm import ImportedRoads
    from routing.road_network import Flags, RoadNetwork
    from scenarios.roads_import import RoadsInfo

Verb: TypeAlias = Callable[[Callable[..., int]], Callable[..., None]]
DONE = 0
PLACES_SHOWN = 20
PARTS_SHOWN = 8


class DatumName(StrEnum):
    """Coordinates of a file of roads."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class ShiftedDatum(StrEnum):
    """Coordinates of Chinese web maps, which have to be converted."""

    GCJ02 = "gcj02"
    BD09 = "bd09"


Region = Annotated[str, typer.Option("--region", metavar="REGION", help="Region that gets the roads.")]
Tracks = Annotated[
    bool, typer.Option("--tracks", help="Keep farm and forest tracks, which trucks may not manage.")
]


def roads_app(verb: Verb) -> typer.Typer:
    """Return the verbs; `verb` turns what one returns or raises into an exit code."""
    app = typer.Typer(
        help="Import real roads into a region, and look at them.", no_args_is_help=True, rich_markup_mode=None
    )
    app.command("import")(verb(import_file))
    app.command("fetch")(verb(fetch))
    app.command("info")(verb(info))
    app.command("convert")(verb(convert))
    return app


def import_file(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="An .osm, .osm.gz, .osm.bz2, .osm.pbf, .graphml or .graphml.gz."),
    ],
    *,
    region: Region,
    datum: Annotated[
        DatumName, typer.Option("--datum", help="Coordinates of the file; converted to WGS84.")
    ] = DatumName.WGS84,
    tracks: Tracks = False,
    data: DataRoot = None,
) -> int:
    """Make a file of OpenStreetMap or GraphML the roads of a region.

    The network is kept as roads.npz in the folder of the region, where it takes the place of roads.csv.
    """
    from scenarios.roads_import import import_roads  # noqa: PLC0415

    _show_import(import_roads(file, region, data, datum=datum.value, tracks=tracks), region)
    return DONE


def fetch(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="A place as OpenStreetMap names it.")],
    *,
    region: Region,
    tracks: Tracks = False,
    cache: Annotated[
        Path | None, typer.Option("--cache", metavar="FOLDER", help="Folder that keeps downloads.")
    ] = None,
    data: DataRoot = None,
) -> int:
    """Download the roads of a place from OpenStreetMap and make them the roads of a region.

    A place is downloaded once; later it is taken from the cache.
    """
    from routing.osm.download import fetch_roads  # noqa: PLC0415
    from scenarios.roads_import import import_roads  # noqa: PLC0415
    from stockpile.region import region_folder  # noqa: PLC0415

    region_folder(region, data)  # a wrong name must show before the download
    file = fetch_roads(place, cache=cache, tracks=tracks)
    _show_import(import_roads(file, region, data, datum=DatumName.WGS84.value, tracks=tracks), region)
    return DONE


def info(
    region: RegionName,
    *,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help="SVG file; runs/REGION/roads.svg by default."),
    ] = None,
    data: DataRoot = None,
) -> int:
    """Show size, classes, connected parts and unmatched places of a region's roads, and draw them."""
    from scenarios.roads_import import roads_info  # noqa: PLC0415

    found = roads_info(region, data)
    for line in info_lines(region, found):
        typer.echo(line)
    target = picture or Path("runs") / region / "roads.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(found.picture, encoding="utf-8", newline="\n")
    typer.echo(f"The picture is {target.as_posix()}")
    return DONE


def convert(
    table: Annotated[Path, typer.Argument(metavar="TABLE.csv", help="A table with columns lon and lat.")],
    *,
    datum: Annotated[ShiftedDatum, typer.Option("--datum", help="Coordinates that the table holds.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="New file; TABLE.wgs84.csv by default."),
    ] = None,
) -> int:
    """Write a table of places again with its coordinates converted to WGS84; the table itself stays."""
    from scenarios.roads_import import converted_table  # noqa: PLC0415

    text = converted_table(table, datum.value)
    target = out or table.with_suffix(".wgs84.csv")
    target.write_text(text, encoding="utf-8", newline="\n")
    typer.echo(f"Converted from {datum.value} to WGS84: {target.as_posix()}")
    return DONE


def _show_import(imported: ImportedRoads, region: str) -> None:
    from routing.osm import report_lines  # noqa: PLC0415

    for line in report_lines(imported.report):
        typer.echo(line)
    typer.echo(f"{region} now has these roads (roads.npz). © OpenStreetMap contributors, ODbL 1.0")


def _counted(what: str, network: RoadNetwork, edges: Flags) -> str:
    """Say how many pieces of road are bridges or tunnels, and how many directed edges they are cut into."""
    from routing.road_pieces import count_pieces  # noqa: PLC0415

    return f"{what} {count_pieces(network, edges):,} ({int(edges.sum()):,} edges)"


def info_lines(region: str, info: RoadsInfo) -> list[str]:
    """Say in words what the roads of a region are."""
    from routing.osm import report_lines  # noqa: PLC0415

    network, parts = info.network, info.components
    km = sum(info.km_by_class.values())
    size = f"{len(network.node_ids):,} nodes, {len(network.edge_from):,} directed edges, {km:,.1f} km"
    nodes = ", ".join(f"{part:,}" for part in parts[:PARTS_SHOWN]) + ", …" * (len(parts) > PARTS_SHOWN)
    away = f"{info.median_m:,.0f} m (median), at most {info.farthest_m:,.0f} m from the nearest road"
    lines = [
        f"{region}: {size}",
        *(f"  {name:<15} {length:>10,.1f} km" for name, length in info.km_by_class.items()),
        f"  {_counted('bridges', network, network.bridge)}, {_counted('tunnels', network, network.tunnel)}",
        f"  strongly connected parts: {len(parts):,} (nodes: {nodes})",
        f"  {info.places:,} warehouses and sites lie {away}; {len(info.unmatched):,} unmatched",
        *(
            f"    unmatched {place.kind} {place.id} {place.name}: {place.metres:,.0f} m"
            for place in info.unmatched[:PLACES_SHOWN]
        ),
    ]
    if len(info.unmatched) > PLACES_SHOWN:
        lines.append(f"    and {len(info.unmatched) - PLACES_SHOWN:,} more")
    if info.report is None:
        return [*lines, "The roads come from roads.csv"]
    return [*lines, "The roads were imported:", *report_lines(info.report)]
