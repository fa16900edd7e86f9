"""From the tags of a way to a road that vehicles drive on, or the reason why it is none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from routing.osm.tag_values import clean_text, height_m, is_bridge, is_tunnel, speed_kph, weight_t
from routing.road_network import CLASS_SPEED_KPH, TRACK

NOT_A_ROAD = "not a road"
CLASS_OF_HIGHWAY: Mapping[str, str] = {**{name: name for name in CLASS_SPEED_KPH}, "road": "unclassified"}
"""Road class of each drivable value of the tag highway; `road` is a road whose class nobody looked up."""

CLOSED_SERVICES = frozenset({"emergency_access", "parking", "parking_aisle", "private"})
ONE_WAY = frozenset({"yes", "true", "1"})
ONE_WAY_BACK = frozenset({"-1", "reverse"})
TWO_WAY = frozenset({"no", "false", "0", "alternating"})
ROUNDABOUTS = frozenset({"roundabout", "circular"})
VEHICLE_KEYS = ("motorcar", "motor_vehicle", "vehicle")

Unread = Counter[tuple[str, str]]
"""How often each tag and value could not be read."""


@dataclass(frozen=True, slots=True)
class Road:
    """What a way says about all its segments: class, directions, structure, names, limits."""

    way: str
    road_class: str
    forward: bool
    backward: bool
    bridge: bool
    tunnel: bool
    ref: str
    name_zh: str
    name_en: str
    forward_kph: float
    backward_kph: float
    max_weight_t: float
    max_height_m: float


def why_not_drivable(tags: Mapping[str, str], *, tracks: bool) -> str | None:
    """Why no relief vehicle drives on a way; None when one does.

    The rules are those of OSMnx's network type `drive_service` (classes, area, access, motor vehicles,
    service), and further: ways of access `no` unless vehicles are let in, and reversible lanes, whose
    direction at the hour nobody knows.
    """
    highway = tags.get("highway")
    if highway is None:
        return NOT_A_ROAD
    if highway not in CLASS_OF_HIGHWAY or (highway == TRACK and not tracks):
        return clean_text(highway) or NOT_A_ROAD
    let_in = next((tags[key] for key in VEHICLE_KEYS if key in tags), tags.get("access", "yes"))
    service = tags.get("service", "")
    reasons = {
        "area": tags.get("area") == "yes",
        "closed to vehicles": let_in == "no",
        "private": "private" in (let_in, tags.get("access")),
        f"service {service}": service in CLOSED_SERVICES,
        "reversible": tags.get("oneway") == "reversible",
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def road_of(way: str, tags: Mapping[str, str], unread: Unread) -> Road:
    """Read the tags of a drivable way; values that make no sense are counted and left out."""
    forward, backward = directions(tags, unread)
    name_zh, name_en = _names(tags)
    both = _limit(tags, "maxspeed", speed_kph, math.nan, unread)
    return Road(
        way=way,
        road_class=CLASS_OF_HIGHWAY[tags["highway"]],
        forward=forward,
        backward=backward,
        bridge=is_bridge(tags.get("bridge")),
        tunnel=is_tunnel(tags.get("tunnel")),
        ref=clean_text(tags.get("ref", "")),
        name_zh=name_zh,
        name_en=name_en,
        forward_kph=_limit(tags, "maxspeed:forward", speed_kph, both, unread),
        backward_kph=_limit(tags, "maxspeed:backward", speed_kph, both, unread),
        max_weight_t=_limit(tags, "maxweight", weight_t, math.inf, unread),
        max_height_m=_limit(tags, "maxheight", height_m, math.inf, unread),
    )


def directions(tags: Mapping[str, str], unread: Unread) -> tuple[bool, bool]:
    """Whether a way is driven as it is drawn, and against that.

    Roundabouts and motorways are one-way unless the tag oneway says otherwise.
    """
    oneway = tags.get("oneway", "").strip().lower()
    if oneway in ONE_WAY:
        return True, False
    if oneway in ONE_WAY_BACK:
        return False, True
    implied = tags.get("junction") in ROUNDABOUTS or tags.get("highway") == "motorway"
    if oneway and oneway not in TWO_WAY:
        unread["oneway", clean_text(oneway)] += 1
    elif oneway:
        implied = False
    return True, not implied


def _names(tags: Mapping[str, str]) -> tuple[str, str]:
    """Chinese and English name; the local name stands for the Chinese one where none is given."""
    local = clean_text(tags.get("name", ""))
    chinese = clean_text(tags.get("name:zh", "") or tags.get("name:zh-Hans", ""))
    english = clean_text(tags.get("name:en", ""))
    if is_chinese(local):
        return local, english
    return chinese or local, english or local


def is_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return any("\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003134f" for sign in text)


def _limit(
    tags: Mapping[str, str], key: str, read: Callable[[str], float], nothing: float, unread: Unread
) -> float:
    text = tags.get(key)
    if text is None:
        return nothing
    try:
        return read(text)
    except ValueError:
        unread[key, clean_text(text)] += 1
        return nothing
