"""Fetch the roads of a place by its name through OSMnx; what was fetched is kept and not fetched again."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from routing.osm.files import refuse

CACHE_VARIABLE = "XDG_CACHE_HOME"
_TAGS = (
    *("access", "area", "bridge", "highway", "junction", "maxheight", "maxspeed", "maxspeed:backward"),
    *("maxspeed:forward", "maxweight", "motor_vehicle", "motorcar", "name", "name:en", "name:zh", "oneway"),
    *("ref", "service", "tunnel", "vehicle"),
)
_GIVE_A_FILE = (
    "Download an extract on a machine that is online and pass the file: "
    "stockpile roads import FILE --region REGION"
)


def default_cache() -> Path:
    """Return the folder in which downloads are kept for this user."""
    base = os.environ.get(CACHE_VARIABLE)
    return (Path(base) if base else Path.home() / ".cache") / "stockpile" / "osm"


def fetch_roads(place: str, *, cache: Path | None = None, tracks: bool = False) -> Path:
    """Download the roads within a place as OpenStreetMap draws it, and return the GraphML file they are in.

    A place fetched before is taken from the cache folder without asking anyone; delete the file to fetch it
    anew. The servers are those of `osmnx.settings`.

    Raises:
        DataError: nothing answers, nobody knows the place, or it holds no roads.
    """
    folder = default_cache() if cache is None else cache
    file = folder / f"{_file_name(place)}{'-tracks' if tracks else ''}.graphml"
    if file.is_file():
        return file
    import osmnx  # noqa: PLC0415 - takes seconds to import and is needed here alone
    import requests  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _settings(folder / "answers"):
            graph = osmnx.graph_from_place(
                place,
                network_type="drive_service",
                custom_filter=_with_tracks() if tracks else None,
                simplify=False,
                retain_all=True,
                truncate_by_edge=True,
            )
            part = file.with_suffix(".part")
            osmnx.save_graphml(graph, part)
            part.replace(file)
    except requests.exceptions.RequestException:
        refuse(place, "cannot be downloaded: no OpenStreetMap server answers", _GIVE_A_FILE)
    except (osmnx._errors.InsufficientResponseError, TypeError) as error:  # noqa: SLF001 - OSMnx shows them nowhere else
        remedy = "Write the place as OpenStreetMap does, such as 金安区, 六安市, 中国; it must be an area"
        refuse(place, f"is no place whose roads OpenStreetMap knows ({error})", remedy)
    except osmnx._errors.ResponseStatusCodeError as error:  # noqa: SLF001
        refuse(place, f"cannot be downloaded: the server refused ({error})", _GIVE_A_FILE)
    return file


def _file_name(place: str) -> str:
    name = re.sub(r"[^\w-]+", "_", place).strip("_")[:80]
    if not name:
        refuse(place, "is no name of a place", "Write the place as OpenStreetMap does")
    return name


def _with_tracks() -> str:
    from osmnx._overpass import _get_network_filter  # noqa: PLC0415

    return _get_network_filter("drive_service").replace("|track", "")


@contextlib.contextmanager
def _settings(answers: Path) -> Iterator[None]:
    """Ask for the tags that an import reads, and keep the answers; afterwards all is as it was."""
    import osmnx  # noqa: PLC0415

    settings = osmnx.settings
    before = settings.useful_tags_way, settings.use_cache, settings.cache_folder
    settings.useful_tags_way = sorted({*settings.useful_tags_way, *_TAGS})
    settings.use_cache, settings.cache_folder = True, answers
    try:
        yield
    finally:
        settings.useful_tags_way, settings.use_cache, settings.cache_folder = before
