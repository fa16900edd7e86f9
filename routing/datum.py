"""Chinese map coordinates: WGS84, GCJ-02 (Amap, Tencent) and BD-09 (Baidu), and which one a list is in.

Within mainland China the shifted coordinates lie 100 to 1,000 m from WGS84, so that a place read as WGS84
stands in the wrong street. The shift is a smooth, published function; outside China it is nought.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Datum: TypeAlias = Literal["wgs84", "gcj02", "bd09"]
WGS84: Final = "wgs84"
GCJ02: Final = "gcj02"
BD09: Final = "bd09"
DATUMS: tuple[Datum, ...] = get_args(Datum)
DATUM_NAMES = {WGS84: "WGS84", GCJ02: "GCJ-02", BD09: "BD-09"}

_CHINA = (72.004, 137.8347, 0.8293, 55.8271)  # west, east, south, north: the box of the published code
_SEMI_MAJOR_AXIS_M = 6_378_245.0  # Krasovsky 1940
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_PI = np.pi * 3000.0 / 180.0
_ROUNDS = 30  # each round shrinks the error of the inverse at least fifty times; two more than are needed


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS84 degrees to GCJ-02; points outside China stay.

    Source: the formula published by the eviltransform project (googollee/eviltransform), also used by
    coordtransform; exact to about a metre against the maps themselves.

    >>> lon, lat = wgs84_to_gcj02(np.array([116.404]), np.array([39.915]))
    >>> f"{lon[0]:.6f} {lat[0]:.6f}"
    '116.410244 39.916404'
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    east, north = _shift(lon, lat)
    sine = np.sin(np.radians(lat))
    curve = 1.0 - _ECCENTRICITY_SQUARED * sine**2
    meridian = _SEMI_MAJOR_AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / curve**1.5
    parallel = _SEMI_MAJOR_AXIS_M / np.sqrt(curve) * np.cos(np.radians(lat))
    west, far_east, south, far_north = _CHINA
    inside = (lon >= west) & (lon <= far_east) & (lat >= south) & (lat <= far_north)
    return (
        lon + np.where(inside, np.degrees(east / parallel), 0.0),
        lat + np.where(inside, np.degrees(north / meridian), 0.0),
    )


def _shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Metres to the east and to the north by which GCJ-02 moves a point, up to the shape of the Earth."""
    x, y = lon - 105.0, lat - 35.0
    ripple = 2.0 / 3.0 * (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x))
    root, product = np.sqrt(np.abs(x)), x * y
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * product + 0.2 * root + ripple
    north += 2.0 / 3.0 * (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0))
    north += 2.0 / 3.0 * (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * product + 0.1 * root + ripple
    east += 2.0 / 3.0 * (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0))
    east += 2.0 / 3.0 * (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0))
    return east, north


def gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift GCJ-02 degrees to BD-09.

    >>> lon, lat = gcj02_to_bd09(np.array([116.404]), np.array([39.915]))
    >>> f"{lon[0]:.6f} {lat[0]:.6f}"
    '116.410369 39.921337'
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def wgs84_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS84 degrees to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo `wgs84_to_gcj02`, to a tenth of a millimetre."""
    return _undo(wgs84_to_gcj02, lon, lat)


def bd09_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo `gcj02_to_bd09`, to a tenth of a millimetre."""
    return _undo(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo `wgs84_to_bd09`, to a tenth of a millimetre."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    """Convert degrees of any datum to WGS84."""
    if datum == GCJ02:
        return gcj02_to_wgs84(lon, lat)
    return bd09_to_wgs84(lon, lat) if datum == BD09 else (lon, lat)


def from_wgs84(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    """Convert WGS84 degrees to any datum."""
    if datum == GCJ02:
        return wgs84_to_gcj02(lon, lat)
    return wgs84_to_bd09(lon, lat) if datum == BD09 else (lon, lat)


def _undo(
    shift: Callable[[Floats, Floats], tuple[Floats, Floats]], lon: Floats, lat: Floats
) -> tuple[Floats, Floats]:
    """Find the point that a shift carries to (lon, lat), by fixed-point iteration."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    east, north = lon.copy(), lat.copy()
    for _ in range(_ROUNDS):
        there_lon, there_lat = shift(east, north)
        east, north = east + lon - there_lon, north + lat - there_lat
        if max(_largest(there_lon - lon), _largest(there_lat - lat)) < 1e-12:  # noqa: PLR2004 - 0.1 um
            break
    return east, north


def _largest(difference: Floats) -> float:
    return float(np.abs(difference).max(initial=0.0))
