"""Published location formats: small files written here, what is wrong with others, and known optima."""

from __future__ import annotations

from pathlib import Path

import pytest
from shared_instances import published

from benchmarks.placement_published import FAMILIES, Agreement, Row, agreements, solve_files
from benchmarks.reading import FormatError

# two warehouses for 10 each at 5 and 7; customers of 4 and 8 cost 1, 9 and 6, 2: both open, 5 + 7 + 1 + 2
CAP = "2 2\n10 5\n10 7\n4\n1 9\n8\n6 2\n"
OPEN_CAP = CAP.replace("10 ", "capacity ")
HOLMBERG = "2 2\n10 5\n10 7\n4 8\n1 6\n9 2\n"
DELMAIRE = "2 3\n1 9 50\n6 2 50\n4 8\n5 7 0\n10 10 1\n"
BILDE = "FILE: b.txt\n2 2 0\n1 5 1 6\n2 7 9 2\n"
# a path 1 - 2 - 3 whose first edge is written twice: the last cost counts
PMED = "3 3 1\n1 2 9\n2 3 4\n2 1 3\n"


def solved(tmp_path: Path, family: str, text: str, *capacities: float, known: str = "") -> list[Row]:
    """Rows of a file made of a text."""
    file = tmp_path / "toy.txt"
    file.write_text(text, encoding="utf-8")
    if known:
        (tmp_path / "known_values.csv").write_text(f"instance,value,status,note\n{known}", encoding="utf-8")
    return list(solve_files(FAMILIES[family], [file], capacities))


@pytest.mark.parametrize(
    ("family", "text", "value"),
    [
        ("cflp", CAP, 15.0),
        ("sscflp", HOLMBERG, 15.0),
        ("sscflp", HOLMBERG + "\0\0", 15.0),
        ("sscflp", DELMAIRE, 15.0),
        ("uflp", BILDE, 12.0),
        ("uflp", OPEN_CAP, 12.0),
        ("pmedian", PMED, 7.0),
    ],
    ids=["cap", "Holmberg", "NUL bytes", "Delmaire", "Bilde-Krarup", "cap without limits", "pmed"],
)
def test_a_file_solved_on_paper(tmp_path: Path, family: str, text: str, value: float) -> None:
    """Without limits the first warehouse serves both: 5 + 1 + 6; with 10 each, 12 do not fit into one."""
    (row,) = solved(tmp_path, family, text)
    assert (row.value, row.bound) == (pytest.approx(value), pytest.approx(value))
    assert (row.instance, row.known, row.gap) == ("toy", None, None)


def test_the_capacity_word_becomes_each_known_capacity(tmp_path: Path) -> None:
    """toy_10 needs both warehouses, toy_12 one; the gap is to the value of its own row."""
    rows = solved(tmp_path, "cflp", OPEN_CAP, known="toy_10,15,optimal,\ntoy_12,10,made up,\nother_9,1,,\n")
    assert [(row.instance, row.value, row.known, row.status) for row in rows] == [
        ("toy_10", pytest.approx(15), 15, "optimal"),
        ("toy_12", pytest.approx(12), 10, "made up"),
    ]
    assert rows[1].gap == pytest.approx(0.2)
    assert [row.instance for row in solved(tmp_path, "cflp", OPEN_CAP, 20.0)] == ["toy_20"]


@pytest.mark.parametrize(
    ("family", "text", "message"),
    [
        ("cflp", OPEN_CAP, "leaves the capacity open: give --capacity"),
        ("cflp", CAP[:-2], r"line 7: the file ends before demands and costs \(1 missing\)"),
        ("cflp", CAP.replace("9", "x"), "line 5: 'x' in demands and costs is no number"),
        ("cflp", CAP.replace("9", "inf"), "line 5: 'inf' in demands and costs is no number"),
        ("cflp", CAP + "3\n", "line 8: '3' stands after the end"),
        ("cflp", "2.5 2\n", "line 1: the number of warehouses is 2.5"),
        ("cflp", "", "line 1: the file ends before the number of warehouses"),
        ("uflp", BILDE[:-2], "line 4: the file ends"),
        ("sscflp", DELMAIRE[:-2], "line 6: the file ends before capacities"),
        ("pmedian", PMED.replace("2 3 4", "2 4 4"), "vertex outside 1 to 3"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(
    tmp_path: Path, family: str, text: str, message: str
) -> None:
    """Before anything is solved."""
    with pytest.raises(FormatError, match=message):
        solved(tmp_path, family, text)


def test_a_table_of_known_values_must_hold_numbers(tmp_path: Path) -> None:
    """Named with its line."""
    with pytest.raises(FormatError, match=r"known_values.csv, line 2"):
        solved(tmp_path, "cflp", CAP, known="toy,much,optimal,\n")


def test_agreement_is_a_share_of_the_first_solver() -> None:
    """Each instance on its own; one that has a single solver agrees with nobody."""
    figures = [("one", "whole", 200.0, 210.0), ("one", "steps", 199.0, 210.0), ("two", "whole", 5.0, 5.0)]
    rows = [Row(name, solver, value, bound, None, "", None, 0.0) for name, solver, value, bound in figures]
    assert list(agreements(rows)) == [Agreement("one", ("whole", "steps"), pytest.approx(0.005), 0.0)]


@pytest.mark.parametrize(
    ("family", "name"),
    [
        *(("cflp", f"cap{number}.txt") for number in (41, 43, 82, 112, 132)),
        *(("sscflp", name) for name in ("holmberg_p7.txt", "holmberg_p17.txt", "delmaire_p5.txt")),
        *(("uflp", name) for name in ("B1.1.txt", "D1.1.txt", "MO1.txt")),
        *(("pmedian", f"pmed{number}.txt") for number in (1, 5, 10, 12)),
    ],
)
def test_published_instances_are_solved_to_their_optimum(family: str, name: str) -> None:
    """Value and bound, within a millionth."""
    (row,) = solve_files(FAMILIES[family], [published(family, name)], ())
    assert row.known == pytest.approx(row.value, rel=1e-6)
    assert row.value * (1 - 1e-6) <= row.bound <= row.value
