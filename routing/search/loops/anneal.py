"""Ruin and recreate with simulated annealing, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.search.loops.baskets import settle_site
from routing.search.loops.layout import (
    ABSENT_COST,
    ARRIVAL,
    DOCKED,
    DRIVING,
    DUE,
    LATE_COST,
    LATE_RATE,
    LATENESS,
    LOADED,
    RELEASED,
    SITE,
    WEIGHT,
    YARD,
)
from routing.search.loops.placing import best_place, put
from routing.search.loops.stock import move_home, use_docks
from routing.search.loops.timing import foresee_delays, time_route

HEAVY, FAR, URGENT, DEAR, ORDERS = 0, 1, 2, 3, 7
"""Which loads are put back first, and how many ways are drawn from: all others are orders by chance."""

SPARING = 0.5
"""Share of the strings that leave some loads in their middle, and the chance of each one more."""

BLINK = 0.01
"""Chance that a place which looks best is passed over."""

AT_A_YARD, MOST_TRIPS = 0.2, 4
"""Share of iterations that take out trips which compete for the docks of a yard, and the most of them."""

OF_A_SITE, WHOLE_SITE = 0.05, 12
"""Share of iterations that take out loads of one site, and the most of them."""

TIDY = 20
"""Iterations after which vehicles that wait at docks are timed anew."""

RETRIED = 10
"""Loads without a vehicle that are tried again in an iteration at most."""


@njit(cache=True)
def save_row(v, touched, changed, saved, asked, kept):
    """Remember a vehicle's row before it changes; returns how many are remembered."""
    tokens, count, times = kept[0], kept[1], kept[2]
    saved_count, saved_tokens, saved_times = saved
    if saved_count[v] >= 0:
        return changed
    touched[changed] = v
    saved_count[v] = count[v]
    saved_tokens[v, : count[v]] = tokens[v, : count[v]]
    saved_times[v, : count[v]] = times[v, : count[v]]
    return changed + 1


@njit(cache=True)
def take_out(v, gone, gone_count, asked, kept):
    """Take loads out of a vehicle's row, those whose vehicle is -1 by now, and time it anew."""
    places = asked[4]
    tokens, count, vehicle, done = kept[0], kept[1], kept[6], kept[7]
    fresh = 0
    for q in range(count[v]):
        token = tokens[v, q]
        if token < 0:
            if fresh > 0 and tokens[v, fresh - 1] < 0:
                fresh -= 1
        elif vehicle[token] < 0:
            done[token] = np.inf
            continue
        tokens[v, fresh] = token
        fresh += 1
    if fresh > 0 and tokens[v, fresh - 1] < 0:
        fresh -= 1
    count[v] = fresh
    time_route(v, 0, asked, kept)
    for i in range(gone_count):
        if places[gone[i], SITE] >= 0:
            settle_site(places[gone[i], SITE], asked, kept)


@njit(cache=True)
def take_trips(start, trips, taken, touched, saved, asked, kept):
    """Take whole trips out that load at the yard of load `start` and next to it in time, one a vehicle.

    They compete for its docks. Returns how many loads were taken and how many vehicles were touched.
    """
    sources, aims = asked[7], asked[14]
    tokens, count, times, heads, vehicle = kept[0], kept[1], kept[2], kept[3], kept[6]
    v = vehicle[start]
    if v < 0:
        return 0, 0
    q = 0
    while tokens[v, q] != start:
        q += 1
    yard, second = sources[-1 - tokens[v, heads[v, q]], YARD], times[v, heads[v, q], LOADED]
    apart, head = np.full(len(count), np.inf), np.empty(len(count), np.int64)
    for w in range(len(count)):
        for r in range(count[w]):
            if tokens[w, r] < 0 and sources[-1 - tokens[w, r], YARD] == yard:
                gap = abs(times[w, r, LOADED] - second)
                if gap < apart[w]:
                    apart[w], head[w] = gap, r
    number, changed = 0, 0
    for w in np.argsort(apart)[:trips]:
        if apart[w] == np.inf:
            break
        changed = save_row(w, touched, changed, saved, asked, kept)
        if aims[DOCKED] > 0.0:
            use_docks(w, -1, asked, kept)
        before = number
        for r in range(head[w] + 1, count[w]):
            if tokens[w, r] < 0:
                break
            taken[number] = tokens[w, r]
            vehicle[tokens[w, r]] = -1
            number += 1
        take_out(w, taken[before:number], number - before, asked, kept)
    return number, changed


