"""Check the tables of a region against each other, once each has been read.

A check is a function that takes a region and yields problems. It skips blanks: a cell that could not be
read is missing from the frame and has been reported by the reader.
"""

from __future__ import annotations

from stockpile.bundle import Region
from stockpile.consistency import catalogue, keys, levels, positions, stock
from stockpile.errors import Problem, sorted_problems

__all__ = ["CHECKS", "check_region"]

CHECKS = (
    keys.check_references,
    keys.check_loading_places,
    keys.check_duplicate_keys,
    levels.check_place_tree,
    levels.check_populations,
    stock.check_lot_dates,
    stock.check_lot_warehouses,
    stock.check_depots,
    stock.check_floors,
    catalogue.check_units,
    catalogue.check_vehicle_modes,
    catalogue.check_shifts,
    catalogue.check_essential_items,
    positions.check_positions,
    positions.check_road_nodes,
    positions.check_road_lengths,
)


def check_region(region: Region) -> list[Problem]:
    """Return everything in which the tables of a region contradict each other, sorted."""
    return list(sorted_problems(problem for check in CHECKS for problem in check(region)))
