"""What the search for a plan has reached, in words for whoever waits for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from routing.allocation import Allocation
from routing.dispatch import Watch
from routing.plan import people_supplied
from routing.problem import DispatchProblem
from routing.search.loops.anneal import anneal
from routing.timeline import Outcome
from scenarios.finish import most_people
from scenarios.progress import Tell
from scenarios.report.wording import gap_text, hour_text, people_text
from stockpile.units import SECONDS_PER_HOUR, s_to_hours

COMPILING = "compiling the search first: a minute or two, only this once"


def watched(
    tell: Tell | None, problem: DispatchProblem, allocation: Allocation, iterations: int
) -> Watch | None:
    """What `dispatch` tells how far it is; None where nobody looks, so that nothing is worked out for it.

    Says at once when the loops of the search have to be compiled before it begins.
    """
    if tell is None:
        return None
    if not is_compiled(anneal):
        tell(COMPILING)
    return lambda done, outcome: tell(
        f"{done:,} of {iterations:,} iterations: {_reached(problem, allocation, outcome)}"
    )


def is_compiled(loop: Any) -> bool:  # noqa: ANN401 - numba has no types
    """Whether numba keeps a compiled form of a function `loop` that is not older than its source."""
    code = loop.py_func.__code__
    changed = Path(code.co_filename).stat().st_mtime
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    indices = Path(loop.stats.cache_path).glob(f"*.{loop.__name__}-{code.co_firstlineno}.{python}*.nbi")
    return any(index.stat().st_mtime >= changed for index in indices)


def _reached(problem: DispatchProblem, allocation: Allocation, outcome: Outcome) -> str:
    """People by each target and how far below the bound that is, and hours that people wait."""
    ask = sorted(set(problem.target_s))
    by_site = np.array(people_supplied(problem, outcome.driven, ask)).reshape(-1, len(ask))
    supplied = dict(zip(ask, by_site[problem.reachable].sum(axis=0).tolist(), strict=True))
    parts = []
    for second, most in zip(problem.target_s, most_people(allocation), strict=True):
        below = gap_text((most - supplied[second]) / most if most else 0.0)
        hour = hour_text(s_to_hours(second))
        parts.append(f"{people_text(supplied[second])} people by {hour} h ({below} below the bound)")
    return ", ".join([*parts, f"{outcome.person_seconds / SECONDS_PER_HOUR:,.0f} person-hours of waiting"])
