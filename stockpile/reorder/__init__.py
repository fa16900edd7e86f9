"""Reorder sheets: what each warehouse should transfer, buy, rotate and write off, and why."""

from __future__ import annotations

from stockpile.reorder.plan import ROTATION_DAYS, ReorderPlan, parse_day, plan_reorder
from stockpile.reorder.writing import ReorderResult, write_reorder

__all__ = [
    "ROTATION_DAYS",
    "ReorderPlan",
    "ReorderResult",
    "parse_day",
    "plan_reorder",
    "write_reorder",
]
