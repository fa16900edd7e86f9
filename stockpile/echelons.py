"""The levels of administrative units and of warehouses, from the top down, with their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LEVELS_ZH: Mapping[str, str] = MappingProxyType(
    {"province": "省级", "city": "市级", "district": "区县级", "township": "乡镇级", "community": "村社级"}
)
LEVELS = tuple(LEVELS_ZH)
