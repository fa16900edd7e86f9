"""One routing problem as arrays: loads that wait, vehicles that make trips, what late and far costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Fleet:
    """Vehicles (V,) and their types (T,).

    Attributes:
        type: type of each vehicle, (V,).
        base: point at which it starts, (V,).
        yard: the only yard at which it loads, -1 for any, (V,).
        ready_s, until_s: from when, and by when it has done its last service, (V,).
        returns: whether it has to be back at its base by `until_s` as well, (V,).
        drive_s: most time it drives, the way back included where it has to return, (V,).
        most_trips: most trips of one vehicle, (V,).
        used_cost: cost of a vehicle that drives at all, (V,).
        payload_kg, volume_m3: most that a trip carries, (T,).
        loading_s: time a trip takes where it loads, whatever it loads, (T,).
        unloading_s_per_kg: time at a point for what is unloaded, (T,).
        cost_per_s: cost of a second on the way, (T,).
        stop_s: what of the time from another point to that of a load is no driving, (T,).
        travel_s: time from point to point, (T, P, P); infinite where a type cannot go.
        spell_travel_s: time from point to point in stretches of time in which other ways are open besides,
            (H, T, P, P).
        spell_from_s: second at which one who takes them leaves at the earliest, (H,).
        spell_until_s: second by which one has arrived at each point, (H, T, P).
    """

    type: Ints
    base: Ints
    yard: Ints
    ready_s: Floats
    until_s: Floats
    returns: Flags
    drive_s: Floats
    most_trips: Ints
    used_cost: Floats
    payload_kg: Floats
    volume_m3: Floats
    loading_s: Floats
    unloading_s_per_kg: Floats
    cost_per_s: Floats
    stop_s: Floats
    travel_s: Singles
    spell_from_s: Floats = field(default_factory=lambda: np.zeros(0))
    spell_until_s: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    spell_travel_s: Singles = field(default_factory=lambda: np.zeros((0, 0, 0, 0), np.float32))

    @cached_property
    def least_s(self) -> Singles:
        """Least time from point to point at any time, (T, P, P)."""
        least = self.travel_s
        for travel in self.spell_travel_s:
            least = np.minimum(least, travel)
        return np.ascontiguousarray(least, dtype=np.float32)

    @cached_property
    def least_to_s(self) -> Singles:
        """The same by where a way ends first, then where it begins, (T, P, P)."""
        return np.ascontiguousarray(self.least_s.transpose(0, 2, 1))

    @cached_property
    def fastest_s(self) -> Singles:
        """Least time from point to point of any type, (P, P)."""
        fastest: Singles = self.least_s.min(axis=0, initial=np.inf)
        return fastest


@dataclass(frozen=True, eq=False)
class Sources:
    """Stock that stands ready at one place from one second on (S,), and the yards where it is loaded (Y,).

    Sources of a yard follow each other in the order in which they get ready; what is ready may be taken later
    as well, so `stock` counts all that the yard has had by then.

    Attributes:
        point: where it is, (S,).
        yard: whose it is, not falling, (S,).
        ready_s: from when a trip can load it, (S,).
        loading_s_per_kg: time for what is loaded, (S,).
        stock: units of each item that trips from this and the yard's earlier sources may take in all, (S, K).
        docks: trips that a yard loads at a time, 0 for any number, (Y,).
        groups: which sources belong to each group of them that loads can ask for, (G, S).
    """

    point: Ints
    yard: Ints
    ready_s: Floats
    loading_s_per_kg: Floats
    stock: Floats
    docks: Ints
    groups: Flags = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))


@dataclass(frozen=True, eq=False)
class Loads:
    """What is to be brought where, one entry a load, all (L,), but for `units` (L, K).

    A load that is served at second t costs late_cost_per_s * max(0, t - due_s), and late_cost besides once it
    is late. A load of a site counts through what the site's people hold as well (see `Sites`). One that
    nobody brings costs absent_cost.

    Attributes:
        point: where it goes.
        site: whose people it is for, -1 for none.
        units: what it takes of the stock of its source, the items of baskets first.
        home: source that keeps them for it until another has them to spare.
        weight_kg, volume_m3: what it takes of a vehicle.
        service_s: time at its point besides unloading.
        release_s: from when it can be loaded.
        open_s, close_s: earliest service, for which a vehicle waits, and latest.
        due_s, late_cost_per_s, late_cost, absent_cost: see above; none is negative.
        group: group of sources that alone may bring it, -1 for any; empty if all may come from any.
    """

    point: Ints
    site: Ints
    units: Floats
    home: Ints
    weight_kg: Floats
    volume_m3: Floats
    service_s: Floats
    release_s: Floats
    open_s: Floats
    close_s: Floats
    due_s: Floats
    late_cost_per_s: Floats
    late_cost: Floats
    absent_cost: Floats
    group: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Sites:
    """People (J,) who are handed complete baskets of B items from what has been unloaded.

    Of P people, S(t) hold a basket at t; a site costs the sum over targets of target_cost * (P - S(target_s))
    and waiting_cost_per_s * the integral of P - S to the horizon.

    Attributes:
        people: how many, (J,).
        handout_per_s: most baskets handed out a second, (J,).
        held: units of each item of the basket that are there from the beginning, (J, B).
        per_person: units of each item in a basket, (B,).
        target_s, target_cost: seconds that count, rising, and what a person short costs, (G,).
        waiting_cost_per_s: of a person.
        horizon_s: when it ends.
        blend: share of the mean over items in what counts as a site's complete baskets, the rest being the
            least over items; above zero, goods that wait for their other half are worth something.
    """

    people: Ints
    handout_per_s: Floats
    held: Floats
    per_person: Floats
    target_s: Floats
    target_cost: Floats
    waiting_cost_per_s: float
    horizon_s: float
    blend: float


@dataclass(frozen=True, eq=False)
class LoadProblem:
    """Vehicles, stock, loads and people.

    The cost of driving counts the way back if `back_counts`. With `at_the_end` a load is only put where the
    work of a vehicle has ended.
    """

    fleet: Fleet
    sources: Sources
    loads: Loads
    sites: Sites
    back_counts: bool
    at_the_end: bool = False


def yards_at(points: Ints) -> Sources:
    """Yards of one source each that have everything, at any number of docks, at once."""
    number = len(points)
    return Sources(
        point=points,
        yard=np.arange(number),
        ready_s=np.zeros(number),
        loading_s_per_kg=np.zeros(number),
        stock=np.zeros((number, 0)),
        docks=np.zeros(number, np.int64),
    )


def no_sites() -> Sites:
    """Nobody who needs a basket."""
    none = np.zeros(0)
    return Sites(none.astype(np.int64), none, np.zeros((0, 0)), none, none, none, 0.0, 0.0, 0.0)
