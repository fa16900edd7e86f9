"""The placement command on copies of the tiny region, ready for whatever a test is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import placement_stand_in
import yaml
from tiny_regions import TinyRegion

from scenarios import cli
from stockpile.placement.given_stock import reach_of_stock
from stockpile.placement.problem import Floats, Goal, PlacementProblem
from stockpile.placement.solution import Placement


class Placing:
    """A copy of the tiny region with its scenario in a library, placed by the stand-in."""

    def __init__(self, folder: Path) -> None:
        self.tiny = TinyRegion(folder)
        self.library = folder / "library"
        (self.library / "tiny").mkdir(parents=True)
        self.out = folder / "out"
        self.scenarios({"flood": {}})

    def scenarios(self, changes: dict[str, dict[str, Any]]) -> None:
        """Write scenarios: name -> keys that differ from the flood."""
        for name, keys in changes.items():
            text = yaml.safe_dump({**self.tiny.scenario, "id": name, **keys}, allow_unicode=True)
            (self.library / "tiny" / f"{name}.yaml").write_text(text, encoding="utf-8")

    def empty(self) -> None:
        """Take all stock away."""
        self.tiny.change("lots", {lot: {"quantity": 0} for lot in ("L1", "L2", "L3", "L4")})

    def run(self, *args: str, out: Path | None = None, studies: bool = False) -> int:
        """Place as the command does; return the exit code."""
        options = ["--data", str(self.tiny.root), "--library", str(self.library), "--quiet"]
        options += [] if studies else ["--no-studies"]
        return cli.main(["place", "tiny", *options, "--out", str(out or self.out), *args])

    @property
    def document(self) -> dict[str, Any]:
        """place.json."""
        document: dict[str, Any] = json.loads((self.out / "place.json").read_text("utf-8"))
        return document

    def table(self, name: str) -> pd.DataFrame:
        """One table."""
        return pd.read_csv(self.out / "tables" / f"{name}.csv", dtype={"warehouse": str, "item": str})

    def supplied(self, scenario: str, hour: float) -> tuple[float, float]:
        """People before and after."""
        rows = self.table("coverage")
        row = rows[(rows["scenario"] == scenario) & (rows["hour"] == hour)].iloc[0]
        return float(row["before"]), float(row["after"])


def solve(
    problem: PlacementProblem, goal: Goal, *, gap: float, fixed_stock: Floats | None = None
) -> Placement:
    """The stand-in places, the engine says whom a stock reaches."""
    if fixed_stock is not None:
        return reach_of_stock(problem, goal.coverage, fixed_stock)
    return placement_stand_in.solve_placement(problem, goal, gap=gap)
