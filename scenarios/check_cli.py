"""The verb `stockpile check`: plan every scenario and hold it against a baseline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli_options import (
    DataRoot,
    Effort,
    Library,
    Out,
    Quiet,
    ScaleOption,
    SearchEffort,
    Seed,
    TargetsName,
    library_beside,
)

if TYPE_CHECKING:
    from scenarios.checking.rows import CheckRow
    from stockpile.errors import DataError

FITS, WORSE = 0, 1
BASELINE = "baseline.csv"

Specs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[REGION/SCENARIO]...", help="Scenarios of the library; or --all."),
]
All = Annotated[bool, typer.Option("--all", help="Every scenario of every region.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Scenarios planned at a time.")]
BaselineFile = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="Baseline instead of baseline.csv of the library."),
]
Update = Annotated[bool, typer.Option("--update-baseline", help="Write what is found into the baseline.")]
Tolerance = Annotated[
    float,
    typer.Option("--tolerance", min=0, max=1, help="Share of the people supplied that may be lost."),
]


def check(  # noqa: PLR0913 - one parameter an option
    specs: Specs = None,
    *,
    all_scenarios: All = False,
    effort: SearchEffort = Effort.QUICK,
    seed: Seed = 1,
    targets: TargetsName = None,
    scale: ScaleOption = None,
    workers: Workers = 1,
    baseline: BaselineFile = None,
    update_baseline: Update = False,
    tolerance: Tolerance = 0.01,
    out: Out = None,
    data: DataRoot = None,
    library: Library = None,
    quiet: Quiet = False,
) -> int:
    """Plan scenarios and say what got worse or better than in a baseline.

    Exit code 1: a verdict got worse, or fewer people are supplied than the tolerance allows. Exit code 2: a
    scenario is not in the library, or the baseline is not for these scenarios. With --targets or --scale
    nothing is compared, unless --baseline names a baseline of its own. --out takes check.csv,
    check.md and junit.xml.
    """
    from scenarios.checking.baseline import check_baseline_fits, compare, updated  # noqa: PLC0415
    from scenarios.checking.rows import UNSOUND, rows_text  # noqa: PLC0415
    from scenarios.checking.running import CheckOptions, check_scenarios  # noqa: PLC0415
    from scenarios.checking.writing import SCHEMA, Checked, show_check, write_check  # noqa: PLC0415
    from scenarios.library_folders import library_root  # noqa: PLC0415
    from scenarios.progress import progress_on  # noqa: PLC0415
    from stockpile.output.folder import ResultFolder, write_text  # noqa: PLC0415

    library = library_beside(library, data)
    asked = _specs(specs or [], library, all_scenarios=all_scenarios)
    own_terms = targets is not None or scale is not None
    file = baseline or (None if own_terms else library_root(library) / BASELINE)
    options = CheckOptions(data, library, targets, scale and scale.value, effort.value, seed)
    known = _known_rows(file, update=update_baseline, whole=all_scenarios)
    if file is None and update_baseline:
        raise _refused("has no baseline to write", "Name one with --baseline beside --targets or --scale")
    if file is not None and not update_baseline:
        check_baseline_fits(asked, known, file.name, options.terms, whole=all_scenarios)
    if out is not None:
        ResultFolder(out, SCHEMA).check()
    progress = progress_on(sys.stderr, quiet=quiet)
    rows = check_scenarios(asked, options, workers=workers, progress=progress)
    # a baseline that is written anew may hold rows that were planned otherwise
    alike = tuple(row for row in known if row.spec in asked and row.terms == options.terms)
    checked = Checked(rows, compare(rows, alike, tolerance), file.name if file and alike else "")
    if not quiet:
        from rich.console import Console  # noqa: PLC0415

        show_check(checked, Console())
    if out is not None:
        write_check(checked, out)
    if update_baseline and file is not None:
        write_text(file, rows_text(updated(known, rows, whole=all_scenarios)))
        typer.echo(f"The baseline is {file.as_posix()}")
        return FITS
    return WORSE if checked.worse or any(row.verdict in UNSOUND for row in rows) else FITS


def _known_rows(file: Path | None, *, update: bool, whole: bool) -> tuple[CheckRow, ...]:
    """Return the rows of a baseline, none without one.

    Raises:
        DataError: it is missing and is not to be written, or is no baseline and not to be replaced whole.
    """
    from scenarios.checking.rows import read_rows  # noqa: PLC0415
    from stockpile.errors import DataError  # noqa: PLC0415

    if file is None:
        return ()
    try:
        return read_rows(file)
    except DataError:
        if update and (whole or not file.is_file()):
            return ()
        raise


def _specs(specs: list[str], library: Path | None, *, all_scenarios: bool) -> tuple[str, ...]:
    """Return the scenarios asked for, every one once; all of the library, sorted, with `all_scenarios`.

    Raises:
        DataError: there are none, some are named beside --all, or one is not in the library.
    """
    from scenarios.library_folders import library_regions, scenario_names  # noqa: PLC0415

    if bool(specs) == all_scenarios:
        message = "names scenarios beside --all" if specs else "names no scenario"
        raise _refused(message, "Name scenarios, or ask for --all")
    if specs:
        _refuse_unknown(specs, library)
        return tuple(dict.fromkeys(specs))
    return tuple(f"{one}/{name}" for one in library_regions(library) for name in scenario_names(one, library))


def _refuse_unknown(specs: list[str], library: Path | None) -> None:
    """Refuse scenarios that the library does not hold; a file of one's own has no row in a baseline."""
    from scenarios.loading import region_and_name  # noqa: PLC0415
    from stockpile.errors import DataError, Problem  # noqa: PLC0415

    problems: list[Problem] = []
    for spec in dict.fromkeys(specs):
        try:
            region_and_name(spec, library)
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)


def _refused(message: str, remedy: str) -> DataError:
    from stockpile.errors import DataError, Problem  # noqa: PLC0415

    return DataError([Problem("check", None, None, None, message, remedy)])
