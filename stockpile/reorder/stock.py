"""Stock on hand of one item at one warehouse, sorted by how long it can still be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

import pandas as pd

from stockpile.inventory import fefo_order


class LotState(Enum):
    """How long a lot can still be used, seen from the day of the sheet."""

    EXPIRED = "expired"  # expires_on < day
    EXPIRING = "expiring"  # gone before an order of today arrives
    ROTATING = "rotating"  # outlives the lead time, but not the rotation window after it
    SOUND = "sound"  # outlives both, or never expires


@dataclass(frozen=True)
class Lot:
    """A lot on hand; `quantity` in units of the item, `expires_on` its last day of use (None: never)."""

    id: str
    warehouse: str
    item: str
    quantity: int
    expires_on: date | None
    owner: str = ""


@dataclass(frozen=True)
class Clock:
    """The day of the sheet and the rotation window in days."""

    on: date
    rotation_days: int

    def receipt(self, lead_time_days: int) -> date:
        """Return the day on which goods ordered today arrive."""
        return self.on + timedelta(days=lead_time_days)

    def state(self, expires_on: date | None, lead_time_days: int) -> LotState:
        """Return how long a lot can still be used; a lot is good on its last day of use."""
        if expires_on is None:
            return LotState.SOUND
        if expires_on < self.on:
            return LotState.EXPIRED
        receipt = self.receipt(lead_time_days)
        if expires_on < receipt:
            return LotState.EXPIRING
        if expires_on < receipt + timedelta(days=self.rotation_days):
            return LotState.ROTATING
        return LotState.SOUND


@dataclass
class Holding:
    """Lots of one item at one warehouse by state, each list in FEFO order."""

    lots: dict[LotState, list[Lot]] = field(default_factory=lambda: {state: [] for state in LotState})

    def quantity(self, *states: LotState) -> int:
        """Return the units in these states."""
        return sum(lot.quantity for state in states for lot in self.lots[state])

    @property
    def usable(self) -> int:
        """Units that are still good on the day an order of today would arrive."""
        return self.quantity(LotState.ROTATING, LotState.SOUND)

    @property
    def unexpired(self) -> list[Lot]:
        """Lots that can be used on the day of the sheet, first expired first out."""
        return [lot for state in LotState if state is not LotState.EXPIRED for lot in self.lots[state]]

    @property
    def flagged(self) -> list[tuple[LotState, Lot]]:
        """Lots to write off or rotate with their state, first expired first out."""
        return [(state, lot) for state in LotState if state is not LotState.SOUND for lot in self.lots[state]]


def holdings(
    lots: pd.DataFrame, lead_time_days: Mapping[str, int], clock: Clock
) -> dict[tuple[str, str], Holding]:
    """Return the stock of each (warehouse id, item id) that has any, sorted by state and FEFO order."""
    found: dict[tuple[str, str], Holding] = {}
    for row in fefo_order(lots[lots["quantity"] > 0]).to_dict("records"):
        expires_on = row["expires_on"] if isinstance(row["expires_on"], date) else None
        lot = Lot(row["id"], row["warehouse"], row["item"], int(row["quantity"]), expires_on, row["owner"])
        state = clock.state(lot.expires_on, lead_time_days[lot.item])
        found.setdefault((lot.warehouse, lot.item), Holding()).lots[state].append(lot)
    return found


def below_from(lots: Sequence[tuple[date | None, int]], target: int, on: date) -> tuple[date, int] | None:
    """Return the first day on which stock is below target because lots lapse, and the units then missing.

    `lots` are (last day of use, units) that are good on `on`. None when the stock never falls below.
    """
    lapsing: Counter[date] = Counter()
    for expires_on, units in lots:
        if expires_on is not None:
            lapsing[expires_on] += units
    left = sum(units for _, units in lots)
    if left < target:
        return on, target - left
    for expires_on in sorted(lapsing):
        left -= lapsing[expires_on]
        if left < target:
            return expires_on + timedelta(days=1), target - left
    return None
