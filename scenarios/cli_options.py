"""Options that several verbs of the command share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
