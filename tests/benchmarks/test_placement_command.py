"""`python -m benchmarks placement`: every family from one command, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmark_command import ran
from hurricanes import write_hurricanes
from server_location import draw, least_cost, write_smps

from benchmarks import placement_race

# one warehouse serves both customers for 5 + 1 + 6, or both serve for 5 + 7 + 1 + 2; 12 do not fit into 10
LOCATIONS = {
    "cflp": "2 2\n10 5\n10 7\n4\n1 9\n8\n6 2\n",
    "sscflp": "2 2\n10 5\n10 7\n4 8\n1 6\n9 2\n",
    "uflp": "FILE: b.txt\n2 2 0\n1 5 1 6\n2 7 9 2\n",
    "pmedian": "3 3 1\n1 2 9\n2 3 4\n2 1 3\n",
}
COSTS = {"cflp": 15.0, "sscflp": 15.0, "uflp": 12.0, "pmedian": 7.0}


@pytest.mark.parametrize("family", sorted(LOCATIONS))
def test_location_families_print_value_bound_and_what_is_known(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table on the terminal, the same rows in the file."""
    file, cost = tmp_path / "toy.txt", COSTS[family]
    file.write_text(LOCATIONS[family], encoding="utf-8")
    (tmp_path / "known_values.csv").write_text(f"instance,value,status\ntoy,{cost},optimal\n", "utf-8")
    table = ran(monkeypatch, tmp_path / "out.json", "placement", "--family", family, str(file))
    (row,) = table["rows"]
    assert (table["family"], row["instance"], row["status"]) == (family, "toy", "optimal")
    assert (row["value"], row["bound"], row["known"]) == (pytest.approx(cost), pytest.approx(cost), cost)
    assert row["gap"] == pytest.approx(0, abs=1e-9)
    assert table["agreements"] == []
    heading, printed = capsys.readouterr().out.splitlines()
    assert heading.split() == ["instance", "solver", "value", "bound", "known", "gap", "%", "seconds"]
    assert printed.split()[:5] == [
        "toy",
        "exact",
        f"{row['value']:.3f}",
        f"{row['bound']:.3f}",
        f"{cost:.3f}",
    ]


def test_server_location_is_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the least cost of trying everything."""
    drawn = draw(3)
    core = write_smps(drawn, tmp_path)
    (row,) = ran(monkeypatch, tmp_path / "out.json", "placement", "--family", "sslp", str(core))["rows"]
    assert (row["value"], row["bound"]) == (
        pytest.approx(least_cost(drawn)),
        pytest.approx(least_cost(drawn)),
    )


def test_hurricanes_are_solved_twice_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the whole model and by cuts: neither passes the other's bound, and their distance is said."""
    folder = write_hurricanes(tmp_path)
    table = ran(monkeypatch, tmp_path / "out.json", "placement", "--family", "rawls_turnquist", str(folder))
    whole, cuts = table["rows"]
    assert (whole["solver"], cuts["solver"]) == ("whole", "cuts")
    assert cuts["value"] <= whole["bound"] * (1 + 1e-9)
    assert whole["value"] <= cuts["bound"] * (1 + 1e-9)
    assert cuts["value"] == pytest.approx(whole["value"], rel=1e-4)
    (pair,) = table["agreements"]
    assert pair["value"] == pytest.approx(abs(whole["value"] - cuts["value"]) / abs(whole["value"]))
    assert f"values {100 * pair['value']:.4f} % apart" in capsys.readouterr().out


def test_the_generated_family_runs_each_solver_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is asked for and the gap of its size; `--only` leaves the other out."""
    asked = []

    def run_alone(solver: str, task: placement_race.Task) -> dict[str, Any]:
        asked.append((solver, task))
        figures = {"value": 1234.5, "bound": None, "gap_percent": None, "seconds": 1.0, "megabytes": 2.0}
        return {"solver": solver, **figures, "note": ""}

    monkeypatch.setattr(placement_race, "run_alone", run_alone)
    options = ["--size", "b", "--form", "coupled", "--seed", "7", "--seconds", "9"]
    table = ran(monkeypatch, tmp_path / "out.json", "placement", "--family", "generated", *options)
    task = placement_race.Task(size="b", form="coupled", seed=7, seconds=9.0, gap=0.01)
    assert asked == [("ours", task), ("highs", task)]
    assert table["task"] == {"size": "b", "form": "coupled", "seed": 7, "seconds": 9.0, "gap": 0.01}
    assert [row["solver"] for row in table["rows"]] == ["ours", "highs"]
    assert "| ours | 1,234.50 | - | - | 1.00 | 2.00 |" in capsys.readouterr().out
    only = ran(monkeypatch, tmp_path / "out.json", "placement", "--family", "generated", "--only", "ours")
    assert [row["solver"] for row in only["rows"]] == ["ours"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--family", "cflp", "bad.txt"], "bad.txt, line 1"),
        (["--family", "cflp", "nothing.txt"], "nothing.txt"),
        (["--family", "cflp"], "--family cflp takes files"),
        (["--family", "generated", "bad.txt"], "--family generated takes no files"),
        (["--family", "uflp", "bad.txt", "--size", "a"], "--family uflp takes no --size"),
        (["--family", "uflp", "bad.txt", "--capacity", "9"], "--family uflp takes no --capacity"),
        (["--family", "generated", "--capacity", "9"], "--family generated takes no --capacity"),
    ],
)
def test_what_does_not_fit_ends_with_2(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A bad file, a missing one, and options of another family; nothing is written."""
    (tmp_path / "bad.txt").write_text("1", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        ran(monkeypatch, tmp_path / "out.json", "placement", *words)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()
