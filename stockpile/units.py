"""Named conversions between the units of tables and reports and those of the core.

The core counts whole seconds from the dispatch order, metres and kilograms.
Tables and reports show hours with four decimals, kilometres and tonnes.
"""

from __future__ import annotations

SECONDS_PER_HOUR = 3600
SECONDS_PER_MINUTE = 60
METRES_PER_KM = 1000.0
KG_PER_TONNE = 1000.0
HOUR_DECIMALS = 4  # 0.0001 h is 0.36 s: enough to find the second again


def hours_to_s(hours: float) -> int:
    """Return the whole second nearest to a time in hours.

    >>> hours_to_s(s_to_hours(12_345))
    12345
    """
    return round(hours * SECONDS_PER_HOUR)


def s_to_hours(seconds: float) -> float:
    """Return a time in hours with the four decimals of tables and reports.

    >>> s_to_hours(100)
    0.0278
    """
    return round(seconds / SECONDS_PER_HOUR, HOUR_DECIMALS)


def minutes_to_s(minutes: float) -> int:
    """Return the whole second nearest to a time in minutes."""
    return round(minutes * SECONDS_PER_MINUTE)


def t_per_h_to_kg_per_s(tonnes_per_hour: float) -> float:
    """Return a loading or unloading rate in kilograms per second."""
    return tonnes_per_hour * KG_PER_TONNE / SECONDS_PER_HOUR
