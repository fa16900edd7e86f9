"""What a scenario file may say: closed, frozen models with the meaning of every key beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from stockpile.units import hours_to_s

SCHEMA = "stockpile-scenario/1"

# The keys of the mappings and the names of files: no dot, because a dot separates the parts of a dotted key.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"

MIN_POLYGON_POINTS = 3

MISFIT = "misfit"
"""Type of the error about values that do not fit each other; its context names the key to look at."""


def _code_as_text(value: object) -> object:
    """Administrative codes look like numbers in YAML; ids are text everywhere else."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Identifier = Annotated[str, BeforeValidator(_code_as_text), Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(strict=True, max_length=4000)]
Label = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
Share = Annotated[float, Field(strict=True, gt=0, le=1)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90)]
Polygon = Annotated[
    tuple[tuple[Longitude, Latitude], ...], Field(min_length=MIN_POLYGON_POINTS, max_length=2000)
]


class _Closed(BaseModel):
    """No unknown key, no change after reading, no infinity or NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Target(_Closed):
    """A promise: this share of the affected people holds a complete basket by this hour."""

    hours: Annotated[float, Field(strict=True, gt=0, le=2000)] = Field(
        description="Hours after the start of the clock by which the people are supplied"
    )
    scope: Literal["share"] = Field(description="What is counted: `share` of the affected people")
    required: Share = Field(description="Least share of the people that keeps the promise, above 0, up to 1")
    clock: Literal["order", "event"] = Field(
        description="The clock starts at the dispatch `order` or at the `event` itself"
    )
    source: Label = Field(description="Document that makes the promise, or `assumed`")


class Affected(_Closed):
    """People who leave their homes in some places and are supplied at the sites of those places."""

    places: Annotated[tuple[Identifier, ...], Field(min_length=1)] = Field(
        description="Ids of administrative units; the sites in them and in the units below take the people"
    )
    share: Share = Field(description="Share of the residents of each place who come to its sites")
    note: Text = Field(default="", description="Why these places and this share")


class Closure(_Closed):
    """Links that meet every selector given; without a depth or a speed factor they are closed."""

    polygon: Polygon | None = Field(
        default=None, description="Selector: links that touch this ring of [longitude, latitude] (WGS84)"
    )
    refs: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = Field(
        default=None, description="Selector: road numbers, such as G312"
    )
    names: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = Field(
        default=None, description="Selector: road names, Chinese or English, in full"
    )
    classes: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = Field(
        default=None, description="Selector: road classes, such as secondary"
    )
    links: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = Field(
        default=None, description="Selector: ids of rows of the roads table"
    )
    bridges_only: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Selector: only links that cross a bridge"
    )
    tunnels_only: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Selector: only links through a tunnel"
    )
    depth_m: Annotated[float, Field(strict=True, gt=0, le=100)] | None = Field(
        default=None, description="Effect: metres of standing water; each vehicle type has its wading depth"
    )
    speed_factor: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = Field(
        default=None, description="Effect: the speed is multiplied by this factor, above 0 and below 1"
    )
    note: Text = Field(default="", description="What happened there, and the source")

    @model_validator(mode="after")
    def _selects_and_acts(self) -> Self:
        selectors = (self.polygon, self.refs, self.names, self.classes, self.links)
        if all(selector is None for selector in selectors) and not (self.bridges_only or self.tunnels_only):
            raise ValueError("selects no road; give polygon, refs, names, classes, links or bridges_only")
        if self.bridges_only and self.tunnels_only:
            raise ValueError("asks for bridges only and tunnels only; keep one, or write two closures")
        if self.depth_m is not None and self.speed_factor is not None:
            raise ValueError("gives both depth_m and speed_factor; keep one, or write two closures")
        return self


class Loss(_Closed):
    """Stock that a warehouse can no longer issue."""

    warehouse: Identifier = Field(description="Id of the warehouse")
    share: Share = Field(description="Share of every lot that is lost; whole units remain, rounded down")
    note: Text = Field(default="", description="What happened there, and the source")


class NamedOverride(_Closed):
    """Changes that can be asked for by name."""

    description_zh: Text = Field(default="", description="What the changes stand for, in Chinese")
    description_en: Text = Field(default="", description="What the changes stand for, in English")
    changes: Annotated[Mapping[str, object], Field(min_length=1)] = Field(
        alias="set", description="Dotted key -> new value; null removes the key"
    )


class OverrideFile(NamedOverride):
    """The same as a file of its own."""

    id: Name = Field(description="Name under which the change log lists the changes")


class Scenario(_Closed):
    """A disturbance of one region, the promises to keep, and the day it happens."""

    schema_version: Literal["stockpile-scenario/1"] = Field(
        alias="schema", description="Form of the file; always stockpile-scenario/1"
    )
    region: Name = Field(description="Folder of the region under the data root")
    id: Name = Field(description="Id of the scenario; in the library it is the name of the file")
    name_zh: Label = Field(description="Name in Chinese")
    name_en: Label = Field(description="Name in English")
    description_zh: Text = Field(default="", description="What happens, in Chinese")
    description_en: Text = Field(default="", description="What happens, in English")
    hazard: Literal["flood", "landslide", "ice", "earthquake", "fire"] = Field(
        description="Main hazard, in the words of the warehouses' hazard flags"
    )
    basket: Identifier = Field(description="Basket that a person needs, from the table of baskets")
    supply_days: Annotated[float, Field(strict=True, gt=0, le=60)] = Field(
        description="Days for which the daily items of the basket are handed out"
    )
    date: Annotated[dt.date, Field(strict=True)] = Field(
        description="Day of the dispatch order; lots that expired before it are not used"
    )
    horizon_h: Annotated[float, Field(strict=True, gt=0, le=240)] = Field(
        description="Hours after the dispatch order at which the plan ends"
    )
    event_to_order_h: Annotated[float, Field(strict=True, ge=0, le=240)] = Field(
        default=0.0, description="Hours from the event to the dispatch order"
    )
    targets: Annotated[Mapping[Name, Target], Field(min_length=1)] = Field(
        description="Promises by id; the first is the most important, the order is that of the file"
    )
    affected: Annotated[Mapping[Name, Affected], Field(min_length=1)] = Field(
        description="Groups of affected places by id"
    )
    closures: Mapping[Name, Closure] = Field(default={}, description="Closed, flooded and slowed roads by id")
    losses: Mapping[Name, Loss] = Field(default={}, description="Lost stock by id")
    fleet_factor: Annotated[float, Field(strict=True, ge=0, le=100)] = Field(
        default=1.0, description="Numbers of vehicles are multiplied by this, rounded down"
    )

    def due_s(self, target: Target) -> int:
        """Second of the target on the clock of the plan, which starts at the dispatch order."""
        return hours_to_s(self.hours_after_order(target))

    def hours_after_order(self, target: Target) -> float:
        """Hours from the dispatch order to the target, as written."""
        return target.hours - (self.event_to_order_h if target.clock == "event" else 0.0)

    @model_validator(mode="after")
    def _targets_within_horizon(self) -> Self:
        for name, target in self.targets.items():
            hours = self.hours_after_order(target)
            key = f"targets.{name}.hours"
            if hours <= 0:
                message = "ends before the dispatch order; raise hours or lower event_to_order_h"
                raise PydanticCustomError(MISFIT, message, {"key": key})
            if hours > self.horizon_h:
                message = "ends after the horizon of {horizon_h} h; raise horizon_h"
                raise PydanticCustomError(MISFIT, message, {"key": key, "horizon_h": f"{self.horizon_h:g}"})
        return self
