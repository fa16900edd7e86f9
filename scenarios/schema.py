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
Hour = Annotated[float, Field(strict=True, ge=0, lt=24)]
Slowing = Annotated[float, Field(strict=True, ge=0.1, le=1)]
Polygon = Annotated[
    tuple[tuple[Longitude, Latitude], ...], Field(min_length=MIN_POLYGON_POINTS, max_length=2000)
]


class _Closed(BaseModel):
    """No unknown key, no change after reading, no infinity or NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Target(_Closed):
    """A promise for an hour: a share of the people is supplied, or of the townships has its first goods."""

    hours: Annotated[float, Field(strict=True, gt=0, le=2000)] = Field(
        description="Hours after the start of the clock by which the promise is kept"
    )
    scope: Literal["share", "first_goods"] = Field(
        description="What is counted: `share` of the affected people who are supplied, or `first_goods`: "
        "affected townships at which goods of a warehouse of the `level` have been unloaded"
    )
    level: Literal["province", "city", "district", "township"] | None = Field(
        default=None, description="Level of the warehouses whose goods count, with `first_goods` only"
    )
    required: Share = Field(
        description="Least share of the people or townships that keeps the promise, above 0, up to 1"
    )
    clock: Literal["order", "event"] = Field(
        description="The clock starts at the dispatch `order` or at the `event` itself"
    )
    source: Label = Field(description="Document that makes the promise, or `assumed`")

    @model_validator(mode="after")
    def _names_a_level(self) -> Self:
        if (self.scope == "first_goods") != (self.level is not None):
            message = (
                "is needed with first_goods; write the level of the warehouses, such as district"
                if self.level is None
                else "is for first_goods only; remove it"
            )
            raise PydanticCustomError(MISFIT, message, {"key": "level"})
        return self


Targets = Annotated[Mapping[Name, Target], Field(min_length=1)]


class TargetProfile(_Closed):
    """Promises of one document, to be laid over any scenario in place of its own."""

    id: Name = Field(description="Name of the file without its ending")
    name_zh: Label = Field(description="Name in Chinese")
    name_en: Label = Field(description="Name in English")
    source: Label = Field(description="Document that makes the promises")
    targets: Targets = Field(description="Promises by id, in the form of a scenario")


class Affected(_Closed):
    """People who leave their homes in some places and are supplied at the sites of those places."""

    places: Annotated[tuple[Identifier, ...], Field(min_length=1)] = Field(
        description="Ids of administrative units; the sites in them and in the units below take the people"
    )
    share: Share = Field(description="Share of the residents of each place who come to its sites")
    note: Text = Field(default="", description="Why these places and this share")


class Closure(_Closed):
    """Links that meet every selector given; without a depth or a speed factor they are closed.

    It acts in [from_h, until_h): no leg of a plan is on a road in any stretch of time in which it is closed.
    One that has ended by the order or begins at the horizon or later does not act.
    """

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
    near: tuple[Longitude, Latitude] | None = Field(
        default=None,
        description="Selector: of the links that all else selects, the one nearest to [longitude, latitude]",
    )
    share: Share | None = Field(
        default=None,
        description="Selector: this share of the pieces of road, from junction to junction, that all else "
        "selects (of all roads without any), drawn with the seed",
    )
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] | None = Field(
        default=None, description="Whole number that fixes which pieces of road the share draws"
    )
    depth_m: Annotated[float, Field(strict=True, gt=0, le=100)] | None = Field(
        default=None, description="Effect: metres of standing water; each vehicle type has its wading depth"
    )
    speed_factor: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = Field(
        default=None, description="Effect: the speed is multiplied by this factor, above 0 and below 1"
    )
    from_h: Annotated[float, Field(strict=True, ge=-2000, le=2000)] | None = Field(
        default=None, description="Hour after the dispatch order at which it begins; before it if left out"
    )
    until_h: Annotated[float, Field(strict=True, ge=-2000, le=2000)] | None = Field(
        default=None, description="Hour after the dispatch order at which it ends; never if left out"
    )
    note: Text = Field(default="", description="What happened there, and the source")

    @model_validator(mode="after")
    def _selects_and_acts(self) -> Self:
        selectors = (self.polygon, self.refs, self.names, self.classes, self.links, self.near, self.share)
        if all(selector is None for selector in selectors) and not (self.bridges_only or self.tunnels_only):
            message = (
                "selects no road; give polygon, refs, names, classes, links, bridges_only, near or share"
            )
            raise ValueError(message)
        if self.bridges_only and self.tunnels_only:
            raise ValueError("asks for bridges only and tunnels only; keep one, or write two closures")
        if self.depth_m is not None and self.speed_factor is not None:
            raise ValueError("gives both depth_m and speed_factor; keep one, or write two closures")
        return self

    @model_validator(mode="after")
    def _draws_and_lasts(self) -> Self:
        if self.near is not None and self.share is not None:
            raise ValueError("gives both near and share; near picks a single link, keep one of them")
        if (self.share is None) != (self.seed is None):
            raise ValueError("gives only one of share and seed; give both, such as share: 0.05, seed: 7")
        if self.from_h is not None and self.until_h is not None and self.from_h >= self.until_h:
            raise ValueError("ends before it begins; give until_h after from_h")
        return self


class Speeds(_Closed):
    """Factors on the speeds of all road vehicles; as they are left out nothing changes."""

    truck_factor: Annotated[float, Field(strict=True, ge=0.1, le=1.5)] = Field(
        default=1.0, description="Speeds times this, for loaded trucks on top of the factor of their type"
    )
    weather_factor: Slowing = Field(
        default=1.0, description="Speeds times this for rain, snow, ice or fog, from 0.1 to 1"
    )
    night_factor: Slowing = Field(
        default=1.0, description="Speeds times this when the order is given at night, from 0.1 to 1"
    )
    order_hour: Hour | None = Field(
        default=None, description="Hour of the day at which the order is given, from 0 to below 24"
    )
    night_from_hour: Hour = Field(default=19.0, description="Hour of the day at which the night begins")
    night_until_hour: Hour = Field(default=6.0, description="Hour of the day at which the night ends")
    turn_signal_delay_factor: Annotated[float, Field(strict=True, ge=1, le=3)] = Field(
        default=1.0, description="Driving times on roads times this for turns and signals, from 1 to 3"
    )

    @property
    def by_night(self) -> bool:
        """Whether the order is given in [night_from_hour, night_until_hour), which may go past midnight."""
        if self.order_hour is None:
            return False
        length = (self.night_until_hour - self.night_from_hour) % 24.0
        return (self.order_hour - self.night_from_hour) % 24.0 < length

    @property
    def road_factor(self) -> float:
        """All factors multiplied: speed of a road vehicle on any road as a share of what it would be."""
        night = self.night_factor if self.by_night else 1.0
        return self.truck_factor * self.weather_factor * night / self.turn_signal_delay_factor

    @model_validator(mode="after")
    def _knows_the_night(self) -> Self:
        if self.night_factor != 1.0 and self.order_hour is None:
            message = "is needed with night_factor; give the hour of the day of the order, such as 21.5"
            raise PydanticCustomError(MISFIT, message, {"key": "order_hour"})
        if self.night_from_hour == self.night_until_hour:
            message = "is when the night begins, too; give another hour"
            raise PydanticCustomError(MISFIT, message, {"key": "night_until_hour"})
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


class RegionText(_Closed):
    """What a region is, for lists: the file region.yaml beside its tables."""

    description_zh: Label = Field(description="The region in one line, in Chinese")
    description_en: Label = Field(description="The region in one line, in English")


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
    hazard: Literal["flood", "landslide", "ice", "earthquake", "fire", "heat"] = Field(
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
    probability: Annotated[float, Field(strict=True, gt=0, le=1_000_000)] = Field(
        default=1.0,
        description="Relative weight among the scenarios of a region when stock is placed",
    )
    scale: Literal["township", "community"] = Field(
        default="township",
        description="Sites that are used: those of this scale and those without one",
    )
    targets: Targets = Field(
        description="Promises by id; the first is the most important, the order is that of the file"
    )
    affected: Annotated[Mapping[Name, Affected], Field(min_length=1)] = Field(
        description="Groups of affected places by id"
    )
    closures: Mapping[Name, Closure] = Field(default={}, description="Closed, flooded and slowed roads by id")
    speeds: Speeds = Field(default=Speeds(), description="Factors on the speeds of road vehicles")
    losses: Mapping[Name, Loss] = Field(default={}, description="Lost stock by id")
    fleet_factor: Annotated[float, Field(strict=True, ge=0, le=100)] = Field(
        default=1.0, description="Numbers of vehicles are multiplied by this, rounded down"
    )

    @property
    def people_targets(self) -> Mapping[str, Target]:
        """Targets by whose hours people are counted: those of shares, or all where there is none.

        They are what a plan is made for.
        """
        shares = {name: target for name, target in self.targets.items() if target.scope == "share"}
        return shares or self.targets

    @property
    def first_goods_targets(self) -> Mapping[str, Target]:
        """Targets that count townships with their first goods."""
        return {name: target for name, target in self.targets.items() if target.scope == "first_goods"}

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
