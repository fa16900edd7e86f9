"""VRPLIB files: `KEY: value` lines, and sections of numbered rows, each value with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.dispatch_formats.instance import Floats
from benchmarks.reading import FormatError, finite_number

SECTION_ENDING = "_SECTION"
END_OF_LIST = "-1"


class Section(NamedTuple):
    """Where a section begins, and the words of its rows, each with its line."""

    line: int
    rows: list[tuple[int, list[str]]]


class VrplibFile:
    """Keys and sections of a file; one that is not among those allowed holds a rule that would be overlooked.

    Raises:
        FormatError: A line is neither, a key or section is not allowed, or stands there twice.
    """

    def __init__(self, path: Path, *, keys: Collection[str], sections: Collection[str]) -> None:
        self.path = path
        self._keys: dict[str, tuple[int, str]] = {}
        self._sections: dict[str, Section] = {}
        rows: list[tuple[int, list[str]]] | None = None
        for line, text in _lines(path):
            name, colon, value = (part.strip() for part in text.partition(":"))
            if not colon and rows is not None and not name.endswith(SECTION_ENDING):
                rows.append((line, text.split()))
                continue
            if name not in {*keys, *sections}:
                raise self.error(line, f"{name} is not read here")
            if name in self._keys or name in self._sections:
                raise self.error(line, f"{name} stands there twice")
            if name in sections:
                rows = []
                self._sections[name] = Section(line, rows)
            else:
                rows = None
                self._keys[name] = (line, value)

    def has(self, name: str) -> bool:
        """Whether a key or a section is there."""
        return name in self._keys or name in self._sections

    def word(self, key: str) -> str:
        """The value of a key.

        Raises:
            FormatError: The key is missing.
        """
        return self._value(key)[1]

    def number(self, key: str) -> float:
        """The value of a key, a number of 0 or more.

        Raises:
            FormatError: The key is missing, or its value is something else.
        """
        line, value = self._value(key)
        number = finite_number(self.path, line, value, key)
        if number < 0:
            raise self.error(line, f"{key} is {value}; 0 or more is needed")
        return number

    def whole(self, key: str) -> int:
        """The value of a key, a whole number above 0.

        Raises:
            FormatError: The key is missing, or its value is something else.
        """
        line, value = self._value(key)
        number = self.number(key)
        if number < 1 or number != int(number):
            raise self.error(line, f"{key} is {value}; a whole number above 0 is needed")
        return int(number)

    def table(self, section: str, rows: int, columns: int) -> Floats:
        """Numbers of a section whose rows are numbered 1 to `rows` in turn, (rows, columns).

        Raises:
            FormatError: The section is missing, or its rows are others.
        """
        start, found = self._section(section)
        for expected, (line, words) in enumerate(found, start=1):
            if len(words) != columns + 1 or words[0] != str(expected) or expected > rows:
                raise self.error(
                    line, f"{section} has rows 1 to {rows}, each of its number and {columns} values"
                )
        if len(found) < rows:
            raise self.error(found[-1][0] if found else start, f"{section} ends before row {len(found) + 1}")
        return np.array([self._numbers(line, words[1:], section) for line, words in found])

    def points(self, section: str, count: int) -> list[int]:
        """Points that a section lists, from 0; -1 may end the list.

        Raises:
            FormatError: The section is missing or empty, or names a point outside 1 to `count`.
        """
        start, found = self._section(section)
        words = [(line, word) for line, words in found for word in words if word != END_OF_LIST]
        if not words:
            raise self.error(start, f"{section} is empty")
        return [self._point(line, word, section, count) for line, word in words]

    def points_by_row(self, section: str, rows: int, count: int) -> list[tuple[int, ...]]:
        """Points from 0, any number a row, of a section whose rows are numbered 1 to `rows` in turn.

        Raises:
            FormatError: The section is missing, has other rows, or names a point outside 1 to `count`.
        """
        start, found = self._section(section)
        if [words[0] for _, words in found] != [str(row) for row in range(1, rows + 1)]:
            raise self.error(start, f"{section} needs rows 1 to {rows}")
        return [
            tuple(sorted({self._point(line, word, section, count) for word in words[1:]}))
            for line, words in found
        ]

    def error(self, line: int, message: str) -> FormatError:
        """What to raise about a line."""
        return FormatError(f"{self.path}, line {line}: {message}")

    def error_at(self, name: str, message: str, *, row: int | None = None) -> FormatError:
        """What to raise about a key, a section, or a row of it, from 0."""
        if name in self._keys:
            line = self._keys[name][0]
        else:
            line = self._sections[name].line if row is None else self._sections[name].rows[row][0]
        return self.error(line, f"{name}: {message}")

    def _value(self, key: str) -> tuple[int, str]:
        if key not in self._keys:
            raise FormatError(f"{self.path}: {key} is missing")
        return self._keys[key]

    def _section(self, name: str) -> Section:
        if name not in self._sections:
            raise FormatError(f"{self.path}: {name} is missing")
        return self._sections[name]

    def _numbers(self, line: int, words: list[str], what: str) -> list[float]:
        return [finite_number(self.path, line, word, what) for word in words]

    def _point(self, line: int, word: str, section: str, count: int) -> int:
        if not (word.isdecimal() and 1 <= int(word) <= count):
            raise self.error(line, f"{word!r} in {section} is no point from 1 to {count}")
        return int(word) - 1


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if text.strip() == "EOF":
            return
        if text.strip():
            yield line, text.strip()
