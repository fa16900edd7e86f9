"""Where a load costs least, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.search.loops.layout import (
    ARRIVAL,
    BASE,
    CLOSES,
    COST_PER_S,
    DUE,
    LATE_COST,
    LATE_RATE,
    LATEST,
    LEFT,
    LOADED,
    LOADING,
    MOST_TRIPS,
    OPENS,
    PAYLOAD,
    POINT,
    READY,
    RELEASE,
    SERVICE,
    SLOPE,
    SOURCE,
    TRIP_WEIGHT,
    TRIPS,
    TYPE,
    UNTIL,
    USED_COST,
    WEIGHT,
)
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
    vehicles, kinds, there, back, places, loads, back_in_time, back_counts = asked
    tokens, count, times, heads, routes, _, _ = kept
    best, best_vehicle, best_position, own_trip = np.inf, -1, -1, False
    point, source = places[u, POINT], places[u, SOURCE]
    weight, service, release = loads[u, WEIGHT], loads[u, SERVICE], loads[u, RELEASE]
    opens, closes = loads[u, OPENS], loads[u, CLOSES]
    due, late_rate, late_cost = loads[u, DUE], loads[u, LATE_RATE], loads[u, LATE_COST]
    for v in range(len(count)):
        kind, n = int(vehicles[v, TYPE]), count[v]
        payload = kinds[kind, PAYLOAD]
        if not offered[v] or weight > payload or n + 2 > tokens.shape[1]:
            continue
        base, price, loading = int(vehicles[v, BASE]), kinds[kind, COST_PER_S], kinds[kind, LOADING]
        load_at = source if source >= 0 else base
        into, out = back[kind, point], there[kind, point]
        more_trips = routes[v, TRIPS] < vehicles[v, MOST_TRIPS]
        clock, here, room, loaded = vehicles[v, READY], base, -1.0, 0.0
        fixed = vehicles[v, USED_COST] if n == 0 else 0.0
        for q in range(n + 1):
            last = q == n
            if last:
                token, onto = -1, base
                away = out[base] if back_counts else 0.0
                skipped = there[kind, here, base] if back_counts and n > 0 else 0.0
                limit = vehicles[v, UNTIL] + (0.0 if back_in_time else out[base])
                reached_now, rate = np.inf, 0.0
            else:
                token = tokens[v, q]
                onto = -1 - token if token < 0 else places[token, POINT]
                away, skipped = out[onto], there[kind, here, onto]
                reached_now, limit, rate = times[v, q, ARRIVAL], times[v, q, LATEST], times[v, q, SLOPE]
            if room >= weight:
                begin = max(clock + into[here], opens)
                onward = begin + service + out[onto]
                detour = price * (into[here] + away - skipped)
                if begin <= closes and onward <= limit and detour < best:
                    own = late_rate * (begin - due) + late_cost if begin > due else 0.0
                    if release > loaded:
                        h = heads[v, q - 1]
                        start = -1 - tokens[v, h]
                        rise = detour + later_cost(
                            v, h, times[v, h, ARRIVAL], start, u, q, asked, kept, best - detour
                        )
                    else:
                        rise = detour + own
                        if onward > reached_now and rise + rate * (onward - reached_now) >= best:
                            rise = np.inf
                        elif rise < best and not last:
                            rise += later_cost(v, q, begin + service, point, -1, q, asked, kept, best - rise)
                    if rise < best and np.random.random() >= skip:
                        best, best_vehicle, best_position, own_trip = rise, v, q, False
            if token < 0 and more_trips:
                drive = there[kind, here, load_at]
                begin = max(max(clock + drive, release) + loading + into[load_at], opens)
                onward = begin + service + out[onto]
                rise = price * (drive + into[load_at] + away - skipped) + fixed
                if begin > due:
                    rise += late_rate * (begin - due) + late_cost
                if begin <= closes and onward <= limit and rise < best:
                    if onward > reached_now and rise + rate * (onward - reached_now) >= best:
                        rise = np.inf
                    elif not last:
                        rise += later_cost(v, q, begin + service, point, -1, q, asked, kept, best - rise)
                    if rise < best and np.random.random() >= skip:
                        best, best_vehicle, best_position, own_trip = rise, v, q, True
            if not last:
                clock, here = times[v, q, LEFT], onto
                if token < 0:
                    loaded = times[v, q, LOADED]
                    room = payload - times[v, q, TRIP_WEIGHT] if onto == load_at else -1.0
    return best, best_vehicle, best_position, own_trip


@njit(cache=True)
def put(u, v, place, own_trip, asked, kept):
    """Put a load where it was said to be best."""
    vehicles, places = asked[0], asked[4]
    tokens, count = kept[0], kept[1]
    more = 2 if own_trip else 1
    for q in range(count[v] - 1, place - 1, -1):
        tokens[v, q + more] = tokens[v, q]
    if own_trip:
        source = places[u, SOURCE]
        tokens[v, place] = -1 - (source if source >= 0 else int(vehicles[v, BASE]))
        tokens[v, place + 1] = u
    else:
        tokens[v, place] = u
    count[v] += more
    time_route(v, asked, kept)
