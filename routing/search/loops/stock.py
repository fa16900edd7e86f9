"""Stock and docks, compiled: what trips take of both."""

from __future__ import annotations

import numpy as np

from routing.search.compiled import compiled
from routing.search.loops.layout import DOCK_STEP, DOCKS, FIRST_SOURCE, GROUP, LEAVES, LOADED, YARD


@compiled()
def take_stock(u, source, sign, asked, kept):
    """Keep what load u takes at a source, or give it back with sign -1."""
    units, sources, yards = asked[6], asked[7], asked[9]
    left = kept[8]
    last = yards[int(sources[source, YARD]) + 1, FIRST_SOURCE]
    for s in range(source, last):
        for k in range(units.shape[1]):
            left[s, k] -= sign * units[u, k]


@compiled()
def move_home(u, source, asked, kept):
    """Keep the stock for load u at another source."""
    home = kept[14]
    if home[u] != source:
        take_stock(u, home[u], -1, asked, kept)
        take_stock(u, source, 1, asked, kept)
        home[u] = source


@compiled()
def find_stocked(u, stocked, asked, kept):
    """Fill whether each source may bring load u and can spare what it takes, or keeps it already, (S,)."""
    places, units, yards, groups = asked[4], asked[6], asked[9], asked[18]
    left, home = kept[8], kept[14]
    if units.shape[1] == 0:
        stocked[:] = True
        return
    take_stock(u, home[u], -1, asked, kept)
    for y in range(len(yards) - 1):
        enough = True
        for s in range(yards[y + 1, FIRST_SOURCE] - 1, yards[y, FIRST_SOURCE] - 1, -1):
            for k in range(units.shape[1]):
                if left[s, k] < units[u, k]:
                    enough = False
            stocked[s] = enough
    take_stock(u, home[u], 1, asked, kept)
    if places[u, GROUP] >= 0:
        for s in range(len(stocked)):
            stocked[s] = stocked[s] and groups[places[u, GROUP], s]


@compiled()
def use_docks(v, sign, asked, kept):
    """Keep a dock for every loading of a vehicle as timed, or free it with sign -1."""
    sources, yards = asked[7], asked[9]
    tokens, count, times, usage = kept[0], kept[1], kept[2], kept[9]
    for q in range(count[v]):
        token = tokens[v, q]
        if token >= 0:
            continue
        yard = int(sources[-1 - token, YARD])
        if yards[yard, DOCKS] <= 0:
            continue
        first = int(times[v, q, LOADED] // DOCK_STEP)
        last = int(np.ceil(times[v, q, LEAVES] / DOCK_STEP))
        for step in range(first, min(last, usage.shape[1])):
            usage[yard, step] += sign


@compiled()
def dock_from(source, second, seconds, asked, kept):
    """Return the first second from `second` on at which a dock is free for so many seconds."""
    sources, yards = asked[7], asked[9]
    usage = kept[9]
    yard = int(sources[source, YARD])
    docks = yards[yard, DOCKS]
    if docks <= 0:
        return second
    step = int(second // DOCK_STEP)
    end = int(np.ceil((second + seconds) / DOCK_STEP))
    while step < end and step < usage.shape[1]:
        if usage[yard, step] >= docks:
            second = (step + 1) * DOCK_STEP
            end = int(np.ceil((second + seconds) / DOCK_STEP))
        step += 1
    return second
