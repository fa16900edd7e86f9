"""The main job through the real command line, on the region that is solved by hand, from another folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import OUTPUTS, TINY, TINY_FLOOD, WrittenRun, stockpile_run, tree, written_run

REPORT_KEYS = {
    "schema": str,
    "scenario": str,
    "region": str,
    "targets": list,
    "people": dict,
    "bound": dict,
    "gaps": list,
    "verification": dict,
    "provenance": dict,
}
TARGET_KEYS = {
    "id": str,
    "hours": (int, float),
    "scope": str,
    "required": float,
    "people": int,
    "supplied": int,
    "share": float,
    "exempt_people": int,
    "met": bool,
}
GAP_KEYS = {
    "site": str,
    "place": str,
    "people": int,
    "item": str,
    "hour": (int, float),
    "causes": list,
    "proven": bool,
    "repair": (str, type(None)),
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> WrittenRun:
    """Return the run of the tiny flood in an empty folder far from the repository."""
    return written_run(*TINY, folder=tmp_path_factory.mktemp("elsewhere"))


def assert_types(document: dict[str, object], keys: dict[str, object]) -> None:
    """Every key of the contract is there with its type; true is no number."""
    for key, kind in keys.items():
        assert isinstance(document[key], kind), key  # type: ignore[arg-type]
        assert isinstance(document[key], bool) is (kind is bool), key


def test_a_missed_target_ends_with_1(tiny: WrittenRun) -> None:
    """Site D is five hours of mud away: solved, target missed, nothing said on stderr."""
    assert (tiny.code, tiny.complaints) == (1, "")


def test_the_figures_are_those_of_the_hand_solution(tiny: WrittenRun) -> None:
    """300 of 400 people by 3 h, 1,010 person-hours, 481 yuan; the bound proves that no plan does better."""
    report = tiny.report
    (target,) = report["targets"]
    assert (target["supplied"], target["people"], target["exempt_people"]) == (300, 400, 0)
    assert (target["share"], target["met"]) == (0.75, False)
    assert report["people"]["supplied_by_hour"] == [[0, 0], [1, 0], [2, 145], [3, 300], [4, 300]]
    assert report["people"]["person_hours"] == 1010.0
    assert report["cost_yuan"] == 481.0
    assert (report["bound"]["supplied"], report["bound"]["gap"]) == ([300], 0.0)
    assert [(gap["site"], gap["people"]) for gap in report["gaps"]] == [("D", 100)]


def test_the_plan_passes_its_own_check(tiny: WrittenRun) -> None:
    """No violation, out of hundreds of single checks."""
    assert tiny.report["verification"]["violations"] == []
    assert tiny.report["verification"]["rules_checked"] > 200


def test_the_report_has_the_schema_of_the_contract(tiny: WrittenRun) -> None:
    """stockpile-report/1: every key with its type, input digests as SHA-256."""
    report = tiny.report
    assert_types(report, REPORT_KEYS)
    assert (report["schema"], report["scenario"], report["region"]) == (
        "stockpile-report/1",
        "tiny/flood",
        "tiny",
    )
    for target in report["targets"]:
        assert_types(target, TARGET_KEYS)
    for gap in report["gaps"]:
        assert_types(gap, GAP_KEYS)
    assert_types(report["people"], {"affected": int, "supplied_by_hour": list, "person_hours": float})
    assert_types(report["bound"], {"supplied": list, "person_hours": float, "gap": float})
    assert_types(report["verification"], {"violations": list, "rules_checked": int})
    assert_types(report["provenance"], {"modelled_or_assumed_share": float, "inputs": dict})
    assert all(len(digest) == 64 for digest in report["provenance"]["inputs"].values())


def test_every_file_is_there_and_no_other(tiny: WrittenRun) -> None:
    """The folder holds what the manifest lists, and the folder above holds nothing else."""
    assert set(OUTPUTS) | {"manifest.json"} <= set(tree(tiny.folder))
    assert set(tree(tiny.folder)) == {*tiny.manifest["outputs"], "manifest.json"}
    assert [path.name for path in tiny.folder.parent.iterdir()] == [tiny.folder.name]


def test_the_terminal_shows_targets_hours_gaps_and_files(tiny: WrittenRun) -> None:
    """The short table: what was promised, people by hour, the worst gap, where the report is."""
    for shown in ("everyone-3h", "75.0 %", "丁安置点", "report.md", "plan.xlsx"):
        assert shown in tiny.printed


def test_no_output_knows_where_it_was_made(tiny: WrittenRun) -> None:
    """No file names a folder of this machine."""
    for file in tiny.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert str(tiny.folder.parent).encode() not in content, file.name
            assert str(TINY_FLOOD.parent).encode() not in content, file.name


def test_people_counted_for_first_goods_are_neither_met_nor_judged(tmp_path: Path) -> None:
    """Not even where nobody is short; what is judged is the promise to townships."""
    first = {"hours": 4, "scope": "first_goods", "level": "district", "required": 0.1, "clock": "order"}
    changes = {
        "affected.all.places": ["T-A", "T-B", "T-C"],
        "targets": {"first-4h": {**first, "source": "plan"}},
    }
    (tmp_path / "first.yaml").write_text(json.dumps({"id": "first", "set": changes}), encoding="utf-8")
    run = written_run(*TINY, "--override", "first.yaml", folder=tmp_path)
    assert run.report["verification"]["violations"] == []
    (target,) = run.report["targets"]
    assert (target["share"], target["judged"], target["met"]) == (1.0, False, False)
    assert list(run.table("targets")["met"]) == ["no"]


def test_a_target_within_reach_ends_with_0(tmp_path: Path) -> None:
    """An override without the site in the mud makes the target met, and is logged."""
    changes = {"affected.all.places": ["T-A", "T-B", "T-C"]}
    override = {"id": "within-reach", "set": changes}
    (tmp_path / "within.yaml").write_text(json.dumps(override), encoding="utf-8")
    run = written_run(*TINY, "--override", "within.yaml", folder=tmp_path)
    assert (run.code, run.complaints) == (0, "")
    (target,) = run.report["targets"]
    assert (target["people"], target["supplied"], target["met"]) == (300, 300, True)
    assert [change["key"] for change in run.manifest["change_log"]] == list(changes)


def test_a_resolved_scenario_runs_to_the_same_plan(tiny: WrittenRun, tmp_path: Path) -> None:
    """resolved.yaml is a complete scenario of its own: same plan, table by table."""
    data = TINY[2]
    again = written_run(str(tiny.folder / "resolved.yaml"), "--data", data, folder=tmp_path)
    assert again.code == tiny.code
    same = [name for name in tree(tiny.folder) if name.startswith("tables/")]
    assert {name: tree(again.folder)[name] for name in same} == {
        name: tree(tiny.folder)[name] for name in same
    }


def test_without_a_folder_the_report_goes_to_runs(tmp_path: Path) -> None:
    """runs/REGION/SCENARIO below the folder that the user stands in."""
    done = stockpile_run(*TINY, "--quiet", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert (tmp_path / "runs" / "tiny" / "flood" / "report.json").is_file()
