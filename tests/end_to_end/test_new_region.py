"""A region of one's own: started from the template, checked, run, and listed."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from scenarios import cli
from scenarios.new_region import TEMPLATE_FOLDER
from stockpile.bundle import REGION_TABLES
from stockpile.columns import read_dictionary

Said = pytest.CaptureFixture[str]


@pytest.fixture
def own(tmp_path: Path, capsys: Said) -> Path:
    """Return the folder of the new region `my_county`."""
    folder = tmp_path / "regions"
    assert cli.main(["new-region", "my_county", "--out", str(folder)]) == 0
    capsys.readouterr()
    return folder


def replace_rows(file: Path, **values: str) -> None:
    """Give every row of a table other values, as a user fills it in."""
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame.assign(**values).to_csv(file, index=False, lineterminator="\n")


def test_a_new_region_is_sound_and_runs(own: Path, tmp_path: Path, capsys: Said) -> None:
    """From nothing to a plan in three commands, with no more options than the folder."""
    assert cli.main(["check-data", "my_county", "--data", str(own)]) == 0
    checked = capsys.readouterr().out
    assert "my_county: sound" in checked
    assert checked.count("all still of the template") == len(REGION_TABLES)
    assert f"stockpile run my_county/first-flood --data {own.as_posix()}" in checked
    run = ["run", "my_county/first-flood", "--data", str(own), "--effort", "quick", "--quiet"]
    assert cli.main([*run, "--out", str(tmp_path / "plain")]) == 0
    assert cli.main([*run, "--with", "bridge-down", "--out", str(tmp_path / "cut")]) in {0, 1}
    assert (tmp_path / "plain" / "report.md").is_file()


def test_the_first_words_name_the_steps(tmp_path: Path, capsys: Said) -> None:
    """Each file, then the commands in their order."""
    assert cli.main(["new-region", "my_county", "--out", str(tmp_path / "r")]) == 0
    said = capsys.readouterr().out
    steps = [
        said.index(word) for word in ("check-data my_county", "run my_county/first-flood", "roads import")
    ]
    assert steps == sorted(steps)
    for file in (tmp_path / "r").rglob("*.csv"):
        assert file.as_posix() in said


def test_nothing_is_overwritten(own: Path, capsys: Said) -> None:
    """Neither tables nor scenarios that stand there; a second region shares the catalogue."""
    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    assert cli.main(["new-region", "my_county", "--out", str(own)]) == 2
    shutil.rmtree(own / "my_county")
    assert cli.main(["new-region", "my_county", "--out", str(own)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert not (own / "my_county").exists()
    assert cli.main(["new-region", "second", "--out", str(own)]) == 0
    assert all(path.read_bytes() == old for path, old in before.items() if path.exists())
    assert "region: second" in (own / "scenarios" / "second" / "base.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["../up", "catalogue", "scenarios", "targets", "my county", ""])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written."""
    assert cli.main(["new-region", name, "--out", str(tmp_path / "r")]) == 2
    assert not (tmp_path / "r").exists()


def test_rows_that_were_replaced_are_no_longer_counted(own: Path, capsys: Said) -> None:
    """Table by table, until nothing of the template is left and the next command is a run."""
    replace_rows(own / "my_county" / "places.csv", source="census 2020", basis="census")
    cli.main(["check-data", "my_county", "--data", str(own)])
    said = capsys.readouterr().out.splitlines()
    assert said[0].split(None, 1) == ["places", "3 rows read from my_county/places.csv"]
    assert "places" not in said[-1].split("in ", 1)[1].split(", write")[0]
    for table in REGION_TABLES:
        replace_rows(own / "my_county" / f"{table}.csv", source="plan 7", basis="plan")
    cli.main(["check-data", "my_county", "--data", str(own)])
    assert capsys.readouterr().out.splitlines()[-1].startswith("Next: `stockpile run my_county/first-flood")


def test_a_missing_table_is_told_apart_from_one_that_may_be_left_out(own: Path, capsys: Said) -> None:
    """The one is a problem, the other is not."""
    (own / "my_county" / "suppliers.csv").unlink()
    assert cli.main(["check-data", "my_county", "--data", str(own)]) == 0
    assert "not there, may be left out (my_county/suppliers.csv)" in capsys.readouterr().out
    (own / "my_county" / "sites.csv").unlink()
    assert cli.main(["check-data", "my_county", "--data", str(own)]) == 2
    said = capsys.readouterr().out
    assert "missing: add my_county/sites.csv" in said
    assert "Next: mend what is listed" in said


def test_the_list_of_regions_shows_names_size_and_promise(own: Path, capsys: Said) -> None:
    """In both languages; a region that cannot be read says so and stops no other."""
    assert cli.main(["new-region", "second", "--out", str(own)]) == 0
    (own / "second" / "sites.csv").unlink()
    capsys.readouterr()
    assert cli.main(["regions", "--data", str(own)]) == 0
    said = capsys.readouterr().out
    assert "my_county  示例县 Sample County" in said
    assert "2 townships, 2 sites, 2 warehouses, 1 scenario" in said
    assert "调令后8小时内100 %受灾群众获供 100 % of the people supplied 8 h after the order" in said
    assert "A template with two towns" in said
    assert "second" in said
    assert "see `stockpile check-data second`" in said


def test_a_faulty_description_is_a_problem_of_the_region(own: Path, capsys: Said) -> None:
    """With file, line and key."""
    (own / "my_county" / "region.yaml").write_text("description_zh: 县\nnme: x\n", encoding="utf-8")
    assert cli.main(["check-data", "my_county", "--data", str(own)]) == 2
    said = capsys.readouterr().out
    assert "my_county/region.yaml row 2, nme" in said
    assert "description_en: is missing" in said


def test_the_list_of_scenarios_shows_overrides_and_profiles(own: Path, capsys: Said) -> None:
    """Names and descriptions in both languages."""
    assert cli.main(["scenarios", "my_county", "--data", str(own)]) == 0
    said = capsys.readouterr().out
    assert "my_county/first-flood  首个洪涝情景  First flood" in said
    assert "The river is over its banks" in said
    assert "--with bridge-down  河口大桥中断  The Hekou bridge is down" in said
    assert "--targets national-2024" in said


def test_the_template_has_every_column() -> None:
    """In the order of the data dictionary, so that nothing has to be looked up before it can be filled in."""
    for table in REGION_TABLES:
        with (TEMPLATE_FOLDER / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == [column.name for column in read_dictionary()[table]], table
        assert all(row[-2:] == ["assumed", "template"] for row in rows), table
