"""One step of the primal-dual method, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from stockpile.placement.loops.sums import suffix_sums

NO_NAN = {"nnan", "ninf", "nsz"}
"""Infinite values and signs of zero do not matter here: without them least and most are one instruction."""


@njit(nogil=True, cache=True, error_model="numpy", fastmath=NO_NAN)
def step(
    begin_s, end_s, second, scale, state, anchor, stock, value, keep, primal_step, dual_step, extrapolated
):
    """One reflected Halpern step of some scenarios, from `begin_s` up to `end_s`.

    `stock` is the extrapolated stock level in units (I, K), `value` (S, H) what a person supplied by each
    hour is worth in each scenario, `keep` the weight of the step against the anchor. Writes the people
    supplied to `extrapolated` (S, H).
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
        surviving,
        per_person,
        kg,
        item_weight,
        ready,
        dock_kg,
        fleet_kg_s,
    ) = second
    (
        site_scale,
        price_scale,
        need_steps,
        stock_steps,
        dock_steps,
        fleet_steps,
        lane_items,
        lane_kg,
        people_norm,
    ) = scale
    flow, supplied, need_price, stock_price, dock_price, fleet_price = state
    flow_0, supplied_0, need_price_0, stock_price_0, dock_price_0, fleet_price_0 = anchor
    _, sources, hours, items = stock_price.shape
    fleets = fleet_price.shape[1]
    kinds = supplied.shape[2]
    back = 1.0 - keep
    for s in range(begin_s, end_s):
        price = np.zeros((sources, hours, items))
        suffix_sums(stock_price[s], price)
        handling = np.zeros((sources, hours))
        driving = np.zeros((fleets + 1, hours))
        for i in range(sources):
            total = 0.0
            for h in range(hours - 1, -1, -1):
                total += dock_price[s, i, h]
                handling[i, h] = total
        for m in range(fleets):
            total = 0.0
            for h in range(hours - 1, -1, -1):
                total += fleet_price[s, m, h]
                driving[m, h] = total
        shipped = np.zeros((sources, hours, items))
        loaded = np.zeros((sources, hours))
        driven = np.zeros((fleets + 1, hours))
        people = np.zeros(hours)
        got = np.zeros((hours, items))
        wanted = np.zeros((hours, items))
        worth = np.zeros((hours, items))
        change, moved = np.zeros(items), np.zeros(items)
        unit, weight = price_scale[s].copy(), kg[s].copy()
        for n in range(first_site[s], first_site[s + 1]):
            size = site_scale[n]
            # people supplied: what they are worth against what their baskets cost here
            for h in range(hours):
                if kinds == 1:
                    paid = 0.0
                    for k in range(items):
                        paid += need_price[n, h, k]
                    old = supplied[n, h, 0]
                    new = old + primal_step * size / people_norm[s, h] * (value[s, h] - paid)
                    new = min(max(new, 0.0), most[n, h])
                    bar = 2.0 * new - old
                    supplied[n, h, 0] = keep * bar + back * supplied_0[n, h, 0]
                    people[h] += bar
                    for k in range(items):
                        wanted[h, k] = bar
                else:
                    for k in range(items):
                        if item_weight[s, k] <= 0.0:
                            continue
                        old = supplied[n, h, k]
                        norm = people_norm[s, h] * item_weight[s, k]
                        gain = value[s, h] * item_weight[s, k] - need_price[n, h, k]
                        new = min(max(old + primal_step * size / norm * gain, 0.0), most[n, h])
                        bar = 2.0 * new - old
                        supplied[n, h, k] = keep * bar + back * supplied_0[n, h, k]
                        people[h] += item_weight[s, k] * bar
                        wanted[h, k] = bar
            for k in range(items):
                total = 0.0
                for h in range(hours - 1, -1, -1):
                    total += need_price[n, h, k]
                    worth[h, k] = total
                    got[h, k] = 0.0
            for e in range(first_lane[n], first_lane[n + 1]):
                i, h, m = source[e], hour[e], fleet[e]
                per_kg = cost[e]
                if m >= 0:
                    per_kg += handling[i, h] + effort[e] * driving[m, h]
                out, of_unit, of_kg = load[e], lane_items[e], lane_kg[e]
                # short loops over few arrays each: only such become vector instructions
                for k in range(items):
                    change[k] = primal_step * size / (unit[k] * of_unit + weight[k] * of_kg)
                for k in range(items):
                    change[k] *= worth[h, k] - weight[k] * per_kg - out * price[i, h, k]
                for k in range(items):
                    old = flow[e, k]
                    moved[k] = 2.0 * min(max(old + change[k], 0.0), size) - old
                    flow[e, k] = keep * moved[k] + back * flow_0[e, k]
                for k in range(items):
                    got[h, k] += moved[k]
                for k in range(items):
                    shipped[i, h, k] += out * moved[k]
                if m >= 0:
                    moved_kg = 0.0
                    for k in range(items):
                        moved_kg += weight[k] * moved[k]
                    loaded[i, h] += moved_kg
                    driven[m, h] += effort[e] * moved_kg
            for k in range(items):
                total = held[n, k]
                for h in range(hours):
                    total += got[h, k]
                    old = need_price[n, h, k]
                    rate = dual_step * need_steps[n, h] * price_scale[s, k]
                    new = max(old + rate * (wanted[h, k] - total), 0.0)
                    need_price[n, h, k] = keep * (2.0 * new - old) + back * need_price_0[n, h, k]
        for i in range(sources):
            for k in range(items):
                total = 0.0
                kept = surviving[s, i] * stock[i, k]
                for h in range(hours):
                    total += shipped[i, h, k]
                    rate = stock_steps[s, i, h, k]
                    if rate > 0.0:
                        old = stock_price[s, i, h, k]
                        short = total - (kept / per_person[s, k] + ready[s, i, h, k])
                        new = max(old + dual_step * rate * short, 0.0)
                        bar = 2.0 * new - old
                        stock_price[s, i, h, k] = keep * bar + back * stock_price_0[s, i, h, k]
            total = 0.0
            for h in range(hours):
                total += loaded[i, h]
                rate = dock_steps[s, i, h]
                if rate > 0.0:
                    old = dock_price[s, i, h]
                    new = max(old + dual_step * rate * (total - dock_kg[s, i, h]), 0.0)
                    dock_price[s, i, h] = keep * (2.0 * new - old) + back * dock_price_0[s, i, h]
        for m in range(fleets):
            total = 0.0
            for h in range(hours):
                total += driven[m, h]
                rate = fleet_steps[s, m, h]
                if rate > 0.0:
                    old = fleet_price[s, m, h]
                    new = max(old + dual_step * rate * (total - fleet_kg_s[s, m, h]), 0.0)
                    fleet_price[s, m, h] = keep * (2.0 * new - old) + back * fleet_price_0[s, m, h]
        for h in range(hours):
            extrapolated[s, h] = people[h]
