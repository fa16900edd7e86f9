"""Text as every output takes it: on one line, measured in print, or as JSON."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping


def one_line(text: str) -> str:
    """Text on one line without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def print_width(text: str) -> int:
    """Width in digits; Chinese signs take two.

    >>> print_width("3 瓶")
    4
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def json_text(document: Mapping[str, object]) -> str:
    """A document as JSON: keys as given, two spaces, Chinese unescaped, never NaN."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def share_down(share: float) -> float:
    """Return a share cut to 0.1 %, so that all of it is said of the whole only.

    >>> share_down(0.99999)
    0.999
    """
    return math.floor(share * 1000 + 1e-9) / 1000


def gap_up(share: float) -> float:
    """Return a gap as a share rounded up to 0.001 %, so that no answer looks better than it is proven to be.

    >>> gap_up(0.0039512)
    0.00396
    """
    # what the arithmetic leaves over is no gap
    return math.ceil(share * 100_000 - 1e-6) / 100_000
