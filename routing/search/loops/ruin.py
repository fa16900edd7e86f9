"""Which loads are taken out of their vehicles in an iteration, compiled."""

from __future__ import annotations

import numpy as np

from routing.search.compiled import compiled
from routing.search.loops.baskets import settle_site
from routing.search.loops.layout import DOCKED, LOADED, SITE, SPOT, YARD
from routing.search.loops.stock import use_docks
from routing.search.loops.timing import time_route

SPARING = 0.5
"""Share of the strings that leave some loads in their middle, and the chance of each one more."""


@compiled()
def save_row(v, touched, changed, saved, kept):
    """Remember a vehicle's row before it changes; returns how many are remembered."""
    tokens, count, times = kept[0], kept[1], kept[2]
    saved_count, saved_tokens, saved_loaded = saved
    if saved_count[v] >= 0:
        return changed
    touched[changed] = v
    saved_count[v] = count[v]
    saved_tokens[v, : count[v]] = tokens[v, : count[v]]
    saved_loaded[v, : count[v]] = times[v, : count[v], LOADED]
    return changed + 1


@compiled()
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


@compiled()
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
    gaps, head = np.full(len(count), np.inf), np.empty(len(count), np.int64)
    for w in range(len(count)):
        for r in range(count[w]):
            if tokens[w, r] < 0 and sources[-1 - tokens[w, r], YARD] == yard:
                gap = abs(times[w, r, LOADED] - second)
                if gap < gaps[w]:
                    gaps[w], head[w] = gap, r
    number, changed = 0, 0
    for w in np.argsort(gaps)[:trips]:
        if gaps[w] == np.inf:
            break
        changed = save_row(w, touched, changed, saved, kept)
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


@compiled()
def take_strings(start, near, strings, longest, taken, touched, saved, asked, kept):
    """Take runs of loads at and near load `start` out of up to `strings` vehicles, and list them.

    `near` (N, M) are the loads nearest to each point of loads.

    String removal of Christiaens and Vanden Berghe (2020), a string being loads in a row of one vehicle, over
    the ends of trips; half of the strings leave some loads in their middle where they are. Rows of touched
    vehicles are saved first. Returns how many loads were taken and how many vehicles were touched.
    """
    places, aims = asked[4], asked[14]
    tokens, count, vehicle = kept[0], kept[1], kept[6]
    saved_count = saved[0]
    number, changed = 0, 0
    place = np.empty(tokens.shape[1], np.int64)
    for j in range(-1, near.shape[1]):
        if changed >= strings:
            break
        u = near[places[start, SPOT], j] if j >= 0 else start
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
        changed = save_row(v, touched, changed, saved, kept)
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


@compiled()
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
        changed = save_row(v, touched, changed, saved, kept)
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
