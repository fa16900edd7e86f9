"""A feasible plan near given flows, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, error_model="numpy")
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


@njit(nogil=True, cache=True, error_model="numpy")
def _room(limit, used, room):
    """What is left of a cumulative limit from each hour on (H,)."""
    total = 0.0
    for h in range(len(limit)):
        total += used[h]
        room[h] = limit[h] - total
    for h in range(len(limit) - 2, -1, -1):
        room[h] = min(room[h], room[h + 1])


@njit(nogil=True, cache=True, error_model="numpy")
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
