"""Lots are usable to their last day, and leave the shelf first expired first."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from stockpile.inventory import expired_lots, fefo_order, usable_lots

TODAY = date(2026, 7, 5)

days = st.none() | st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40))


def frame(rows: list[tuple[date | None, date | None, int]]) -> pd.DataFrame:
    """Return a lots table of rows (produced_on, expires_on, quantity) with ids from L-0 on."""
    return pd.DataFrame(
        {
            "id": pd.Series([f"L-{number}" for number in range(len(rows))], dtype=object),
            "produced_on": pd.Series([row[0] for row in rows], dtype=object),
            "expires_on": pd.Series([row[1] for row in rows], dtype=object),
            "quantity": pd.Series([row[2] for row in rows], dtype="int64"),
        }
    )


lots = st.lists(st.tuples(days, days, st.integers(0, 3)), max_size=12).map(frame)


def test_a_lot_is_usable_on_its_last_day_and_not_after() -> None:
    """`expires_on` is the last day of use."""
    table = frame([(None, TODAY, 5), (None, TODAY - timedelta(days=1), 5), (None, None, 5), (None, None, 0)])
    assert list(usable_lots(table, TODAY)["id"]) == ["L-0", "L-2"]
    assert list(expired_lots(table, TODAY)["id"]) == ["L-1"]


@given(lots)
def test_every_unit_is_either_usable_or_expired(table: pd.DataFrame) -> None:
    """The two sets share no lot, and together hold all units."""
    usable, expired = usable_lots(table, TODAY), expired_lots(table, TODAY)
    assert not set(usable["id"]) & set(expired["id"])
    assert usable["quantity"].sum() + expired["quantity"].sum() == table["quantity"].sum()
    assert (usable["quantity"] > 0).all()


@given(lots)
def test_no_lot_is_issued_before_one_that_expires_earlier(table: pd.DataFrame) -> None:
    """FEFO: dated lots by last day, undated ones last; the same lots come out as went in."""
    ordered = fefo_order(table)
    last_days = [day or date.max for day in ordered["expires_on"]]
    assert last_days == sorted(last_days)
    assert sorted(ordered["id"]) == sorted(table["id"])


@given(lots, st.integers(0, 1000))
def test_the_order_of_issue_does_not_depend_on_the_order_of_the_table(table: pd.DataFrame, seed: int) -> None:
    """Ties are broken by day of production and id, never by chance."""
    shuffled = table.sample(frac=1, random_state=seed)
    assert list(fefo_order(shuffled)["id"]) == list(fefo_order(table)["id"])


def test_lots_of_one_last_day_leave_in_the_order_of_production_then_id() -> None:
    """The older lot first; an unknown day of production comes last."""
    older, newer = date(2025, 1, 1), date(2025, 2, 1)
    table = frame([(None, TODAY, 1), (newer, TODAY, 1), (older, TODAY, 1), (older, TODAY, 1)])
    assert list(fefo_order(table)["id"]) == ["L-2", "L-3", "L-1", "L-0"]
