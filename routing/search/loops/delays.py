"""What it would cost if a vehicle came later, about, compiled."""

from __future__ import annotations

from routing.search.compiled import compiled
from routing.search.loops.baskets import site_cost
from routing.search.loops.layout import (
    ARRIVAL,
    DONE,
    DUE,
    LATE_COST,
    LATE_RATE,
    LATER,
    LOADED,
    SITE,
    SOON,
)

SOON_S, LATER_S = 1200.0, 7200.0
"""Delays by which what follows is judged when places are compared."""


@compiled(inline="always")
def delayed(soon, later, delay):
    """Cost of a delay, given those of SOON_S and LATER_S: straight lines between, and on from there."""
    if delay <= SOON_S:
        return soon * max(delay, 0.0) / SOON_S
    return soon + (later - soon) * (delay - SOON_S) / (LATER_S - SOON_S)


@compiled()
def foresee_delays(v, asked, kept):
    """Work out what it would cost, as sites stand now, if a vehicle reached its tokens later."""
    places, loads = asked[4], asked[5]
    tokens, count, times, short = kept[0], kept[1], kept[2], kept[12]
    last, soon, later = count[v], 0.0, 0.0
    for q in range(count[v] - 1, -1, -1):
        token = tokens[v, q]
        if token < 0:
            wait = times[v, q, LOADED] - times[v, q, ARRIVAL]
            if wait > 0.0:
                soon, later = delayed(soon, later, SOON_S - wait), delayed(soon, later, LATER_S - wait)
            last = q
        else:
            soon += loads[token, LATE_RATE] * SOON_S
            later += loads[token, LATE_RATE] * LATER_S
            spare = loads[token, DUE] - times[v, q, DONE]
            if spare >= 0.0:
                soon += loads[token, LATE_COST] if spare < SOON_S else 0.0
                later += loads[token, LATE_COST] if spare < LATER_S else 0.0
            site = places[token, SITE]
            if site < 0:
                last = q
            elif q == 0 or tokens[v, q - 1] < 0 or places[tokens[v, q - 1], SITE] != site:
                group, size, done = tokens[v, q:last], last - q, times[v, q, DONE]
                soon += site_cost(site, group, size, done + SOON_S, asked, kept) - short[site]
                later += site_cost(site, group, size, done + LATER_S, asked, kept) - short[site]
                last = q
        times[v, q, SOON], times[v, q, LATER] = soon, later
