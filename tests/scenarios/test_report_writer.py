"""A run's folder: whole or not at all, the same bytes every time, nobody else's files touched."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from report_fixture import sample_result

from scenarios.report import writer
from scenarios.report.writer import check_folder, write_run
from stockpile.errors import DataError

REPOSITORY = Path(__file__).resolve().parents[2]
WRITE = (
    "import sys; from pathlib import Path; from report_fixture import sample_result; "
    "from scenarios.report.writer import write_run; write_run(sample_result(), Path(sys.argv[1]))"
)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_outputs_are_written_and_listed_with_their_digests(tmp_path: Path) -> None:
    """All outputs are written and listed with their digests."""
    names = write_run(sample_result(), tmp_path / "run")
    files = contents(tmp_path / "run")
    assert names == tuple(files)
    assert {"report.json", "report.md", "plan.xlsx", "people-by-hour.svg", "resolved.yaml"} < set(names)
    assert "tables/trips.csv" in names
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["outputs"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert set(manifest["versions"]) >= {"python", "ortools", "numpy", "scipy", "pandas", "networkx"}
    assert (manifest["seed"], manifest["effort"]) == (7, "quick")
    assert manifest["change_log"][0]["key"] == "fleet_factor"


def test_a_second_run_replaces_the_first_byte_for_byte(tmp_path: Path) -> None:
    """A second run replaces the first byte for byte."""
    write_run(sample_result(), tmp_path / "run")
    first = contents(tmp_path / "run")
    write_run(sample_result(), tmp_path / "run")
    assert contents(tmp_path / "run") == first
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_another_hash_seed_and_folder_give_the_same_bytes(tmp_path: Path) -> None:
    """Another hash seed and folder give the same bytes."""
    write_run(sample_result(), tmp_path / "run")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    paths = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests" / "scenarios")])
    subprocess.run(  # noqa: S603  (this test's own code)
        [sys.executable, "-c", WRITE, "other"],
        cwd=elsewhere,
        env={**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": paths, "TZ": "Asia/Shanghai"},
        check=True,
    )
    assert contents(elsewhere / "other") == contents(tmp_path / "run")


def test_no_path_of_this_machine_in_any_output(tmp_path: Path) -> None:
    """No path of this machine in any output, the parts of the workbook included."""
    write_run(sample_result(), tmp_path / "run")
    files = contents(tmp_path / "run")
    with zipfile.ZipFile(tmp_path / "run" / "plan.xlsx") as book:
        files |= {name: book.read(name) for name in book.namelist()}
    for name, data in files.items():
        assert str(tmp_path).encode() not in data, name
        assert str(REPOSITORY).encode() not in data, name


def test_neither_host_nor_clock_changes_a_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither host nor clock changes a byte."""
    write_run(sample_result(), tmp_path / "here")
    monkeypatch.setattr(socket, "gethostname", lambda: "another-host")
    monkeypatch.setattr(platform, "node", lambda: "another-host")
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    write_run(sample_result(), tmp_path / "there")
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_an_interrupted_run_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted run leaves the earlier one."""
    write_run(sample_result(), tmp_path / "run")
    before = contents(tmp_path / "run")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "write_workbook", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_run(sample_result(), tmp_path / "run")
    assert contents(tmp_path / "run") == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_failed_swap_brings_the_earlier_run_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed swap brings the earlier run back."""
    write_run(sample_result(), tmp_path / "run")
    before = contents(tmp_path / "run")
    rename = Path.rename

    def fail_for_new(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError("disk full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with pytest.raises(DataError, match=r"--out = .*cannot be written: disk full\. Remedy: choose"):
        write_run(sample_result(), tmp_path / "run")
    assert contents(tmp_path / "run") == before


def test_an_interrupted_first_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted first run leaves nothing."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "write_workbook", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_run(sample_result(), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_missing_parents_and_an_empty_folder_are_fine(tmp_path: Path) -> None:
    """Missing parents and an empty folder are fine."""
    (tmp_path / "empty").mkdir()
    assert write_run(sample_result(), tmp_path / "empty")
    assert write_run(sample_result(), tmp_path / "a" / "b")


@pytest.mark.parametrize("manifest", [None, "{}", "no json", '{"schema": "other/1", "outputs": {}}'])
def test_a_folder_that_no_run_wrote_is_refused_and_kept(tmp_path: Path, manifest: str | None) -> None:
    """A folder that no run wrote is refused and kept."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("keep me", encoding="utf-8")
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    before = contents(folder)
    with pytest.raises(DataError, match="holds files but no manifest"):
        write_run(sample_result(), folder)
    assert contents(folder) == before


def test_a_run_folder_with_a_file_of_someone_else_is_refused(tmp_path: Path) -> None:
    """A run folder with a file of someone else is refused."""
    write_run(sample_result(), tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(DataError, match=r"did not write: notes\.txt"):
        write_run(sample_result(), tmp_path / "run")
    assert (tmp_path / "run" / "notes.txt").exists()


def test_folders_of_someone_else_are_refused(tmp_path: Path) -> None:
    """Folders of someone else are refused."""
    (tmp_path / "mine" / "inner").mkdir(parents=True)
    with pytest.raises(DataError):
        check_folder(tmp_path / "mine")


def test_a_lock_file_of_an_open_spreadsheet_does_not_stop_a_run(tmp_path: Path) -> None:
    """A lock file of an open spreadsheet does not stop a run."""
    write_run(sample_result(), tmp_path / "run")
    (tmp_path / "run" / "~$plan.xlsx").write_text("", encoding="utf-8")
    assert write_run(sample_result(), tmp_path / "run")


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    """A file in the way is refused."""
    (tmp_path / "run").write_text("keep me", encoding="utf-8")
    with pytest.raises(DataError, match="is a file"):
        write_run(sample_result(), tmp_path / "run")


def test_a_link_to_a_run_folder_is_followed(tmp_path: Path) -> None:
    """A link to a run folder is followed."""
    write_run(sample_result(), tmp_path / "run")
    (tmp_path / "latest").symlink_to(tmp_path / "run")
    write_run(sample_result(), tmp_path / "latest")
    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "run" / "report.json").exists()


def test_a_folder_above_which_one_may_not_write_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearest folder that exists decides, and the one to be replaced; nothing is made in it."""

    def may(path: str | os.PathLike[str], mode: int) -> bool:
        return not (mode & os.W_OK and Path(path) in (tmp_path, tmp_path / "open" / "locked"))

    monkeypatch.setattr(os, "access", may)
    for folder in (tmp_path / "run", tmp_path / "a" / "b"):
        with pytest.raises(DataError, match="cannot be written: no leave to write in") as refused:
            check_folder(folder)
        (problem,) = refused.value.problems
        assert (problem.file, problem.value) == ("--out", folder.as_posix())
        assert "that you may write to" in problem.remedy
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "open" / "locked").mkdir(parents=True)
    check_folder(tmp_path / "open" / "run")
    with pytest.raises(DataError, match="no leave to write in locked"):
        check_folder(tmp_path / "open" / "locked")