@njit(cache=True)
def take_site(start, most, taken, touched, saved, asked, kept):
    """Take up to so many of the loads out that the site of load `start` waits for.

    Returns how many loads were taken and how many vehicles were touched.
    """
    places, aims = asked[4], asked[14]
    vehicle, members, order = kept[6], kept[10], kept[11]
    site = places[start, SITE]
    number, changed = 0, 0
    if site < 0:
        return number, changed
    mine = np.random.permutation(order[members[site] : members[site + 1]])
    for first in mine:
        v = vehicle[first]
        if v < 0 or number >= most:
            continue
        changed = save_row(v, touched, changed, saved, asked, kept)
        if aims[DOCKED] > 0.0:
            use_docks(v, -1, asked, kept)
        before = number
        for u in mine:
            if vehicle[u] == v:
                taken[number] = u
                number += 1
        for i in range(before, number):
            vehicle[taken[i]] = -1
        take_out(v, taken[before:number], number - before, asked, kept)
    return number, changed


@njit(cache=True)
def tidy(asked, kept):
    """Let every vehicle that waits at a dock load as soon as docks now allow; nobody gets later by that."""
    tokens, count, times = kept[0], kept[1], kept[2]
    for v in range(len(count)):
        waits = False
        for q in range(count[v]):
            if tokens[v, q] < 0 and times[v, q, LOADED] > max(times[v, q, ARRIVAL], times[v, q, RELEASED]):
                waits = True
        if waits:
            use_docks(v, -1, asked, kept)
            time_route(v, 0, asked, kept)


@njit(cache=True)
def take_strings(start, near, strings, longest, taken, touched, saved, asked, kept):
    """Take runs of loads near load `start` out of up to `strings` vehicles, and list them.

    String removal of Christiaens and Vanden Berghe (2020), a string being loads in a row of one vehicle, over
    the ends of trips; half of the strings leave some loads in their middle where they are. Rows of touched
    vehicles are saved first. Returns how many loads were taken and how many vehicles were touched.
    """
    aims = asked[14]
    tokens, count, vehicle = kept[0], kept[1], kept[6]
    saved_count = saved[0]
    number, changed = 0, 0
    place = np.empty(tokens.shape[1], np.int64)
    for j in range(near.shape[1]):
        if changed >= strings:
            break
        u = near[start, j]
        v = vehicle[u]
        if v < 0 or saved_count[v] >= 0:
            continue
        size, at = 0, 0
        for q in range(count[v]):
            if tokens[v, q] >= 0:
                if tokens[v, q] == u:
                    at = size
                place[size] = q
                size += 1
        length = int(np.random.random() * min(float(size), longest) + 1.0)
        left_over = 0
        if 1 < length < size and np.random.random() < SPARING:
            left_over = 1
            while length + left_over < size and np.random.random() < SPARING:
                left_over += 1
        span = length + left_over
        low, high = max(0, at - span + 1), min(at, size - span)
        first = low + np.random.randint(0, high - low + 1)
        spared = first + 1 + np.random.randint(0, length - 1) if left_over else first
        changed = save_row(v, touched, changed, saved, asked, kept)
        if aims[DOCKED] > 0.0:
            use_docks(v, -1, asked, kept)
        before = number
        for q in range(first, first + span):
            if left_over and spared <= q < spared + left_over:
                continue
            gone = tokens[v, place[q]]
            taken[number] = gone
            number += 1
            vehicle[gone] = -1
        take_out(v, taken[before:number], number - before, asked, kept)
    return number, changed


@njit(cache=True)
def sort_keys(chosen, keys, farness, asked):
    """Fill the keys by which loads are put back, smallest first, in one of several ways drawn at random."""
    loads = asked[5]
    way = np.random.randint(0, ORDERS)
    for i in range(len(chosen)):
        u = chosen[i]
        if way == HEAVY:
            keys[i] = -loads[u, WEIGHT]
        elif way == FAR:
            keys[i] = -farness[u]
        elif way == URGENT:
            keys[i] = loads[u, DUE] + np.random.random()
        elif way == DEAR:
            keys[i] = -loads[u, LATE_RATE] - loads[u, LATE_COST]
        else:
            keys[i] = np.random.random()


