"""Compile inner loops, and keep their machine code on disk until any source beside them changes."""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Callable
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
        CONFIG.CACHE_DIR = str(_kept_at(folder, before) / _digest(folder))
        try:
            return numba.njit(cache=True, **options)(loop)
        finally:
            CONFIG.CACHE_DIR = before

    return decorate


def _kept_at(folder: Path, wanted: str) -> Path:
    """Where machine code is kept: where numba is told to, beside the sources, or else in the user's home."""
    if wanted:
        return Path(wanted)
    if os.access(folder, os.W_OK):
        return folder / "__pycache__"
    return Path.home() / ".cache" / "numba"


def _digest(folder: Path) -> str:
    """Digest of the names and bytes of all sources in a folder, and of numba's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]
