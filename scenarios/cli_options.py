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


RegionName = Annotated[str, typer.Argument(metavar="REGION", help="A region; see `stockpile regions`.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Output folder.")]
DataRoot = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Folder of regions instead of the shipped one."),
]
Library = Annotated[
    Path | None,
    typer.Option("--library", metavar="FOLDER", help="Folder of scenarios instead of the shipped one."),
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
