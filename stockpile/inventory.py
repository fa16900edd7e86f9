"""Lots on the shelf: which may be issued on a day, in what order, and which are about to lapse.

A lot may be used up to and including the day in `expires_on`; a lot without that day does not expire.
Every function takes and returns frames with the columns of the `lots` table and changes none.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd


def usable_lots(lots: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return the lots that hold units which may be issued on that day."""
    return lots[_holds_units(lots) & (_last_day(lots) >= _day(on))]


def expired_lots(lots: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return the lots that hold units which may no longer be issued on that day: they are written off."""
    return lots[_holds_units(lots) & (_last_day(lots) < _day(on))]


def fefo_order(lots: pd.DataFrame) -> pd.DataFrame:
    """Return the lots in the order of issue: first expired, first out.

    Lots that do not expire come last; equal days are told apart by day of production, then by id.
    """
    keys = pd.DataFrame(
        {"expires": _last_day(lots), "produced": _days(lots["produced_on"]), "id": lots["id"]},
        index=lots.index,
    )
    order = keys.reset_index(drop=True).sort_values(["expires", "produced", "id"], kind="stable").index
    return lots.iloc[order]


def _holds_units(lots: pd.DataFrame) -> pd.Series:
    return lots["quantity"] > 0


def _last_day(lots: pd.DataFrame) -> npt.NDArray[np.int64]:
    return _days(lots["expires_on"])


def _days(days: pd.Series) -> npt.NDArray[np.int64]:
    """Return proleptic day numbers; a blank counts as the day after all days."""
    return np.array(
        [_day(day) if isinstance(day, date) else date.max.toordinal() + 1 for day in days], np.int64
    )


def _day(day: date) -> int:
    return day.toordinal()
