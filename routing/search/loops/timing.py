"""When a vehicle is where, compiled."""

from __future__ import annotations

import numpy as np

from routing.search.compiled import compiled
from routing.search.loops.baskets import settle_site
from routing.search.loops.delays import foresee_delays
from routing.search.loops.layout import (
    APART,
    ARRIVAL,
    AT,
    BACK_COUNTS,
    BASE,
    CLOSES,
    COST_PER_S,
    DOCKED,
    DONE,
    DRIVE,
    DRIVING,
    DUE,
    EVEN,
    FROM,
    LATE_COST,
    LATE_RATE,
    LATENESS,
    LATEST,
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
    SLOPE,
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
from routing.search.loops.stock import dock_from, use_docks

SLACK_S = 1e-3
"""Rounding in sums of travel times that breaks no limit."""

NOISE_S = 1e-6
"""Rounding noise that does not push a duration up to the next whole second."""


@compiled(inline="always")
def whole(seconds, s_per_kg):
    """Seconds rounded up to whole ones where handling takes time by weight."""
    return np.ceil(seconds - NOISE_S) if s_per_kg > 0.0 else seconds


@compiled(inline="always")
def stop_of(token, sources, places):
    """Point of a token."""
    return int(sources[-1 - token, AT]) if token < 0 else places[token, POINT]


@compiled(inline="always")
def stop_s(token, here, stop, kind, kinds):
    """Seconds of the way from `here` to the point of a token that are no driving."""
    return kinds[kind, STOP] if token >= 0 and here != stop else 0.0


@compiled(inline="always")
def next_leg(kind, here, stop, clock, asked):
    """Arrival and seconds driven of the leg that arrives first of those that leave at `clock` or later.

    It may wait for a spell in which more roads are open; of legs that arrive together it is the shortest.
    """
    there, ways, from_s, until_s = asked[2], asked[15], asked[16], asked[17]
    seconds = there[kind, here, stop]
    arrival = clock + seconds
    if len(from_s):
        arrival = seconds = np.inf
        for h in range(len(from_s)):
            leg = ways[h, kind, here, stop]
            reached = max(clock, from_s[h]) + leg
            if reached <= until_s[h, kind, stop] and (
                reached < arrival or (reached == arrival and leg < seconds)
            ):
                arrival, seconds = reached, leg
    return arrival, seconds


@compiled(error_model="numpy")
def time_route(v, fixed, asked, kept):
    """Work out all that is kept of a vehicle from its tokens; its docks must be free, and are taken again.

    Before the token at `fixed` it loads when its times say that it did, which docks allow. With a stop less
    a way may be longer, closed or not open yet: where that breaks a limit, lateness is infinite.
    """
    vehicles, kinds, there, places, loads, sources, aims = (
        asked[0],
        asked[1],
        asked[2],
        asked[4],
        asked[5],
        asked[7],
        asked[14],
    )
    tokens, count, times, heads, routes, cost, vehicle, done = (
        kept[0],
        kept[1],
        kept[2],
        kept[3],
        kept[4],
        kept[5],
        kept[6],
        kept[7],
    )
    kind, base = int(vehicles[v, TYPE]), int(vehicles[v, BASE])
    here, clock, n, unloading = base, vehicles[v, READY], count[v], kinds[kind, UNLOAD_PER_KG]
    way, drive, late, trips, h, unsettled = 0.0, 0.0, 0.0, 0, 0, -1
    broken = False
    for q in range(n):
        token = tokens[v, q]
        stop = stop_of(token, sources, places)
        arrival, leg = next_leg(kind, here, stop, clock, asked)
        if arrival == np.inf:
            arrival, leg, broken = clock, 0.0, True
        times[v, q, ARRIVAL] = arrival
        if token < 0:
            source = -1 - token
            released, weight, volume = sources[source, FROM], 0.0, 0.0
            for r in range(q + 1, n):
                if tokens[v, r] < 0:
                    break
                released = max(released, loads[tokens[v, r], RELEASE])
                weight += loads[tokens[v, r], WEIGHT]
                volume += loads[tokens[v, r], VOLUME]
            begin = max(arrival, released)
            slower = sources[source, LOAD_PER_KG]
            seconds = whole(kinds[kind, LOADING] + weight * slower, slower)
            if aims[DOCKED] > 0.0:
                if q < fixed:
                    begin = max(begin, times[v, q, LOADED])
                else:
                    begin = dock_from(source, begin, seconds, asked, kept)
            h = q
            times[v, q, TRIP_WEIGHT], times[v, q, TRIP_VOLUME] = weight, volume
            times[v, q, RELEASED], times[v, q, LOADED] = released, begin
            clock = begin + seconds
            trips += 1
        else:
            begin = max(arrival, loads[token, OPENS])
            broken |= begin > loads[token, CLOSES] + SLACK_S
            vehicle[token] = v
            clock = begin + loads[token, WEIGHT] * unloading
            if unsettled < 0:
                unsettled = q
            if q + 1 == n or tokens[v, q + 1] < 0 or places[tokens[v, q + 1], POINT] != stop:
                clock = whole(clock, unloading)
                for r in range(unsettled, q + 1):
                    u = tokens[v, r]
                    over = clock - loads[u, DUE]
                    cost[u] = loads[u, LATE_RATE] * over + loads[u, LATE_COST] if over > 0.0 else 0.0
                    late += cost[u]
                    times[v, r, DONE], done[u] = clock, clock
                unsettled = -1
            clock += loads[token, SERVICE]
        way += leg
        drive += leg - stop_s(token, here, stop, kind, kinds)
        heads[v, q], times[v, q, LEAVES], times[v, q, LEG], here = h, clock, leg, stop
    if n > 0 and (aims[BACK_COUNTS] > 0.0 or vehicles[v, RETURNS] > 0.0):
        arrival, leg = next_leg(kind, here, base, clock, asked)
        way, drive = way + leg, drive + leg
        if vehicles[v, RETURNS] > 0.0:
            clock = arrival
    if broken or clock > vehicles[v, UNTIL] + SLACK_S or drive > vehicles[v, MOST_DRIVE] + SLACK_S:
        late = np.inf
    routes[v, TRIPS], routes[v, LATENESS], routes[v, DRIVE] = trips, late, drive
    routes[v, DRIVING] = way * kinds[kind, COST_PER_S] + (vehicles[v, USED_COST] if n > 0 else 0.0)
    end = vehicles[v, UNTIL] - (there[kind, here, base] if vehicles[v, RETURNS] > 0.0 else 0.0)
    rate, even = 0.0, np.inf
    for q in range(n - 1, -1, -1):
        token = tokens[v, q]
        if token < 0:
            end -= times[v, q, LEAVES] - times[v, q, LOADED]
            wait = times[v, q, LOADED] - times[v, q, ARRIVAL]
        else:
            end -= loads[token, SERVICE] + loads[token, WEIGHT] * unloading
            end = min(end, loads[token, CLOSES])
            wait = loads[token, OPENS] - times[v, q, ARRIVAL]
        if wait > 0.0:
            rate, even = 0.0, wait
        elif token >= 0 and loads[token, LATE_RATE] + loads[token, LATE_COST] > 0.0:
            over = times[v, q, DONE] - loads[token, DUE]
            if over > 0.0:
                rate += loads[token, LATE_RATE]
            else:
                even = min(even, -over)
        times[v, q, LATEST], times[v, q, SLOPE], times[v, q, EVEN] = end, rate, even
        before = base if q == 0 else stop_of(tokens[v, q - 1], sources, places)
        end -= there[kind, before, stop_of(token, sources, places)]
    if aims[DOCKED] > 0.0:
        use_docks(v, 1, asked, kept)
    if aims[APART] == 0.0:
        settle_sites(v, asked, kept)
        foresee_delays(v, asked, kept)


@compiled()
def settle_sites(v, asked, kept):
    """Work out anew what the sites of a vehicle's loads cost."""
    places = asked[4]
    tokens, count = kept[0], kept[1]
    before = -1
    for q in range(count[v]):
        token = tokens[v, q]
        if token >= 0:
            site = places[token, SITE]
            if site >= 0 and site != before:
                settle_site(site, asked, kept)
            before = site
