"""Problems are sorted, listed once each, and safe to print."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from stockpile.errors import DataError, Problem, sorted_problems

NEGATIVE = Problem("r/lots.csv", 12, "quantity", "-4", "is negative", "Give 0 or more", id="L-7")

problems = st.builds(
    Problem,
    file=st.sampled_from(["a.csv", "b.csv"]),
    row=st.none() | st.integers(1, 3),
    column=st.none() | st.sampled_from(["x", "y"]),
    value=st.none() | st.text(min_size=1, max_size=5),
    message=st.sampled_from(["is negative", "is blank"]),
    remedy=st.just("Mend it"),
)


def test_a_problem_names_file_row_id_column_value_message_and_remedy() -> None:
    """All of it stands on one line, in the order in which one looks for it."""
    assert str(NEGATIVE) == (
        'r/lots.csv row 12 (id L-7), quantity = "-4": is negative. Remedy: Give 0 or more'
    )


def test_what_a_problem_has_not_is_left_out() -> None:
    """A problem of a whole file names no row, column or value."""
    assert str(Problem("r/lots.csv", None, None, None, "is empty", "Add rows")) == (
        "r/lots.csv: is empty. Remedy: Add rows"
    )


@given(st.text(max_size=200))
def test_no_cell_can_write_control_signs_or_long_text_to_the_terminal(value: str) -> None:
    """Line breaks and terminal escapes of a hostile cell are spelt out, long cells cut."""
    line = str(Problem("r/lots.csv", 2, "owner", value, "is wrong", "Mend it"))
    assert line.isprintable()
    assert len(line) < 130


@given(st.lists(problems), st.randoms(use_true_random=False))
def test_the_error_lists_every_problem_once_in_one_order(
    found: list[Problem], shuffle: random.Random
) -> None:
    """The order of discovery does not matter; file, row, column and message do."""
    listed = DataError(found).problems
    assert set(listed) == set(found)
    assert len(listed) == len(set(found))
    keys = [(p.file, p.row or 0, p.column or "", p.message) for p in listed]
    assert keys == sorted(keys)
    again = list(found)
    shuffle.shuffle(again)
    assert sorted_problems(again) == listed


def test_the_error_prints_a_count_and_a_line_a_problem() -> None:
    """Someone who reads only the error knows how many things to mend and where."""
    lines = str(DataError([NEGATIVE, Problem("r/a.csv", None, None, None, "is empty", "Add rows")])).split(
        "\n"
    )
    assert lines[0] == "2 problems in the data:"
    assert lines[1:] == ["  r/a.csv: is empty. Remedy: Add rows", f"  {NEGATIVE}"]
