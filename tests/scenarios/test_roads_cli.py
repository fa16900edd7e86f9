"""The verbs `stockpile roads …`, from a file or a server on this machine to a plan on those roads."""

from __future__ import annotations

import csv
import json
import shutil
import threading
import xml.dom.minidom
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from routing.datum import wgs84_to_gcj02
from scenarios.cli import main

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "data" / "tiny"
TOWN = ROOT / "tests" / "data" / "osm" / "town.osm"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data root with the region `tiny` without roads."""
    shutil.copytree(TINY, tmp_path / "data" / "tiny")
    (tmp_path / "data" / "tiny" / "roads.csv").unlink()
    return tmp_path / "data"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Return the roads of `tiny` as an OpenStreetMap file: one road with a number for each link."""
    nodes: dict[str, tuple[str, str]] = {}
    ways = []
    with (TINY / "roads.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            for end in ("from", "to"):
                nodes.setdefault(row[end], (row[f"{end}_lon"], row[f"{end}_lat"]))
            refs = "".join(f'<nd ref="{list(nodes).index(row[end]) + 1}"/>' for end in ("from", "to"))
            tags = f'<tag k="highway" v="{row["class"]}"/><tag k="ref" v="X{number}"/>'
            ways.append(f'<way id="{number}">{refs}{tags}<tag k="name" v="{row["name_zh"]}"/></way>')
    spots = [
        f'<node id="{n}" lon="{lon}" lat="{lat}"/>' for n, (lon, lat) in enumerate(nodes.values(), start=1)
    ]
    path = tmp_path / "county.osm"
    path.write_text(f'<osm version="0.6">{"".join(spots + ways)}</osm>', encoding="utf-8")
    return path


def test_import_info_and_a_run(
    data: Path, county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The planner's way: a file, a look, a plan that closes a road by its number."""
    assert main(["roads", "import", str(county), "--region", "tiny", "--data", str(data)]) == 0
    assert "kept: 7 nodes, 12 directed edges" in capsys.readouterr().out
    picture = tmp_path / "roads.svg"
    assert main(["roads", "info", "tiny", "--data", str(data), "--picture", str(picture)]) == 0
    shown = capsys.readouterr().out
    for words in (
        "7 nodes, 12 directed edges",
        "tertiary",
        "parts: 1 (nodes: 7)",
        "0 unmatched",
        "county.osm",
    ):
        assert words in shown
    drawn = xml.dom.minidom.parse(str(picture))  # noqa: S318 - our own output
    assert len(drawn.getElementsByTagName("circle")) == 7
    assert "OpenStreetMap contributors" in picture.read_text(encoding="utf-8")

    scenario = tmp_path / "flood.yaml"
    text = (TINY / "flood.yaml").read_text(encoding="utf-8").replace("links: [R1]", "refs: [X1]")
    scenario.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["run", str(scenario), "--data", str(data), "--out", str(out), "--quiet"]) in (0, 1)
    legs = (out / "tables" / "legs.csv").read_text(encoding="utf-8")
    assert "w3.1" in legs
    assert "东西路" in legs
    digests = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert "tiny/roads.npz" in json.dumps(digests)


def test_info_names_unmatched_places(data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The town's roads lie elsewhere."""
    assert main(["roads", "import", str(TOWN), "--region", "tiny", "--data", str(data)]) == 0
    assert main(["roads", "info", "tiny", "--data", str(data), "--picture", str(tmp_path / "r.svg")]) == 0
    shown = capsys.readouterr().out
    assert "7 unmatched" in shown
    assert "unmatched site D 丁安置点" in shown
    assert "strongly connected parts: 1" in shown


def test_info_of_a_region_with_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It has roads too."""
    root = TINY.parent
    assert main(["roads", "info", "tiny", "--data", str(root), "--picture", str(tmp_path / "r.svg")]) == 0
    assert "The roads come from roads.csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["import", "nothing.osm", "--region", "tiny"], "nothing.osm: is no file"),
        (["import", ".", "--region", "tiny"], ".: is no file"),
        (["import", str(TOWN), "--region", "tinny"], "is no region"),
        (["import", str(TOWN), "--region", "../tiny"], "is not the name of a region"),
        (["info", "tinny"], "is no region"),
        (["info", "tiny"], "tiny/roads.csv: is missing"),
        (["convert", str(TINY / "lots.csv"), "--datum", "gcj02"], "has no columns lon and lat"),
    ],
)
def test_bad_input_exits_with_2(
    args: list[str], words: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One clear problem, nothing written."""
    extra = [] if args[0] == "convert" else ["--data", str(data)]
    assert main(["roads", *args, *extra]) == 2
    assert words in capsys.readouterr().err
    assert not list(data.rglob("*.npz"))


def uneven_streets(path: Path) -> list[tuple[float, float]]:
    """Write a town of 12 by 12 streets, 200 to 800 m apart; return its crossings."""
    steps = np.cumsum(np.random.default_rng(2).uniform(0.002, 0.008, (2, 12)), axis=1)
    spots = [(float(lon), float(lat)) for lat in 31.0 + steps[1] for lon in 116.1 + steps[0]]
    rows = [range(first, first + 12) for first in range(1, 145, 12)]
    tag = '<tag k="highway" v="residential"/>'
    lines = [
        *(f'<node id="{n}" lon="{lon:.7f}" lat="{lat:.7f}"/>' for n, (lon, lat) in enumerate(spots, 1)),
        *(
            f'<way id="{number}">' + "".join(f'<nd ref="{n}"/>' for n in nodes) + f"{tag}</way>"
            for number, nodes in enumerate([*rows, *zip(*rows, strict=True)], 1)
        ),
    ]
    path.write_text(f'<osm version="0.6">{"".join(lines)}</osm>', encoding="utf-8")
    return spots


def test_a_region_without_roads_is_held_against_those_it_gets(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its sites are GCJ-02: the first import refuses them, though there was no roads.csv to be read."""
    streets, sites = tmp_path / "streets.osm", data / "tiny" / "sites.csv"
    head, first = sites.read_text(encoding="utf-8").splitlines()[:2]
    shifted = zip(*wgs84_to_gcj02(*np.array(uneven_streets(streets)[::7]).T), strict=True)
    moved = [first.replace(",115.9,31.0,", f",{lon:.7f},{lat:.7f},") for lon, lat in shifted]
    lines = [head, *(f"S{number}{row.removeprefix('A')}" for number, row in enumerate(moved))]
    sites.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["roads", "import", str(streets), "--region", "tiny", "--data", str(data)]) == 2
    assert "tiny/sites.csv, lon, lat: holds GCJ-02 coordinates" in capsys.readouterr().err
    assert not list(data.rglob("*.npz"))


@pytest.mark.parametrize("spot", ["31.7,116.5", "nan,31", "1e400,31", "x,31", "116.5,"])
def test_convert_refuses_what_is_no_position(
    spot: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Latitude first is off the Earth; nothing is written."""
    table = tmp_path / "sites.csv"
    table.write_text(f"id,lon,lat\nA,{spot}\n", encoding="utf-8")
    assert main(["roads", "convert", str(table), "--datum", "gcj02"]) == 2
    assert 'sites.csv row 2, lon, lat = "' in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["sites.csv"]


def test_convert_has_nothing_to_do_for_wgs84(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is what a table is converted to."""
    table = tmp_path / "sites.csv"
    table.write_text("id,lon,lat\nA,116.5,31.7\n", encoding="utf-8")
    assert main(["roads", "convert", str(table), "--datum", "wgs84"]) == 2
    assert "is not one of 'gcj02', 'bd09'" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_to_is_named_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file stands where a folder would have to be."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    picture = str(tmp_path / "file" / "roads.svg")
    assert main(["roads", "info", "tiny", "--data", str(TINY.parent), "--picture", picture]) == 2
    found = capsys.readouterr().err
    assert "cannot read or write" in found
    assert "Remedy: Give a path at which you may read and write" in found


def test_convert_writes_the_table_in_wgs84(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All other cells stay as they are."""
    lon, lat = wgs84_to_gcj02(np.array([116.5]), np.array([31.7]))
    table = tmp_path / "sites.csv"
    table.write_text(f"id,name_zh,lon,lat\nA,甲,{lon[0]:.7f},{lat[0]:.7f}\nB,乙,,\n", encoding="utf-8-sig")
    assert main(["roads", "convert", str(table), "--datum", "gcj02"]) == 0
    text = (tmp_path / "sites.wgs84.csv").read_text(encoding="utf-8")
    assert text == "id,name_zh,lon,lat\nA,甲,116.5000000,31.7000000\nB,乙,,\n"
    assert "Converted from gcj02" in capsys.readouterr().out


SQUARE = {1: (116.500, 31.700), 2: (116.510, 31.700), 3: (116.510, 31.710), 4: (116.500, 31.710)}
PLACE = {
    "place_id": 1,
    "osm_type": "relation",
    "osm_id": 1,
    "lat": "31.705",
    "lon": "116.505",
    "category": "boundary",
    "type": "administrative",
    "importance": 0.5,
    "display_name": "小镇",
    "boundingbox": ["31.69", "31.72", "116.49", "116.52"],
    "geojson": {
        "type": "Polygon",
        "coordinates": [
            [[116.49, 31.69], [116.52, 31.69], [116.52, 31.72], [116.49, 31.72], [116.49, 31.69]]
        ],
    },
}
ELEMENTS = [
    *({"type": "node", "id": n, "lon": lon, "lat": lat} for n, (lon, lat) in SQUARE.items()),
    {
        "type": "way",
        "id": 7,
        "nodes": [1, 2, 3, 4, 1],
        "tags": {"highway": "primary", "name": "环城路", "maxweight": "20", "maxspeed": "60"},
    },
]


class OpenStreetMapServer(BaseHTTPRequestHandler):
    """Answers as Nominatim and Overpass do."""

    asked: list[str]

    def do_GET(self) -> None:
        """Search for a place: one is known."""
        self.asked.append(self.path)
        self._answer([] if "nowhere" in self.path else [PLACE])

    def do_POST(self) -> None:
        """Give the roads."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(self.path)
        self._answer({"version": 0.6, "elements": ELEMENTS})

    def _answer(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:  # noqa: ANN401
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Run a server on this machine, point OSMnx at it, and return what it was asked."""
    asked: list[str] = []
    handler = type("Handler", (OpenStreetMapServer,), {"asked": asked})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    _point_osmnx_at(running.server_address[1], monkeypatch)
    yield asked
    running.shutdown()
    running.server_close()


def _point_osmnx_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import osmnx  # noqa: PLC0415 - takes seconds

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(osmnx.settings, "nominatim_url", f"http://127.0.0.1:{port}/")
    monkeypatch.setattr(osmnx.settings, "overpass_url", f"http://127.0.0.1:{port}/api")
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    monkeypatch.setattr(osmnx.settings, "doh_url_template", None)


def test_fetch_downloads_once(
    server: list[str], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then it comes from the cache; weight and speed limits come along."""
    args = ["roads", "fetch", "小镇, 中国", "--region", "tiny", "--data", str(data)]
    args += ["--cache", str(tmp_path / "cache")]
    assert main(args) == 0
    shown = capsys.readouterr().out
    assert "kept: 4 nodes, 8 directed edges" in shown
    assert "8 with a speed limit, 8 with a weight limit" in shown
    assert "8 named" in shown
    first = (data / "tiny" / "roads.npz").read_bytes()
    count = len(server)
    assert count == 2
    assert main(args) == 0
    assert len(server) == count
    assert (data / "tiny" / "roads.npz").read_bytes() == first


def test_fetch_of_an_unknown_place(
    server: list[str], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked, and not found."""
    args = ["roads", "fetch", "nowhere", "--region", "tiny", "--data", str(data), "--cache", str(tmp_path)]
    assert main(args) == 2
    assert "is no place whose roads OpenStreetMap knows" in capsys.readouterr().err
    assert len(server) == 1


def test_fetch_offline_says_to_pass_a_file(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens on the port."""
    _point_osmnx_at(9, monkeypatch)
    args = ["roads", "fetch", "小镇", "--region", "tiny", "--data", str(data), "--cache", str(tmp_path)]
    assert main(args) == 2
    found = capsys.readouterr().err
    assert "no OpenStreetMap server answers" in found
    assert "stockpile roads import FILE" in found


def test_fetch_into_no_region_asks_nobody(
    server: list[str], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong name shows before the download."""
    args = ["roads", "fetch", "小镇", "--region", "tinny", "--data", str(data), "--cache", str(tmp_path)]
    assert main(args) == 2
    assert "is no region" in capsys.readouterr().err
    assert server == []
