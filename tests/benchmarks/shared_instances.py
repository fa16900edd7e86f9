"""Published instances, which are kept beside the repository, not in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def published(family: str, name: str) -> Path:
    """A published instance, or skip the test that wants it."""
    given = os.environ.get("STOCKPILE_SHARED")
    shared = Path(given) if given else Path(__file__).parents[3] / "shared"
    file = shared / "benchmarks" / family / name
    if not file.is_file():
        pytest.skip(f"{family}/{name} is not there; STOCKPILE_SHARED names the folder that holds benchmarks/")
    return file
