"""Situations of the tiny region drawn at random."""

from __future__ import annotations

import random

from tiny_regions import TinyRegion

CLOSURES = (
    {},
    {"slide": {"links": ["R1"]}},
    {"water": {"links": ["R3"], "depth_m": 0.2}},
    {"mud": {"links": ["R2"], "speed_factor": 0.3}},
    {"slide": {"links": ["R1", "R3"], "until_h": 1.25}},
    {"slide": {"links": ["R3"], "until_h": 1.0}, "water": {"links": ["R5"], "depth_m": 0.9, "from_h": 2.0}},
)


def draw(tiny: TinyRegion, rng: random.Random) -> None:
    """Draw stock, expiry, fleet, shifts, docks, rates, baskets, closures and the promise."""
    days = ("", "", "2026-06-30", "2026-07-01", "2027-01-01")
    tiny.change(
        "lots",
        {
            lot: {"quantity": rng.choice((0, 30, 77, 200)), "expires_on": rng.choice(days)}
            for lot in ("L1", "L2", "L3", "L4")
        },
    )
    tiny.change(
        "fleet",
        {
            row: {
                "number": rng.choice((0, 1, 2, 5)),
                "mobilisation_min": rng.choice((0, 30, 121)),
                "available_from_h": rng.choice(("", 0.5, 1.01)),
                "available_to_h": rng.choice(("", 2.2, 3.3)),
                "load_at": rng.choice(("", "", "W1")),
                "return_required": rng.choice(("", "yes")),
                "max_drive_h": rng.choice(("", "", 1.5)),
            }
            for row in ("F1", "F2")
        },
    )
    tiny.change("sites", {site: {"handout_persons_per_h": rng.choice((17.3, 300))} for site in "ABCD"})
    tiny.change(
        "baskets",
        {
            "flood-water": {
                "quantity_per_person": rng.choice((0.33, 1, 1.7)),
                "essential": rng.choice(("yes", "no")),
            },
            "flood-blanket": {"quantity_per_person": rng.choice((0.5, 1))},
        },
    )
    for store in ("W1", "W2", "W3"):
        cells = {"docks": rng.choice((1, 2)), "dock_t_per_h": rng.choice((2.7, 10))}
        tiny.change("warehouses", {store: {**cells, "mobilisation_min": rng.choice((0, 45))}})
    if rng.random() < 0.4:
        tiny.change("warehouses", {"W3": {"level": "community", "place": "T-C"}})
    tiny.ask(
        *("T-A", "T-B", "T-C", "T-D"),
        by_hour=rng.choice((1.5, 3.0, 3.7)),
        closures=rng.choice(CLOSURES),
        horizon_h=rng.choice((4.0, 5.5)),
        event_to_order_h=0.25,
    )
    tiny.scenario["targets"]["everyone"]["clock"] = rng.choice(("order", "event"))
