"""What README and docs say is there: files, commands, keys, columns, rules and constants."""

from __future__ import annotations

import csv
import importlib
import importlib.util
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel

from routing.verify import RULES
from scenarios import schema
from scenarios.cli import app, main
from scenarios.library_folders import scenario_names
from scenarios.loading import load_scenario, offered_overrides
from scenarios.placement.headings import TABLES as PLACEMENT_TABLES
from scenarios.report.wording import CAUSES
from scenarios.situation import apply_scenario
from stockpile.region import load_region, region_names

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
METHOD = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
PLANNER = (ROOT / "docs" / "guide-planner.md").read_text(encoding="utf-8")
REVIEWER = (ROOT / "docs" / "guide-reviewer.md").read_text(encoding="utf-8")
OUTPUT_TABLES = (ROOT / "docs" / "output-tables.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
REPOSITORY_PATH = re.compile(r"`((?:stockpile|routing|scenarios|tests|data|docs)/[\w./-]+)`")
MODELS = (
    *("Scenario", "Target", "TargetProfile", "RegionText", "Affected", "Closure", "Speeds", "Loss"),
    *("NamedOverride", "OverrideFile"),
)
COMMANDS = (
    "python -m pip install -e . -c constraints.txt && python run_scenario.py luan_jinan/meiyu-flood",
    'python -m pip install -e ".[test]" -c constraints.txt && python -m pytest',
)
CUT_OFF = """\
id: cut-off
set:
  targets.first-1h: {hours: 1, scope: first_goods, level: district, required: 1.0, clock: order, source: m}
  closures.mud.speed_factor: null
  closures.lake: {polygon: [[116.1, 30.9], [116.3, 30.9], [116.3, 31.1], [116.1, 31.1]], depth_m: 0.1}
"""


def without_fences(text: str) -> str:
    """Return a page without its fenced blocks."""
    return FENCE.sub("", text)


def table_after(text: str, mark: str) -> list[list[str]]:
    """Return the cells of the first table after a mark, without its heading."""
    assert mark in text, mark
    lines = text[text.index(mark) + len(mark) :].split("\n")
    begin = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows[2:]


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.*)$", without_fences(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_lines() -> Iterator[tuple[str, str]]:
    """Yield (page, command line) of every command in a fenced block, and of `stockpile ...` in a sentence."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for language, block in FENCE.findall(text):
            if not language:
                for line in block.splitlines():
                    for part in line.strip().split(" && "):
                        if part.startswith(("python ", "stockpile ")):
                            yield page.name, part
        for inline in re.findall(r"`([^`]*)`", without_fences(text)):
            if re.match(r"(?:stockpile [a-z]|python (?:-m \w|\w+[./]))", inline):
                yield page.name, " ".join(inline.split())


def outline(value: object, at: str = "") -> set[str]:
    """Return the dotted keys of a document, `[]` for what is inside a list of mappings."""
    if isinstance(value, Mapping):
        inside = {key: outline(below, f"{at}.{key}".strip(".")) for key, below in value.items()}
        return {f"{at}.{key}".strip(".") for key in value}.union(*inside.values())
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return set().union(*(outline(one, f"{at}[]") for one in value))
    return set()


@pytest.fixture(scope="module")
def tiny_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of two runs of the tiny region: as it is, and with one site cut off, one flooded."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "cut-off.yaml").write_text(CUT_OFF, encoding="utf-8")
    run = ["run", str(ROOT / "tests/data/tiny/flood.yaml"), "--data", str(ROOT / "tests/data"), "--quiet"]
    assert main([*run, "--out", str(folder / "plain")]) in {0, 1}
    assert main([*run, "--out", str(folder / "cut"), "--override", str(folder / "cut-off.yaml")]) in {0, 1}
    return folder / "plain", folder / "cut"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link names a file of the repository, and a heading where it names one."""
    for link in LINK.findall(without_fences(page.read_text(encoding="utf-8"))):
        if link.startswith(("http:", "https:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_named_in_sentences_exist(page: Path) -> None:
    """A path in code marks is there; placeholders are in capitals and not looked for."""
    for path in REPOSITORY_PATH.findall(page.read_text(encoding="utf-8")):
        if not re.search(r"[A-Z]{4}", path.replace("SOURCES", "")):
            assert (ROOT / path).exists(), path


def test_the_readme_has_exactly_the_two_commands() -> None:
    """One installs and runs the main job, one installs and passes the tests; the gate runs the second."""
    fenced = [line for _, block in FENCE.findall(README) for line in block.splitlines() if line.strip()]
    assert fenced == list(COMMANDS)


@pytest.mark.parametrize(("page", "command"), sorted(set(command_lines())))
def test_commands_shown_exist(page: str, command: str) -> None:
    """Verbs, options, modules, scripts, regions, scenarios and overrides are there."""
    words = shlex.split(command.split(" | ", maxsplit=1)[0])
    if words[:2] == ["python", "run_scenario.py"]:
        words = ["stockpile", "run", *words[2:]]
    if words[0] == "stockpile":
        check_verb(words[1:])
    elif words[1] == "-m":
        assert importlib.util.find_spec(words[2]) is not None, page
    elif words[1] != "-c":
        assert (ROOT / words[1]).is_file(), page


FILE_NAME = re.compile(r"\.(?:yaml|csv|osm|gz)$")


def check_verb(words: list[str]) -> None:
    """Fail when a verb has no such option, or is given a scenario, region or override that is not shipped."""
    verb = typer.main.get_command(app)
    while words and hasattr(verb, "commands"):
        verb, words = verb.commands[words[0]], words[1:]
    takes_value = {
        name: not getattr(option, "is_flag", False) for option in verb.params for name in option.opts
    }
    given: dict[str, list[str]] = {"": []}
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            assert word in takes_value, word
            given.setdefault(word, []).append(next(rest, "") if takes_value[word] else "")
        else:
            given[""].append(word)
    for word in given[""]:
        placeholder = word.isupper() or {"REGION", "NAME"} & set(word.split("/"))
        if not placeholder and not FILE_NAME.search(word):
            check_shipped(word, given)


def check_shipped(word: str, given: Mapping[str, list[str]]) -> None:
    """Fail when a region or scenario, or an override asked of it, is not there."""
    region, _, scenario = word.partition("/")
    data = ROOT / given["--data"][0] if "--data" in given else None
    assert region in region_names(data), word
    if scenario:
        assert scenario in scenario_names(region), word
        assert set(given.get("--with", [])) <= set(offered_overrides(word)), word


def test_every_option_of_a_run_is_explained() -> None:
    """The planner's guide names every option of the main job but the help."""
    verb = typer.main.get_command(app).commands["run"]  # type: ignore[attr-defined]
    options = {name for option in verb.params for name in option.opts if name.startswith("--")}
    assert {name for name in options if name not in PLANNER + REVIEWER} == set()


def test_every_option_of_a_placement_is_explained() -> None:
    """The same for the placement; options that a run has, too, are explained there."""
    verb = typer.main.get_command(app).commands["place"]  # type: ignore[attr-defined]
    options = {name for option in verb.params for name in (*option.opts, *option.secondary_opts)}
    named = {name for name in options if name.startswith("--") and name != "--studies"}
    assert {name for name in named if name not in PLANNER + REVIEWER} == set()


def test_the_placement_tables_are_those_of_the_reports() -> None:
    """Every table of a placement has its section, with its columns in their order."""
    chapter = OUTPUT_TABLES.split("## Placement tables")[1]
    assert re.findall(r"^### (\w+)$", chapter, re.MULTILINE) == [
        *("levels", "decisions", "transfers", "purchases", "coverage", "replay", "townships", "steps"),
        *("budget_curve", "marginal", "moves", "no_regret"),
    ]
    for name, headings in PLACEMENT_TABLES.items():
        columns = [heading.name for heading in headings]
        explained = [row[0] for row in table_after(chapter, f"### {name}\n")]
        assert explained == (["order", "people", "missing"] if name == "moves" else columns), name


def test_causes_are_explained() -> None:
    """Every cause that a report can name has its row, in the planner's guide with its Chinese name."""
    assert [row[0] for row in table_after(METHOD, "## Gaps")] == list(CAUSES)
    named = [f"{cause}` {name_zh}" for cause, (name_zh, _) in CAUSES.items()]
    assert [row[0] for row in table_after(PLANNER, "### Causes")] == named


def test_the_rules_of_the_verification_are_those_in_the_method() -> None:
    """Name by name and sentence by sentence."""
    assert dict(table_after(METHOD, "## Verification")) == dict(RULES)


@pytest.mark.parametrize(
    ("name", "value"), [(row[0], row[1]) for row in table_after(METHOD, "## Assumed constants")]
)
def test_constants_in_the_method_are_those_in_the_code(name: str, value: str) -> None:
    """A tuned constant is tuned in the method too."""
    module, _, constant = name.rpartition(".")
    assert str(getattr(importlib.import_module(module), constant)) == value


@pytest.mark.parametrize("name", MODELS)
def test_scenario_keys_are_those_of_the_schema(name: str) -> None:
    """The planner's guide has every key of every model, and says which must be given."""
    model: type[BaseModel] = getattr(schema, name)
    fields = {
        field.alias or key: "yes" if field.is_required() else "no"
        for key, field in model.model_fields.items()
    }
    assert {row[0]: row[1] for row in table_after(PLANNER, f"<!-- keys: {name} -->")} == fields


def test_every_model_of_the_schema_is_explained() -> None:
    """A new model needs a table of its own."""
    models = {
        name
        for name, model in vars(schema).items()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == schema.__name__
    }
    assert {name for name in models if not name.startswith("_")} == set(MODELS)


def test_the_examples_of_the_planner_can_be_run(tmp_path: Path) -> None:
    """The override fits the shipped scenario, the scenario the shipped region."""
    override, scenario = [block for language, block in FENCE.findall(PLANNER) if language == "yaml"]
    (tmp_path / "override.yaml").write_text(override, encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(scenario, encoding="utf-8")
    region = load_region("luan_jinan")
    changed = load_scenario("luan_jinan/meiyu-flood", None, [], [tmp_path / "override.yaml"])
    assert [change["key"] for change in changed.change_log] == list(yaml.safe_load(override)["set"])
    assert apply_scenario(region, changed).people.sum() > 0
    assert apply_scenario(region, load_scenario(str(tmp_path / "scenario.yaml"))).people.sum() > 0


def test_the_examples_of_closures_are_closures() -> None:
    """The snippet of the planner's guide says what the schema takes."""
    (snippet,) = [block for language, block in FENCE.findall(PLANNER) if language == "yml"]
    closures = yaml.safe_load(snippet)["closures"]
    assert len([schema.Closure.model_validate(closure) for closure in closures.values()]) == 5


def test_the_output_tables_are_those_of_a_run(tiny_runs: tuple[Path, Path]) -> None:
    """Every table a run writes has its section, with its columns in their order."""
    written = {}
    for path in (tiny_runs[0] / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            written[path.stem] = next(csv.reader(file))
    sections = re.findall(r"^## (\w+)$", OUTPUT_TABLES, re.MULTILINE)
    assert sorted(sections) == sorted(written)
    for name, columns in written.items():
        assert [row[0] for row in table_after(OUTPUT_TABLES, f"## {name}\n")] == columns, name


def test_the_keys_of_the_report_are_those_of_a_run(tiny_runs: tuple[Path, Path]) -> None:
    """The reviewer's guide explains every key, and no other."""
    documents: list[dict[str, Any]] = [
        json.loads((folder / "report.json").read_text(encoding="utf-8")) for folder in tiny_runs
    ]
    for document in documents:
        document["provenance"]["inputs"] = {}
    assert documents[1]["isolated"]
    assert documents[1]["flooded"]
    explained = {row[0] for row in table_after(REVIEWER, "<!-- report.json keys -->")}
    assert explained == outline(documents[0]) | outline(documents[1])


def test_the_keys_of_the_manifest_are_those_of_a_run(tiny_runs: tuple[Path, Path]) -> None:
    """The same for manifest.json, whose other keys are names of files and libraries."""
    document = json.loads((tiny_runs[0] / "manifest.json").read_text(encoding="utf-8"))
    rows = table_after(REVIEWER, "## manifest.json")
    assert {key.strip("` ") for row in rows for key in row[0].split(",")} == set(document)


def test_the_files_of_a_run_are_listed(tiny_runs: tuple[Path, Path]) -> None:
    """README and planner's guide name every file that a run writes."""
    names = {path.name for path in tiny_runs[0].iterdir() if path.name != "tables"}
    for page in (README, PLANNER):
        assert {name for name in names if f"`{name}`" not in page} == set()
        assert "`tables/" in page


def test_the_figures_of_the_readme_are_those_of_its_picture() -> None:
    """Text and picture come from one run."""
    picture = (ROOT / "docs" / "images" / "people-by-hour.svg").read_text(encoding="utf-8")
    shown = re.findall(r">(\d[\d,]*) \((\d+\.\d %)\)<", picture)
    assert shown
    figures = " ".join(README.split("<!-- figures: meiyu-flood -->")[1].split())
    for supplied, share in shown:
        assert f" {supplied} " in figures
        assert f"({share})" in figures
