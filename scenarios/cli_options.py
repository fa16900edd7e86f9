"""Options that several verbs of the command share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Scale(StrEnum):
    """Which sites of a region a plan supplies."""

    TOWNSHIP = "township"
    COMMUNITY = "community"


class Effort(StrEnum):
    """How long the search goes on, counted in iterations so that a run can be repeated."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


MAX_SEED = 2**31 - 1  # what OR-Tools takes

RegionName = Annotated[str, typer.Argument(metavar="REGION", help="A region; see `stockpile regions`.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Output folder.")]
DataRoot = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Folder of regions instead of the shipped one."),
]
Library = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="FOLDER",
        help="Folder of scenarios; else scenarios in --data, or the shipped one.",
    ),
]
TargetsName = Annotated[
    str | None,
    typer.Option("--targets", metavar="NAME", help="Judge by a target profile instead of the scenario's."),
]
ScaleOption = Annotated[
    Scale | None,
    typer.Option("--scale", help="Sites to plan for, instead of the scenario's scale."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


def library_beside(library: Path | None, data: Path | None) -> Path | None:
    """Return the library to use: the one given, else the folder `scenarios` of a data folder that has one."""
    beside = None if data is None else data / "scenarios"
    return beside if library is None and beside is not None and beside.is_dir() else library


Seed = Annotated[int, typer.Option("--seed", min=0, max=MAX_SEED, help="Seed of the search.")]
SearchEffort = Annotated[Effort, typer.Option("--effort", help="Length of the search, in iterations.")]