@njit(cache=True)
def offer_vehicles(offered, alike, kept):
    """Offer every vehicle that drives, and of those alike that do not the first."""
    count = kept[1]
    seen = np.zeros(alike.max() + 1, np.bool_)
    for v in range(len(count)):
        offered[v] = count[v] > 0 or not seen[alike[v]]
        if count[v] == 0:
            seen[alike[v]] = True


@njit(cache=True)
def cost_of(asked, kept):
    """Cost of all routes and sites, and of loads without a vehicle."""
    loads = asked[5]
    routes, vehicle, short = kept[4], kept[6], kept[12]
    cost = 0.0
    for v in range(len(routes)):
        cost += routes[v, DRIVING] + routes[v, LATENESS]
    for j in range(len(short)):
        cost += short[j]
    for u in range(len(loads)):
        if vehicle[u] < 0:
            cost += loads[u, ABSENT_COST]
    return cost


@njit(cache=True)
def undo(taken, homes, number, touched, changed, saved, asked, kept):
    """Put the saved rows back, and all that depends on them."""
    places, aims = asked[4], asked[14]
    tokens, count, times, vehicle, done = kept[0], kept[1], kept[2], kept[6], kept[7]
    saved_count, saved_tokens, saved_times = saved
    for i in range(changed):
        if aims[DOCKED] > 0.0:
            use_docks(touched[i], -1, asked, kept)
    for i in range(number):
        move_home(taken[i], homes[i], asked, kept)
        vehicle[taken[i]] = -1
        done[taken[i]] = np.inf
    for i in range(changed):
        v = touched[i]
        size = saved_count[v]
        count[v] = size
        tokens[v, :size] = saved_tokens[v, :size]
        times[v, :size] = saved_times[v, :size]
        time_route(v, count[v], asked, kept)
    for i in range(number):
        if places[taken[i], SITE] >= 0:
            settle_site(places[taken[i], SITE], asked, kept)


@njit(cache=True)
def list_absent(taken, kept):
    """List loads without a vehicle, from a random one on, no more than are tried; returns how many."""
    vehicle = kept[6]
    loads, absent = len(vehicle), 0
    offset = np.random.randint(0, loads)
    for i in range(loads):
        u = (i + offset) % loads
        if vehicle[u] < 0 and absent < RETRIED:
            taken[absent] = u
            absent += 1
    return absent


@njit(cache=True)
def keep_best(cost, state, best, kept):
    """Remember the rows as the best so far."""
    tokens, count, times, home = kept[0], kept[1], kept[2], kept[14]
    best_tokens, best_count, best_loaded, best_home = best
    best_home[:] = home
    state[1] = cost
    best_count[:] = count
    for v in range(len(count)):
        best_tokens[v, : count[v]] = tokens[v, : count[v]]
        best_loaded[v, : count[v]] = times[v, : count[v], LOADED]


@njit(cache=True)
def put_back(chosen, keys, alike, offered, farness, touched, changed, saved, asked, kept, scratch):
    """Put loads in turn where they cost least, and leave those that cost less if nobody brings them.

    Rows are saved before they change; returns how many are.
    """
    count, absent_cost = kept[1], asked[5][:, ABSENT_COST]
    sort_keys(chosen, keys, farness, asked)
    offer_vehicles(offered, alike, kept)
    for u in chosen[np.argsort(keys[: len(chosen)])]:
        rise, v, place, source = best_place(u, offered, BLINK, asked, kept, scratch)
        if rise >= absent_cost[u]:
            continue
        changed = save_row(v, touched, changed, saved, asked, kept)
        was_empty = count[v] == 0
        put(u, v, place, source, asked, kept)
        if was_empty:
            offer_vehicles(offered, alike, kept)
    return changed


@njit(cache=True)
def settle(state, best, asked, kept):
    """Time vehicles and sites of given rows, which become the best so far."""
    tokens, count, vehicle = kept[0], kept[1], kept[6]
    for v in range(len(count)):
        for q in range(count[v]):
            if tokens[v, q] >= 0:
                vehicle[tokens[v, q]] = v
        time_route(v, count[v], asked, kept)
    for j in range(len(kept[12])):
        settle_site(j, asked, kept)
    for v in range(len(count)):
        foresee_delays(v, asked, kept)
    state[0] = cost_of(asked, kept)
    keep_best(state[0], state, best, kept)


