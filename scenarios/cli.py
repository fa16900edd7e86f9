"""The command `stockpile`: one function a verb; what a verb needs is imported when it runs."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios import region_cli
from scenarios.check_cli import check
from scenarios.cli_options import (
    DataRoot,
    Effort,
    Library,
    Out,
    Quiet,
    RegionName,
    ScaleOption,
    SearchEffort,
    Seed,
    TargetsName,
    library_beside,
)
from scenarios.placement_cli import place
from scenarios.roads_cli import roads_app

if TYPE_CHECKING:
    from scenarios.result import RunResult

TARGETS_MET, TARGETS_MISSED, BAD_INPUT, FAILED, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    help="Where relief stock stands, who carries what when, and how many people are supplied by when.",
    epilog="Exit codes: 0 targets met, 1 solved but targets missed, 2 bad input, 3 failure of the engine.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


Specs = Annotated[
    list[str],
    typer.Argument(metavar="REGION/SCENARIO", help="Scenarios of the library, or YAML files of your own."),
]
Names = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="NAME", help="Apply an override that the scenario offers; repeatable."),
]
OverrideFiles = Annotated[
    list[Path] | None,
    typer.Option("--override", metavar="FILE", help="Apply the override in a YAML file; repeatable."),
]
LevelsFile = Annotated[
    Path | None,
    typer.Option("--levels", metavar="FILE", help="Stock levels by warehouse and item, such as levels.csv."),
]


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line (`args`, else that of the process) and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Chinese names must not end a run on a terminal that cannot show them.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=None if args is None else list(args), prog_name="stockpile")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else TARGETS_MET
    return TARGETS_MET


def _verb(function: Callable[..., int]) -> Callable[..., None]:
    """Turn what a verb returns or raises into an exit code and, on failure, a message on stderr."""

    @functools.wraps(function)
    def verb(*args: Any, **options: Any) -> None:  # noqa: ANN401 - typer passes what the verb declares
        raise typer.Exit(_exit_code(functools.partial(function, *args, **options)))

    return verb


def _exit_code(action: Callable[[], int]) -> int:
    from stockpile.errors import DataError  # noqa: PLC0415

    try:
        return action()
    except DataError as error:
        typer.echo(str(error), err=True)
        return BAD_INPUT
    except OSError as error:
        where = f"cannot read or write {error.filename or 'a file'}: {error.strerror or error}"
        typer.echo(f"{where}. Remedy: Give a path at which you may read and write", err=True)
        return BAD_INPUT
    except KeyboardInterrupt:
        typer.echo("interrupted; the run under way left nothing behind", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line and exit code 3
        at = traceback.extract_tb(error.__traceback__)[-1]
        message = " ".join(f"{type(error).__name__}: {error}".split())
        typer.echo(f"internal failure: {message} ({Path(at.filename).name} line {at.lineno})", err=True)
        return FAILED


app.add_typer(roads_app(_verb), name="roads")
app.command("place")(_verb(place))
app.command("check")(_verb(check))
app.command("check-data")(_verb(region_cli.check_data))
app.command("regions")(_verb(region_cli.regions))
app.command("scenarios")(_verb(region_cli.scenarios))
app.command("new-region")(_verb(region_cli.new_region))


@app.command()
@_verb
def run(  # noqa: PLR0913 - one parameter an option
    specs: Specs,
    *,
    out: Out = None,
    names: Names = None,
    override_files: OverrideFiles = None,
    targets: TargetsName = None,
    scale: ScaleOption = None,
    seed: Seed = 1,
    effort: SearchEffort = Effort.STANDARD,
    data: DataRoot = None,
    library: Library = None,
    quiet: Quiet = False,
) -> int:
    """Plan the relief of one or more scenarios and write a report of each.

    The report goes to runs/REGION/SCENARIO, or to --out; with several scenarios to --out/REGION/SCENARIO.
    All scenarios are read before the first is planned.
    """
    library = library_beside(library, data)
    scale_name = None if scale is None else scale.value
    read = functools.partial(_spec_of, library, names or [], override_files or [], targets, scale_name)
    folders = _output_folders(specs, out, read)
    from rich.console import Console  # noqa: PLC0415

    from scenarios.progress import progress_on  # noqa: PLC0415
    from scenarios.report.terminal import show_run  # noqa: PLC0415
    from scenarios.run import run_scenario  # noqa: PLC0415

    codes = []
    for spec, folder in folders.items():
        result = run_scenario(
            spec,
            out=folder,
            data_root=data,
            library=library,
            overrides=names or [],
            override_files=override_files or [],
            targets=targets,
            scale=scale_name,
            seed=seed,
            effort=effort.value,
            progress=progress_on(sys.stderr, quiet=quiet),
        )
        if not quiet:
            show_run(result, folder, Console())
        codes.append(_verdict(result))
    return max(codes)


def _verdict(result: RunResult) -> int:
    """Return the exit code of a finished run; a plan that breaks a rule is a failed run."""
    if result.verification.violations:
        typer.echo(f"{result.spec}: the plan breaks {len(result.verification.violations)} rules", err=True)
        return FAILED
    return TARGETS_MET if result.targets_met else TARGETS_MISSED


def _spec_of(
    library: Path | None,
    names: Sequence[str],
    override_files: Sequence[Path],
    targets: str | None,
    scale: str | None,
    spec: str,
) -> str:
    from scenarios.loading import load_scenario  # noqa: PLC0415

    return load_scenario(spec, library, names, override_files, targets=targets, scale=scale).spec


def _output_folders(specs: Sequence[str], out: Path | None, spec_of: Callable[[str], str]) -> dict[str, Path]:
    """Return the folder of each scenario asked for, after reading all of them.

    Raises:
        DataError: what is wrong with any of them; or two would write to one folder.
    """
    from stockpile.errors import DataError, Problem  # noqa: PLC0415

    folders: dict[str, Path] = {}
    problems: list[Problem] = []
    for spec in specs:
        try:
            region, scenario = spec_of(spec).split("/")
        except DataError as error:
            problems.extend(error.problems)
            continue
        own = out if out is not None and len(specs) == 1 else (out or Path("runs")) / region / scenario
        if own in folders.values():
            message = f"is asked for twice: two reports would go to {own.as_posix()}"
            problems.append(Problem(spec, None, None, None, message, "Name each scenario once"))
        folders[spec] = own
    if problems:
        raise DataError(problems)
    return folders


@app.command()
@_verb
def reorder(
    region: RegionName,
    *,
    on: Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="Day of the sheets.")],
    out: Out = None,
    levels: LevelsFile = None,
    data: DataRoot = None,
) -> int:
    """Write what each warehouse should transfer, buy, rotate and write off, and why.

    The sheets go to runs/REGION/reorder-DATE, or to --out. With the levels that `place` wrote they order and
    move what `place` said for that day.
    """
    from routing.checks import checked_network  # noqa: PLC0415
    from routing.warehouse_roads import road_distances  # noqa: PLC0415
    from stockpile.levels import read_levels  # noqa: PLC0415
    from stockpile.region import load_region  # noqa: PLC0415
    from stockpile.reorder import parse_day, write_reorder  # noqa: PLC0415

    day = parse_day(on)
    tables = load_region(region, data)
    given = None if levels is None else read_levels(levels, tables)
    ways = None if given is None else road_distances(tables, checked_network(tables, data))
    written = write_reorder(tables, day, out, levels=given, distances=ways)
    totals = written.plan.totals
    typer.echo(
        f"{region} on {day}: lines (warehouse and item): {totals['items_short']:,.0f} short, "
        f"{totals['items_to_buy']:,.0f} to buy for {totals['cost_yuan']:,.0f} yuan; "
        f"{totals['write_off_yuan']:,.0f} yuan to write off"
    )
    for note in written.plan.notes:
        typer.echo(f"  {note}")
    typer.echo(f"Sheets are in {written.folder.as_posix()}")
    return TARGETS_MET
