"""Keep a network in one compact file, `roads.npz`, and read it back in a fraction of a second."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from routing.osm.report import ImportReport
from routing.road_network import ROAD_CLASSES, Indices, RoadNetwork
from stockpile.errors import DataError, Problem

FORMAT = "stockpile-roads/2"
SIZE_LIMIT = 2 * 1024**3  # of the arrays after unpacking
_REMEDY = "Import the roads again: stockpile roads import FILE --region REGION"

_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    SyntaxError,  # numpy reads the heading of an array as Python literals
    MemoryError,  # a forged heading may claim any size
    RuntimeError,  # an archive with a password, or packed in an unknown way
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)
"""What unpacking a damaged or forged archive may raise."""

_NODE_ARRAYS: Mapping[str, str] = {"lon": "float64", "lat": "float64"}
_EDGE_ARRAYS: Mapping[str, str] = {
    "edge_from": "int32",
    "edge_to": "int32",
    "length_m": "float64",
    "road_class": "int8",
    "bridge": "bool",
    "tunnel": "bool",
    "max_weight_t": "float64",
    "link": "int32",
    "maxspeed_kph": "float64",
    "max_height_m": "float64",
}
_LINK_TEXTS = ("link_refs", "link_names_zh", "link_names_en")

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class StoredRoads:
    """A network as it was kept, and the report of the import it came from."""

    network: RoadNetwork
    report: ImportReport


def save_roads(roads: StoredRoads, path: Path) -> None:
    """Write the network to a file; the same network gives the same bytes.

    The file holds plain arrays and UTF-8 text, no pickles. It appears whole or not at all.
    """
    network = roads.network
    arrays: Arrays = {name: getattr(network, name) for name in (*_NODE_ARRAYS, *_EDGE_ARRAYS)}
    arrays["format"] = _text_array([FORMAT])
    arrays["report"] = _text_array([roads.report.to_json()])
    arrays["road_classes"] = _text_array(ROAD_CLASSES)
    arrays["node_ids"] = _text_array(network.node_ids)
    arrays["link_ids"] = _text_array(network.link_ids)
    for name in _LINK_TEXTS:
        arrays[f"{name}_words"], arrays[name] = _words(getattr(network, name))
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        os.replace(part, path)  # noqa: PTH105 - the pathlib name says less
    finally:
        part.unlink(missing_ok=True)


def load_roads(path: Path, *, name: str | None = None) -> StoredRoads:
    """Read what `save_roads` wrote; `name` is what problems call the file.

    Raises:
        DataError: the file is missing, damaged, or not such a file.
    """
    try:
        arrays = _read_arrays(path.read_bytes())
        return StoredRoads(_network(arrays), ImportReport.from_json(_texts(arrays, "report")[0]))
    except _DAMAGE as error:
        message = f"is no network that this engine saved ({_reason(error)})"
        raise DataError([Problem(name or path.name, None, None, None, message, _REMEDY)]) from None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "cannot be read"
    return " ".join(str(error).split())[:120]


def _read_arrays(content: bytes) -> Arrays:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > SIZE_LIMIT:
            raise ValueError("it unpacks to more than the limit")
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return dict(stored)


def _network(arrays: Arrays) -> RoadNetwork:
    if _texts(arrays, "format") != [FORMAT]:
        raise ValueError("another version wrote it")
    node_ids, link_ids = _texts(arrays, "node_ids"), _texts(arrays, "link_ids")
    nodes: dict[str, Any] = {
        name: _array(arrays, name, kind, len(node_ids)) for name, kind in _NODE_ARRAYS.items()
    }
    count = len(arrays["edge_from"])
    edges: dict[str, Any] = {name: _array(arrays, name, kind, count) for name, kind in _EDGE_ARRAYS.items()}
    classes = _texts(arrays, "road_classes")
    for name, size in (("edge_from", len(node_ids)), ("edge_to", len(node_ids)), ("link", len(link_ids))):
        _check_range(edges[name], size, name)
    _check_range(edges["road_class"], len(classes), "road_class")
    if not (np.isfinite(nodes["lon"]).all() and np.isfinite(nodes["lat"]).all()):
        raise ValueError("lon and lat are not finite")
    if not (np.isfinite(edges["length_m"]).all() and (edges["length_m"] > 0.0).all()):
        raise ValueError("length_m is not above 0")
    # A later version may order the classes otherwise; the names in the file decide.
    renumbered = np.array([ROAD_CLASSES.index(name) for name in classes], dtype=np.int8)
    edges["road_class"] = renumbered[edges["road_class"]]
    texts: dict[str, Any] = {name: _spoken(arrays, name, len(link_ids)) for name in _LINK_TEXTS}
    return RoadNetwork(node_ids=tuple(node_ids), link_ids=tuple(link_ids), **nodes, **edges, **texts)


def _array(arrays: Arrays, name: str, kind: str, count: int) -> npt.NDArray[Any]:
    array = arrays[name]
    if array.dtype != np.dtype(kind) or array.shape != (count,):
        raise ValueError(f"{name} has the wrong type or length")
    return array


def _check_range(array: npt.NDArray[Any], size: int, name: str) -> None:
    if array.size and not (int(array.min()) >= 0 and int(array.max()) < size):
        raise ValueError(f"{name} points outside the network")


def _words(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], Indices]:
    """Write each different text once, and for each link which one it has."""
    words = sorted(set(texts))
    place = {word: number for number, word in enumerate(words)}
    return _text_array(words), np.array([place[text] for text in texts], dtype=np.int32)


def _spoken(arrays: Arrays, name: str, count: int) -> tuple[str, ...]:
    words = _texts(arrays, f"{name}_words")
    numbers = _array(arrays, name, "int32", count)
    _check_range(numbers, len(words), name)
    return tuple(map(words.__getitem__, numbers.tolist()))


def _text_array(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Return texts as UTF-8 bytes with a line feed behind each; no text holds one."""
    if any("\n" in text for text in texts):
        raise ValueError("a text holds a line feed")
    return np.frombuffer("".join(f"{text}\n" for text in texts).encode(), dtype=np.uint8)


def _texts(arrays: Arrays, name: str) -> list[str]:
    text = arrays[name].tobytes().decode()
    if text and not text.endswith("\n"):
        raise ValueError(f"{name} is cut off")
    return text.split("\n")[:-1]
