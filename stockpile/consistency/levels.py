"""The tree of administrative units: one top, no circle, levels and populations that go down."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from stockpile.bundle import Region
from stockpile.consistency.cells import given_ids, positions_where, problem_at
from stockpile.echelons import LEVELS
from stockpile.errors import Problem

POPULATION_TOLERANCE = 0.01  # a parent and its parts may come from different counts


def check_place_tree(region: Region) -> Iterator[Problem]:
    """Every unit but one has a parent, going up never comes back, and a parent is of a higher level."""
    yield from _circles(region)
    yield from _further_tops(region)
    yield from _levels(region)


def _circles(region: Region) -> Iterator[Problem]:
    places = region.places
    known = given_ids(places)
    graph: nx.DiGraph[str] = nx.DiGraph()
    # one parent an id, even where ids repeat: then circles share no unit, and there are few of them
    parents = dict(zip(reversed(places["id"].tolist()), reversed(places["parent"].tolist()), strict=True))
    graph.add_edges_from((place, parent) for place, parent in parents.items() if place and parent in known)
    for circle in nx.simple_cycles(graph):
        start = min(range(len(circle)), key=lambda step: known[circle[step]])
        path = " → ".join([*circle[start:], *circle[: start + 1]])
        message = f"makes a circle of units that stand above each other: {path}"
        remedy = "Name the unit one level up as the parent of one of them"
        yield problem_at(region, "places", known[circle[start]], "parent", message, remedy)


def _further_tops(region: Region) -> Iterator[Problem]:
    places = region.places
    levels = places["level"].tolist()
    # A row without a level is ragged or wrong already, and its parent is not known to be blank.
    tops = positions_where((places["parent"] == "") & places["level"].isin(LEVELS))
    ranked = sorted(tops, key=lambda position: LEVELS.index(levels[position]))
    for position in ranked[1:]:
        message = f"is blank, but the top unit is {places['id'].iloc[ranked[0]]} already"
        yield problem_at(region, "places", position, "parent", message, "Name the unit one level up")


def _levels(region: Region) -> Iterator[Problem]:
    places = region.places
    rank = {
        place: LEVELS.index(level)
        for place, level in zip(places["id"], places["level"], strict=True)
        if level in LEVELS
    }
    for position, (place, parent) in enumerate(zip(places["id"], places["parent"], strict=True)):
        if place != parent and place in rank and parent in rank and rank[place] <= rank[parent]:
            message = f"is not below the level of its parent {parent}, which is a {LEVELS[rank[parent]]}"
            yield problem_at(region, "places", position, "level", message, "Correct the level or the parent")


def check_populations(region: Region) -> Iterator[Problem]:
    """A unit has at least the residents of its parts, within 1 %."""
    places = region.places
    parts = places.groupby("parent")["population"].sum().to_dict()
    residents = places["population"].tolist()
    for place, position in given_ids(places).items():
        if residents[position] < (1 - POPULATION_TOLERANCE) * parts.get(place, 0):
            message = f"is less than the {parts[place]:.0f} residents of its parts together"
            remedy = "Correct it, or the parents and populations of the parts"
            yield problem_at(region, "places", position, "population", message, remedy)
