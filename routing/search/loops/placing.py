"""Where a load costs least, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.search.loops.timing import later_cost, time_route


@njit(cache=True, error_model="numpy")
def best_place(u, offered, skip, asked, kept):
    """Least rise of the cost for load u over all places of all offered vehicles (V,).

    Returns the rise, infinite if there is none, the vehicle, the place in its row and whether it is a trip of
    its own. A place that looks best is skipped with probability `skip`: blinks of Christiaens and Vanden
    Berghe, Slack induction by string removals for vehicle routing problems, Transportation Science 54 (2020).
    A place is first judged by what it costs at least: its own lateness, the detour, and the lateness of all
    that follows, which rises with every second of delay at least as it does now.
    """
    kinds, base, ready, until, most_trips, used_cost = asked[0], asked[1], asked[2], asked[3], asked[4], asked[5]
    payload, loading, cost_per_s, there, back = asked[6], asked[7], asked[8], asked[9], asked[10]
    point, source, weight, service, release = asked[11], asked[12], asked[13], asked[14], asked[15]
    opens, closes, due, late_rate, late_cost = asked[16], asked[17], asked[18], asked[19], asked[20]
    back_in_time, back_counts = asked[22], asked[23]
    tokens, count, arrival, left, latest, slope, head = (
        kept[0],
        kept[1],
        kept[2],
        kept[3],
        kept[4],
        kept[5],
        kept[6],
    )
    trip_weight, loaded, trips = kept[7], kept[8], kept[9]
    best, best_vehicle, best_position, own_trip = np.inf, -1, -1, False
    to_point, needed, takes = point[u], weight[u], service[u]
    for v in range(len(count)):
        kind = kinds[v]
        if not offered[v] or needed > payload[kind] or count[v] + 2 > tokens.shape[1]:
            continue
        n, home, price = count[v], base[v], cost_per_s[kind]
        stop_source = source[u] if source[u] >= 0 else home
        into, out = back[kind, to_point], there[kind, to_point]
        from_source = into[stop_source]
        clock, here, room, begun = ready[v], home, -1.0, 0.0
        fixed = used_cost[v] if n == 0 else 0.0
        for q in range(n + 1):
            token = tokens[v, q] if q < n else -1
            if q < n:
                onto = -1 - token if token < 0 else point[token]
                skipped = there[kind, here, onto]
                limit, rate = latest[v, q], slope[v, q]
            else:
                onto, rate = home, 0.0
                skipped = there[kind, here, onto] if back_counts and n > 0 else 0.0
                limit = until[v] + (0.0 if back_in_time else out[home])
            last = q == n
            for own in range(2):
                if own == 0:
                    if room < needed:
                        continue
                    reached = clock + into[here]
                    detour = into[here]
                    delayed = release[u] > begun
                else:
                    if token >= 0 or trips[v] >= most_trips[v]:
                        continue
                    detour = there[kind, here, stop_source]
                    reached = max(clock + detour, release[u]) + loading[kind] + from_source
                    detour += from_source
                    delayed = False
                served = max(reached, opens[u])
                onward = served + takes + out[onto]
                if served > closes[u] or onward > limit:
                    continue
                detour -= skipped
                if not last or back_counts:
                    detour += out[onto]
                rise = price * detour + fixed
                over = served - due[u]
                if not delayed:
                    if over > 0.0:
                        rise += late_rate[u] * over + late_cost[u]
                    if not last and onward > arrival[v, q]:
                        rise += rate * (onward - arrival[v, q])
                if rise >= best or np.random.random() < skip:
                    continue
                if delayed:
                    h = head[v, q - 1]
                    before = -1 - tokens[v, h]
                    rise = price * detour + fixed
                    rise += later_cost(v, h, arrival[v, h], before, u, q, asked, kept, best - rise)
                elif not last:
                    rise = price * detour + fixed
                    if over > 0.0:
                        rise += late_rate[u] * over + late_cost[u]
                    rise += later_cost(v, q, served + takes, to_point, -1, q, asked, kept, best - rise)
                if rise < best:
                    best, best_vehicle, best_position, own_trip = rise, v, q, own == 1
            if q < n:
                clock, here = left[v, q], onto
                if token < 0:
                    begun = loaded[v, q]
                    room = payload[kind] - trip_weight[v, q] if onto == stop_source else -1.0
    return best, best_vehicle, best_position, own_trip


@njit(cache=True)
def put(u, v, place, own_trip, asked, kept):
    """Put a load where it was said to be best."""
    base, source = asked[1], asked[12]
    tokens, count = kept[0], kept[1]
    more = 2 if own_trip else 1
    for q in range(count[v] - 1, place - 1, -1):
        tokens[v, q + more] = tokens[v, q]
    if own_trip:
        tokens[v, place] = -1 - (source[u] if source[u] >= 0 else base[v])
        tokens[v, place + 1] = u
    else:
        tokens[v, place] = u
    count[v] += more
    time_route(v, asked, kept)