@njit(cache=True)
def complete(seed, alike, farness, state, best, asked, kept, scratch):
    """Put every load without a vehicle where it costs least, if the plan gets no dearer, which becomes the best."""
    np.random.seed(seed)
    tokens, count, times, vehicle, home = kept[0], kept[1], kept[2], kept[6], kept[14]
    saved = (np.full(len(count), -1), np.empty_like(tokens), np.empty_like(times))
    touched, offered = np.empty(1, np.int64), np.zeros(len(count), np.bool_)
    absent = np.flatnonzero(vehicle < 0)
    keys = np.empty(len(absent))
    sort_keys(absent, keys, farness, asked)
    homes = np.empty(1, np.int64)
    state[0] = cost_of(asked, kept)
    for u in absent[np.argsort(keys)]:
        offer_vehicles(offered, alike, kept)
        homes[0] = home[u]
        only = np.full(1, u)
        changed = put_back(only, keys, alike, offered, farness, touched, 0, saved, asked, kept, scratch)
        cost = cost_of(asked, kept)
        if cost <= state[0]:
            state[0] = cost
        else:
            undo(only, homes, 1, touched, changed, saved, asked, kept)
        if changed > 0:
            saved[0][touched[0]] = -1
    keep_best(state[0], state, best, kept)


@njit(cache=True)
def anneal(
    seed,
    first,
    last,
    total,
    heat,
    cool,
    mean_taken,
    longest,
    near,
    alike,
    farness,
    state,
    best,
    asked,
    kept,
    scratch,
):
    """Iterations `first` to `last` of `total`; the temperature falls from `heat` to `cool` over all of them.

    `state` holds the cost now and the best cost; `best` the tokens and counts of the best routes and when
    their tokens of loading are loaded. Loads whose vehicle is -1 are not served.
    """
    np.random.seed(seed)
    tokens, count, times, vehicle, home = kept[0], kept[1], kept[2], kept[6], kept[14]
    vehicles, loads = len(count), len(vehicle)
    saved = (np.full(vehicles, -1), np.empty_like(tokens), np.empty_like(times))
    saved_count = saved[0]
    touched, offered = np.empty(vehicles, np.int64), np.zeros(vehicles, np.bool_)
    taken, homes, keys = np.empty(loads, np.int64), np.empty(loads, np.int64), np.empty(loads)
    docked = asked[14][DOCKED] > 0.0
    for iteration in range(first, last):
        if docked and iteration % TIDY == 0:
            tidy(asked, kept)
            state[0] = cost_of(asked, kept)
        heat_now = heat * (cool / heat) ** (iteration / total)
        absent = list_absent(taken, kept)
        number, changed, driven = absent, 0, 0
        for v in range(vehicles):
            driven += count[v] > 0
        if driven > 0 and absent < loads:
            reach = min(longest, loads / driven)
            strings = int(np.random.random() * (4.0 * mean_taken / (1.0 + reach) - 1.0) + 1.0)
            start = np.random.randint(0, loads)
            draw = np.random.random()
            if len(kept[12]) and draw < OF_A_SITE:
                more, changed = take_site(start, WHOLE_SITE, taken[absent:], touched, saved, asked, kept)
            elif docked and draw < OF_A_SITE + AT_A_YARD:
                trips = 1 + int(np.random.random() * MOST_TRIPS)
                more, changed = take_trips(start, trips, taken[absent:], touched, saved, asked, kept)
            else:
                more, changed = take_strings(
                    start, near, strings, reach, taken[absent:], touched, saved, asked, kept
                )
            number += more
        for i in range(number):
            homes[i] = home[taken[i]]
        changed = put_back(
            taken[:number], keys, alike, offered, farness, touched, changed, saved, asked, kept, scratch
        )
        cost = cost_of(asked, kept)
        if cost < state[0] - heat_now * np.log(np.random.random()):
            state[0] = cost
            if cost < state[1]:
                keep_best(cost, state, best, kept)
        else:
            undo(taken, homes, number, touched, changed, saved, asked, kept)
        for i in range(changed):
            saved_count[touched[i]] = -1
