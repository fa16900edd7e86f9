"""A region of four places and five sites, and a library with one scenario, small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from stockpile.bundle import Region

BASE_YAML = """\
schema: stockpile-scenario/1
basket: flood
supply_days: 3
horizon_h: 24
event_to_order_h: 0.5
targets:
  everyone-8h: {hours: 8, scope: share, required: 1.0, clock: order, source: "plan 17"}
"""

SCENARIO_YAML = """\
id: wet
name_zh: 洪涝
name_en: Flood
hazard: flood
date: 2026-07-05
affected:
  north: {places: [101], share: 0.1}
"""


def _table(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    names = columns.split()
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(row=range(2, len(rows) + 2))


@pytest.fixture
def region() -> Region:
    """Return district 1 with townships 101 (community 10101) and 102 (no site), a road and a bridge."""
    nothing = pd.DataFrame()
    return Region(
        name="valley",
        places=_table(
            "id name_zh level parent population",
            ("1", "区", "district", "", 10_000),
            ("101", "北乡", "township", "1", 1_005),
            ("10101", "北村", "community", "101", 500),
            ("102", "南乡", "township", "1", 2_000),
        ),
        warehouses=_table(
            "id name_zh status lon lat",
            ("W-1", "区库", "existing", 116.0, 31.0),
            ("W-2", "备选库", "candidate", 116.5, 31.5),
        ),
        lots=_table("id warehouse item quantity", ("L-1", "W-1", "water", 100), ("L-2", "W-1", "rice", 7)),
        suppliers=nothing,
        sites=_table(
            "id name_zh place capacity lon lat",
            ("S-1", "学校", "101", 100, 116.0, 31.5),
            ("S-2", "村部", "10101", 100, 116.1, 31.5),
            ("S-3", "中学", "101", 100, 116.2, 31.5),
            ("S-9", "区体育馆", "1", 700, 116.5, 31.0),
        ).assign(scale=""),
        fleet=_table("id number", ("F-1", 5), ("F-2", 1)),
        roads=_table(
            "id name_zh name_en from from_lon from_lat to to_lon to_lat class length_km",
            ("R-1", "国道", "National", "a", 116.0, 31.0, "b", 116.0, 31.5, "trunk", 60.0),
            ("R-2", "大桥", "", "b", 116.0, 31.5, "c", 116.2, 31.5, "secondary", 20.0),
        ).assign(oneway=False, bridge=[False, True], tunnel=False, ref=["G312;S203", ""], max_weight_t=40.0),
        floors=nothing,
        items=nothing,
        baskets=_table("id basket item", ("B-1", "flood", "water"), ("B-2", "ice", "quilt")),
        vehicle_types=nothing,
        digests={},
    )


@pytest.fixture
def write_library(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a library: a base and the scenario `wet`, with more lines to each."""

    def write(*, base: str = "", scenario: str = "", region: str = "valley") -> Path:
        folder = tmp_path / "library" / region
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "base.yaml").write_text(BASE_YAML + base, encoding="utf-8")
        (folder / "wet.yaml").write_text(SCENARIO_YAML + scenario, encoding="utf-8")
        return folder.parent

    return write
