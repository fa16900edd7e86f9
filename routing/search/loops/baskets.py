"""What a site costs that waits for complete baskets, compiled."""

from __future__ import annotations

import numpy as np

from routing.search.compiled import compiled
from routing.search.loops.layout import BLEND, HORIZON, PEOPLE, RATE, SECOND, SHORT_COST, WAITING


@compiled(error_model="numpy")
def site_cost(j, group, size, second, asked, kept):
    """Cost of site j if the first `size` loads of `group`, all its own, are unloaded together at `second`.

    Complete baskets are handed out as a fluid queue (see `routing.supply_curve`). A basket count is the least
    over its items; a share BLEND of it is their mean, so that what waits for its other half is worth
    something.
    """
    units, sites, held, shares, targets, aims = (
        asked[6],
        asked[10],
        asked[11],
        asked[12],
        asked[13],
        asked[14],
    )
    done, members, order, marked = kept[7], kept[10], kept[11], kept[13]
    people, rate, horizon, blend = sites[j, PEOPLE], sites[j, RATE], aims[HORIZON], aims[BLEND]
    items = len(shares)
    on_site = np.empty(items)
    for k in range(items):
        on_site[k] = held[j, k]
    for i in range(size):
        marked[group[i]] = True
    clock, supplied, area, cost = 0.0, 0.0, 0.0, 0.0
    stock = _baskets(on_site, shares, people, blend)
    target, at, end = 0, members[j], members[j + 1]
    waiting = size > 0
    while True:
        while at < end and marked[order[at]]:
            at += 1
        now = done[order[at]] if at < end else np.inf
        grouped = waiting and second <= now
        if grouped:
            now = second
        over = now >= horizon
        if over:
            now = horizon
        ready, span = stock - supplied, now - clock
        while target < len(targets) and targets[target, SECOND] <= now:
            held_by = supplied + min(ready, rate * (targets[target, SECOND] - clock))
            cost += targets[target, SHORT_COST] * (people - held_by)
            target += 1
        if ready >= rate * span:
            area += span * (supplied + 0.5 * rate * span)
            supplied += rate * span
        else:
            area += span * stock - 0.5 * ready * ready / rate
            supplied = stock
        if over:
            break
        clock = now
        if grouped:
            for i in range(size):
                for k in range(items):
                    on_site[k] += units[group[i], k]
            waiting = False
        else:
            for k in range(items):
                on_site[k] += units[order[at], k]
            at += 1
        stock = max(stock, _baskets(on_site, shares, people, blend))
    for i in range(size):
        marked[group[i]] = False
    return cost + aims[WAITING] * (people * horizon - area)


@compiled()
def _baskets(on_site, shares, people, blend):
    least, total = people, 0.0
    if len(shares) == 0:
        return people
    for k in range(len(shares)):
        served = min(on_site[k] * shares[k], people)
        least = min(least, served)
        total += served
    return (1.0 - blend) * least + blend * total / len(shares)


@compiled()
def settle_site(j, asked, kept):
    """Sort the loads of a site by when they are unloaded, and work out what it costs."""
    done, members, order, short = kept[7], kept[10], kept[11], kept[12]
    first = members[j]
    for i in range(first + 1, members[j + 1]):
        u = order[i]
        at = i
        while at > first and done[order[at - 1]] > done[u]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = u
    short[j] = site_cost(j, order, 0, np.inf, asked, kept)
