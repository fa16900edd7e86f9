"""Replay a finished plan from its tables and report every rule that it breaks.

Nothing here is shared with the modules that make plans: what they got wrong must not look right here.
"""

from routing.verify.check import verify_plan
from routing.verify.context import FirstGoodsPromise, PlanContext, ReportedFigures, RoadsInForce
from routing.verify.findings import RULES, PlanCheck, Violation

__all__ = [
    "RULES",
    "FirstGoodsPromise",
    "PlanCheck",
    "PlanContext",
    "ReportedFigures",
    "RoadsInForce",
    "Violation",
    "verify_plan",
]
