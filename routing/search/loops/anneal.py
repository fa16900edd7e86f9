"""Ruin and recreate with simulated annealing, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.search.loops.layout import ABSENT_COST, DRIVING, DUE, LATE_COST, LATE_RATE, LATENESS, WEIGHT
from routing.search.loops.placing import best_place, put
from routing.search.loops.timing import time_route

HEAVY, FAR, URGENT, DEAR, ORDERS = 0, 1, 2, 3, 7
"""Which loads are put back first, and how many ways are drawn from: all others are orders by chance."""

SPARING = 0.5
"""Share of the strings that leave some loads in their middle, and the chance of each one more."""


@njit(cache=True)
def take_strings(start, near, strings, longest, taken, touched, saved, saved_count, asked, kept):
    """Take runs of loads near load `start` out of up to `strings` vehicles, and list them.

    String removal of Christiaens and Vanden Berghe (2020), a string being loads in a row of one vehicle, over
    the ends of trips; half of the strings leave some loads in their middle where they are. Rows of touched
    vehicles are saved first. Returns how many loads were taken and how many vehicles were touched.
    """
    tokens, count, vehicle = kept[0], kept[1], kept[6]
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
        touched[changed] = v
        changed += 1
        saved_count[v] = count[v]
        saved[v, : count[v]] = tokens[v, : count[v]]
        for q in range(first, first + span):
            if left_over and spared <= q < spared + left_over:
                continue
            gone = tokens[v, place[q]]
            taken[number] = gone
            number += 1
            vehicle[gone] = -1
        fresh = 0
        for q in range(count[v]):
            token = tokens[v, q]
            if token >= 0 and vehicle[token] < 0:
                continue
            if token < 0 and fresh > 0 and tokens[v, fresh - 1] < 0:
                fresh -= 1
            tokens[v, fresh] = token
            fresh += 1
        if fresh > 0 and tokens[v, fresh - 1] < 0:
            fresh -= 1
        count[v] = fresh
        time_route(v, asked, kept)
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
def anneal(
    seed, first, last, total, heat, cool, mean_taken, longest, near, alike, farness, state, best, asked, kept
):
    """Iterations `first` to `last` of `total`; the temperature falls from `heat` to `cool` over all of them.

    `state` holds the cost now and the best cost; `best` the tokens and counts of the best routes. Loads whose
    vehicle is -1 are not served.
    """
    np.random.seed(seed)
    tokens, count, _, _, routes, _, vehicle = kept
    absent_cost = asked[5][:, ABSENT_COST]
    vehicles, loads = len(count), len(vehicle)
    best_tokens, best_count = best
    saved, saved_count = np.empty_like(tokens), np.full(vehicles, -1)
    touched, offered = np.empty(vehicles, np.int64), np.zeros(vehicles, np.bool_)
    taken, keys = np.empty(loads, np.int64), np.empty(loads)
    for iteration in range(first, last):
        heat_now = heat * (cool / heat) ** (iteration / total)
        absent = 0
        for u in range(loads):
            if vehicle[u] < 0:
                taken[absent] = u
                absent += 1
        number, changed = absent, 0
        if absent < loads:
            driven = 0
            for v in range(vehicles):
                driven += count[v] > 0
            reach = min(longest, (loads - absent) / driven)
            strings = int(np.random.random() * (4.0 * mean_taken / (1.0 + reach) - 1.0) + 1.0)
            start = np.random.randint(0, loads)
            more, changed = take_strings(
                start, near, strings, reach, taken[absent:], touched, saved, saved_count, asked, kept
            )
            number += more
        sort_keys(taken[:number], keys, farness, asked)
        order = np.argsort(keys[:number])
        offer_vehicles(offered, alike, kept)
        for i in range(number):
            u = taken[order[i]]
            rise, v, place, own_trip = best_place(u, offered, 0.01, asked, kept)
            if rise >= absent_cost[u]:
                continue
            if saved_count[v] < 0:
                touched[changed] = v
                changed += 1
                saved_count[v] = count[v]
                saved[v, : count[v]] = tokens[v, : count[v]]
            was_empty = count[v] == 0
            put(u, v, place, own_trip, asked, kept)
            if was_empty:
                offer_vehicles(offered, alike, kept)
        cost = 0.0
        for v in range(vehicles):
            cost += routes[v, DRIVING] + routes[v, LATENESS]
        for i in range(number):
            if vehicle[taken[i]] < 0:
                cost += absent_cost[taken[i]]
        if cost < state[0] - heat_now * np.log(np.random.random()):
            state[0] = cost
            if cost < state[1]:
                state[1] = cost
                best_count[:] = count
                for v in range(vehicles):
                    best_tokens[v, : count[v]] = tokens[v, : count[v]]
        else:
            for i in range(number):
                vehicle[taken[i]] = -1
            for i in range(changed):
                v = touched[i]
                count[v] = saved_count[v]
                tokens[v, : count[v]] = saved[v, : count[v]]
                time_route(v, asked, kept)
        for i in range(changed):
            saved_count[touched[i]] = -1
