"""The schema takes what it describes and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from scenarios import schema
from scenarios.schema import (
    Affected,
    Closure,
    Loss,
    NamedOverride,
    OverrideFile,
    Scenario,
    Target,
)
from stockpile.columns import read_dictionary
from stockpile.echelons import LEVELS

TARGET = {"hours": 8, "scope": "share", "required": 1.0, "clock": "order", "source": "plan"}
RING = [[116.0, 31.0], [116.1, 31.0], [116.1, 31.1]]


def scenario(**changes: object) -> dict[str, Any]:
    """Return a complete scenario with some keys changed."""
    values: dict[str, Any] = {
        "schema": "stockpile-scenario/1",
        "region": "valley",
        "id": "wet",
        "name_zh": "洪涝",
        "name_en": "Flood",
        "hazard": "flood",
        "basket": "flood",
        "supply_days": 3,
        "date": dt.date(2026, 7, 5),
        "horizon_h": 24,
        "targets": {"everyone-8h": TARGET},
        "affected": {"north": {"places": [341502101], "share": 0.12}},
    }
    return {**values, **changes}


def test_every_field_carries_prose() -> None:
    """The schema documents itself: no key without a description."""
    models: tuple[type[BaseModel], ...] = (
        Scenario,
        Target,
        Affected,
        Closure,
        Loss,
        NamedOverride,
        OverrideFile,
    )
    bare = [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert bare == []


def test_complete_scenario_is_read_with_defaults() -> None:
    """Closures, losses and the fleet factor may be left out; place codes become text."""
    read = Scenario.model_validate(scenario())
    assert (dict(read.closures), dict(read.losses), read.fleet_factor, read.event_to_order_h) == (
        {},
        {},
        1.0,
        0.0,
    )
    assert read.affected["north"].places == ("341502101",)


def test_models_are_frozen() -> None:
    """A read scenario cannot be changed."""
    read = Scenario.model_validate(scenario())
    with pytest.raises(ValidationError, match="frozen"):
        read.fleet_factor = 2.0


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"schema": "stockpile-scenario/2"},
        {"id": "../wet"},
        {"id": "a.b"},
        {"hazard": "zombies"},
        {"date": 20260705},
        {"date": "2026-07-05"},
        {"supply_days": 0},
        {"supply_days": "3"},
        {"supply_days": True},
        {"horizon_h": float("inf")},
        {"fleet_factor": -1},
        {"fleet_factor": float("nan")},
        {"targets": {}},
        {"affected": {}},
        {"targets": {"a.b": TARGET}},
        {"targets": {"t": {**TARGET, "required": 1.01}}},
        {"targets": {"t": {**TARGET, "required": 0}}},
        {"targets": {"t": {**TARGET, "scope": "all"}}},
        {"targets": {"t": {**TARGET, "clock": "noon"}}},
        {"affected": {"a": {"places": [], "share": 0.1}}},
        {"affected": {"a": {"places": [True], "share": 0.1}}},
        {"affected": {"a": {"places": [1], "share": 12}}},
        {"losses": {"l": {"warehouse": "W-1", "share": 0}}},
    ],
)
def test_value_outside_its_field_is_refused(changes: dict[str, object]) -> None:
    """Unknown keys, wrong types and values out of range are refused."""
    with pytest.raises(ValidationError):
        Scenario.model_validate(scenario(**changes))


@pytest.mark.parametrize(
    "closure",
    [
        {"polygon": RING},
        {"polygon": RING, "depth_m": 0.9},
        {"refs": ["G312"], "speed_factor": 0.5},
        {"bridges_only": True},
        {"links": [12]},
    ],
)
def test_closure_with_a_selector_and_one_effect_is_read(closure: dict[str, object]) -> None:
    """One selector is enough; depth, speed factor or neither is the effect."""
    read = Closure.model_validate(closure).model_dump(exclude_defaults=True, mode="json")
    links = {"links": ["12"]} if "links" in closure else {}
    assert read == {**closure, **links}


@pytest.mark.parametrize(
    ("closure", "message"),
    [
        ({"depth_m": 0.9}, "selects no road"),
        ({"bridges_only": True, "tunnels_only": True}, "bridges only and tunnels only"),
        ({"refs": ["G312"], "depth_m": 0.9, "speed_factor": 0.5}, "both depth_m and speed_factor"),
        ({"polygon": RING[:2]}, "at least 3"),
        ({"polygon": [[31.0, 116.0], *RING]}, "less than or equal to 90"),
        ({"refs": ["G312"], "speed_factor": 1.5}, "less than 1"),
        ({"refs": ["G312"], "depth_m": -1}, "greater than 0"),
        ({"refs": "G312"}, "valid tuple"),
    ],
)
def test_closure_that_cannot_act_as_meant_is_refused(closure: dict[str, object], message: str) -> None:
    """No selector, two effects, swapped coordinates and impossible effects are refused."""
    with pytest.raises(ValidationError, match=message):
        Closure.model_validate(closure)


def test_event_clock_starts_before_the_order() -> None:
    """A promise of 8 h after the event is one of 7.5 h after an order given half an hour later."""
    read = Scenario.model_validate(
        scenario(event_to_order_h=0.5, targets={"e": {**TARGET, "clock": "event"}, "o": TARGET})
    )
    assert [read.hours_after_order(target) for target in read.targets.values()] == [7.5, 8.0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"horizon_h": 7}, "after the horizon of 7 h"),
        (
            {"event_to_order_h": 8, "targets": {"e": {**TARGET, "clock": "event"}}},
            "before the dispatch order",
        ),
    ],
)
def test_target_outside_the_plan_is_refused(changes: dict[str, object], message: str) -> None:
    """A promise must end after the order and within the horizon; at the horizon is still within."""
    Scenario.model_validate(scenario(horizon_h=8))
    with pytest.raises(ValidationError, match=message):
        Scenario.model_validate(scenario(**changes))


def test_targets_keep_the_order_of_the_file() -> None:
    """The first promise written is the most important one."""
    read = Scenario.model_validate(scenario(targets={"later": TARGET, "early": {**TARGET, "hours": 4}}))
    assert list(read.targets) == ["later", "early"]


def test_the_words_of_the_schema_are_those_of_the_tables() -> None:
    """Hazards, levels of warehouses and scales are chosen from one list each."""
    columns = {(column.table, column.name): column for some in read_dictionary().values() for column in some}
    hazards = get_args(Scenario.model_fields["hazard"].annotation)
    assert hazards == columns["warehouses", "hazard_flags"].choices
    assert get_args(Scenario.model_fields["scale"].annotation) == columns["sites", "scale"].choices
    levels = get_args(get_args(schema.Target.model_fields["level"].annotation)[0])
    assert (*levels, "community") == columns["warehouses", "level"].choices == LEVELS
    assert columns["places", "level"].choices == columns["floors", "level"].choices == LEVELS


@pytest.mark.parametrize("level", ["province", "city", "district", "township"])
def test_first_goods_name_the_level_of_their_warehouses(level: str) -> None:
    """A community point hands out on the spot; a share of the people has no level."""
    goods = {**TARGET, "scope": "first_goods"}
    read = Scenario.model_validate(scenario(targets={"t": {**goods, "level": level}}))
    assert read.targets["t"].level == level
    for target in (goods, {**goods, "level": "community"}, {**TARGET, "level": level}):
        with pytest.raises(ValidationError):
            Scenario.model_validate(scenario(targets={"t": target}))
