"""Text as every output takes it: on one line, measured in print, or as JSON."""

from __future__ import annotations

import json
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
