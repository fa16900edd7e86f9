"""Markdown that shows text from tables as it is, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from stockpile.output.text import one_line

SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<!\w)_|_(?!\w)|^[#+-]|^\d+(?=[.)](?:\s|$))")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def plain(text: str) -> str:
    """Text on one line that Markdown renders literally: no table break, no markup, no HTML."""
    line = one_line(text)
    escaped = SPECIAL.sub(_escaped, line)
    return re.sub(r"[&<>]", lambda match: ENTITIES[match.group()], escaped)


def _escaped(match: re.Match[str]) -> str:
    found = match.group()
    return f"{found}\\" if found.isdigit() else f"\\{found}"


def table_lines(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Container[int] = ()
) -> list[str]:
    """A table; columns whose index is in `numbers` stand to the right."""
    rule = ["---:" if index in numbers else "---" for index in range(len(headers))]
    return [_row(headers), _row(rule), *[_row([plain(cell) for cell in row]) for row in rows]]


def more_lines(rest: int, table: str) -> list[str]:
    """Where the rows are that a shortened table leaves out; nothing when it leaves out none."""
    if rest <= 0:
        return []
    return [f"另有 {rest} 处见 `tables/{table}.csv`。 {rest} more in `tables/{table}.csv`.", ""]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
