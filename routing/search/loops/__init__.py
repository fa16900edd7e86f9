"""Compiled inner loops of the search over trips.

Every vehicle has a row of tokens: load u stands for itself, -1 - p for loading at point p; a trip is a token
of loading and the loads after it. `asked` are the arrays of the problem, `kept` those of the routes, each a
tuple in the order in which the loops unpack it:

asked: type, base, ready, until, most_trips, used_cost (V,); payload, loading, cost_per_s (T,); there[t, a, b]
and its transpose here[t, b, a]; point, source, weight, service, release, opens, closes, due, late_rate,
late_cost, absent_cost (L,); and the flags back_in_time and back_counts.

kept: tokens (V, C) and their number (V,); of each token its arrival, the second it is left, the latest
arrival that harms no limit, the least rise of the cost of all that follows for each second of delay, and the
place of its trip's loading; weight and second of loading of each trip, at its token of loading; trips, driving
cost and cost of lateness of each vehicle (V,); cost of lateness (L,) and vehicle (L,) of each load, -1 without.
"""
