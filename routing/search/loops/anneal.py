"""Ruin and recreate with simulated annealing, compiled."""

from __future__ import annotations

import numpy as np

from routing.search.compiled import compiled
from routing.search.loops.baskets import settle_site
from routing.search.loops.delays import foresee_delays
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
    MOST_DRIVE,
    RELEASED,
    SITE,
    WEIGHT,
)
from routing.search.loops.placing import best_place, put
from routing.search.loops.ruin import save_row, take_site, take_strings, take_trips
from routing.search.loops.stock import move_home, use_docks
from routing.search.loops.timing import time_route

HEAVY, FAR, URGENT, DEAR, ORDERS = 0, 1, 2, 3, 7
"""Orders in which loads are put back by number, and how many numbers are drawn from: those without a name are
orders by chance."""

BLINK = 0.01
"""Chance that a place which looks best is passed over."""

AT_A_YARD, MOST_OF_A_YARD = 0.2, 4
"""Share of iterations that take out trips which compete for the docks of a yard, and the most of them."""

OF_A_SITE, MOST_OF_A_SITE = 0.05, 12
"""Share of iterations that take out loads of one site, and the most of them."""

TIDY = 20
"""Iterations after which vehicles that wait at docks are timed anew."""

RETRIED = 10
"""Loads without a vehicle that are tried again in an iteration at most."""


@compiled()
def tidy(asked, kept, memory):
    """Let every vehicle that waits at a dock load as soon as docks now allow; nobody gets later by that.

    Docks are kept by whole steps: a vehicle that was given its second within one would have to wait for the
    next, and goes on as it was.
    """
    vehicles, changing = asked[0], len(asked[16]) > 0
    tokens, count, times = kept[0], kept[1], kept[2]
    for v in range(len(count)):
        if changing and vehicles[v, MOST_DRIVE] < np.inf:
            continue  # leaving earlier, it might take a longer way
        waits = False
        for q in range(count[v]):
            if tokens[v, q] < 0 and times[v, q, LOADED] > max(times[v, q, ARRIVAL], times[v, q, RELEASED]):
                waits = True
        if not waits:
            continue
        before = times[v, : count[v], LOADED].copy()
        use_docks(v, -1, asked, kept)
        time_route(v, 0, asked, kept)
        later = False
        for q in range(count[v]):
            later |= tokens[v, q] < 0 and times[v, q, LOADED] > before[q]
        if later:
            use_docks(v, -1, asked, kept)
            times[v, : count[v], LOADED] = before
            time_route(v, count[v], asked, kept)
        memory[0][v] += 1


@compiled()
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


@compiled()
def offer_vehicles(offered, alike, kept):
    """Offer every vehicle that drives, and of those alike that do not the first."""
    count = kept[1]
    seen = np.zeros(alike.max() + 1, np.bool_)
    for v in range(len(count)):
        offered[v] = count[v] > 0 or not seen[alike[v]]
        if count[v] == 0:
            seen[alike[v]] = True


@compiled()
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


@compiled()
def accept(touched, changed, memory):
    """Forget what loads cost in the vehicles whose rows have changed."""
    version = memory[0]
    for i in range(changed):
        version[touched[i]] += 1


@compiled()
def undo(taken, homes, number, touched, changed, saved, asked, kept):
    """Put the saved rows back, and all that depends on them."""
    places, aims = asked[4], asked[14]
    tokens, count, times, vehicle, done = kept[0], kept[1], kept[2], kept[6], kept[7]
    saved_count, saved_tokens, saved_loaded = saved
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
        times[v, :size, LOADED] = saved_loaded[v, :size]
        time_route(v, count[v], asked, kept)
    for i in range(number):
        if places[taken[i], SITE] >= 0:
            settle_site(places[taken[i], SITE], asked, kept)


@compiled()
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


@compiled()
def keep_best(cost, state, best, kept, memory):
    """Remember the rows as the best so far, those whose version has changed since."""
    tokens, count, times, home = kept[0], kept[1], kept[2], kept[14]
    best_tokens, best_count, best_loaded, best_home, best_version = best
    version = memory[0]
    best_home[:] = home
    state[1] = cost
    for v in range(len(count)):
        if best_version[v] == version[v]:
            continue
        best_version[v] = version[v]
        best_count[v] = count[v]
        best_tokens[v, : count[v]] = tokens[v, : count[v]]
        best_loaded[v, : count[v]] = times[v, : count[v], LOADED]


