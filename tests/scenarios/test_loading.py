"""A scenario is found, read safely, merged and checked; whatever is wrong is said with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.library_folders import library_regions, scenario_names
from scenarios.loading import load_scenario, offered_overrides
from scenarios.yaml_files import MAX_BYTES, read_yaml
from stockpile.errors import DataError, Problem

Write = Callable[..., Path]


def problems_of(action: Callable[[], object]) -> tuple[Problem, ...]:
    """Return the problems that an action is refused with."""
    with pytest.raises(DataError) as caught:
        action()
    return caught.value.problems


def yaml_problem(tmp_path: Path, content: bytes | str) -> Problem:
    """Return the first problem of reading a file with this content."""
    path = tmp_path / "x.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return problems_of(lambda: read_yaml(path, "x.yaml"))[0]


def test_plain_words_keep_their_face_value(tmp_path: Path) -> None:
    """No YAML 1.1 surprise: yes, 8:30 and 010 are text; numbers, true, null and dates are themselves."""
    path = tmp_path / "x.yaml"
    path.write_text("\ufeffa: [yes, 8:30, 010, 1_000, 12, -1.5, true, ~, 2026-07-05, .inf, 1.5e+3]", "utf-8")
    values = read_yaml(path, "x.yaml").values["a"]
    assert isinstance(values, list)
    assert [str(value) for value in values] == [
        "yes", "8:30", "010", "1_000", "12", "-1.5", "True", "None", "2026-07-05", ".inf", "1500.0",
    ]  # fmt: skip
    assert [type(value).__name__ for value in values][4:9] == ["int", "float", "bool", "NoneType", "date"]


def test_lines_of_keys_are_known(tmp_path: Path) -> None:
    """Every dotted key has the line it stands on."""
    path = tmp_path / "x.yaml"
    path.write_text("a:\n  b: 1\n\n  c: {d: 2}\n", encoding="utf-8")
    assert read_yaml(path, "x.yaml").lines == {"a": 1, "a.b": 2, "a.c": 4, "a.c.d": 4}


def test_repeated_key_is_an_error_at_any_depth(tmp_path: Path) -> None:
    """YAML would silently keep the last one."""
    problem = yaml_problem(tmp_path, "a:\n  b: 1\n  b: 2\n")
    assert (problem.row, problem.column, problem.message) == (3, "a.b", "is given twice")


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{key}: &{key} [{','.join([f'*{before}'] * 10)}]\n"
    for before, key in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "expands to more than"),
        ("a: &a\n  b: *a\n", "expands to more than"),
        ("a: &a [*a]\n", "expands to more than"),
        ("a: " + "[" * 2000, "nested deeper"),
        ("a: " + "{b: " * 300 + "1" + "}" * 300, "nested deeper"),
        ("a: !!python/object/apply:os.system [ls]\n", "has a YAML tag"),
        ("a: !!binary aGk=\n", "has a YAML tag"),
        ("a: !!int twelve\n", "is no valid value"),
        ("a: 2026-02-30\n", "is no valid value"),
        ("? [1, 2]\n: 3\n", "has a list or mapping as a key"),
        ("- 1\n- 2\n", "is not a mapping"),
        ("", "is not a mapping"),
        ("just text", "is not a mapping"),
        ("a: 1\n---\nb: 2\n", "is not readable YAML"),
        ("a: [1, 2\n", "is not readable YAML"),
        ("a: \x00\n", "is not readable YAML"),
        ("名: 洪涝".encode("gb18030"), "is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "is larger than"),
        ("a: [" + "x," * 200_000 + "]\n", "more than 50,000 values"),
    ],
)
def test_hostile_or_broken_yaml_is_refused(tmp_path: Path, content: bytes | str, message: str) -> None:
    """Bombs, deep nesting, tags, wrong encodings and large files end in a problem with a remedy."""
    problem = yaml_problem(tmp_path, content)
    assert message in problem.message
    assert problem.remedy
    assert problem.file == "x.yaml"


def test_plain_alias_is_understood(tmp_path: Path) -> None:
    """An alias that expands to little is an ordinary way to avoid repetition."""
    path = tmp_path / "x.yaml"
    path.write_text("a: &ring [[1, 2]]\nb: *ring\n", encoding="utf-8")
    assert read_yaml(path, "x.yaml").values["b"] == [[1, 2]]


def test_scenario_lies_over_the_base_of_its_region(write_library: Write) -> None:
    """Base values hold where the scenario is silent; the log and the digests say what was read."""
    library = write_library(scenario="horizon_h: 12\n")
    resolved = load_scenario("valley/wet", library)
    assert (resolved.spec, resolved.scenario.horizon_h, resolved.scenario.supply_days) == (
        "valley/wet",
        12,
        3,
    )
    assert resolved.change_log == ({"key": "horizon_h", "old": "24", "new": "12", "by": "wet"},)
    assert resolved.sources == {
        f"valley/{name}": hashlib.sha256((library / "valley" / name).read_bytes()).hexdigest()
        for name in ("base.yaml", "wet.yaml")
    }


def test_resolved_file_reads_back_to_the_same_scenario(write_library: Write, tmp_path: Path) -> None:
    """The resolved scenario is a complete stand-alone file, overrides applied and gone."""
    library = write_library(
        scenario='overrides: {more: {set: {fleet_factor: 2, "targets.everyone-8h.hours": 6}}}\n'
    )
    resolved = load_scenario("valley/wet", library, ["more"])
    copy = tmp_path / "resolved.yaml"
    copy.write_text(resolved.as_yaml(), encoding="utf-8")
    again = load_scenario(str(copy))
    assert again.scenario == resolved.scenario
    assert again.as_yaml() == resolved.as_yaml()
    assert again.scenario.targets["everyone-8h"].hours == 6


def test_named_override_and_file_apply_in_order(write_library: Write, tmp_path: Path) -> None:
    """Names first, then files; both are in the change log, the file also among the sources."""
    library = write_library(scenario="overrides: {more: {description_en: More, set: {fleet_factor: 2}}}\n")
    file = tmp_path / "own.yaml"
    file.write_text("id: short\nset: {horizon_h: 10}\n", encoding="utf-8")
    resolved = load_scenario("valley/wet", library, ["more"], [file])
    assert [change["by"] for change in resolved.change_log] == ["override more", "override short"]
    assert "own.yaml" in resolved.sources
    assert [
        (name, model.description_en) for name, model in offered_overrides("valley/wet", library).items()
    ] == [("more", "More")]


def test_conflict_between_name_and_file_names_both(write_library: Write, tmp_path: Path) -> None:
    """The line in the file that comes too late is named."""
    library = write_library(scenario="overrides: {more: {set: {fleet_factor: 2}}}\n")
    file = tmp_path / "own.yaml"
    file.write_text("id: fewer\nset:\n  fleet_factor: 0.5\n", encoding="utf-8")
    (problem,) = problems_of(lambda: load_scenario("valley/wet", library, ["more"], [file]))
    assert (problem.file, problem.row, problem.column) == ("own.yaml", 3, "fleet_factor")
    assert '"more"' in problem.message
    assert '"fewer"' in problem.message


def test_override_twice_is_refused(write_library: Write) -> None:
    """Asking for one override twice is a slip of the pen, not a change."""
    library = write_library(scenario="overrides: {more: {set: {fleet_factor: 2}}}\n")
    (problem,) = problems_of(lambda: load_scenario("valley/wet", library, ["more", "more"]))
    assert problem.message == "is asked for twice"


def test_unknown_override_names_the_nearest(write_library: Write) -> None:
    """A typo in --with finds the override that was meant."""
    library = write_library(scenario="overrides: {double-fleet: {set: {fleet_factor: 2}}}\n")
    (problem,) = problems_of(lambda: load_scenario("valley/wet", library, ["duble-fleet"]))
    assert problem.remedy == "Did you mean double-fleet?"


def test_override_that_is_not_chosen_is_checked_too(write_library: Write) -> None:
    """A library holds no broken override that nobody has tried yet."""
    library = write_library(scenario="overrides: {more: {sett: {fleet_factor: 2}}}\n")
    found = problems_of(lambda: load_scenario("valley/wet", library))
    assert [(problem.column, problem.message) for problem in found] == [
        ("overrides.more.set", "is missing"),
        ("overrides.more.sett", "is not a known key"),
    ]


def test_every_wrong_value_is_named_with_file_line_key_and_remedy(write_library: Write) -> None:
    """Problems of base and scenario come together; unknown keys find the key that was meant."""
    library = write_library(
        base="fleet_facter: 2\n",
        scenario="losses:\n  fire: {warehouse: W-1, share: 1.5}\nclosures:\n  c: {refs: [G312], dept_m: 1}\n",
    )
    found = {problem.column: problem for problem in problems_of(lambda: load_scenario("valley/wet", library))}
    assert set(found) == {"fleet_facter", "losses.fire.share", "closures.c.dept_m"}
    unknown, share, depth = found["fleet_facter"], found["losses.fire.share"], found["closures.c.dept_m"]
    assert (unknown.file, unknown.row, unknown.remedy) == (
        "valley/base.yaml",
        8,
        "Did you mean fleet_factor?",
    )
    assert (share.file, share.row, share.value) == ("valley/wet.yaml", 9, "1.5")
    assert "Share of every lot" in share.remedy
    assert depth.remedy == "Did you mean depth_m?"


def test_value_from_an_override_blames_the_override(write_library: Write) -> None:
    """The problem stands at the line of the override and names it."""
    library = write_library(scenario="overrides:\n  bad:\n    set:\n      fleet_factor: -2\n")
    (problem,) = problems_of(lambda: load_scenario("valley/wet", library, ["bad"]))
    assert (problem.row, problem.column, problem.id) == (11, "fleet_factor", "override bad")


def test_missing_key_says_what_it_is_for(write_library: Write) -> None:
    """A required key that no file gives is missing in the scenario's own file."""
    library = write_library()
    path = library / "valley" / "wet.yaml"
    path.write_text(path.read_text("utf-8").replace("hazard: flood\n", ""), "utf-8")
    (problem,) = problems_of(lambda: load_scenario("valley/wet", library))
    assert (problem.file, problem.column, problem.message) == ("valley/wet.yaml", "hazard", "is missing")
    assert "Main hazard" in problem.remedy


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("valley/wett", "Did you mean wet?"),
        ("vally/wet", "Did you mean valley?"),
        ("wet", "Did you mean valley/wet?"),
        ("valley", "Did you mean valley/wet?"),
        ("valley/", "Did you mean valley/wet?"),
        ("x", "Known are valley/wet"),
        ("a/b/c", "Write REGION/SCENARIO"),
        ("../etc/passwd", "Write REGION/SCENARIO"),
        ("valley/../wet", "Write REGION/SCENARIO"),
        ("/etc/passwd", "Write REGION/SCENARIO"),
        ("valley/base", "Known are wet"),
        ("", "Write REGION/SCENARIO"),
        ("valley\\wet", "Write REGION/SCENARIO"),
        ("valley/wet\n", "Write REGION/SCENARIO"),
        ("nowhere/missing.yaml", "Check the name of the file"),
    ],
)
def test_nonsense_spec_is_refused_with_a_way_on(write_library: Write, spec: str, hint: str) -> None:
    """No path leaves the library, and near matches help."""
    library = write_library()
    (problem,) = problems_of(lambda: load_scenario(spec, library))
    assert hint in problem.remedy


def test_library_lists_regions_and_scenarios(write_library: Write) -> None:
    """The base is no scenario, a stray file no region."""
    library = write_library()
    (library / "notes.txt").touch()
    assert library_regions(library) == ("valley",)
    assert scenario_names("valley", library) == ("wet",)
    assert scenario_names("../valley", library) == ()


def test_id_differs_from_file_name(write_library: Write) -> None:
    """In the library a scenario is called what its file is called."""
    library = write_library()
    (library / "valley" / "wet.yaml").rename(library / "valley" / "dry.yaml")
    (problem,) = problems_of(lambda: load_scenario("valley/dry", library))
    assert (problem.column, problem.value, problem.row) == ("id", "wet", 1)


def test_stand_alone_file_must_name_its_region(write_library: Write, tmp_path: Path) -> None:
    """Only a file of the library takes its region from its folder."""
    resolved = load_scenario("valley/wet", write_library())
    copy = tmp_path / "own.yaml"
    copy.write_text(resolved.as_yaml().replace("region: valley\n", ""), encoding="utf-8")
    (problem,) = problems_of(lambda: load_scenario(str(copy)))
    assert (problem.file, problem.column, problem.message) == ("own.yaml", "region", "is missing")
