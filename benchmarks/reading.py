"""What the readers of published files share: what they say of a bad file, and a number in a text."""

from __future__ import annotations

import math
from pathlib import Path


class FormatError(ValueError):
    """A file does not follow its format; the message says where and how."""


def finite_number(path: Path, line: int, token: str, what: str) -> float:
    """Read a word of a file as a number.

    Raises:
        FormatError: It is none, or no finite one.
    """
    try:
        value = float(token)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FormatError(f"{path}, line {line}: {token!r} in {what} is no number")
    return value
