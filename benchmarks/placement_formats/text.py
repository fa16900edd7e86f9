"""Numbers of a text file in order, each with its line, for formats that do not keep to lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.reading import FormatError, finite_number
from stockpile.placement.problem import Floats


class Numbers:
    """Reads a file's numbers one after the other; NUL bytes count as blanks.

    `words` gives numbers to the words that a file may hold in their place.
    """

    def __init__(self, path: Path, *, skip_lines: int = 0, words: dict[str, float] | None = None) -> None:
        self.path, self.words = path, words or {}
        lines = path.read_text(encoding="utf-8", errors="replace").replace("\0", " ").splitlines()
        self._tokens = [
            (number, token)
            for number, line in enumerate(lines, start=1)
            if number > skip_lines
            for token in line.split()
        ]
        self._next = 0

    def take(self, count: int, what: str) -> Floats:
        """The next `count` numbers, (count,).

        Raises:
            FormatError: The file ends before, or holds something else there.
        """
        part = self._tokens[self._next : self._next + count]
        if len(part) < count:
            last = self._tokens[-1][0] if self._tokens else 1
            raise FormatError(
                f"{self.path}, line {last}: the file ends before {what} ({count - len(part)} missing)"
            )
        self._next += count
        return np.array([self._number(line, token, what) for line, token in part])

    def count(self, what: str) -> int:
        """The next number, a whole one above 0.

        Raises:
            FormatError: There is none.
        """
        line = self._tokens[self._next][0] if self._next < len(self._tokens) else 0
        value = float(self.take(1, what)[0])
        if value < 1 or value != int(value):
            raise FormatError(
                f"{self.path}, line {line}: {what} is {value:g}; a whole number above 0 is needed"
            )
        return int(value)

    def end(self) -> None:
        """Make sure that nothing is left.

        Raises:
            FormatError: Something is.
        """
        if self._next < len(self._tokens):
            line, token = self._tokens[self._next]
            raise FormatError(f"{self.path}, line {line}: {token!r} stands after the end of the data")

    def _number(self, line: int, token: str, what: str) -> float:
        if token in self.words:
            return self.words[token]
        return finite_number(self.path, line, token, what)
