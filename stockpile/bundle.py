"""The frozen bundle of the validated tables of one region."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

CATALOGUE = "catalogue"
CATALOGUE_TABLES = ("items", "baskets", "vehicle_types")
REGION_TABLES = ("places", "warehouses", "lots", "suppliers", "sites", "fleet", "roads", "floors")
SAVED_ROADS = "roads.npz"
"""Network of imported roads; a region folder that holds it needs no `roads.csv` for its roads."""

ALL_TABLES = REGION_TABLES + CATALOGUE_TABLES
GIVEN_TABLES = ("levels",)
"""Tables that are given to a command and are no part of a region."""


@dataclass(frozen=True, eq=False)
class Region:
    """Everything the data say about one region.

    Each table is a frame with the columns of the data dictionary and `row`, the row in the file. Frames are
    never changed in place; `replace` returns a region with other ones.

    Attributes:
        name: name of the region's folder.
        digests: SHA-256 of every file read, by its path below the data root.
    """

    name: str
    places: pd.DataFrame
    warehouses: pd.DataFrame
    lots: pd.DataFrame
    suppliers: pd.DataFrame
    sites: pd.DataFrame
    fleet: pd.DataFrame
    roads: pd.DataFrame
    floors: pd.DataFrame
    items: pd.DataFrame
    baskets: pd.DataFrame
    vehicle_types: pd.DataFrame
    digests: Mapping[str, str]

    def replace(self, **tables: pd.DataFrame) -> Region:
        """Return a region in which the named tables are replaced.

        Raises:
            TypeError: a name is not a table of a region.
        """
        unknown = sorted(set(tables).difference(ALL_TABLES))
        if unknown:
            raise TypeError(f"a region has no table {', '.join(unknown)}")
        return dataclasses.replace(self, **tables)  # type: ignore[arg-type]

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name in the data dictionary."""
        frame = getattr(self, name) if name in ALL_TABLES else None
        if not isinstance(frame, pd.DataFrame):
            raise KeyError(name)
        return frame

    @property
    def saved_roads(self) -> str | None:
        """File of the imported roads below the data root; None when the roads table holds the roads."""
        file = f"{self.name}/{SAVED_ROADS}"
        return file if file in self.digests else None

    def file_of(self, table: str) -> str:
        """Return the file a table was read from, below the data root, for problems to name."""
        own = f"{self.name}/{table}.csv"
        shared = f"{CATALOGUE}/{table}.csv"
        return shared if table in CATALOGUE_TABLES and own not in self.digests else own
