"""What is wrong with the input, said so that the person who keeps the file can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_VALUE_LENGTH = 60


@dataclass(frozen=True)
class Problem:
    """One fault of the input and how to mend it.

    Attributes:
        file: path below the data root with forward slashes, or the file name as given.
        row: row of the file, the header being row 1; None when the whole file is meant.
        column: column of the table, or dotted key of a scenario; None when no single one is meant.
        value: the text found there; None when nothing is there to show.
        message: what is wrong, as the end of a sentence that begins with the place.
        remedy: what to do about it.
        id: id of the row, when it has one.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    remedy: str
    id: str | None = None

    def __str__(self) -> str:
        """Return the problem on one line, safe to print on a terminal."""
        return f"{self._place()}: {_on_one_line(self.message)}. Remedy: {_on_one_line(self.remedy)}"

    def _place(self) -> str:
        place = _on_one_line(self.file)
        if self.row is not None:
            place += f" row {self.row}"
        if self.id:
            place += f" (id {_shown(self.id)})"
        if self.column is not None:
            place += f", {_shown(self.column)}"
        if self.value is not None:
            place += f' = "{_shown(self.value)}"'
        return place


class DataError(Exception):
    """The input has problems; all of them are listed, nothing was loaded.

    Attributes:
        problems: every problem once, sorted by file, row, column and message.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted_problems(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return a count and one line per problem."""
        count = len(self.problems)
        heading = "1 problem in the data:" if count == 1 else f"{count} problems in the data:"
        return "\n".join([heading, *(f"  {problem}" for problem in self.problems)])


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return each problem once, sorted by file, row, column and message."""
    return tuple(sorted(dict.fromkeys(problems), key=_position))


def _position(problem: Problem) -> tuple[str, int, str, str, str, str, str]:
    return (
        problem.file,
        problem.row or 0,
        problem.column or "",
        problem.message,
        # What follows only breaks ties, so that the order of discovery never shows.
        problem.id or "",
        problem.value or "",
        problem.remedy,
    )


def _shown(value: str) -> str:
    line = _on_one_line(value)
    return line if len(line) <= SHOWN_VALUE_LENGTH else line[: SHOWN_VALUE_LENGTH - 1] + "…"


def _on_one_line(text: str) -> str:
    # A cell may hold line breaks or terminal escapes; neither may reach the terminal.
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
