"""Write the tables of Lu'an Jin'an (data/warehouses/luan_jinan) from the committed inputs.

    python data/build/luan_jinan.py [--out FOLDER]

The same inputs give the same bytes on every machine: no clock, no random number, geometry on whole metres.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from csv_files import DATA, Row, read_rows, write_table
from geography import Plane, Point
from jinan_partners import fleet_rows, supplier_rows
from jinan_places import build_places, place_rows
from jinan_roads import build_roads
from jinan_sites import site_rows
from jinan_stores import floor_rows, lot_rows, warehouse_rows

INPUTS = DATA / "build" / "luan_jinan"
ORIGIN = (116.6, 31.7)


def inputs(name: str) -> list[Row]:
    """Rows of a committed input."""
    return read_rows(INPUTS / f"{name}.csv")


def lines_of(rows: Iterable[Row], key: str, plane: Plane) -> dict[str, list[Point]]:
    """Polylines by name, vertices in file order."""
    lines: dict[str, list[Point]] = {}
    for row in rows:
        lines.setdefault(row[key], []).append(plane.point((float(row["lon"]), float(row["lat"]))))
    return lines


def build(out: Path) -> None:
    """Write every table of the region into ``out``."""
    plane = Plane(ORIGIN)
    townships, communities, traits = inputs("townships"), inputs("communities"), inputs("township_traits")
    waterways, district_lots = inputs("waterways"), inputs("district_lots")
    outline = [plane.point((float(row["lon"]), float(row["lat"]))) for row in inputs("outline")]
    water = lines_of(waterways, "waterway", plane)
    streams = lines_of(inputs("streams"), "stream", plane)

    places = build_places(townships, communities, outline, water["pi-river"], plane)
    points = {place.id: place.at for place in places.townships}
    points |= {row["node"]: (float(row["lon"]), float(row["lat"])) for row in waterways}
    sites = site_rows(places, list(water.values()), plane)
    capacity = {str(site["place"]): int(str(site["capacity"])) for site in sites}

    out.mkdir(parents=True, exist_ok=True)
    write_table(out, "places", place_rows(places, townships, communities))
    write_table(
        out,
        "warehouses",
        warehouse_rows(
            places,
            inputs("district_warehouses"),
            inputs("candidates"),
            traits,
            points,
            plane,
            list(capacity),
        ),
    )
    write_table(out, "lots", lot_rows(places, district_lots, traits, inputs("township_stock"), capacity))
    write_table(out, "suppliers", supplier_rows(inputs("suppliers"), points, plane))
    write_table(out, "sites", sites)
    write_table(out, "fleet", fleet_rows(inputs("fleet"), points, plane))
    obstacles = [*water.values(), *streams.values()]
    write_table(out, "roads", build_roads(places, inputs("main_roads"), waterways, obstacles, plane))
    write_table(out, "floors", floor_rows(district_lots, inputs("floor_rules")))


def main() -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description="Write the tables of Lu'an Jin'an.")
    parser.add_argument(
        "--out", type=Path, default=DATA / "warehouses" / "luan_jinan", help="folder to write to"
    )
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()
