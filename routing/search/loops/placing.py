"""Where a load costs least, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.search.loops.baskets import site_cost
from routing.search.loops.layout import (
    ARRIVAL,
    AT,
    BACK_COUNTS,
    BASE,
    CELL,
    CLOSES,
    COST_PER_S,
    DOCKED,
    DRIVE,
    DUE,
    ENDS_ONLY,
    FIRST_SOURCE,
    FROM,
    LATE_COST,
    LATE_RATE,
    LATER,
    LATEST,
    LEFT,
    LOAD_PER_KG,
    LOADED,
    LOADING,
    MOST_DRIVE,
    MOST_TRIPS,
    ONLY_YARD,
    OPENS,
    PAYLOAD,
    POINT,
    READY,
    RELEASE,
    RETURNS,
    ROOM,
    SERVICE,
    SITE,
    SLOPE,
    SOON,
    TRIP_VOLUME,
    TRIP_WEIGHT,
    TRIPS,
    TYPE,
    UNLOAD_PER_KG,
    UNTIL,
    USED_COST,
    VOLUME,
    WEIGHT,
)
from routing.search.loops.stock import find_stocked, move_home, use_docks
from routing.search.loops.timing import delay_cost, delayed, lateness_with, stop_of, time_route

NEAR_SOURCES = 6
"""Sources that a trip of its own is tried from, the nearest that have the stock."""

PROMISING = 16
"""Places that are worked out exactly, those that look best."""


@njit(cache=True, error_model="numpy")
def fill_cell(u, cell, table, asked, kept):
    """Work out what load u of a site costs if it is unloaded when a cell of time begins."""
    places, aims, short = asked[4], asked[14], kept[12]
    only = np.empty(1, np.int64)
    only[0] = u
    table[cell] = site_cost(places[u, SITE], only, 1, cell * aims[CELL], asked, kept) - short[places[u, SITE]]


@njit(cache=True)
def note_place(seems, where, size, least, v, place, source, detour):
    """Keep a place among those that look best; returns their number."""
    if size == len(seems):
        if least >= seems[size - 1]:
            return size
        size -= 1
    at = size
    while at > 0 and seems[at - 1] > least:
        seems[at] = seems[at - 1]
        where[at] = where[at - 1]
        at -= 1
    seems[at] = least
    where[at, 0], where[at, 1], where[at, 2], where[at, 3] = v, place, source, detour
    return size + 1


@njit(cache=True, error_model="numpy")
def best_place(u, offered, skip, asked, kept, scratch):
    """Least rise of the cost for load u over all places of all offered vehicles (V,).

    Returns the rise, infinite if there is none, the vehicle, the place in its row, and the source of a trip
    of its own or -1. A place that looks best is skipped with probability `skip`: blinks of Christiaens and
    Vanden Berghe, Slack induction by string removals for vehicle routing problems, Transportation Science 54
    (2020). A place is first judged by what it costs at least: the load's own lateness, the detour, and the
    lateness of all that follows, which rises with every second of delay at least as it does now; the best of
    them are worked out.
    """
    vehicles, kinds, there, back, places, loads, sources, choices, yards, aims = (
        asked[0],
        asked[1],
        asked[2],
        asked[3],
        asked[4],
        asked[5],
        asked[7],
        asked[8],
        asked[9],
        asked[14],
    )
    tokens, count, times, heads, routes = kept[0], kept[1], kept[2], kept[3], kept[4]
    table, stocked, seems, where, group = scratch
    point, weight, volume = places[u, POINT], loads[u, WEIGHT], loads[u, VOLUME]
    service, release = loads[u, SERVICE], loads[u, RELEASE]
    opens, closes = loads[u, OPENS], loads[u, CLOSES]
    table[:] = np.nan
    find_stocked(u, stocked, asked, kept)
    near = np.empty(NEAR_SOURCES, np.int64)
    nearest = 0
    for i in range(choices.shape[1]):
        if nearest < NEAR_SOURCES and stocked[choices[u, i]]:
            near[nearest] = choices[u, i]
            nearest += 1
    plain, cells, width = places[u, SITE] < 0, len(table) - 1, aims[CELL]
    ends_only = aims[ENDS_ONLY] > 0.0
    eager = len(kept[12]) == 0 and aims[DOCKED] == 0.0
    due, late_rate, late_cost = loads[u, DUE], loads[u, LATE_RATE], loads[u, LATE_COST]
    if not plain:
        fill_cell(u, 0, table, asked, kept)
    floor = 0.0 if plain else table[0]
    bar, size = np.inf, 0
    best_vehicle, best_position, best_source = -1, -1, -1
    for v in range(len(count)):
        kind, n = int(vehicles[v, TYPE]), count[v]
        payload, space = kinds[kind, PAYLOAD], kinds[kind, ROOM]
        if not offered[v] or weight > payload or volume > space or n + 2 > tokens.shape[1]:
            continue
        base, price, loading = int(vehicles[v, BASE]), kinds[kind, COST_PER_S], kinds[kind, LOADING]
        unloading = weight * kinds[kind, UNLOAD_PER_KG]
        into, out = back[kind, point], there[kind, point]
        more_trips = routes[v, TRIPS] < vehicles[v, MOST_TRIPS]
        returns = vehicles[v, RETURNS] > 0.0
        home = returns or aims[BACK_COUNTS] > 0.0
        spare = vehicles[v, MOST_DRIVE] - routes[v, DRIVE]
        only = int(vehicles[v, ONLY_YARD])
        low, high = (yards[only, FIRST_SOURCE], yards[only + 1, FIRST_SOURCE]) if only >= 0 else (0, nearest)
        clock, here, room, empty, loaded, slower, from_source = (
            vehicles[v, READY],
            base,
            -1.0,
            0.0,
            0.0,
            0.0,
            0,
        )
        fixed = vehicles[v, USED_COST] if n == 0 else 0.0
        for q in range(n + 1):
            last = q == n
            if last:
                token, onto = -1, base
                away = out[base] if home else 0.0
                skipped = there[kind, here, base] if home and n > 0 else 0.0
                limit = vehicles[v, UNTIL] + (0.0 if returns else out[base])
                reached_now, rate = np.inf, 0.0
            else:
                token = tokens[v, q]
                onto = stop_of(token, sources, places)
                away, skipped = out[onto], there[kind, here, onto]
                reached_now, limit, rate = times[v, q, ARRIVAL], times[v, q, LATEST], times[v, q, SLOPE]
            if room >= weight and empty >= volume and (last or not ends_only):
                begin = max(clock + weight * slower + into[here], opens)
                if release > loaded:
                    begin = max(begin, release)
                ended = begin + unloading
                onward = ended + service + out[onto]
                extra = into[here] + away - skipped
                detour = price * extra
                if begin <= closes and onward <= limit and extra <= spare and detour + floor < bar:
                    if plain:
                        own = late_rate * (ended - due) + late_cost if ended > due else 0.0
                    else:
                        cell = min(int(ended / width), cells)
                        if np.isnan(table[cell]):
                            fill_cell(u, cell, table, asked, kept)
                        own = table[cell]
                    least = detour + own
                    if onward > reached_now:
                        if eager:
                            least += rate * (onward - reached_now)
                        else:
                            least += delayed(times[v, q, SOON], times[v, q, LATER], onward - reached_now)
                    if least < bar and eager:
                        if slower > 0.0 or release > loaded:
                            rise = detour + lateness_with(u, v, q, -1, asked, kept, group, bar - detour)
                        elif last:
                            rise = least
                        else:
                            rise = detour + own
                            rise += delay_cost(v, q, ended + service, point, asked, kept, bar - rise)
                        if rise < bar and np.random.random() >= skip:
                            bar, best_vehicle, best_position, best_source = rise, v, q, -1
                    elif least < bar:
                        size = note_place(seems, where, size, least, v, q, -1, detour)
                        if size == len(seems):
                            bar = seems[size - 1]
            if token < 0 and more_trips and (last or not ends_only):
                for i in range(low, high):
                    source = i if only >= 0 else near[i]
                    if only >= 0 and not stocked[source]:
                        continue
                    at = int(sources[source, AT])
                    drive = there[kind, here, at]
                    extra = drive + into[at] + away - skipped
                    detour = price * extra + fixed
                    begin = max(clock + drive, max(release, sources[source, FROM]))
                    begin += loading + weight * sources[source, LOAD_PER_KG]
                    begin = max(begin + into[at], opens)
                    ended = begin + unloading
                    onward = ended + service + out[onto]
                    if begin > closes or onward > limit or extra > spare or detour + floor >= bar:
                        continue
                    if there[kind, base, at] == np.inf:
                        continue
                    if plain:
                        own = late_rate * (ended - due) + late_cost if ended > due else 0.0
                    else:
                        cell = min(int(ended / width), cells)
                        if np.isnan(table[cell]):
                            fill_cell(u, cell, table, asked, kept)
                        own = table[cell]
                    least = detour + own
                    if onward > reached_now:
                        if eager:
                            least += rate * (onward - reached_now)
                        else:
                            least += delayed(times[v, q, SOON], times[v, q, LATER], onward - reached_now)
                    if least < bar and eager:
                        rise = detour + own
                        if not last:
                            rise += delay_cost(v, q, ended + service, point, asked, kept, bar - rise)
                        if rise < bar and np.random.random() >= skip:
                            bar, best_vehicle, best_position, best_source = rise, v, q, source
                    elif least < bar:
                        size = note_place(seems, where, size, least, v, q, source, detour)
                        if size == len(seems):
                            bar = seems[size - 1]
            if not last:
                clock, here = times[v, q, LEFT], onto
                if token < 0:
                    from_source = -1 - token
                    loaded, slower = times[v, q, LOADED], sources[from_source, LOAD_PER_KG]
                    room, empty = payload - times[v, q, TRIP_WEIGHT], space - times[v, q, TRIP_VOLUME]
                    if not stocked[from_source] or there[kind, onto, point] == np.inf:
                        room = -1.0
    best = bar if eager else np.inf
    for i in range(size):
        if seems[i] >= best:
            break
        v, q, source, detour = int(where[i, 0]), int(where[i, 1]), int(where[i, 2]), where[i, 3]
        if aims[DOCKED] > 0.0:
            use_docks(v, -1, asked, kept)
        rise = detour + lateness_with(u, v, q, source, asked, kept, group, best - detour)
        if aims[DOCKED] > 0.0:
            use_docks(v, 1, asked, kept)
        if rise < best and np.random.random() >= skip:
            best, best_vehicle, best_position, best_source = rise, v, q, source
    return best, best_vehicle, best_position, best_source


@njit(cache=True)
def put(u, v, place, source, asked, kept):
    """Put a load where it was said to be best."""
    aims = asked[14]
    tokens, count, heads = kept[0], kept[1], kept[3]
    if aims[DOCKED] > 0.0:
        use_docks(v, -1, asked, kept)
    move_home(u, source if source >= 0 else -1 - tokens[v, heads[v, place - 1]], asked, kept)
    more, fixed = (2, place) if source >= 0 else (1, heads[v, place - 1])
    for q in range(count[v] - 1, place - 1, -1):
        tokens[v, q + more] = tokens[v, q]
    if source >= 0:
        tokens[v, place] = -1 - source
        tokens[v, place + 1] = u
    else:
        tokens[v, place] = u
    count[v] += more
    time_route(v, fixed, asked, kept)
