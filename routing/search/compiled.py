"""Compile inner loops, and keep their machine code on disk until any source beside them changes."""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import numba

CONFIG: Final[Any] = numba.config
"""Settings of numba; where it keeps machine code is looked up once a function is decorated."""


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:  # noqa: ANN401 - whatever numba takes
    """Decorate with `numba.njit`, the machine code kept under a folder named after all sources beside it.

    What numba keeps by itself goes stale: it sees a change of the function's own file, not one of the files
    with the loops and constants that are compiled into it.
    """

    def decorate(loop: Callable[..., Any]) -> Any:  # noqa: ANN401 - numba has no types
        before = CONFIG.CACHE_DIR
        folder = Path(inspect.getfile(loop)).parent
        kept = _kept_at(folder, before)
        if kept is None:
            return numba.njit(**options)(loop)
        CONFIG.CACHE_DIR = str(kept / sources_digest(folder))
        try:
            return numba.njit(cache=True, **options)(loop)
        finally:
            CONFIG.CACHE_DIR = before

    return decorate


def _kept_at(folder: Path, wanted: str) -> Path | None:
    """Where machine code is kept: where numba is told to, beside the sources, or else in the user's home.

    None where neither can be written: each process compiles for itself then.
    """
    if wanted:
        return Path(wanted)
    if os.access(folder, os.W_OK):
        return folder / "__pycache__"
    try:
        kept = Path.home() / ".cache" / "numba"
        kept.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: an account without a home
        return None
    return kept if os.access(kept, os.W_OK) else None


@cache
def sources_digest(folder: Path) -> str:
    """Digest of the names and bytes of all sources in a folder, and of numba's version, once a process."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]
