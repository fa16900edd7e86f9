"""Where the test data lie."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def data() -> Path:
    """Return the folder of the test data, which is a data root with the region `sound`."""
    return Path(__file__).resolve().parents[1] / "data"
