"""The roads that supply hangs on: each site's sources, and what one more closed link would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from routing.assemble import Assembly
from routing.attach import whole_link
from routing.fleet import ROAD
from routing.problem import DispatchProblem, Ints
from routing.road_network import RoadNetwork
from routing.second_best import LinkLosses, SecondBest, second_best
from routing.ways import THROUGHOUT
from stockpile.units import s_to_hours

NOTABLE_DELAY_S = 600
"""A site that a closed link leaves cut off, or later by at least this many seconds, is listed (assumed)."""

SOURCE_COLUMNS = (
    *("site_id", "people", "vehicle_type", "source_id", "drive_h", "second_source_id", "second_drive_h"),
    *("critical_link", "is_bridge", "without_link_h"),
)
LINK_COLUMNS = (
    *("link", "road", "ref", "name_zh", "name_en", "is_bridge", "lon", "lat", "site_id", "people"),
    *("drive_h", "without_link_h"),
)


def critical_road_tables(assembly: Assembly, network: RoadNetwork) -> Mapping[str, pd.DataFrame]:
    """Find each site's sources by road (`site_sources`) and the links not to be lost (`critical_links`).

    Both are worked out for one vehicle type, see `main_road_type`. Sources are the loading points that hold
    goods of the basket and to which a road vehicle of the fleet leads a way from its base. The tables are
    empty without any such vehicle. Hours are driving alone on the roads that are open throughout the plan,
    blank where no way leads.
    """
    problem = assembly.problem
    sources = np.flatnonzero(problem.reach(ROAD).any(axis=1))
    kind = main_road_type(problem, sources)
    if kind is None:
        return {
            "site_sources": pd.DataFrame(columns=list(SOURCE_COLUMNS)),
            "critical_links": pd.DataFrame(columns=list(LINK_COLUMNS)),
        }
    found = second_best(assembly.times[THROUGHOUT][problem.type_ids[kind]].part(sources, problem.site_point))
    return {
        "site_sources": _source_table(problem, sources, kind, found, network),
        "critical_links": _link_table(problem, found, network),
    }


def main_road_type(problem: DispatchProblem, sources: Ints) -> int | None:
    """Vehicle type by road that reaches most people from the sources, None when the fleet has none.

    Of equals the one whose vehicles carry most kilograms together, then the first by id.
    """
    kinds = np.unique(problem.vehicle_type[problem.vehicles_of(ROAD)]).tolist()

    def worth(kind: int) -> tuple[int, float, int]:
        drive_s = problem.travel_s[kind][np.ix_(sources, problem.site_point)]
        reached = np.isfinite(drive_s).any(axis=0)
        number = np.count_nonzero(problem.vehicle_type == kind)
        return int(problem.people[reached].sum()), float(problem.payload_kg[kind] * number), -kind

    return max(kinds, key=worth, default=None)


def _source_table(
    problem: DispatchProblem, sources: Ints, kind: int, found: SecondBest, network: RoadNetwork
) -> pd.DataFrame:
    """One row a site, in the order of the problem."""
    bridge = _bridges(network)
    rows = []
    for site, site_id in enumerate(problem.site_ids):
        link = int(found.critical_link[site])
        rows.append(
            (
                site_id,
                int(problem.people[site]),
                problem.type_ids[kind],
                _source_id(problem, sources, int(found.source[site])),
                _hours(found.seconds[site]),
                _source_id(problem, sources, int(found.other_source[site])),
                _hours(found.other_s[site]),
                network.link_ids[link] if link >= 0 else "",
                bool(bridge[link]) if link >= 0 else None,
                _hours(found.without_link_s[site]),
            )
        )
    return pd.DataFrame(rows, columns=list(SOURCE_COLUMNS))


def _link_table(problem: DispatchProblem, found: SecondBest, network: RoadNetwork) -> pd.DataFrame:
    """One row a link and a site, the worst link first, its sites by people."""
    bridge = _bridges(network)
    middle = _middles(network)
    rows = []
    for link, entries in _ranked(problem, found).items():
        link_id = network.link_ids[link]
        lon, lat = middle[link]
        named = (link_id, whole_link(link_id), network.link_refs[link])
        names = (network.link_names_zh[link], network.link_names_en[link], bool(bridge[link]), lon, lat)
        for entry in sorted(entries, key=lambda entry: -int(problem.people[found.losses.site[entry]])):
            site = int(found.losses.site[entry])
            times = (_hours(found.seconds[site]), _hours(found.losses.seconds[entry]))
            rows.append((*named, *names, problem.site_ids[site], int(problem.people[site]), *times))
    return pd.DataFrame(rows, columns=list(LINK_COLUMNS))


def _ranked(problem: DispatchProblem, found: SecondBest) -> dict[int, list[int]]:
    """Entries of the losses that count, by link: most people past the first target first, then most people.

    Past the target are those whom driving alone would bring beyond it, and those cut off. Then follow the
    person-seconds of longer driving; links that are equal in all of it stay in the order of the losses.
    """
    losses: LinkLosses = found.losses
    by_link: defaultdict[int, list[int]] = defaultdict(list)
    delay_s = losses.seconds - found.seconds[losses.site]
    for entry in np.flatnonzero(delay_s >= NOTABLE_DELAY_S).tolist():
        by_link[int(losses.link[entry])].append(entry)
    people = problem.people[losses.site]
    past = np.where(losses.seconds > problem.target_s[0], people, 0)
    person_s = np.where(np.isfinite(delay_s), delay_s, 0.0) * people

    def rank(link: int) -> tuple[float, ...]:
        entries = by_link[link]
        return tuple(-float(column[entries].sum()) for column in (past, people, person_s))

    return {link: by_link[link] for link in sorted(by_link, key=rank)}


def _bridges(network: RoadNetwork) -> Ints:
    """Number of edges of each link that are bridges, (L,)."""
    return np.bincount(network.link[network.bridge], minlength=len(network.link_ids))


def _middles(network: RoadNetwork) -> dict[int, tuple[float, float]]:
    """Lon and lat half way along the straight line of each link, by its first edge."""
    links, edge = np.unique(network.link, return_index=True)
    ends = (network.edge_from[edge], network.edge_to[edge])
    lon, lat = ((axis[ends[0]] + axis[ends[1]]) / 2 for axis in (network.lon, network.lat))
    spots = zip(np.round(lon, 5).tolist(), np.round(lat, 5).tolist(), strict=True)
    return dict(zip(links.tolist(), spots, strict=True))


def _source_id(problem: DispatchProblem, sources: Ints, position: int) -> str:
    return problem.source_ids[int(sources[position])] if position >= 0 else ""


def _hours(seconds: float) -> float | None:
    return s_to_hours(float(seconds)) if np.isfinite(seconds) else None
