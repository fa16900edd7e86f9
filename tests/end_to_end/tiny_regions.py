"""Variants of the tiny region: tables copied, a few cells changed, one scenario planned in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from command_line import TEST_DATA

from scenarios import cli


class TinyRegion:
    """A copy of tests/data/tiny below `folder`, which becomes a data root."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "data"
        self.out = folder / "out"
        shutil.copytree(TEST_DATA / "tiny", self.root / "tiny")
        self.file = self.root / "tiny" / "flood.yaml"
        self.scenario: dict[str, Any] = yaml.safe_load(self.file.read_text("utf-8"))

    def change(self, table: str, rows: Mapping[str, Mapping[str, object]]) -> None:
        """Set cells of a table: id -> column -> value."""
        file = self.root / "tiny" / f"{table}.csv"
        frame = pd.read_csv(file, dtype=str, keep_default_na=False).set_index("id", drop=False)
        for row, cells in rows.items():
            for column, value in cells.items():
                frame.loc[row, column] = str(value)
        frame.to_csv(file, index=False, lineterminator="\n")

    def ask(self, *places: str, by_hour: float, **keys: object) -> None:
        """Affect these places only, with one target, and set other keys of the scenario."""
        self.scenario["affected"] = {"all": {"places": list(places), "share": 1.0}}
        self.scenario["targets"] = {
            "everyone": {
                "hours": by_hour,
                "scope": "share",
                "required": 1.0,
                "clock": "order",
                "source": "made up for the tests",
            }
        }
        self.scenario.update({"closures": {}, "horizon_h": 12.0, **keys})

    def run(self, *args: str) -> int:
        """Plan the scenario as `stockpile run` does; return the exit code."""
        text = yaml.safe_dump(self.scenario, allow_unicode=True, sort_keys=False)
        self.file.write_text(text, encoding="utf-8")
        options = ["--data", str(self.root), "--out", str(self.out), "--effort", "quick", "--quiet"]
        return cli.main(["run", str(self.file), *options, *args])

    @property
    def report(self) -> dict[str, Any]:
        """report.json of the last run."""
        document: dict[str, Any] = json.loads((self.out / "report.json").read_text("utf-8"))
        return document
