"""How far warehouses lie from one another, however that is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stockpile.geodesy import great_circle_m


@dataclass(frozen=True, eq=False)
class Distances:
    """Metres from each warehouse to each other, (W, W), both in the order of `ids`; all finite.

    Where nothing joins two of them, so `joined` says, the metres only rank: longer than any way there is.
    """

    ids: tuple[str, ...]
    metres: NDArray[np.float64]
    joined: NDArray[np.bool_]

    def between(self, ids: Sequence[str]) -> NDArray[np.float64]:
        """Return the metres between some of the warehouses, in the order of their ids.

        Raises:
            ValueError: one of them is unknown.
        """
        return self.metres[self._pairs(ids)]

    def told(self, ids: Sequence[str]) -> NDArray[np.float64]:
        """Return the same, NaN where nothing joins the two.

        Raises:
            ValueError: one of them is unknown.
        """
        pairs = self._pairs(ids)
        return np.where(self.joined[pairs], self.metres[pairs], np.nan)

    def _pairs(self, ids: Sequence[str]) -> tuple[NDArray[np.int64], ...]:
        position = [self.ids.index(name) for name in ids]
        return np.ix_(position, position)


def straight_lines(warehouses: pd.DataFrame) -> Distances:
    """Return great circles between the rows of a table of warehouses."""
    lon, lat = (warehouses[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    metres = great_circle_m(lon[:, None], lat[:, None], lon, lat)
    return Distances(tuple(warehouses["id"]), metres, np.ones_like(metres, dtype=np.bool_))
