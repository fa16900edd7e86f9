"""Distances on the earth, taken as a sphere (at most 0.6 % off the ellipsoid)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG 1980


def great_circle_m(
    from_lon: npt.ArrayLike, from_lat: npt.ArrayLike, to_lon: npt.ArrayLike, to_lat: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return the distance in metres between points given in degrees, element by element (haversine)."""
    lon_a, lat_a, lon_b, lat_b = (
        np.radians(np.asarray(degrees, dtype=np.float64)) for degrees in (from_lon, from_lat, to_lon, to_lat)
    )
    chord = (
        np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )
    distance: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return distance
