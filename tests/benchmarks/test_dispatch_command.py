"""`python -m benchmarks dispatch`: every family from one command; bad files and bad routes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmark_command import ran
from routing_cases import FILES, MDVRP, route, write

from benchmarks import dispatch_published

# by hand: 5 + 10 and 2 on two vehicles; 6 from each depot; small vehicles for 10 + 10 and 10 + 20; 10 + 2.8
VALUES = {"ccvrp": 17.0, "mdvrp": 12.0, "hfvrp": 50.0, "mtvrptw": 12.8}


@pytest.mark.parametrize("family", sorted(FILES))
def test_every_family_prints_value_known_value_and_gap(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files so small that any sound engine finds the best routes."""
    file = write(tmp_path, FILES[family])
    write(tmp_path, f"instance,value,status,note\ntoy,{VALUES[family] / 2},best known,\n", "known_values.csv")
    words = ("--family", family, str(file), "--seconds", "0.1", "--seed", "3")
    table = ran(monkeypatch, tmp_path / "out.json", "dispatch", *words)
    assert (table["family"], table["seconds"], table["seed"]) == (family, 0.1, 3)
    (row,) = table["rows"]
    assert (row["instance"], row["status"], row["failure"]) == ("toy", "best known", "")
    assert (row["value"], row["gap"]) == (pytest.approx(VALUES[family]), pytest.approx(1))
    heading, printed = capsys.readouterr().out.splitlines()
    assert heading.split() == ["instance", "value", "known", "gap", "%", "seconds"]
    expected = ["toy", f"{VALUES[family]:.3f}", f"{VALUES[family] / 2:.3f}", "100.0000"]
    assert printed.split()[:4] == expected


def test_routes_name_points_as_the_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a multi-depot file the depots have the last numbers."""
    file = write(tmp_path, MDVRP)
    (row,) = ran(
        monkeypatch, tmp_path / "out.json", "dispatch", "--family", "mdvrp", "--seconds", "0.1", str(file)
    )["rows"]
    assert sorted(row["routes"], key=lambda one: int(one["vehicle_type"])) == [
        {"vehicle_type": 0, "trips": [{"depot": 3, "customers": [1]}]},
        {"vehicle_type": 1, "trips": [{"depot": 4, "customers": [2]}]},
    ]
    assert (row["known"], row["gap"], row["status"]) == (None, None, "")


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("nobody", "customer 1 fits into no route"),
        ("cheat", "toy: 2 vehicles of type 0 drive, there are 1"),
    ],
)
def test_an_instance_without_sound_routes_does_not_stop_the_others(
    engine: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its row has no value and says why; the command ends with 3."""
    bad = MDVRP.replace("1 -3 0 0 5", "1 -3 0 0 6") if engine == "nobody" else MDVRP
    files = [write(tmp_path, bad), write(tmp_path, MDVRP, "good.txt")]
    if engine == "cheat":
        honest = dispatch_published.solve
        monkeypatch.setattr(
            dispatch_published,
            "solve",
            lambda instance, seconds, seed: (
                [route(0, (0, [one])) for one in instance.customers]
                if instance.name == "toy"
                else honest(instance, seconds, seed)
            ),
        )
    out = tmp_path / "out.json"
    with pytest.raises(SystemExit) as ended:
        ran(monkeypatch, out, "dispatch", "--family", "mdvrp", "--seconds", "0.1", *map(str, files))
    assert ended.value.code == 3
    first, second = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert (first["value"], first["gap"], first["failure"]) == (None, None, message)
    assert second["value"] == pytest.approx(12)
    assert message in capsys.readouterr().out


@pytest.mark.parametrize("name", ["bad.txt", "nothing.txt"])
def test_a_file_that_cannot_be_read_ends_with_2(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Malformed or missing; nothing is written."""
    write(tmp_path, "1", "bad.txt")
    with pytest.raises(SystemExit) as ended:
        ran(
            monkeypatch,
            tmp_path / "out.json",
            "dispatch",
            "--family",
            "hfvrp",
            "--seconds",
            "0.1",
            str(tmp_path / name),
        )
    assert ended.value.code == 2
    assert name in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()
