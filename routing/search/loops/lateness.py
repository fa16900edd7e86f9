"""How much later all gets with one load more, compiled."""

from __future__ import annotations

import numpy as np

from routing.search.compiled import compiled
from routing.search.loops.baskets import site_cost
from routing.search.loops.layout import (
    ARRIVAL,
    BASE,
    CLOSES,
    DOCKED,
    DUE,
    FROM,
    LATE_COST,
    LATE_RATE,
    LEAVES,
    LEG,
    LOAD_PER_KG,
    LOADED,
    LOADING,
    MOST_DRIVE,
    OPENS,
    POINT,
    READY,
    RELEASE,
    RELEASED,
    RETURNS,
    SERVICE,
    SITE,
    TRIP_WEIGHT,
    TYPE,
    UNLOAD_PER_KG,
    UNTIL,
    WEIGHT,
)
from routing.search.loops.stock import dock_from
from routing.search.loops.timing import next_leg, stop_of, stop_s, whole


@compiled(error_model="numpy")
def delay_cost(
    v, first, clock, here, limit, vehicles, there, places, loads, sources, tokens, count, times, cost
):
    """Rise of lateness when the tokens from `first` on are reached from `here`, left at `clock`.

    For vehicles that are apart, where it is several times as fast as `lateness_with`. Infinite when a limit
    of time is broken; gives up as soon as the rise is above `limit`. Takes the tables that it reads one by
    one: taken out of `asked` and `kept`, counting references to them would take longer than all else.
    """
    kind = int(vehicles[v, TYPE])
    rise = 0.0
    for q in range(first, count[v]):
        token = tokens[v, q]
        stop = stop_of(token, sources, places)
        clock += there[kind, here, stop] if q == first else times[v, q, LEG]
        here = stop
        if clock == times[v, q, ARRIVAL]:
            return rise
        if token < 0:
            clock = max(clock, times[v, q, RELEASED]) + times[v, q, LEAVES] - times[v, q, LOADED]
        else:
            clock = max(clock, loads[token, OPENS])
            if clock > loads[token, CLOSES]:
                return np.inf
            over = clock - loads[token, DUE]
            if over > 0.0:
                rise += loads[token, LATE_RATE] * over + loads[token, LATE_COST]
            rise -= cost[token]
            clock += loads[token, SERVICE]
            if rise > limit:
                return rise
    if vehicles[v, RETURNS] > 0.0:
        clock += there[kind, here, int(vehicles[v, BASE])]
    return rise if clock <= vehicles[v, UNTIL] else np.inf


@compiled(error_model="numpy")
def lateness_with(u, v, place, source, asked, kept, group, limit):
    """Rise of all lateness when load u stands before the token at `place`.

    With `source` >= 0 it is a trip of its own from there, else part of the trip that the token before belongs
    to. Infinite when a limit of time is broken; gives up as soon as the rise is above `limit`. `group` is
    room for loads. Counts what sites cost, too; docks of the vehicle itself must be free.
    """
    vehicles, kinds, places = asked[0], asked[1], asked[4]
    loads, sources, aims = asked[5], asked[7], asked[14]
    tokens, count, times, heads, cost, short = kept[0], kept[1], kept[2], kept[3], kept[5], kept[12]
    kind, n, docked = int(vehicles[v, TYPE]), count[v], aims[DOCKED] > 0.0
    own_point, own_weight = places[u, POINT], loads[u, WEIGHT]
    q = place
    if source < 0:
        q = heads[v, place - 1]
        joined = sources[-1 - tokens[v, q], LOAD_PER_KG] > 0.0 or loads[u, RELEASE] > times[v, q, RELEASED]
        if not joined and not docked and len(short) == 0:
            q = place
    head = q
    if q > 0:
        here, clock = stop_of(tokens[v, q - 1], sources, places), times[v, q - 1, LEAVES]
    else:
        here, clock = int(vehicles[v, BASE]), vehicles[v, READY]
    waits = 2 if source >= 0 else 1
    changing, driven = len(asked[16]) > 0, 0.0
    limited = changing and vehicles[v, MOST_DRIVE] < np.inf
    if limited:
        before = int(vehicles[v, BASE])
        for r in range(q):
            stop = stop_of(tokens[v, r], sources, places)
            driven += times[v, r, LEG] - stop_s(tokens[v, r], before, stop, kind, kinds)
            before = stop
    rise, grouped, unloading = 0.0, 0, kinds[kind, UNLOAD_PER_KG]
    while True:
        is_new = q == place and waits > 0
        if is_new:
            waits -= 1
            token = u if waits == 0 else -1 - source
        elif q < n:
            token = tokens[v, q]
            q += 1
        else:
            break
        stop = stop_of(token, sources, places)
        clock, leg = next_leg(kind, here, stop, clock, asked)
        if changing and clock == np.inf:
            return np.inf
        driven += leg - stop_s(token, here, stop, kind, kinds)
        here = stop
        if waits == 0 and not (is_new or grouped or limited) and clock == times[v, q - 1, ARRIVAL]:
            return rise
        if token < 0:
            if is_new:
                weight, released = own_weight, max(loads[u, RELEASE], sources[source, FROM])
            else:
                weight, released = times[v, q - 1, TRIP_WEIGHT], times[v, q - 1, RELEASED]
                if source < 0 and q - 1 == head:
                    weight, released = weight + own_weight, max(released, loads[u, RELEASE])
            clock = max(clock, released)
            slower = sources[-1 - token, LOAD_PER_KG]
            seconds = whole(kinds[kind, LOADING] + weight * slower, slower)
            if docked:
                clock = dock_from(-1 - token, clock, seconds, asked, kept)
            clock += seconds
            continue
        clock = max(clock, loads[token, OPENS])
        if clock > loads[token, CLOSES]:
            return np.inf
        clock += loads[token, WEIGHT] * unloading
        group[grouped] = token
        grouped += 1
        if waits > 0 and q == place:
            closes = waits > 1 or own_point != stop
        else:
            closes = q == n or tokens[v, q] < 0 or places[tokens[v, q], POINT] != stop
        if closes:
            clock = whole(clock, unloading)
            members, site = 0, -1
            for i in range(grouped):
                x = group[i]
                over = clock - loads[x, DUE]
                if over > 0.0:
                    rise += loads[x, LATE_RATE] * over + loads[x, LATE_COST]
                if x != u:
                    rise -= cost[x]
                if places[x, SITE] >= 0:
                    site = places[x, SITE]
                    group[members] = x
                    members += 1
            if members > 0:
                rise += site_cost(site, group, members, clock, asked, kept) - short[site]
            grouped = 0
        clock += loads[token, SERVICE]
        if waits == 0 and grouped == 0 and rise > limit:
            return rise
    if vehicles[v, RETURNS] > 0.0:
        clock, leg = next_leg(kind, here, int(vehicles[v, BASE]), clock, asked)
        driven += leg
    kept_limits = clock <= vehicles[v, UNTIL] and not (limited and driven > vehicles[v, MOST_DRIVE])
    return rise if kept_limits else np.inf
