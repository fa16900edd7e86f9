"""What one affected person needs, what a site needs, and how many people a pile of goods makes complete."""

from __future__ import annotations

import numpy as np
import pandas as pd

FLOAT_SLACK = 1e-9  # a need of 3.0000000000001 units is 3, not 4


def basket_need(baskets: pd.DataFrame, basket: str, supply_days: float) -> pd.DataFrame:
    """Return what one person needs of a basket over the days of supply.

    Items given per day are multiplied with `supply_days`, items given per event are not.

    Returns:
        Frame with `item`, `quantity_per_person` (units a person) and `essential`, sorted by item.

    Raises:
        ValueError: there is no such basket, or the days are not above 0.
    """
    rows = baskets[baskets["basket"] == basket]
    if rows.empty:
        known = ", ".join(sorted(set(baskets["basket"])))
        raise ValueError(f"there is no basket {basket!r}; the catalogue has {known or 'none'}")
    if not supply_days > 0:
        raise ValueError(f"{supply_days} days of supply are not above 0")
    days = np.where(rows["per"] == "day", supply_days, 1.0)
    need = pd.DataFrame(
        {
            "item": rows["item"],
            "quantity_per_person": rows["quantity_per_person"] * days,
            "essential": rows["essential"],
        }
    )
    return need.sort_values("item", kind="stable", ignore_index=True)


def site_need(people: pd.Series, need: pd.DataFrame) -> pd.DataFrame:
    """Return the whole units of each item that each site needs: ceil(people x quantity per person).

    Args:
        people: persons by site id.
        need: as returned by `basket_need`.

    Returns:
        Frame with `site`, `item` and `need` (int64), sites in the order of `people`, items in that of `need`.
    """
    persons = people.to_numpy(dtype=np.float64)
    per_person = need["quantity_per_person"].to_numpy(dtype=np.float64)
    units = np.ceil(np.outer(persons, per_person) - FLOAT_SLACK)
    return pd.DataFrame(
        {
            "site": np.repeat(people.index.to_numpy(dtype=object), len(need)),
            "item": np.tile(need["item"].to_numpy(dtype=object), len(people)),
            "need": units.astype(np.int64).ravel(),
        }
    )
