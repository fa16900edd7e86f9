"""Where a load costs least, compiled."""

from __future__ import annotations

import numpy as np

from routing.search.compiled import compiled
from routing.search.loops.baskets import site_cost
from routing.search.loops.delays import delayed
from routing.search.loops.lateness import delay_cost, lateness_with
from routing.search.loops.layout import (
    APART,
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
    EVEN,
    FIRST_SOURCE,
    FROM,
    LATE_COST,
    LATE_RATE,
    LATER,
    LATEST,
    LEAVES,
    LEG,
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
    SPOT,
    STOP,
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
from routing.search.loops.timing import SLACK_S, stop_of, time_route

NEAR_SOURCES = 6
"""Sources that a trip of its own is tried from, the nearest that have the stock."""

PROMISING = 16
"""Places that are worked out exactly, those that look best."""


@compiled(error_model="numpy")
def fill_cell(u, cell, table, asked, kept):
    """Work out what load u of a site costs if it is unloaded when a cell of time begins."""
    places, aims, short = asked[4], asked[14], kept[12]
    only = np.empty(1, np.int64)
    only[0] = u
    table[cell] = site_cost(places[u, SITE], only, 1, cell * aims[CELL], asked, kept) - short[places[u, SITE]]


@compiled()
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


@compiled(error_model="numpy")
def best_place(u, offered, changing, skip, asked, kept, scratch, memory):
    """Least rise of the cost for load u over all places of all offered vehicles (V,).

    Returns the rise, infinite if there is none, the vehicle, the place in its row, and the source of a trip
    of its own or -1. A place that looks best is skipped with probability `skip`: blinks of Christiaens and
    Vanden Berghe, Slack induction by string removals for vehicle routing problems, Transportation Science
    54 (2020). A place is first judged by what it costs about: the load's own lateness, the detour, and the
    lateness of all that follows; those that look best are worked out in the end.

    Where vehicles are apart, each place is worked out at once if it may be better: all that follows costs
    with every second of delay at least as much more as it does now, and past the second at which the load's
    own lateness alone costs more than the best place, the rest of a row is left out. What the load costs at
    best in a vehicle is remembered until its row changes, which is not yet sure of those with `changing` >=
    0: they are looked at first and anew each time, the others are passed over as a whole.
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
    tokens, count, times, heads, routes, cost = kept[0], kept[1], kept[2], kept[3], kept[4], kept[5]
    table, stocked, seems, where, group, order = scratch
    version, seen, known, spot = memory
    point, weight, volume = places[u, POINT], loads[u, WEIGHT], loads[u, VOLUME]
    service, release = loads[u, SERVICE], loads[u, RELEASE]
    opens, closes = loads[u, OPENS], loads[u, CLOSES]
    find_stocked(u, stocked, asked, kept)
    near = np.empty(NEAR_SOURCES, np.int64)
    nearest = 0
    spot_of = places[u, SPOT]
    for i in range(choices.shape[1]):
        if nearest == NEAR_SOURCES:
            break
        if stocked[choices[spot_of, i]]:
            near[nearest] = choices[spot_of, i]
            nearest += 1
    lead = np.full(len(kinds), np.inf)  # from where a vehicle is to the load over a source, at the least
    for kind in range(len(kinds)):
        for i in range(nearest):
            at, slower = int(sources[near[i], AT]), sources[near[i], LOAD_PER_KG]
            lead[kind] = min(lead[kind], kinds[kind, LOADING] + weight * slower + back[kind, point, at])
    plain, cells, width = places[u, SITE] < 0, len(table) - 1, aims[CELL]
    ends_only, apart = aims[ENDS_ONLY] > 0.0, aims[APART] > 0.0
    due, late_rate, late_cost = loads[u, DUE], loads[u, LATE_RATE], loads[u, LATE_COST]
    floor = 0.0
    if not plain:
        table[:] = np.nan
        fill_cell(u, 0, table, asked, kept)
        floor = table[0]
    best, size = np.inf, 0
    best_vehicle, best_position, best_source = -1, -1, -1
    remembered, spots = known.shape[1], len(sources) + 1
    asking, first = 0, 0
    for v in range(len(count)):
        if not offered[v]:
            continue
        order[asking] = v
        if apart and changing[v] >= 0:
            order[asking], order[first] = order[first], v
            first += 1
        elif v < remembered and seen[u, v] == version[v]:
            if known[u, v] >= best:
                continue
            if spot[u, v] >= 0:
                if np.random.random() >= skip:
                    best, best_vehicle = known[u, v], v
                    best_position, best_source = spot[u, v] // spots, spot[u, v] % spots - 1
                continue
        asking += 1
    for asked_next in range(asking):
        v = order[asked_next]
        kind, n = int(vehicles[v, TYPE]), count[v]
        payload, space = kinds[kind, PAYLOAD], kinds[kind, ROOM]
        if weight > payload or volume > space or n + 2 > tokens.shape[1]:
            continue
        learn = v < remembered and changing[v] < 0
        if learn and seen[u, v] == version[v] and known[u, v] >= best:
            continue
        best_of_others, place, own_source = best, -1, -1
        base, price, loading = int(vehicles[v, BASE]), kinds[kind, COST_PER_S], kinds[kind, LOADING]
        unloading = weight * kinds[kind, UNLOAD_PER_KG]
        more_trips = routes[v, TRIPS] < vehicles[v, MOST_TRIPS]
        returns = vehicles[v, RETURNS] > 0.0
        home = returns or aims[BACK_COUNTS] > 0.0
        spare = vehicles[v, MOST_DRIVE] - routes[v, DRIVE]
        only = int(vehicles[v, ONLY_YARD])
        low, high = (yards[only, FIRST_SOURCE], yards[only + 1, FIRST_SOURCE]) if only >= 0 else (0, nearest)
        room, empty, loaded, slower = -1.0, 0.0, 0.0, 0.0
        fixed = vehicles[v, USED_COST] if n == 0 else 0.0
        if ends_only and n > 0:
            head = heads[v, n - 1]
            room, empty = payload - times[v, head, TRIP_WEIGHT], space - times[v, head, TRIP_VOLUME]
        for q in range(n if ends_only else 0, n + 1):
            last = q == n
            token = tokens[v, q] if not last else -1
            joins, starts = room >= weight and empty >= volume, token < 0 and more_trips
            if token < 0 and not last:
                room, empty = payload - times[v, q, TRIP_WEIGHT], space - times[v, q, TRIP_VOLUME]
            if not (joins or starts):
                continue
            clock, here = vehicles[v, READY], base
            if q > 0:
                clock, here = times[v, q - 1, LEAVES], stop_of(tokens[v, q - 1], sources, places)
            if apart and (clock > closes or (clock > due and late_rate * (clock - due) + late_cost >= best)):
                break
            if last:
                onto = base
                away = there[kind, point, base] if home else 0.0
                skipped = back[kind, base, here] if home and n > 0 else 0.0
                limit = vehicles[v, UNTIL] + (0.0 if returns else there[kind, point, base])
                reached_now, rate, even = np.inf, 0.0, 0.0
            else:
                onto = stop_of(token, sources, places)
                away, skipped = there[kind, point, onto], times[v, q, LEG]
                reached_now, limit = times[v, q, ARRIVAL], times[v, q, LATEST]
                rate, even = times[v, q, SLOPE], times[v, q, EVEN]
            if starts and only < 0:
                soonest = clock + lead[kind] + unloading + service + there[kind, point, onto]
                starts = not soonest > limit + SLACK_S
            if joins:
                head = heads[v, q - 1]
                source = -1 - tokens[v, head]
                loaded, slower = times[v, head, LOADED], sources[source, LOAD_PER_KG]
                joins = stocked[source] and back[kind, point, int(sources[source, AT])] != np.inf
            for i in range(low if not joins else low - 1, high if starts else low):
                if i < low:
                    source, extra = -1, back[kind, point, here] + away - skipped
                    begin = max(clock + weight * slower + back[kind, point, here], opens)
                    if release > loaded:
                        begin = max(begin, release)
                else:
                    source = i if only >= 0 else near[i]
                    at = int(sources[source, AT])
                    if not stocked[source] or back[kind, at, base] == np.inf:
                        continue
                    drive = back[kind, at, here]
                    extra = drive + back[kind, point, at] + away - skipped
                    begin = max(clock + drive, release, sources[source, FROM])
                    begin += loading + weight * sources[source, LOAD_PER_KG]
                    begin = max(begin + back[kind, point, at], opens)
                ended, detour = begin + unloading, price * extra + fixed
                onward = ended + service + there[kind, point, onto]
                if begin > closes or onward > limit or detour + floor >= best:
                    continue
                if extra > spare:
                    stops = 1 if i >= low or here != point else 0
                    if token >= 0:
                        stops += int(point != onto) - int(here != onto)
                    if extra - stops * kinds[kind, STOP] > spare:
                        continue
                own = late_rate * (ended - due) + late_cost if ended > due else 0.0
                if not plain:
                    cell = min(int(ended / width), cells)
                    if np.isnan(table[cell]):
                        fill_cell(u, cell, table, asked, kept)
                    own += table[cell]
                rise, delay = detour + own, onward - reached_now
                if not apart:
                    if delay > 0.0:
                        rise += delayed(times[v, q, SOON], times[v, q, LATER], delay)
                    if rise < best:
                        size = note_place(seems, where, size, rise, v, q, source, detour)
                        if size == len(seems):
                            best = seems[size - 1]
                    continue
                if rise >= best:
                    continue
                if i < low and release > loaded:
                    rise = detour + lateness_with(u, v, q, -1, asked, kept, group, best - detour)
                elif delay >= 0.0 and (delay <= even or rise + rate * delay >= best):
                    rise += rate * delay
                elif not last:
                    rise += delay_cost(
                        v,
                        q,
                        ended + service,
                        point,
                        best - rise,
                        vehicles,
                        there,
                        places,
                        loads,
                        sources,
                        tokens,
                        count,
                        times,
                        cost,
                    )
                if rise < best and (learn or np.random.random() >= skip):
                    best, place, own_source = rise, q, source
        if learn:
            seen[u, v], known[u, v] = version[v], best
            spot[u, v] = place * spots + own_source + 1 if place >= 0 else -1
            if place >= 0 and np.random.random() < skip:
                best, place = best_of_others, -1
        if place >= 0:
            best_vehicle, best_position, best_source = v, place, own_source
    if apart:
        return best, best_vehicle, best_position, best_source
    best = np.inf
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


@compiled()
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
