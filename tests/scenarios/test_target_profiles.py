"""Target profiles: promises of one document in place of a scenario's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.library_folders import library_regions, profile_names
from scenarios.loading import load_scenario
from stockpile.errors import DataError

OWN = """\
id: harbour
name_zh: 港口预案
name_en: Harbour plan
source: plan 5
targets:
  half-4h: {hours: 4, scope: share, required: 0.5, clock: order, source: plan 5}
"""
NATIONAL = ("county-6h", "city-8h", "province-10h")


@pytest.fixture
def library(write_library: Callable[..., Path]) -> Path:
    """Return a library with the scenario `wet`, which offers `more`, and the profile `harbour`."""
    root = write_library(scenario="overrides:\n  more: {set: {targets.half-4h.required: 0.9}}\n")
    (root / "targets").mkdir()
    (root / "targets" / "harbour.yaml").write_text(OWN, encoding="utf-8")
    return root


def test_the_profile_takes_the_place_of_all_targets(library: Path) -> None:
    """None of the scenario's own is left; log, sources and the resolved file tell of it."""
    resolved = load_scenario("valley/wet", library, targets="national-2024")
    assert tuple(resolved.scenario.targets) == NATIONAL
    (change,) = resolved.change_log
    assert (change["key"], change["by"]) == ("targets", "override targets/national-2024")
    assert "everyone-8h" in change["old"]
    assert "county-6h" in change["new"]
    assert "targets/national-2024.yaml" in resolved.sources


def test_the_resolved_file_is_the_scenario_with_the_profile(library: Path, tmp_path: Path) -> None:
    """It needs the profile no longer."""
    resolved = load_scenario("valley/wet", library, targets="harbour")
    copy = tmp_path / "again.yaml"
    copy.write_text(resolved.as_yaml(), encoding="utf-8")
    assert load_scenario(str(copy)).scenario == resolved.scenario


def test_overrides_come_after_the_profile(library: Path) -> None:
    """One that names a target of the profile changes it."""
    plain = load_scenario("valley/wet", library, targets="harbour").scenario
    changed = load_scenario("valley/wet", library, ["more"], targets="harbour").scenario
    assert (plain.targets["half-4h"].required, changed.targets["half-4h"].required) == (0.5, 0.9)


def test_the_folder_of_profiles_is_no_region(library: Path) -> None:
    """Shipped profiles are there beside one's own."""
    assert library_regions(library) == ("valley",)
    assert profile_names(library) == ("harbour", "national-2024")
    assert "targets" not in library_regions()


def test_an_unknown_profile_is_refused_with_those_that_are_known(library: Path) -> None:
    """The message offers the nearest name."""
    with pytest.raises(DataError, match="Did you mean national-2024"):
        load_scenario("valley/wet", library, targets="national-2023")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: harbour", "id: port", "differs from the place in the library, harbour"),
        ("scope: share", "scope: all", "is not one of"),
        ("scope: share", "scope: first_goods", "targets.half-4h.level: is needed with first_goods"),
        ("scope: share", "scope: share, level: city", "targets.half-4h.level: is for first_goods only"),
        ("name_en: Harbour plan\n", "", "name_en: is missing"),
    ],
)
def test_a_faulty_profile_is_refused(library: Path, old: str, new: str, words: str) -> None:
    """With the file and the key."""
    file = library / "targets" / "harbour.yaml"
    file.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=r"targets/harbour\.yaml") as raised:
        load_scenario("valley/wet", library, targets="harbour")
    assert words in str(raised.value)


def test_the_national_guidance_asks_for_first_goods_by_level() -> None:
    """6 h from county stores, 8 h from the city's, 10 h from the province's, after the order."""
    targets = load_scenario("luan_jinan/meiyu-flood", targets="national-2024").scenario.targets
    asked = [(target.hours, target.level, target.scope, target.clock) for target in targets.values()]
    assert asked == [
        (6, "district", "first_goods", "order"),
        (8, "city", "first_goods", "order"),
        (10, "province", "first_goods", "order"),
    ]


def test_people_are_counted_at_the_hours_of_shares_or_else_of_all(library: Path) -> None:
    """A plan has people to aim at even where only first goods are promised."""
    national = load_scenario("valley/wet", library, targets="national-2024").scenario
    assert tuple(national.people_targets) == tuple(national.first_goods_targets) == NATIONAL
    mixed = national.model_copy(
        update={"targets": {**national.targets, **load_scenario("valley/wet", library).scenario.targets}}
    )
    assert tuple(mixed.people_targets) == ("everyone-8h",)
    assert tuple(mixed.first_goods_targets) == NATIONAL
