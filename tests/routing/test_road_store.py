"""A saved network comes back the same, fast, in the same bytes; a damaged one is refused."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import numpy as np
import pytest
from osm_samples import TOWN

from routing.osm import read_roads
from routing.road_network import RoadNetwork
from routing.road_store import StoredRoads, load_roads, save_roads
from stockpile.errors import DataError


@pytest.fixture
def town() -> StoredRoads:
    """Return the roads of the town."""
    found = read_roads(TOWN)
    return StoredRoads(found.network, found.report)


def same(first: RoadNetwork, second: RoadNetwork) -> bool:
    """Whether two networks agree in everything."""
    pairs = [
        (getattr(first, field.name), getattr(second, field.name)) for field in dataclasses.fields(RoadNetwork)
    ]
    return all(a == b if isinstance(a, tuple) else bool(((a == b) | (a != a)).all()) for a, b in pairs)  # noqa: PLR0124 - NaN


def test_what_is_saved_comes_back(town: StoredRoads, tmp_path: Path) -> None:
    """Arrays, texts and report with the digest of the source."""
    save_roads(town, tmp_path / "roads.npz")
    found = load_roads(tmp_path / "roads.npz")
    assert same(found.network, town.network)
    assert found.report == town.report
    assert [file.name for file in tmp_path.iterdir()] == ["roads.npz"]


def test_the_same_roads_give_the_same_bytes(town: StoredRoads, tmp_path: Path) -> None:
    """Whatever the hour."""
    save_roads(town, tmp_path / "first.npz")
    time.sleep(2.1)  # zip archives count time in steps of two seconds
    again = read_roads(TOWN)
    save_roads(StoredRoads(again.network, again.report), tmp_path / "second.npz")
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()


class Trap:
    """Fails the test when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        """Tell pickle to call `fail`."""
        return pytest.fail, ("a pickle was opened",)


def changed(path: Path, **arrays: object) -> None:
    """Replace arrays of a saved network."""
    with np.load(path) as stored:
        content = dict(stored)
    np.savez(path, **{**content, **arrays})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arrays",
    [
        {"format": np.frombuffer(b"stockpile-roads/0\n", dtype=np.uint8)},
        {"edge_to": np.array([99] * 13, dtype=np.int32)},
        {"edge_to": np.array([-1] * 13, dtype=np.int32)},
        {"edge_to": np.array([0.0] * 13)},
        {"edge_to": np.array([0], dtype=np.int32)},
        {"length_m": np.full(13, np.nan)},
        {"lon": np.full(7, np.inf)},
        {"road_classes": np.frombuffer(b"runway\n", dtype=np.uint8)},
        {"report": np.frombuffer(b"{}\n", dtype=np.uint8)},
        {"node_ids": np.frombuffer(b"\xff\n", dtype=np.uint8)},
        {"node_ids": np.frombuffer(b"1\n2", dtype=np.uint8)},
        {"link_refs": np.array([7] * 9, dtype=np.int32)},
    ],
)
def test_a_forged_network_is_refused(arrays: dict[str, object], town: StoredRoads, tmp_path: Path) -> None:
    """Versions, ranges, types, lengths, texts."""
    save_roads(town, tmp_path / "roads.npz")
    changed(tmp_path / "roads.npz", **arrays)
    with pytest.raises(DataError, match=r"roads.npz: is no network that this engine saved") as raised:
        load_roads(tmp_path / "roads.npz")
    assert "stockpile roads import" in raised.value.problems[0].remedy


@pytest.mark.parametrize("kept", [0, 10, 500, -1])
def test_a_cut_off_file_is_refused(kept: int, town: StoredRoads, tmp_path: Path) -> None:
    """Wherever it ends."""
    file = tmp_path / "roads.npz"
    save_roads(town, file)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(DataError, match="is no network"):
        load_roads(file)


def test_no_pickle_is_ever_opened(town: StoredRoads, tmp_path: Path) -> None:
    """An array of objects could run a program."""
    file = tmp_path / "roads.npz"
    save_roads(town, file)
    changed(file, lon=np.array([Trap()] * 7, dtype=object))
    with pytest.raises(DataError, match="is no network"):
        load_roads(file)


def test_a_large_city_loads_in_well_under_a_second(town: StoredRoads, tmp_path: Path) -> None:
    """150,000 nodes and 400,000 edges."""
    nodes, links = 150_000, 200_000
    random = np.random.default_rng(5)
    ends = random.integers(0, nodes, (links, 2), dtype=np.int32)
    city = RoadNetwork(
        node_ids=tuple(map(str, range(10**9, 10**9 + nodes))),
        lon=random.uniform(116.0, 117.0, nodes),
        lat=random.uniform(31.0, 32.0, nodes),
        edge_from=ends.reshape(-1),
        edge_to=ends[:, ::-1].reshape(-1),
        length_m=random.uniform(10.0, 100.0, 2 * links),
        road_class=random.integers(0, 10, 2 * links).astype(np.int8),
        bridge=np.zeros(2 * links, dtype=np.bool_),
        tunnel=np.zeros(2 * links, dtype=np.bool_),
        max_weight_t=np.full(2 * links, np.inf),
        link=np.repeat(np.arange(links, dtype=np.int32), 2),
        link_ids=tuple(f"w{number}.1" for number in range(links)),
        link_refs=("",) * links,
        link_names_zh=tuple(f"第{number % 4000}路" for number in range(links)),
        link_names_en=("",) * links,
    )
    save_roads(StoredRoads(city, town.report), tmp_path / "roads.npz")
    begin = time.perf_counter()
    found = load_roads(tmp_path / "roads.npz")
    assert time.perf_counter() - begin < 1.0
    assert same(found.network, city)
