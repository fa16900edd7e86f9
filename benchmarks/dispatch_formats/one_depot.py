"""What files with one depot have in common: the depot's x y, then x y demand of each customer."""

from __future__ import annotations

import numpy as np

from benchmarks.dispatch_formats.instance import Floats, Points, euclidean
from benchmarks.dispatch_formats.rows import Rows


def take_points(rows: Rows, customers: int, service_s: float) -> tuple[Points, Floats]:
    """Read the rest of a file: its points, the depot's number being 0, and their distances (points, points).

    Raises:
        FormatError: Rows are missing, malformed, or too many.
    """
    depot = rows.take("x", "y")
    table = rows.table(customers, ("x", "y", "demand"))
    rows.end()
    points = Points.at_any_time(
        number=np.arange(customers + 1),
        demand=np.append(0.0, table[:, 2]),
        service_s=np.append(0.0, np.full(customers, service_s)),
    )
    return points, euclidean(np.vstack([depot, table[:, :2]]))
