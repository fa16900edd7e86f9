"""Columns of the tables that the compiled loops share.

Every vehicle has a row of tokens: load u stands for itself, -1 - p for loading at point p; a trip is a token
of loading and the loads after it. `asked` is (vehicles, kinds, there, back, places, loads, back_in_time,
back_counts): there[k, a, b] and its transpose back[k, b, a] are seconds of driving, places (L, 2) the points
of each load. `kept` is (tokens, count, times, heads, routes, cost, vehicle): tokens (V, C) and their number
(V,), times of each token (V, C, 6), the place of its trip's loading (V, C), totals of each vehicle (V, 3),
and of each load the cost of its lateness (L,) and its vehicle (L,), -1 without.
"""

TYPE, BASE, READY, UNTIL, MOST_TRIPS, USED_COST = range(6)
"""Columns of vehicles (V, 6)."""

PAYLOAD, LOADING, COST_PER_S = range(3)
"""Columns of kinds (T, 3)."""

POINT, SOURCE = range(2)
"""Columns of places (L, 2)."""

WEIGHT, SERVICE, RELEASE, OPENS, CLOSES, DUE, LATE_RATE, LATE_COST, ABSENT_COST = range(9)
"""Columns of loads (L, 9)."""

ARRIVAL, LEFT, LATEST, SLOPE, TRIP_WEIGHT, LOADED = range(6)
"""Columns of times (V, C, 6): arrival, the second the token is left, the latest arrival that breaks no limit,
the least rise of the cost of it and all that follows for each second of delay; at a token of loading the
weight of its trip and the second from which it loads."""

TRIPS, DRIVING, LATENESS = range(3)
"""Columns of routes (V, 3): trips, cost of driving, cost of lateness."""
