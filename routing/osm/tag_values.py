"""What people write into OpenStreetMap tags: speeds, weights, heights, yes and no -> numbers and flags."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

TEXT_LENGTH = 200
KPH_PER_MPH = 1.609344
KPH_PER_KNOT = 1.852
FASTEST_KPH = 200.0
WALKING_KPH = 10.0  # assumed: OSRM's car profile gives living streets 10 and knows no `walk`
HEAVIEST_T = 500.0
HIGHEST_M = 30.0

IMPLIED_KPH: Mapping[str, float] = MappingProxyType(
    {
        "cn:urban": 50.0,
        "cn:rural": 70.0,
        "cn:motorway": 120.0,
        "urban": 50.0,
        "rural": 90.0,
        "trunk": 110.0,
        "motorway": 130.0,
        "living_street": 10.0,
        "walk": WALKING_KPH,
    }
)
"""Limits that a word stands for, km/h, by country and kind of road, else by kind alone.

Sources: for China the Regulation on the Implementation of the Road Traffic Safety Law, articles 45 and 78
(one lane each way: 50 in towns, 70 outside; motorways 120); for other countries OSRM's car profile
(maxspeed_table_default, without its exceptions by country).
"""

NO_LIMIT = frozenset({"none", "signals", "variable", "implicit", "unposted", "default", "no", "unsigned"})
"""Words that name no number: the speed of the class then counts."""

_NUMBER = re.compile(r"(?P<number>\d{1,6}(?:[.,]\d{1,4})?)\s*(?P<unit>[^\d\s.,]*[^\d]*)")
_ZONE = re.compile(r"(?:[a-z-]+:)?zone:?(?P<kph>\d{1,3})")
_FEET = re.compile(r"(?P<feet>\d{1,3})\s*(?:'|ft|′)\s*(?:(?P<inches>\d{1,2})\s*(?:\"|in|″|'')?)?")
_KPH = frozenset({"", "km/h", "kmh", "kph", "kmph", "公里", "公里/小时", "公里每小时", "千米/小时"})
_TONNES: Mapping[str, float] = MappingProxyType(
    {
        "": 1.0,
        "t": 1.0,
        "to": 1.0,
        "ton": 1.0,
        "tons": 1.0,
        "tonne": 1.0,
        "tonnes": 1.0,
        "吨": 1.0,
        "mt": 1.0,
        "kg": 0.001,
        "st": 0.90718474,
        "lt": 1.0160469088,
        "lb": 0.00045359237,
        "lbs": 0.00045359237,
    }
)
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}\s*(?:kg|lbs?)$)")
"""Sign between thousands: nobody posts 20,000 kg to mean a limit of 20 kg."""

_METRES = frozenset({"", "m", "metre", "metres", "meter", "meters", "米"})


def clean_text(text: str) -> str:
    """Return a name or road number on one line, without signs that cannot be printed, at most 200 long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:TEXT_LENGTH]


def speed_kph(text: str) -> float:
    """Posted limit in km/h, the lowest of a list; NaN where none is posted.

    >>> [speed_kph(text) for text in ("60", "60 km/h", "30 mph", "CN:urban", "60;40", "none")]
    [60.0, 60.0, 48.28, 50.0, 40.0, nan]

    Raises:
        ValueError: a part of the text is no speed.
    """
    return _lowest(text, _one_speed, math.nan)


def _one_speed(part: str) -> float:
    if part in NO_LIMIT or part.endswith(":none"):
        return math.nan
    zone = _ZONE.fullmatch(part)
    if zone is not None:
        return _within(float(zone["kph"]), FASTEST_KPH, part)
    for word in (part, part.rpartition(":")[2]):
        if word in IMPLIED_KPH:
            return IMPLIED_KPH[word]
    number, unit = _number_and_unit(part)
    if unit == "mph":
        number *= KPH_PER_MPH
    elif unit in ("knots", "knot", "kn"):
        number *= KPH_PER_KNOT
    elif unit not in _KPH:
        raise ValueError(f"{part!r} is no speed")
    return _within(round(number, 2), FASTEST_KPH, part)


def weight_t(text: str) -> float:
    """Heaviest vehicle allowed in tonnes, the lowest of a list; inf where none is posted.

    >>> [weight_t(text) for text in ("7.5", "10 t", "8000 kg", "5 st", "none")]
    [7.5, 10.0, 8.0, 4.536, inf]

    Raises:
        ValueError: a part of the text is no weight.
    """
    return _lowest(text, _one_weight, math.inf)


def _one_weight(part: str) -> float:
    if part in NO_LIMIT:
        return math.inf
    number, unit = _number_and_unit(_THOUSANDS.sub("", part))
    if unit not in _TONNES:
        raise ValueError(f"{part!r} is no weight")
    return _within(round(number * _TONNES[unit], 3), HEAVIEST_T, part)


def height_m(text: str) -> float:
    r"""Highest vehicle allowed in metres, the lowest of a list; inf where none is posted.

    >>> [height_m(text) for text in ("3.8", "4,2 m", "12'6\"", "default")]
    [3.8, 4.2, 3.81, inf]

    Raises:
        ValueError: a part of the text is no height.
    """
    return _lowest(text, _one_height, math.inf)


def _one_height(part: str) -> float:
    if part in NO_LIMIT or part in ("below_default", "no_sign", "no_indications"):
        return math.inf
    feet = _FEET.fullmatch(part)
    if feet is not None:
        metres = int(feet["feet"]) * 0.3048 + int(feet["inches"] or 0) * 0.0254
        return _within(round(metres, 3), HIGHEST_M, part)
    number, unit = _number_and_unit(part)
    if unit not in _METRES:
        raise ValueError(f"{part!r} is no height")
    return _within(number, HIGHEST_M, part)


def is_bridge(value: str | None) -> bool:
    """Whether the tag bridge names one that stands above a flood: any kind but a low water crossing.

    >>> is_bridge("viaduct"), is_bridge("no"), is_bridge("low_water_crossing"), is_bridge(None)
    (True, False, False, False)
    """
    return _says_yes(value, but=frozenset({"low_water_crossing"}))


def is_tunnel(value: str | None) -> bool:
    """Whether the tag tunnel names one that a road dives into.

    A way through a building lies at street level, and a culvert leads water under the road.

    >>> is_tunnel("yes"), is_tunnel("building_passage"), is_tunnel("culvert"), is_tunnel(None)
    (True, False, False, False)
    """
    return _says_yes(value, but=frozenset({"building_passage", "culvert"}))


def _says_yes(value: str | None, *, but: frozenset[str]) -> bool:
    no = but | {"no", "false", "0"}
    return value is not None and any(part not in no for part in _parts(value))


def _lowest(text: str, read: Callable[[str], float], nothing: float) -> float:
    """Return the lowest number in a list, or `nothing` where the list names no number."""
    values = [read(part) for part in _parts(text)]
    return min((value for value in values if math.isfinite(value)), default=nothing)


def _parts(text: str) -> list[str]:
    """Return the parts of a list `60;40`, `60|40`, in lower case and plain width; conditions are left out."""
    plain = unicodedata.normalize("NFKC", text[:TEXT_LENGTH]).lower()
    return [part.partition("@")[0].strip() for part in re.split(r"[;|]", plain) if part.strip()]


def _number_and_unit(part: str) -> tuple[float, str]:
    match = _NUMBER.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is no number with a unit")
    return float(match["number"].replace(",", ".")), match["unit"].strip()


def _within(value: float, highest: float, part: str) -> float:
    if not 0.0 < value <= highest:
        raise ValueError(f"{part!r} is out of range")
    return value
