"""Columns of the tables that the compiled loops share.

Every vehicle has a row of tokens: load u stands for itself, -1 - s for loading from source s; a trip is a
token of loading and the loads after it.

`asked` is what does not change: (vehicles, kinds, there, back, places, loads, units, sources, choices,
yards, sites, held, shares, targets, aims, ways, from_s, until_s, groups). there[k, a, b] and its transpose
back[k, b, a] are seconds of driving, the least at any time; places (L, 4) point, site, spot and group of each
load, units (L, K) what it takes of the stock; choices (N, S) sources by how near they are to each point of
loads; yards (Y + 1, 2) the first source of each yard and its docks; held (J, B) and shares (B,) units of the
basket on the site, and persons that a unit serves; ways (H, T, P, P) seconds of driving for those who leave
at from_s (H,) and arrive by until_s (H, T, P), the first of them at any time; none where the roads stay as
they are; groups (G, S) whether each source belongs to each group that loads may ask for.

`kept` is what does: (tokens, count, times, heads, routes, cost, vehicle, done, left, usage, members, order,
short, marked, home). tokens (V, C) and their number (V,), times of each token (V, C, TIMES), the place of
its trip's loading (V, C), totals of each vehicle (V, 4), and of each load the cost of its lateness (L,),
its vehicle (L,), -1 without, and the second at which it is unloaded (L,), infinite without; left (S, K)
units that each source can still spare, counting those of earlier ones; usage (Y, minutes) docks in use;
members (J + 1,) where the loads of each site begin in order (L,), each site's sorted by when they are
unloaded; short (J,) what each site costs; marked (L,) is empty between calls; home (L,) the source that
keeps the stock of each load.

`memory` is (version, seen, known, spot): the version of each row (V,), which rises as a changed row is
accepted; and, where vehicles are apart, for each load and the first M of them, (L, M), the version last
looked at, what the load cost there at best or at least, and its place times S + 1, and one more than the
source of a trip of its own; -1 where the cost is a bound.
"""

TYPE, BASE, READY, UNTIL, MOST_TRIPS, USED_COST, ONLY_YARD, RETURNS, MOST_DRIVE = range(9)
"""Columns of vehicles (V, 9)."""

PAYLOAD, ROOM, LOADING, UNLOAD_PER_KG, COST_PER_S, STOP = range(6)
"""Columns of kinds (T, 6); STOP is what of the time to a load's point from another is no driving."""

POINT, SITE, SPOT, GROUP = range(4)
"""Columns of places (L, 4); the spot is the number of the point among the N points of loads, the group that
of the sources that alone may bring the load, -1 for any."""

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

HORIZON, WAITING, BLEND, BACK_COUNTS, DOCKED, CELL, ENDS_ONLY, APART = range(8)
"""Entries of aims (8,): end, cost of a person's second, share of the mean of items in a basket count,
whether the way back costs, whether any yard has docks, the width of a cell of a table over time, whether
loads are only put at the end of a vehicle's row, and whether vehicles are apart: none changes what loads
cost in another, as there are no sites, docks or stock, and no time depends on weight or on the hour."""

TIMES = 13
ARRIVAL, LEAVES, LEG, LATEST, SLOPE, EVEN = range(6)
TRIP_WEIGHT, TRIP_VOLUME, LOADED, RELEASED, DONE, SOON, LATER = range(6, TIMES)
"""Columns of times (V, C, TIMES) and their number: arrival, the second the token is left, the seconds
driven to it, the latest arrival that breaks no limit, the least rise of the cost of it and all that follows
for each second of delay (loads of sites count nothing), and the delay up to which that is the rise where
vehicles are apart; at a token of loading the weight and volume of its trip, the second from which it loads
and that from which it may load; at a load the second at which it is unloaded; SOON and LATER what a delay
of the token by two stretches would cost about."""

TRIPS, DRIVING, LATENESS, DRIVE = range(4)
"""Columns of routes (V, 4): trips, cost of all ways, cost of lateness, seconds of driving."""

DOCK_STEP = 60.0
"""Seconds by which docks are kept."""
