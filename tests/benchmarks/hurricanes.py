"""A small case in the files of Rawls and Turnquist."""

from __future__ import annotations

from pathlib import Path

NODES = "Port Town,0,30.0,-90.0\nInland,1,31.0,-90.0\nFar,2,32.0,-90.0\n"
DEMANDS = "Ann\n1 Port Town 30 60 10\n2 Inland 10 20 0\nBob\n2 Inland 500 10 70\n"
SCENARIOS = (
    "scenario_id,probability,hurricanes,raw_water_1000_gallons,raw_mre_1000_meals,raw_medical_units,"
    "q_availability,disruption\n"
    "one,0.5,h01,40,80,10,0.4,0.6\n"
    "two,0.2,h02,50,1,7,0.2,1.0\n"
    "both,0.2,h01+h02,90,81,17,0.2,1.0\n"
    "calm,0.1,NONE,0,0,0,1.0,0.0\n"
)


def write_hurricanes(folder: Path) -> Path:
    """Write three nodes and two hurricanes; `demands.txt` has ten times Bob as it has Katrina."""
    (folder / "node_coordinates.csv").write_text(NODES, encoding="utf-8")
    (folder / "demands.txt").write_text(DEMANDS, encoding="utf-8")
    (folder / "scenarios.csv").write_text(SCENARIOS, encoding="utf-8")
    return folder