@compiled()
def put_back(chosen, keys, alike, offered, farness, touched, changed, saved, asked, kept, scratch, memory):
    """Put loads in turn where they cost least, and leave those that cost less if nobody brings them.

    Rows are saved before they change; returns how many are.
    """
    count, absent_cost = kept[1], asked[5][:, ABSENT_COST]
    sort_keys(chosen, keys, farness, asked)
    offer_vehicles(offered, alike, kept)
    for u in chosen[np.argsort(keys[: len(chosen)])]:
        rise, v, place, source = best_place(u, offered, saved[0], BLINK, asked, kept, scratch, memory)
        if rise >= absent_cost[u]:
            continue
        changed = save_row(v, touched, changed, saved, kept)
        was_empty = count[v] == 0
        put(u, v, place, source, asked, kept)
        if was_empty:
            offer_vehicles(offered, alike, kept)
    return changed


@compiled()
def settle(state, best, asked, kept, memory):
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
    keep_best(state[0], state, best, kept, memory)


@compiled(nogil=True)
def complete(seed, alike, farness, state, best, asked, kept, scratch, memory):
    """Put loads without a vehicle where they cost least if the plan gets no dearer; it becomes the best.

    Loads of sites come site by site, the nearest first: where vehicles are few, whole baskets near by supply
    more people than parts of baskets everywhere.
    """
    np.random.seed(seed)
    tokens, count, vehicle, home = kept[0], kept[1], kept[6], kept[14]
    saved = (np.full(len(count), -1), np.empty_like(tokens), np.empty(tokens.shape))
    touched, offered = np.empty(1, np.int64), np.zeros(len(count), np.bool_)
    absent = np.flatnonzero(vehicle < 0)
    keys = farness[absent]
    if len(kept[12]) == 0:
        sort_keys(absent, keys, farness, asked)
    homes = np.empty(1, np.int64)
    state[0] = cost_of(asked, kept)
    for u in absent[np.argsort(keys, kind="mergesort")]:
        homes[0] = home[u]
        only = np.full(1, u)
        changed = put_back(
            only, keys, alike, offered, farness, touched, 0, saved, asked, kept, scratch, memory
        )
        cost = cost_of(asked, kept)
        if cost <= state[0]:
            state[0] = cost
            accept(touched, changed, memory)
        else:
            undo(only, homes, 1, touched, changed, saved, asked, kept)
        if changed > 0:
            saved[0][touched[0]] = -1
    keep_best(state[0], state, best, kept, memory)


@compiled(nogil=True)
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
    memory,
):
    """Iterations `first` to `last` of `total`; the temperature falls from `heat` to `cool` over all of them.

    `state` holds the cost now and the best cost; `best` of the best routes the tokens, their counts, when
    tokens of loading are loaded, the homes of loads, and the version of each row that is remembered. Loads
    whose vehicle is -1 are not served.
    """
    np.random.seed(seed)
    tokens, count, vehicle, home = kept[0], kept[1], kept[6], kept[14]
    vehicles, loads = len(count), len(vehicle)
    saved = (np.full(vehicles, -1), np.empty_like(tokens), np.empty(tokens.shape))
    saved_count = saved[0]
    touched, offered = np.empty(vehicles, np.int64), np.zeros(vehicles, np.bool_)
    taken, homes, keys = np.empty(loads, np.int64), np.empty(loads, np.int64), np.empty(loads)
    docked = asked[14][DOCKED] > 0.0
    for iteration in range(first, last):
        if docked and iteration % TIDY == 0:
            tidy(asked, kept, memory)
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
                more, changed = take_site(start, MOST_OF_A_SITE, taken[absent:], touched, saved, asked, kept)
            elif docked and draw < OF_A_SITE + AT_A_YARD:
                trips = 1 + int(np.random.random() * MOST_OF_A_YARD)
                more, changed = take_trips(start, trips, taken[absent:], touched, saved, asked, kept)
            else:
                more, changed = take_strings(
                    start, near, strings, reach, taken[absent:], touched, saved, asked, kept
                )
            number += more
        for i in range(number):
            homes[i] = home[taken[i]]
        chosen = taken[:number]
        changed = put_back(
            chosen, keys, alike, offered, farness, touched, changed, saved, asked, kept, scratch, memory
        )
        cost = cost_of(asked, kept)
        if cost < state[0] - heat_now * np.log(np.random.random()):
            state[0] = cost
            accept(touched, changed, memory)
            if cost < state[1]:
                keep_best(cost, state, best, kept, memory)
        else:
            undo(taken, homes, number, touched, changed, saved, asked, kept)
        for i in range(changed):
            saved_count[touched[i]] = -1
