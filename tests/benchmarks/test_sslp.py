"""Stochastic server location: what the reader makes of SMPS files, and what it refuses."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from server_location import ServerLocation, draw, least_cost, write_smps

from benchmarks.placement_formats.sslp import read
from benchmarks.reading import FormatError
from stockpile.placement.single_source import solve_single_source

SHARED = Path(os.environ.get("STOCKPILE_SHARED") or Path(__file__).resolve().parents[3] / "shared")


def two_servers() -> ServerLocation:
    """Two servers, two clients: client 1 uses nothing of server 1 and is not there in scenario 0."""
    return ServerLocation(
        opening=np.array([4.0, 6.0]),
        capacity=10.0,
        use=np.array([[3.0, 5.0], [2.0, 0.0]]),
        revenue=np.array([[7.0, 8.0], [1.0, 9.0]]),
        penalty=100.0,
        there=np.array([[1, 0], [1, 1]]),
        probability=np.array([0.25, 0.75]),
        most_open=1,
    )


def test_servers_are_candidates_and_clients_sites(tmp_path: Path) -> None:
    """Opening cost, capacity, their limit, and one lane a client and server, with its use and revenue."""
    problem = read(write_smps(two_servers(), tmp_path)).problem
    assert problem.rules.opening_cost.tolist() == [4, 6]
    assert problem.rules.usable_m3.tolist() == [10, 10]
    assert problem.rules.most_open == 1
    assert problem.single_source
    lanes = problem.scenarios[1].lanes
    assert list(zip(lanes.site.tolist(), lanes.source.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]
    assert lanes.loaded_per_unit.tolist() == [3, 5, 2, 0]
    assert lanes.cost_per_kg.tolist() == [-7, -8, -1, -9]


def test_only_clients_who_are_there_are_sites_of_a_scenario(tmp_path: Path) -> None:
    """A client whose right-hand side is 0 is no site; the goal asks for all who are there."""
    instance = read(write_smps(two_servers(), tmp_path))
    assert [scenario.site.tolist() for scenario in instance.problem.scenarios] == [[0], [0, 1]]
    assert [scenario.probability for scenario in instance.problem.scenarios] == [0.25, 0.75]
    ((_, floor),) = instance.goal.required
    assert floor == pytest.approx(0.25 * 1 + 0.75 * 2)


def test_a_column_without_use_stands_for_the_server_that_is_left(tmp_path: Path) -> None:
    """SIPLIB leaves uses of 0 out: such a column touches no row of capacity, whatever its name says."""
    core = write_smps(two_servers(), tmp_path)
    core.write_text(core.read_text(encoding="ascii").replace("y_1_1", "someone"), encoding="ascii")
    lanes = read(core).problem.scenarios[1].lanes
    assert (lanes.source[3], lanes.loaded_per_unit[3], lanes.cost_per_kg[3]) == (1, 0, -9)


@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_is_that_of_trying_everything(seed: int, tmp_path: Path) -> None:
    """Reader and solver together, clients beyond the capacity included; the proof closes."""
    drawn = draw(seed)
    instance = read(write_smps(drawn, tmp_path))
    found = solve_single_source(instance.problem, instance.goal, gap=0.0)
    assert -found.certificate.value == pytest.approx(least_cost(drawn))
    assert -found.certificate.bound == pytest.approx(least_cost(drawn))


@pytest.mark.parametrize(
    ("suffix", "old", "new", "message"),
    [
        (".cor", "ENDATA", "", "ends without ENDATA"),
        (".cor", " x_0 obj 4.0", " x_0 obj four", "small.cor, line 11: expected a number as word 3"),
        (".cor", " G c2\n", "", "row c2 is not among the ROWS"),
        (".cor", "RHS", "RANGES", "section RANGES is not read"),
        (".cor", " UP bnd x_0 1\n", "", "column x_0 is not a yes or no"),
        (".cor", "y_0_0 c4 1", "y_0_0 c4 2", "column y_0_0 is not a yes or no of one client on one server"),
        (".cor", " x_0_0 obj 100.0 c2 1\n", "", "row c2 has no column for use beyond the capacity"),
        (".tim", " y_0_0 c2 STAGE-2\n", "", "small.tim: 1 stages, expected 2"),
        (".tim", " y_0_0 c2", " y_9_9 c2", "column y_9_9 or row c2 is not in the core"),
        (".sto", "0.25", "0.5", "add up to 1.25"),
        (".sto", "rhs c4 1", "x_0 c4 1", "right-hand side only"),
        (".sto", "rhs c4 1", "rhs c4 3", "scenario S0 changes more than whether clients are there"),
        (".sto", "SCENARIOS", "INDEP", "section INDEP is not read"),
    ],
)
def test_what_is_malformed_is_named(suffix: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    """Each fault alone, in a file that is read otherwise."""
    core = write_smps(two_servers(), tmp_path)
    file = core.with_suffix(suffix)
    text = file.read_text(encoding="ascii")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="ascii")
    with pytest.raises(FormatError, match=message):
        read(core)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The core alone is not a problem."""
    core = write_smps(two_servers(), tmp_path)
    core.with_suffix(".sto").unlink()
    with pytest.raises(FormatError, match=r"small\.sto is not beside"):
        read(core)


@pytest.mark.parametrize(("name", "known"), [("sslp_5_25_50", -121.6), ("sslp_10_50_50", -364.64)])
def test_published_optima_are_proven(name: str, known: float) -> None:
    """SIPLIB's values, to a thousandth."""
    core = SHARED / "benchmarks" / "sslp" / f"{name}.cor"
    if not core.exists():
        pytest.skip(f"{core.name} is not there; STOCKPILE_SHARED names the folder that holds benchmarks/")
    instance = read(core)
    found = solve_single_source(instance.problem, instance.goal, gap=1e-3)
    assert -found.certificate.value == pytest.approx(known, rel=1e-3)
    assert found.certificate.gap <= 1e-3
