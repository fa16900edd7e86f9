"""Rows of the plan tables, with times in whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle from its last position to a source and on to the stops; times in seconds."""

    id: str
    vehicle_id: str
    fleet_id: str
    vehicle_type: str
    mode: str
    sequence: int
    source_id: str
    dock: int
    depart_s: int
    arrive_s: int
    load_start_s: int
    load_end_s: int
    end_s: int
    weight_kg: float
    volume_m3: float
    drive_km: float
    drive_s: int

    @property
    def where(self) -> str:
        """The trip as violations name it."""
        return f"trip {self.id}"


@dataclass(frozen=True, slots=True)
class Stop:
    """One unloading; times in seconds."""

    trip_id: str
    number: int
    site_id: str
    arrive_s: int
    unload_start_s: int
    unload_end_s: int
    weight_kg: float

    @property
    def where(self) -> str:
        """The stop as violations name it."""
        return f"trip {self.trip_id} stop {self.number}"


@dataclass(frozen=True, slots=True)
class LoadLine:
    """Units of one lot on board for one stop."""

    trip_id: str
    stop: int
    site_id: str
    pick: int
    lot_id: str
    item: str
    quantity: int
    weight_kg: float
    volume_m3: float

    @property
    def where(self) -> str:
        """The line as violations name it."""
        return f"trip {self.trip_id} stop {self.stop} pick {self.pick}"


@dataclass(frozen=True, slots=True)
class Leg:
    """One drive between two points; times in seconds, `links` in driving order."""

    trip_id: str
    number: int
    from_id: str
    to_id: str
    depart_s: int
    arrive_s: int
    km: float
    links: tuple[str, ...]

    @property
    def where(self) -> str:
        """The leg as violations name it."""
        return f"trip {self.trip_id} leg {self.number}"


@dataclass(frozen=True, slots=True)
class LocalIssue:
    """Units that a community point hands to a site of its place without a vehicle."""

    site_id: str
    warehouse_id: str
    lot_id: str
    item: str
    quantity: int
    at_s: int

    @property
    def where(self) -> str:
        """The issue as violations name it."""
        return f"local issue of lot {self.lot_id} to site {self.site_id}"


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """Stock that the plan counted on."""

    lot_id: str
    source_id: str
    item: str
    quantity: int
    available_s: int
    expires_on: str


@dataclass(frozen=True, slots=True)
class DemandRow:
    """Need and delivery of one item at one site."""

    site_id: str
    place: str
    people: int
    item: str
    essential: bool
    quantity_per_person: float
    need: int
    delivered: int
    unmet: int


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Supplied people of one site by one second."""

    site_id: str
    at_s: int
    supplied: int


@dataclass(frozen=True, slots=True)
class CurveRow:
    """Supplied people of all sites by one second."""

    at_s: int
    supplied: int
    share: float


@dataclass(frozen=True, slots=True)
class TargetRow:
    """How one promise was kept."""

    id: str
    required: float
    people: int
    supplied: int
    share: float
    exempt_people: int
    met: bool


@dataclass(frozen=True, slots=True)
class IsolatedRow:
    """A site that no vehicle reaches."""

    site_id: str
    people: int


@dataclass(frozen=True, slots=True)
class FirstGoodsRow:
    """How one promise of first goods was kept; `last_s` is None while a township has none."""

    id: str
    level: str
    required: float
    townships: int
    reached: int
    share: float
    exempt_townships: int
    last_s: int | None
    judged: bool
    met: bool


@dataclass(frozen=True, slots=True)
class FirstArrivalRow:
    """The first goods of one township for one promise; `first_s` is None and ids are blank without any."""

    target: str
    township: str
    people: int
    first_s: int | None
    source_id: str
    trip_id: str
    site_id: str
    exempt: bool
    in_time: bool


@dataclass(frozen=True)
class FirstGoods:
    """The tables of first goods and of first arrivals."""

    promises: tuple[FirstGoodsRow, ...]
    arrivals: tuple[FirstArrivalRow, ...]


@dataclass(frozen=True)
class Plan:
    """All tables; stops, lines and legs by trip id, in the order of their numbers."""

    trips: tuple[Trip, ...]
    stops: Mapping[str, tuple[Stop, ...]]
    lines: Mapping[str, tuple[LoadLine, ...]]
    legs: Mapping[str, tuple[Leg, ...]]
    local_issues: tuple[LocalIssue, ...]
    supply: tuple[SupplyRow, ...]
    demand: tuple[DemandRow, ...]
    coverage: tuple[CoverageRow, ...]
    curve: tuple[CurveRow, ...]
    targets: tuple[TargetRow, ...]
    isolated: tuple[IsolatedRow, ...]
