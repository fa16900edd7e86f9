"""What prices prove, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from stockpile.placement.loops.sums import suffix_sums


@njit(nogil=True, cache=True, error_model="numpy")
def lagrangian(begin_s, end_s, second, prices, value, worth):
    """Most that the sites of each scenario can be worth at given prices (S,), plus what the limits are worth.

    For prices >= 0 this bounds the scenario's value from above, but for the placed stock, which the caller
    adds: sum over i, k of (sum over h of price) * surviving * stock / per_person.
    """
    (
        first_site,
        first_lane,
        source,
        hour,
        fleet,
        effort,
        cost,
        load,
        most,
        held,
        _surviving,
        _per_person,
        kg,
        _item_weight,
        ready,
        dock_kg,
        fleet_kg_s,
    ) = second
    need_price, stock_price, dock_price, fleet_price = prices
    _, sources, hours, items = stock_price.shape
    fleets = fleet_price.shape[1]
    together = value.shape[2] == 1
    for s in range(begin_s, end_s):
        price = np.zeros((sources, hours, items))
        suffix_sums(stock_price[s], price)
        handling = np.zeros((sources, hours))
        driving = np.zeros((fleets + 1, hours))
        total = 0.0
        for i in range(sources):
            tail = 0.0
            for h in range(hours - 1, -1, -1):
                tail += dock_price[s, i, h]
                handling[i, h] = tail
                if dock_price[s, i, h] > 0.0:
                    total += dock_price[s, i, h] * dock_kg[s, i, h]
                for k in range(items):
                    total += stock_price[s, i, h, k] * ready[s, i, h, k]
        for m in range(fleets):
            tail = 0.0
            for h in range(hours - 1, -1, -1):
                tail += fleet_price[s, m, h]
                driving[m, h] = tail
                if fleet_price[s, m, h] > 0.0:
                    total += fleet_price[s, m, h] * fleet_kg_s[s, m, h]
        # nobody pays more for an item than all that its people are worth from this hour on
        limit = np.zeros((hours, items))
        for k in range(items):
            tail = 0.0
            for h in range(hours - 1, -1, -1):
                tail += value[s, h, 0 if together else k]
                limit[h, k] = tail
        cheapest = np.empty((hours, items))
        tried = np.empty((hours, items))
        for n in range(first_site[s], first_site[s + 1]):
            for k in range(items):
                enough = held[n, k] >= most[n, hours - 1]
                for h in range(hours):
                    cheapest[h, k] = 0.0 if enough else limit[h, k]
            for e in range(first_lane[n], first_lane[n + 1]):
                i, h, m = source[e], hour[e], fleet[e]
                per_kg = cost[e]
                if m >= 0:
                    per_kg += handling[i, h] + effort[e] * driving[m, h]
                for k in range(items):
                    paid = load[e] * price[i, h, k] + kg[s, k] * per_kg
                    cheapest[h, k] = min(cheapest[h, k], paid)
            for k in range(items):
                tail = 0.0
                for h in range(hours - 1, -1, -1):
                    tail += need_price[n, h, k]
                    tried[h, k] = tail
                for h in range(hours):
                    if h > 0:
                        cheapest[h, k] = min(cheapest[h, k], cheapest[h - 1, k])
                    tried[h, k] = min(max(tried[h, k], 0.0), cheapest[h, k])
                    if h > 0:
                        tried[h, k] = min(tried[h, k], tried[h - 1, k])
            total += min(
                _site_worth(cheapest, value[s], most[n], held[n], together),
                _site_worth(tried, value[s], most[n], held[n], together),
            )
        worth[s] = total


@njit(nogil=True, cache=True, error_model="numpy")
def _site_worth(price, value, most, held, together):
    """Most that a site is worth when its items cost `price` (H, K), which does not rise with the hour."""
    hours, items = price.shape
    total = 0.0
    for h in range(hours):
        paid = 0.0
        for k in range(items):
            step_price = price[h, k] - (price[h + 1, k] if h + 1 < hours else 0.0)
            if step_price > 0.0:
                total += step_price * held[k]
            if together:
                paid += step_price
            elif value[h, k] > step_price:
                total += most[h] * (value[h, k] - step_price)
        if together and value[h, 0] > paid:
            total += most[h] * (value[h, 0] - paid)
    return total
