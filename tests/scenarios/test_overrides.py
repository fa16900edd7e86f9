"""Files lie over each other key by key; two overrides never fight over one key unseen."""

from __future__ import annotations

import itertools

import pytest

from scenarios.overrides import Document, Origin, Override, apply_overrides, merge
from stockpile.errors import DataError


def document(values: dict[str, object], file: str = "base.yaml") -> Document:
    """Return a document whose top-level keys stand on lines 1, 2, ..."""
    return Document(file, values, {key: Origin(file, line) for line, key in enumerate(values, 1)})


def override(name: str, **changes: object) -> Override:
    """Return an override; `__` in a name stands for the dot of a dotted key."""
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    return Override(name, dotted, {key: Origin("o.yaml", 7, name) for key in dotted})


def test_mappings_merge_and_everything_else_is_replaced() -> None:
    """Lists are replaced whole, null removes, the order of the base stays."""
    base = document({"a": {"x": 1, "y": [1, 2]}, "b": 2, "c": 3})
    merged = merge(base, document({"d": 4, "c": None, "a": {"y": [3]}}, "own.yaml"), "own")
    assert list(merged.values.items()) == [("a", {"x": 1, "y": [3]}), ("b", 2), ("d", 4)]


def test_change_log_lists_only_replaced_values() -> None:
    """A new key and an equal value are no change; a replaced or removed one is, with old and new."""
    base = document({"a": {"x": 1, "y": [1, 2]}, "b": 2, "c": "old"})
    merged = merge(base, document({"a": {"y": [3], "z": 9}, "b": 2, "c": None}), "own")
    assert merged.change_log == (
        {"key": "a.y", "old": "[1, 2]", "new": "[3]", "by": "own"},
        {"key": "c", "old": "old", "new": "", "by": "own"},
    )


def test_problem_names_the_file_that_gave_the_value() -> None:
    """The value in force decides which file is blamed; a missing key is the scenario's own."""
    merged = merge(document({"a": 1, "b": 2}), document({"b": 3}, "own.yaml"), "own")
    places = [merged.problem(key, None, "is odd", "mend").file for key in ("a", "b", "b.deeper", "missing")]
    assert places == ["base.yaml", "own.yaml", "own.yaml", "own.yaml"]


def test_overrides_apply_in_order_and_are_logged() -> None:
    """A dotted key reaches a nested value, makes missing mappings, and null removes."""
    start = document({"a": {"x": 1}, "b": 2})
    result = apply_overrides(start, [override("one", a__x=5, new__deep=1), override("two", b=None)])
    assert result.values == {"a": {"x": 5}, "new": {"deep": 1}}
    assert [tuple(change.values()) for change in result.change_log] == [
        ("a.x", "1", "5", "override one"),
        ("new.deep", "", "1", "override one"),
        ("b", "2", "", "override two"),
    ]
    assert start.values == {"a": {"x": 1}, "b": 2}
    assert result.origin("a.x") == Origin("o.yaml", 7, "one")


CONFLICTS = [
    (override("one", a__x=1), override("two", a__x=2)),
    (override("one", a=1), override("two", a__x=2)),
    (override("one", a__x__y=1), override("two", a__x=2)),
]


@pytest.mark.parametrize(("first", "second"), [*CONFLICTS, *((b, a) for a, b in CONFLICTS)])
def test_two_overrides_on_one_key_are_an_error(first: Override, second: Override) -> None:
    """The same key, or one that contains the other, in either order: the error names both and the key."""
    with pytest.raises(DataError) as caught:
        apply_overrides(document({"a": {}}), [first, second])
    (problem,) = caught.value.problems
    assert problem.column == max((*first.changes, *second.changes), key=len)
    assert '"one"' in problem.message
    assert '"two"' in problem.message
    assert problem.remedy


def test_all_conflicts_are_listed() -> None:
    """Three overrides on two shared keys give every conflict at once."""
    with pytest.raises(DataError) as caught:
        apply_overrides(
            document({}), [override("one", a=1, b=1), override("two", a=2), override("three", b=3, c=1)]
        )
    assert [problem.column for problem in caught.value.problems] == ["a", "b"]


def test_disjoint_overrides_give_the_same_values_in_any_order() -> None:
    """Keys that only look alike (a.x and a.xx) do not conflict, and order does not matter then."""
    overrides = [override("one", a__x=1), override("two", a__xx=2), override("three", ab=3)]
    results = [
        apply_overrides(document({"a": {}}), order).values for order in itertools.permutations(overrides)
    ]
    assert all(result == {"a": {"x": 1, "xx": 2}, "ab": 3} for result in results)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"b__x": 1}, "leads through a value that is not a mapping"),
        ({"a__nothing": None}, "is removed but was never set"),
        ({"id": "other"}, "cannot be overridden"),
        ({"region": "other"}, "cannot be overridden"),
        ({"schema": "x"}, "cannot be overridden"),
    ],
)
def test_override_that_cannot_apply_is_an_error(changes: dict[str, object], message: str) -> None:
    """A dotted key through a number, a removal of nothing and a fixed key are refused, with the place."""
    with pytest.raises(DataError) as caught:
        apply_overrides(document({"a": {}, "b": 2}), [override("one", **changes)])
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.id) == ("o.yaml", 7, "override one")
    assert problem.message == message
