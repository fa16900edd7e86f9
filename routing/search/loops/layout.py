"""Columns of the tables that the compiled loops share.

Every vehicle has a row of tokens: load u stands for itself, -1 - s for loading from source s; a trip is a
token of loading and the loads after it.

`asked` is what does not change: (vehicles, kinds, there, back, places, loads, units, sources, choices, yards,
sites, held, shares, targets, aims). there[k, a, b] and its transpose back[k, b, a] are seconds of driving;
places (L, 2) the point and the site of each load, units (L, K) what it takes of the stock; choices (L, S)
sources by how near they are to each load; yards (Y + 1, 2) the first source of each yard and its docks;
held (J, B) and shares (B,) units of the basket on the site, and persons that a unit serves.

`kept` is what does: (tokens, count, times, heads, routes, cost, vehicle, done, left, usage, members, order,
short, marked,
home). tokens (V, C) and their number (V,), times of each token (V, C, 11), the place of its trip's
loading (V, C), totals of each vehicle (V, 4), and of each load the cost of its lateness (L,), its vehicle (L,),
-1 without, and the second at which it is unloaded (L,), infinite without; left (S, K) units that each source can
still spare, counting those of earlier ones; usage (Y, minutes) docks in use; members (J + 1,) where
the loads of each site begin in order (L,), each site's sorted by when they are unloaded; short (J,) what each
site costs; marked (L,) is empty between calls; home (L,) the source that
keeps the stock of each load.
"""

TYPE, BASE, READY, UNTIL, MOST_TRIPS, USED_COST, ONLY_YARD, RETURNS, MOST_DRIVE = range(9)
"""Columns of vehicles (V, 9)."""

PAYLOAD, ROOM, LOADING, UNLOAD_PER_KG, COST_PER_S = range(5)
"""Columns of kinds (T, 5)."""

POINT, SITE = range(2)
"""Columns of places (L, 2)."""

WEIGHT, VOLUME, SERVICE, RELEASE, OPENS, CLOSES, DUE, LATE_RATE, LATE_COST, ABSENT_COST = range(10)
"""Columns of loads (L, 10)."""

AT, YARD, FROM, LOAD_PER_KG = range(4)
"""Columns of sources (S, 4)."""

FIRST_SOURCE, DOCKS = range(2)
"""Columns of yards (Y + 1, 2)."""

PEOPLE, RATE = range(2)
"""Columns of sites (J, 2)."""

SECOND, SHORT_COST = range(2)
"""Columns of targets (G, 2)."""

HORIZON, WAITING, BLEND, BACK_COUNTS, DOCKED, CELL, ENDS_ONLY = range(7)
"""Entries of aims (7,): end, cost of a person's second, share of the mean of items in a basket count, whether
the way back costs, whether any yard has docks, the width of a cell of a table over time, and whether
loads are only put at the end of a vehicle's row."""

ARRIVAL, LEFT, LATEST, SLOPE, TRIP_WEIGHT, LOADED, TRIP_VOLUME, RELEASED, DONE, SOON, LATER = range(11)
"""Columns of times (V, C, 11): arrival, the second the token is left, the latest arrival that breaks no limit,
the least rise of the cost of it and all that follows for each second of delay (loads of sites count nothing);
at a token of loading the weight and volume of its trip, the second from which it may load and that from which it loads; at a load the
second at which it is unloaded; SOON and LATER what a delay of the token by two stretches would cost about."""

TRIPS, DRIVING, LATENESS, DRIVE = range(4)
"""Columns of routes (V, 4): trips, cost of driving, cost of lateness, seconds of driving."""

DOCK_STEP = 60.0
"""Seconds by which docks are kept."""
