"""Where scenarios and target profiles lie: `LIBRARY/REGION/SCENARIO.yaml`, `LIBRARY/targets/NAME.yaml`."""

from __future__ import annotations

import re
from pathlib import Path

from scenarios.near_matches import did_you_mean
from scenarios.schema import NAME_PATTERN
from stockpile.errors import DataError, Problem

BASE = "base"
"""File that every scenario of a region lies over; no scenario itself."""

TARGETS_FOLDER = "targets"
"""Folder of target profiles; no region."""

SHIPPED_LIBRARY = Path(__file__).parent / "library"


def library_root(library: Path | None = None) -> Path:
    """Return the folder of scenario folders: the one given, else the library shipped with the package."""
    return library if library is not None else SHIPPED_LIBRARY


def library_regions(library: Path | None = None) -> tuple[str, ...]:
    """Return the regions that have a folder of scenarios, sorted."""
    root = library_root(library)
    return tuple(sorted(entry.name for entry in root.iterdir() if _is_region(entry))) if root.is_dir() else ()


def scenario_names(region: str, library: Path | None = None) -> tuple[str, ...]:
    """Return the scenarios of a region, sorted; none for a region without a folder."""
    if region not in library_regions(library):
        return ()
    files = (library_root(library) / region).glob("*.yaml")
    return tuple(sorted(file.stem for file in files if file.stem != BASE and is_name(file.stem)))


def profile_names(library: Path | None = None) -> tuple[str, ...]:
    """Return the target profiles, sorted: those shipped, and those of a library of one's own."""
    return tuple(sorted(_profiles(library)))


def profile_file(name: str, library: Path | None = None) -> tuple[Path, str]:
    """Return the file of a target profile and its label in messages; one's own comes before a shipped one.

    Raises:
        DataError: there is no such profile.
    """
    profiles = _profiles(library)
    if name not in profiles:
        problem = Problem(
            "--targets", None, None, name[:80], "is no target profile", did_you_mean(name, sorted(profiles))
        )
        raise DataError([problem])
    return profiles[name], f"{TARGETS_FOLDER}/{name}.yaml"


def _profiles(library: Path | None) -> dict[str, Path]:
    roots = dict.fromkeys((SHIPPED_LIBRARY, library_root(library)))
    files = [file for root in roots for file in sorted((root / TARGETS_FOLDER).glob("*.yaml"))]
    return {file.stem: file for file in files if is_name(file.stem)}


def is_name(text: str) -> bool:
    """Say whether a text can name a scenario, an override or a profile."""
    return re.fullmatch(NAME_PATTERN.removeprefix("^").removesuffix("$"), text) is not None


def _is_region(folder: Path) -> bool:
    return folder.is_dir() and is_name(folder.name) and folder.name != TARGETS_FOLDER
