"""Conversions lose nothing that a plan needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile.units import hours_to_s, minutes_to_s, s_to_hours, t_per_h_to_kg_per_s


@given(st.integers(0, 10_000 * 3600))
def test_hours_of_a_table_give_the_second_back(seconds: int) -> None:
    """Four decimals of an hour are 0.36 s, so the whole second is found again."""
    assert hours_to_s(s_to_hours(seconds)) == seconds


def test_conversions_have_the_right_factor() -> None:
    """One unit of each, by hand."""
    assert hours_to_s(1.5) == 5400
    assert minutes_to_s(2.5) == 150
    assert t_per_h_to_kg_per_s(7.2) == pytest.approx(2)
