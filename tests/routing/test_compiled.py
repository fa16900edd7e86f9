"""Machine code of loops that is kept on disk: whatever it was made from, a change is noticed."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from routing.search.compiled import CONFIG, sources_digest

OUTER = """
from routing.search.compiled import compiled
from inner_of_a_test import inner

@compiled()
def outer(x):
    return inner(x) + 1
"""

INNER = """
from routing.search.compiled import compiled

@compiled()
def inner(x):
    return {times} * x
"""


def loaded(folder: Path, name: str) -> ModuleType:
    """A module of the folder as a new process would read it."""
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_a_change_of_what_a_loop_calls_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's own file stays as it was, and is compiled anew; kept code is used otherwise."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "outer_of_a_test.py").write_text(OUTER, encoding="utf-8")
    kept = []
    for times, second in ((2, 1e9), (2, 2e9), (5, 3e9)):
        source = tmp_path / "inner_of_a_test.py"
        source.write_text(INNER.format(times=times), encoding="utf-8")
        os.utime(source, (second, second))
        sources_digest.cache_clear()  # as in a new process
        loaded(tmp_path, "inner_of_a_test")
        outer = loaded(tmp_path, "outer_of_a_test").outer
        assert outer(10) == 10 * times + 1
        kept.append(sum(outer.stats.cache_hits.values()))
    assert kept == [0, 1, 0]


def test_loops_run_where_no_machine_code_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither beside the sources, nor in a home that the account does not have."""

    def no_home() -> Path:
        message = "Could not determine home directory."
        raise RuntimeError(message)

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(CONFIG, "CACHE_DIR", "")
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(Path, "home", no_home)
    (tmp_path / "inner_of_a_test.py").write_text(INNER.format(times=3), encoding="utf-8")
    assert loaded(tmp_path, "inner_of_a_test").inner(10) == 30
    assert [file.name for file in tmp_path.iterdir()] == ["inner_of_a_test.py"]
