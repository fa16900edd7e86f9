"""Travel times between many warehouses and sites: the engine against the libraries used instead.

Every engine answers the same question on the same arcs, on intact roads and again after 5 % of the
streets are closed, each time with its preparation, in a process of its own. Rounds go through all engines
in turn, so that a disturbance of the machine meets all of them. Engines too slow for the whole matrix
answer for the first origins of a random order, and their seconds are scaled up (preparation is not).
Answers must agree to 1e-6.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.engines import ENGINES, Case, version
from benchmarks.memory import peak_mb
from benchmarks.road_like import Integers, road_like_network
from routing.closures import apply_closures, edge_seconds
from routing.fleet import ROAD, VehicleType
from routing.road_network import Floats, RoadNetwork
from routing.second_best import second_best
from routing.travel_times import Points, travel_times

CLOSED_SHARE = 0.05
AGREEMENT = 1e-6
SHORT_TRIP_S = 60.0
"""Differences on shorter trips are measured against a minute: pandana counts in steps of 0.01 ms."""
STATES = ("open", "closed")
ARRAYS = (
    *("lon", "lat", "edge_from", "edge_to", "length_m"),
    *("road_class", "bridge", "tunnel", "max_weight_t", "link"),
)

TRUCK = VehicleType(
    id="truck",
    name_zh="货车",
    name_en="Truck",
    mode=ROAD,
    payload_kg=5000.0,
    volume_m3=20.0,
    gross_weight_t=None,
    speed_factor=1.0,
    cruise_kph=None,
    wade_depth_m=0.0,
    height_m=None,
    range_m=math.inf,
    stop_s=600,
    unload_kg_per_s=2.0,
    cost_per_km=3.0,
    cost_per_h=60.0,
)


@dataclass(frozen=True, eq=False)
class Question:
    """Roads in both states, and who wants to go where."""

    network: RoadNetwork
    seconds: Mapping[str, Floats]
    origins: Integers
    targets: Integers

    def save(self, file: Path) -> None:
        """Write the arrays that the engines need (edges carry no names)."""
        arrays: dict[str, Any] = {name: getattr(self.network, name) for name in ARRAYS} | dict(self.seconds)
        np.savez(file, origins=self.origins, targets=self.targets, **arrays)

    @staticmethod
    def load(file: Path) -> Question:
        """Read them back: a process that measures should hold little else."""
        with np.load(file) as saved:
            arrays: dict[str, Any] = {name: saved[name] for name in ARRAYS}
            names: dict[str, Any] = dict.fromkeys(
                ("link_ids", "link_refs", "link_names_zh", "link_names_en"), ()
            )
            network = RoadNetwork(node_ids=tuple(map(str, range(len(arrays["lon"])))), **arrays, **names)
            seconds = {state: saved[state] for state in STATES}
            return Question(network, seconds, saved["origins"], saved["targets"])


def add_parser(benchmarks: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Describe the options."""
    parser = benchmarks.add_parser(
        "travel_times", help="many warehouses to many sites, against five libraries"
    )
    parser.add_argument("--nodes", type=int, default=150_000)
    parser.add_argument("--arcs", type=int, default=400_000)
    parser.add_argument("--warehouses", type=int, default=400)
    parser.add_argument("--sites", type=int, default=7_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--alone", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure one engine when told to, otherwise all of them and print the tables."""
    if options.alone:
        question = Question.load(options.folder / "question.npz")
        print(json.dumps(measure(options.alone, question, options.folder / f"{options.alone}.npz")))
        return
    print(describe_machine(options.engines), end="\n\n")
    print(
        f"{options.warehouses} warehouses x {options.sites} sites, {options.nodes} nodes, {options.arcs} arcs"
    )
    print(table(gather(options), options))
    print("\nThis engine alone, with snapping, metres, second sources and critical links:\n")
    print(whole_answers(options))


def ask(options: argparse.Namespace) -> Question:
    """Build the roads and choose the places, all from the seed."""
    network = road_like_network(options.nodes, options.arcs, seed=options.seed)
    draw = np.random.default_rng(options.seed + 1)
    intact = edge_seconds(network, apply_closures(network, []), TRUCK)
    links = len(network.link_ids)
    shut = np.zeros(links, dtype=np.bool_)
    shut[draw.choice(links, round(CLOSED_SHARE * links), replace=False)] = True
    places = draw.choice(options.nodes, options.warehouses + options.sites, replace=False)
    return Question(
        network,
        {"open": intact, "closed": np.where(shut[network.link], np.inf, intact)},
        origins=places[: options.warehouses],
        targets=places[options.warehouses :],
    )


def measure(engine: str, question: Question, answers: Path) -> dict[str, float]:
    """Time one engine in this process; its answers go to a file for comparison."""
    prepare, _, most = ENGINES[engine]
    origins = question.origins[:most]
    figures: dict[str, float] = {"before_mb": peak_mb()}
    rows: dict[str, Any] = {}
    for state in STATES:
        case = Case(question.network, question.seconds[state], question.targets)
        with _quiet():
            began = time.perf_counter()
            solve = prepare(case)
            prepared = time.perf_counter()
            rows[state] = solve(origins)
            done = time.perf_counter()
        scale = len(question.origins) / len(origins)
        figures[f"{state}_prepare"] = prepared - began
        figures[f"{state}_solve"] = (done - prepared) * scale
        del solve, case
    figures["peak_mb"] = peak_mb()
    np.savez(answers, **rows)
    return figures


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what C++ libraries print out of the figures."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def gather(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Go through the engines round by round; take the median of every figure and the worst deviation."""
    found: dict[str, list[dict[str, float]]] = {engine: [] for engine in options.engines}
    with tempfile.TemporaryDirectory() as folder:
        ask(options).save(Path(folder) / "question.npz")
        for number in range(options.repeats):
            for engine in options.engines:
                found[engine].append(_in_own_process(engine, folder))
                print(
                    f"round {number + 1} {engine}: {_total(found[engine][-1], 'open'):.2f} s", file=sys.stderr
                )
        reference = options.engines[0]
        deviation = {
            engine: _deviation(Path(folder) / f"{reference}.npz", Path(folder) / f"{engine}.npz")
            for engine in options.engines
        }
    return {
        engine: {
            **{name: median(one[name] for one in rounds) for name in rounds[0]},
            **{state: median(_total(one, state) for one in rounds) for state in STATES},
            "deviation": deviation[engine],
        }
        for engine, rounds in found.items()
    }


def _in_own_process(engine: str, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks", "travel_times", "--alone", engine, "--folder", folder]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _total(figures: Mapping[str, float], state: str) -> float:
    return figures[f"{state}_prepare"] + figures[f"{state}_solve"]


def _deviation(reference: Path, answers: Path) -> float:
    """Greatest relative difference of seconds; inf where one finds a way and the other none."""
    worst = 0.0
    with np.load(reference) as expected, np.load(answers) as found:
        for state in STATES:
            ours, theirs = expected[state], found[state]
            ours, theirs = ours[: len(theirs)], theirs[: len(ours)]
            if not np.array_equal(np.isfinite(ours), np.isfinite(theirs)):
                return np.inf
            reached = np.isfinite(ours)
            apart = np.abs(theirs[reached] - ours[reached]) / np.maximum(ours[reached], SHORT_TRIP_S)
            worst = max(worst, float(apart.max(initial=0.0)))
    return worst


def table(figures: Mapping[str, Mapping[str, float]], options: argparse.Namespace) -> str:
    """Write the medians as Markdown."""
    lines = [
        "| engine | origins | prepare s | matrix s | sum s | 5 % closed s | to ours | MB (before) | agrees |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for engine in options.engines:
        measured = min(ENGINES[engine][2], options.warehouses)
        one, ours = figures[engine], figures[options.engines[0]]
        agrees = "yes" if one["deviation"] <= AGREEMENT else "NO"
        lines.append(
            f"| {engine} | {measured} | {one['open_prepare']:.2f} | {one['open_solve']:.2f} "
            f"| {one['open']:.2f} | {one['closed']:.2f} | {one['open'] / ours['open']:.1f} / "
            f"{one['closed'] / ours['closed']:.1f} | {one['peak_mb']:.0f} ({one['before_mb']:.0f}) "
            f"| {agrees} ({one['deviation']:.0e}) |"
        )
    return "\n".join(lines)


def whole_answers(options: argparse.Namespace) -> str:
    """Time everything a planner gets, on the large network and on a city."""
    lines = ["| network | places | travel times s | second best, bridges s | second best, all links s |"]
    lines.append("|---|---|---:|---:|---:|")
    city = argparse.Namespace(nodes=13_000, arcs=35_000, warehouses=50, sites=500, seed=options.seed)
    for size in (city, options):
        question = ask(size)
        network, seconds = question.network, question.seconds["open"]
        sources, sites = (_points(network, nodes) for nodes in (question.origins, question.targets))
        taken: list[list[float]] = []
        for _ in range(options.repeats):
            marks = [time.perf_counter()]
            times = travel_times(network, seconds, sources, mode=ROAD, to=sites)
            marks.append(time.perf_counter())
            second_best(times, among=network.bridge)
            marks.append(time.perf_counter())
            second_best(times)
            marks.append(time.perf_counter())
            taken.append(np.diff(marks).tolist())
        medians = " | ".join(f"{median(column):.2f}" for column in zip(*taken, strict=True))
        lines.append(
            f"| {size.nodes} nodes, {size.arcs} arcs | {size.warehouses} x {size.sites} | {medians} |"
        )
    return "\n".join(lines)


def _points(network: RoadNetwork, nodes: Integers) -> Points:
    nowhere = np.zeros(len(nodes), dtype=np.bool_)
    return Points(tuple(map(str, nodes.tolist())), network.lon[nodes], network.lat[nodes], nowhere)


def describe_machine(engines: Sequence[str]) -> str:
    """Cores, processor and versions."""
    modules = {ENGINES[engine][1] for engine in engines} | {"numpy"}
    versions = ", ".join(f"{module} {version(module)}" for module in sorted(modules))
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}"
