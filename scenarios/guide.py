"""What to do next with a region: told from the state of its tables and its scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stockpile.table_states import TableState


def table_lines(states: Sequence[TableState]) -> list[str]:
    """Return a line for each table: what was read, what is missing, which rows are the template's."""
    width = max(len(state.table) for state in states)
    return [f"  {state.table:<{width}}  {_state_text(state)}" for state in states]


def _state_text(state: TableState) -> str:
    if state.rows is None:
        return f"missing: add {state.file}" if state.needed else f"not there, may be left out ({state.file})"
    rows = f"{state.rows:,} row{'' if state.rows == 1 else 's'} read from {state.file}"
    if not state.template_rows:
        return rows
    some = "all" if state.template_rows == state.rows else f"{state.template_rows:,}"
    return f"{rows}; {some} still of the template: replace them"


def next_step(
    name: str, states: Sequence[TableState], scenarios: Sequence[str], problems: int, data: Path | None
) -> str:
    """Return what to do next, with the command."""
    root = "" if data is None else f" --data {data.as_posix()}"
    again = f"`stockpile check-data {name}{root}`"
    if problems:
        return f"Next: mend what is listed, then {again} again"
    if not scenarios:
        return (
            "Next: write a scenario, REGION/NAME.yaml in the folder of scenarios "
            f"(docs/guide-planner.md lists its keys), then {again} again"
        )
    run = f"`stockpile run {name}/{scenarios[0]}{root}`"
    left = [state.table for state in states if state.template_rows]
    if left:
        return (
            f"Next: replace the rows of the template in {', '.join(left)}, write SOURCES.md and the "
            f"scenarios, then {again} again; it can be tried already: {run}"
        )
    return f"Next: {run}"
