"""Compiled inner loops of the primal-dual method: one step, the Lagrangian bound, and a feasible plan.

All scenarios lie behind each other in flat arrays. Sites are numbered through (N), lanes (E) are sorted by
site; `first_site[s]` and `first_lane[n]` say where a scenario's sites and a site's lanes begin. What moves
and what is received is counted in people: units divided by the units that one person needs. Scenarios are
independent within a step, so threads may share them out (`begin_s` to `end_s`) without any race: the result
does not depend on how many threads there are.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Index types of the arguments: S scenarios, I sources, H hours, K items, M fleets, N sites, E lanes, and
# Z kinds of person: 1 with complete baskets, K without.


@njit(cache=True, inline="always")
def _suffix_sums(values, sums):
    """sums[..., h] = values[..., h] + values[..., h + 1] + …, along the second axis."""
    hours = values.shape[1]
    for a in range(values.shape[0]):
        for k in range(values.shape[2]):
            total = 0.0
            for h in range(hours - 1, -1, -1):
                total += values[a, h, k]
                sums[a, h, k] = total


@njit(nogil=True, cache=True)
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
        _suffix_sums(stock_price[s], price)
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
                moved = 0.0
                for k in range(items):
                    old = flow[e, k]
                    gain = worth[h, k] - load[e] * price[i, h, k] - kg[s, k] * per_kg
                    norm = price_scale[s, k] * lane_items[e] + kg[s, k] * lane_kg[e]
                    new = min(max(old + primal_step * size / norm * gain, 0.0), size)
                    bar = 2.0 * new - old
                    flow[e, k] = keep * bar + back * flow_0[e, k]
                    got[h, k] += bar
                    shipped[i, h, k] += load[e] * bar
                    moved += kg[s, k] * bar
                if m >= 0:
                    loaded[i, h] += moved
                    driven[m, h] += effort[e] * moved
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


@njit(nogil=True, cache=True)
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
        _suffix_sums(stock_price[s], price)
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


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
def feasible_people(begin_s, end_s, second, flow, stock, together, fill, supplied, spent):
    """People supplied (S, H) and costs (S,) when flows are cut back until they keep every limit.

    What would overdraw a source, a dock or a fleet by an hour is cut in equal shares; what cannot complete
    a basket is left behind first. With `fill` what is then left of all limits goes to those who miss
    something, which costs as much as it costs to move.
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
    _, sources, hours, items = ready.shape
    fleets = fleet_kg_s.shape[1]
    for s in range(begin_s, end_s):
        begin, end = first_lane[first_site[s]], first_lane[first_site[s + 1]]
        plan = np.empty((end - begin, items))
        got = np.zeros((hours, items))
        target = np.zeros((hours, items))
        used = np.zeros((sources, hours, items))
        for n in range(first_site[s], first_site[s + 1]):
            got[:] = 0.0
            for e in range(first_lane[n], first_lane[n + 1]):
                for k in range(items):
                    plan[e - begin, k] = max(flow[e, k], 0.0)
                    got[hour[e], k] += plan[e - begin, k]
            _useful(got, held[n], most[n], together, target)
            for e in range(first_lane[n], first_lane[n + 1]):
                for k in range(items):
                    if got[hour[e], k] > target[hour[e], k]:
                        plan[e - begin, k] *= target[hour[e], k] / got[hour[e], k]
                    used[source[e], hour[e], k] += load[e] * plan[e - begin, k]
        for i in range(sources):
            for k in range(items):
                kept = surviving[s, i] * stock[i, k] / per_person[s, k]
                before = 0.0
                for h in range(hours):
                    room = max(kept + ready[s, i, h, k] - before, 0.0)
                    share = min(1.0, room / used[i, h, k]) if used[i, h, k] > 0.0 else 0.0
                    before += used[i, h, k] * share
                    used[i, h, k] = share
        loaded = np.zeros((sources, hours))
        for e in range(begin, end):
            moved = 0.0
            for k in range(items):
                plan[e - begin, k] *= used[source[e], hour[e], k]
                moved += kg[s, k] * plan[e - begin, k]
            if fleet[e] >= 0:
                loaded[source[e], hour[e]] += moved
        for i in range(sources):
            before = 0.0
            for h in range(hours):
                room = max(dock_kg[s, i, h] - before, 0.0)
                share = min(1.0, room / loaded[i, h]) if loaded[i, h] > 0.0 else 0.0
                before += loaded[i, h] * share
                loaded[i, h] = share
        driven = np.zeros((fleets + 1, hours))
        for e in range(begin, end):
            if fleet[e] >= 0:
                moved = 0.0
                for k in range(items):
                    plan[e - begin, k] *= loaded[source[e], hour[e]]
                    moved += kg[s, k] * plan[e - begin, k]
                driven[fleet[e], hour[e]] += effort[e] * moved
        for m in range(fleets):
            before = 0.0
            for h in range(hours):
                room = max(fleet_kg_s[s, m, h] - before, 0.0)
                share = min(1.0, room / driven[m, h]) if driven[m, h] > 0.0 else 0.0
                before += driven[m, h] * share
                driven[m, h] = share
        # what is left of stock, docks and fleets by each hour, for those who still miss something
        spare = np.empty((sources, hours, items))
        spare_kg = np.empty((sources, hours))
        spare_s = np.empty((fleets + 1, hours))
        used[:] = 0.0
        loaded[:] = 0.0
        effort_used = np.zeros((fleets + 1, hours))
        for n in range(first_site[s], first_site[s + 1]):
            got[:] = 0.0
            for e in range(first_lane[n], first_lane[n + 1]):
                share = driven[fleet[e], hour[e]] if fleet[e] >= 0 else 1.0
                for k in range(items):
                    plan[e - begin, k] *= share
                    got[hour[e], k] += plan[e - begin, k]
            _useful(got, held[n], most[n], together, target)
            for e in range(first_lane[n], first_lane[n + 1]):
                i, h = source[e], hour[e]
                moved = 0.0
                for k in range(items):
                    if got[h, k] > target[h, k]:
                        plan[e - begin, k] *= target[h, k] / got[h, k]
                    used[i, h, k] += load[e] * plan[e - begin, k]
                    moved += kg[s, k] * plan[e - begin, k]
                if fleet[e] >= 0:
                    loaded[i, h] += moved
                    effort_used[fleet[e], h] += effort[e] * moved
        for i in range(sources):
            for k in range(items):
                kept = surviving[s, i] * stock[i, k] / per_person[s, k]
                total = 0.0
                for h in range(hours):
                    total += used[i, h, k]
                    spare[i, h, k] = kept + ready[s, i, h, k] - total
                for h in range(hours - 2, -1, -1):
                    spare[i, h, k] = min(spare[i, h, k], spare[i, h + 1, k])
            _room(dock_kg[s, i], loaded[i], spare_kg[i])
        for m in range(fleets):
            _room(fleet_kg_s[s, m], effort_used[m], spare_s[m])
        yuan = 0.0
        for h in range(hours):
            supplied[s, h] = 0.0
        reach = np.empty(items)
        for n in range(first_site[s], first_site[s + 1]):
            first, last = first_lane[n], first_lane[n + 1]
            for h in range(hours if fill else 0):
                for k in range(items):
                    total, within = held[n, k], 0.0
                    for e in range(first, last):
                        if hour[e] <= h:
                            total += plan[e - begin, k]
                            within += max(spare[source[e], hour[e], k], 0.0) / load[e]
                    target[h, k] = total
                    reach[k] = min(total + within, most[n, h])
                if together:
                    goal = most[n, h]
                    for k in range(items):
                        goal = min(goal, reach[k])
                    reach[:] = goal
                for e in range(first, last):
                    i, g, m = source[e], hour[e], fleet[e]
                    if g > h:
                        continue
                    for k in range(items):
                        more = min(reach[k] - target[h, k], spare[i, g, k] / load[e])
                        if m >= 0:
                            more = min(more, spare_kg[i, g] / kg[s, k])
                            if effort[e] > 0.0:
                                more = min(more, spare_s[m, g] / (effort[e] * kg[s, k]))
                        if more > 0.0:
                            plan[e - begin, k] += more
                            target[h, k] += more
                            for later in range(hours):
                                # taken at hour g, it is missing at g and after, and before by what is left
                                if later >= g:
                                    spare[i, later, k] -= load[e] * more
                                    if m >= 0:
                                        spare_kg[i, later] -= kg[s, k] * more
                                        spare_s[m, later] -= effort[e] * kg[s, k] * more
                            for later in range(g - 1, -1, -1):
                                spare[i, later, k] = min(spare[i, later, k], spare[i, later + 1, k])
                                if m >= 0:
                                    spare_kg[i, later] = min(spare_kg[i, later], spare_kg[i, later + 1])
                                    spare_s[m, later] = min(spare_s[m, later], spare_s[m, later + 1])
            for h in range(hours):
                least = most[n, h]
                for k in range(items):
                    total = held[n, k]
                    for e in range(first, last):
                        if hour[e] <= h:
                            total += plan[e - begin, k]
                    if together:
                        least = min(least, total)
                    else:
                        supplied[s, h] += item_weight[s, k] * min(total, most[n, h])
                if together:
                    supplied[s, h] += least
            for e in range(first, last):
                for k in range(items):
                    yuan += cost[e] * kg[s, k] * plan[e - begin, k]
        spent[s] = yuan


@njit(nogil=True, cache=True)
def _room(limit, used, room):
    """What is left of a cumulative limit from each hour on (H,)."""
    total = 0.0
    for h in range(len(limit)):
        total += used[h]
        room[h] = limit[h] - total
    for h in range(len(limit) - 2, -1, -1):
        room[h] = min(room[h], room[h + 1])


@njit(nogil=True, cache=True)
def _useful(got, held, most, together, kept):
    """Of what arrives in each hour (H, K), what somebody can use by the last; the latest is left first."""
    hours, items = got.shape
    last = most[hours - 1]
    least = last
    for k in range(items):
        total = held[k]
        for h in range(hours):
            total += got[h, k]
        kept[0, k] = min(total, last)
        least = min(least, total)
    for k in range(items):
        left = max((least if together else kept[0, k]) - held[k], 0.0)
        for h in range(hours):
            kept[h, k] = min(got[h, k], left)
            left -= kept[h, k]
