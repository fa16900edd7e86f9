"""The benchmarks' command line, run within the tests."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main


def ran(monkeypatch: pytest.MonkeyPatch, out: Path, name: str, *words: str) -> dict[str, Any]:
    """Run a benchmark by its name and return the JSON that it writes."""
    monkeypatch.setattr(sys, "argv", ["benchmarks", name, *words, "--json", str(out)])
    main()
    table: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return table
