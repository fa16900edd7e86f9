"""The verbs about regions and what ships with them: regions, scenarios, new-region, check-data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli_options import DataRoot, Library, RegionName, library_beside

SOUND, UNSOUND = 0, 2


def check_data(region: RegionName, *, data: DataRoot = None, library: Library = None) -> int:
    """Print what is read of a region table by table, every problem in it, and what to do next."""
    from scenarios.check_data import check_data as check  # noqa: PLC0415
    from scenarios.guide import next_step, table_lines  # noqa: PLC0415
    from scenarios.library_folders import scenario_names  # noqa: PLC0415
    from stockpile.table_states import table_states  # noqa: PLC0415

    library = library_beside(library, data)
    found = check(region, data, library)
    known = not found.unknown
    states = table_states(region, data) if known else ()
    for line in table_lines(states) if known else ():
        typer.echo(line)
    for problem in found.problems:
        typer.echo(str(problem))
    count = len(found.problems)
    heading = "sound" if not count else f"{count:,} problem{'s' if count > 1 else ''}"
    typer.echo(f"{region}: {heading} ({found.counts})")
    if known:
        typer.echo(next_step(region, states, scenario_names(region, library), count, data))
    return UNSOUND if count else SOUND


def regions(*, data: DataRoot = None, library: Library = None) -> int:
    """List the regions: what each is, how large, and what its scenarios promise."""
    from scenarios.region_cards import region_card  # noqa: PLC0415
    from stockpile.region import region_names  # noqa: PLC0415

    for name in region_names(data):
        card = region_card(name, data, library_beside(library, data))
        typer.echo(" ".join(filter(None, (f"{name} ", card.name_zh, card.name_en))))
        for line in filter(None, (card.description_zh, card.description_en, card.size, *card.promises)):
            typer.echo(f"    {line}")
    return SOUND


def scenarios(
    region: Annotated[str | None, typer.Argument(metavar="REGION", help="Only those of one region.")] = None,
    *,
    data: DataRoot = None,
    library: Library = None,
) -> int:
    """List the scenarios of the library, the overrides that each offers, and the target profiles."""
    from scenarios import library_folders, loading  # noqa: PLC0415

    library = library_beside(library, data)
    known = library_folders.library_regions(library)
    for shown in known if region is None else (_known_region(region, known),):
        for name in library_folders.scenario_names(shown, library):
            scenario = loading.load_scenario(f"{shown}/{name}", library).scenario
            typer.echo(f"{shown}/{name}  {scenario.name_zh}  {scenario.name_en}")
            for text in filter(None, (scenario.description_zh, scenario.description_en)):
                typer.echo(f"    {_first_sentence(text)}")
            for override, offered in loading.offered_overrides(f"{shown}/{name}", library).items():
                texts = (offered.description_zh, offered.description_en)
                typer.echo("  ".join([f"    --with {override}", *filter(None, texts)]))
    for name in library_folders.profile_names(library):
        profile = loading.load_profile(name, library)
        typer.echo(f"--targets {name}  {profile.name_zh}  {profile.name_en}")
    return SOUND


def _first_sentence(text: str) -> str:
    first, stop, _ = " ".join(text.split()).partition(". ")
    return first + stop.strip()


def _known_region(region: str, known: Sequence[str]) -> str:
    from scenarios.near_matches import did_you_mean  # noqa: PLC0415
    from stockpile.errors import DataError, Problem  # noqa: PLC0415

    if region in known:
        return region
    problem = Problem(region, None, None, None, "has no folder of scenarios", did_you_mean(region, known))
    raise DataError([problem])


def new_region(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the region, such as my_county.")],
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Folder of your regions, made if it is not there.")
    ] = Path("regions"),
) -> int:
    """Start a region of your own from a template that runs, and say how to go on.

    The tables go to FOLDER/NAME, the scenarios to FOLDER/scenarios/NAME; nothing is overwritten.
    """
    from scenarios.new_region import start_region  # noqa: PLC0415

    for file in start_region(name, out):
        typer.echo(f"  {file.as_posix()}")
    root = f"--data {out.as_posix()}"
    tables, library = (out / name).as_posix(), (out / "scenarios" / name).as_posix()
    for step in (
        f"{name} is ready to be filled. It runs as it is:",
        f"  1. stockpile check-data {name} {root}    says what is read, and which rows are the template's",
        f"  2. stockpile run {name}/first-flood {root}    plans the scenario of the template",
        f"  3. Fill the tables in {tables} (columns: docs/data-dictionary.md): places first,",
        "     then sites, warehouses and lots, fleet, roads; give rows basis and source, write SOURCES.md",
        f"  4. stockpile roads import EXTRACT --region {name} {root}    takes real roads, not roads.csv",
        f"  5. Write your scenarios in {library} (keys: docs/guide-planner.md)",
        "  After each step check again with the first command.",
    ):
        typer.echo(step)
    return SOUND
