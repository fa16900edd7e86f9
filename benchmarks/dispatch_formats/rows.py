"""Rows of numbers in a text file, for formats that keep to lines but may say more on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.dispatch_formats.instance import Floats
from benchmarks.reading import FormatError, finite_number

MAY_BE_NEGATIVE = {"x", "y"}

NO_LIMIT = {0.0, 999_999.0}
"""What stands for a limit that there is not."""


class Rows:
    """Reads a file line by line and passes over blank lines and those that begin with `comment`."""

    def __init__(self, path: Path, *, comment: str = "") -> None:
        self.path, self.line = path, 1
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        self._lines = [
            (number, line.split())
            for number, line in enumerate(lines, start=1)
            if line.strip() and not (comment and line.lstrip().startswith(comment))
        ]
        self._next = 0

    def take(self, *fields: str) -> list[float]:
        """Numbers at the start of the next line, one a field; what stands behind them is left out.

        Raises:
            FormatError: There is no such line, or it holds fewer numbers, other words, or a number below 0
            that
                is no coordinate.
        """
        if self._next == len(self._lines):
            raise self.error(f"the file ends before {', '.join(fields)}")
        self.line, words = self._lines[self._next]
        self._next += 1
        if len(words) < len(fields):
            raise self.error(f"{', '.join(fields)} are needed, {len(words)} of {len(fields)} are there")
        values = [
            finite_number(self.path, self.line, word, field)
            for word, field in zip(words, fields, strict=False)
        ]
        for field, value in zip(fields, values, strict=True):
            if value < 0 and field not in MAY_BE_NEGATIVE:
                raise self.error(f"{field} is {value:g}; 0 or more is needed")
        return values

    def table(self, count: int, fields: Sequence[str]) -> Floats:
        """The next `count` rows, (count, fields).

        Raises:
            FormatError: As `take`.
        """
        return np.array([self.take(*fields) for _ in range(count)])

    def whole(self, field: str, value: float) -> int:
        """Make sure that a number of the last line is a whole one above 0.

        Raises:
            FormatError: It is not.
        """
        if value < 1 or value != int(value):
            raise self.error(f"{field} is {value:g}; a whole number above 0 is needed")
        return int(value)

    def capacity(self, value: float) -> float:
        """Make sure that a capacity of the last line is above 0.

        Raises:
            FormatError: It is not.
        """
        if value <= 0:
            raise self.error(f"capacity is {value:g}; more than 0 is needed")
        return value

    def end(self) -> None:
        """Make sure that no line is left.

        Raises:
            FormatError: One is.
        """
        if self._next < len(self._lines):
            self.line, words = self._lines[self._next]
            raise self.error(f"{' '.join(words)!r} stands after the end of the data")

    def error(self, message: str) -> FormatError:
        """What to raise about the last line taken."""
        return FormatError(f"{self.path}, line {self.line}: {message}")


def most(value: float) -> float:
    """A limit as a file writes it: 0 and 999999 mean that there is none."""
    return math.inf if value in NO_LIMIT else value
