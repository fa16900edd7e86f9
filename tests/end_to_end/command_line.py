"""Run the command as a user does, in a process of its own, and read back what it wrote."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "warehouses"
TEST_DATA = ROOT / "tests" / "data"
TINY_FLOOD = TEST_DATA / "tiny" / "flood.yaml"
TINY = (str(TINY_FLOOD), "--data", str(TEST_DATA))

SHIPPED_REGION = "luan_jinan"
OWN_TABLES = ("places", "warehouses", "lots", "suppliers", "sites", "fleet", "roads", "floors")
CATALOGUE_TABLES = ("items", "baskets", "vehicle_types")
PLAN_TABLES = (
    *("closures", "coverage", "critical_links", "curve", "demand", "first_arrivals", "first_goods"),
    *("flooded", "gaps", "isolated", "legs"),
    *("load_lines", "local_issues", "site_sources", "stops", "supply", "targets", "trips"),
)
OUTPUTS = (
    "people-by-hour.svg",
    "plan.xlsx",
    "report.json",
    "report.md",
    "resolved.yaml",
    *(f"tables/{name}.csv" for name in PLAN_TABLES),
)
TEXT_COLUMNS = (
    *(
        "id",
        "place",
        "parent",
        "site",
        "site_id",
        "point_id",
        "trip_id",
        "vehicle_id",
        "fleet_id",
        "source_id",
    ),
    *("warehouse_id", "lot_id", "item", "causes", "links", "via", "expires_on", "from_id", "to_id", "from"),
    *("to", "warehouse", "depot", "base", "contract_end", "link", "road", "critical_link"),
    "second_source_id",
)


def stockpile_run(
    *args: str, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `stockpile run ARGS` in `folder`, which is not the repository."""
    command = [sys.executable, str(ROOT / "run_scenario.py"), *args]
    return subprocess.run(  # noqa: S603 - the engine itself
        command,
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def written_run(
    *args: str, folder: Path, out: str = "out", environment: Mapping[str, str] | None = None
) -> WrittenRun:
    """Run a scenario in `folder` with `--out OUT`, and return what came of it."""
    done = stockpile_run(*args, "--out", out, folder=folder, environment=environment)
    return WrittenRun(folder / out, done.returncode, done.stdout, done.stderr)


@cache
def data_table(name: str) -> pd.DataFrame:
    """A table of the shipped region, or of the catalogue."""
    folder = DATA / ("catalogue" if name in CATALOGUE_TABLES else SHIPPED_REGION)
    return _read(folder / f"{name}.csv")


def tree(folder: Path) -> dict[str, str]:
    """Digest of every file below a folder, by its name there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def whole_seconds(hours: pd.Series[float]) -> pd.Series[int]:
    """Seconds from hours with four decimals."""
    return (hours * 3600).round().astype("int64")


def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=dict.fromkeys(TEXT_COLUMNS, str), keep_default_na=False, na_values=[])


@dataclass(frozen=True)
class WrittenRun:
    """A finished run: its folder, its exit code and what it said."""

    folder: Path
    code: int
    printed: str
    complaints: str

    @cached_property
    def report(self) -> dict[str, Any]:
        """report.json."""
        document: dict[str, Any] = json.loads((self.folder / "report.json").read_text("utf-8"))
        return document

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """manifest.json."""
        document: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return document

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """resolved.yaml."""
        document: dict[str, Any] = yaml.safe_load((self.folder / "resolved.yaml").read_text("utf-8"))
        return document

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {name: _read(self.folder / "tables" / f"{name}.csv") for name in PLAN_TABLES}

    def table(self, name: str) -> pd.DataFrame:
        """One of tables/*.csv."""
        return self._tables[name]
