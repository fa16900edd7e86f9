"""Roads from OpenStreetMap extracts and street graphs."""

from __future__ import annotations

from routing.osm.reading import ImportedRoads, read_roads
from routing.osm.report import CutOff, ImportReport, report_lines

__all__ = ["CutOff", "ImportReport", "ImportedRoads", "read_roads", "report_lines"]
