"""The verb `stockpile place`: where stock should be, what to move and what to buy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli_options import DataRoot, Library, Out, Quiet, RegionName, TargetsName, library_beside

if TYPE_CHECKING:
    from scenarios.placement.options import PlaceOptions
    from scenarios.placement.result import PlaceResult

ANSWERED, BLOCKED = 0, 1
MOST_VARIATIONS = 20
MAX_SEED = 2**31 - 1

Names = Annotated[
    list[str] | None,
    typer.Option("--scenario", metavar="NAME", help="Place for this scenario only; repeatable."),
]
HeldOut = Annotated[
    list[str] | None,
    typer.Option("--hold-out", metavar="NAME", help="Only test the answer on this scenario; repeatable."),
]
Variations = Annotated[
    int,
    typer.Option(
        "--variations", min=0, max=MOST_VARIATIONS, help="Seeded variations a scenario to test it on."
    ),
]
Severity = Annotated[
    float, typer.Option("--severity", min=0.01, max=100, help="Times the people of every scenario.")
]
FleetShare = Annotated[
    float,
    typer.Option(
        "--fleet-share",
        min=0.05,
        max=1,
        help="Share of vehicle hours that the model may use; bounds hold for plans, too, with all of them.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=MAX_SEED, help="Seed of the variations and of --replay.")
]
Day = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="YYYY-MM-DD", help="Day on which stock is counted; else the first scenario's."
    ),
]
Budget = Annotated[
    float | None, typer.Option("--budget", min=0, help="Most yuan to spend; no limit without.")
]
Share = Annotated[
    float | None,
    typer.Option("--require-share", min=0, max=1, help="Least cost that supplies this share of the people."),
]
Levels = Annotated[
    Path | None, typer.Option("--levels", metavar="FILE", help="Least and most units by warehouse and item.")
]
Fix = Annotated[
    list[str] | None,
    typer.Option("--fix", metavar="WAREHOUSE:ITEM=N", help="Keep exactly that many units; repeatable."),
]
Forbid = Annotated[
    list[str] | None,
    typer.Option("--forbid", metavar="WAREHOUSE[:ITEM]", help="Keep nothing there; repeatable."),
]
Keep = Annotated[bool, typer.Option("--keep-existing", help="Move nothing away that is kept today.")]
RiskText = Annotated[
    str,
    typer.Option(
        "--risk",
        metavar="RISK",
        help="People supplied: expectation; people not supplied: worst, or cvar:0.9 (the worst tenth).",
    ),
]
Gap = Annotated[
    float, typer.Option("--gap", min=1e-6, max=0.5, help="Distance to the proven bound that is near enough.")
]
Moves = Annotated[
    int, typer.Option("--moves", min=0, max=200, help="How many of the best transfer orders to name.")
]
Studies = Annotated[
    bool,
    typer.Option(
        "--studies/--no-studies",
        help="Budgets, marginal values, best transfers, no-regret stock.",
    ),
]
Replay = Annotated[
    bool,
    typer.Option("--replay", help="Plan every scenario with either stock as `stockpile run` does; slower."),
]


def place(  # noqa: PLR0913 - one parameter an option
    region: RegionName,
    *,
    out: Out = None,
    scenario: Names = None,
    hold_out: HeldOut = None,
    variations: Variations = 2,
    severity: Severity = 1.0,
    fleet_share: FleetShare = 1.0,
    budget: Budget = None,
    require_share: Share = None,
    levels: Levels = None,
    fix: Fix = None,
    forbid: Forbid = None,
    keep_existing: Keep = False,
    risk: RiskText = "expectation",
    on: Day = None,
    gap: Gap = 1e-3,
    moves: Moves = 10,
    studies: Studies = True,
    replay: Replay = False,
    targets: TargetsName = None,
    seed: Seed = 1,
    data: DataRoot = None,
    library: Library = None,
    quiet: Quiet = False,
) -> int:
    """Say how much of each item each warehouse should hold, what to move and what to buy.

    The answer goes to runs/REGION/place, or to --out. Exit code 1 says that what was asked for cannot be
    had; the folder then holds what comes nearest.
    """
    from scenarios.placement.options import (  # noqa: PLC0415
        PlaceOptions,
        parse_fixed,
        parse_forbidden,
        parse_risk,
    )
    from stockpile.reorder import parse_day  # noqa: PLC0415

    options = PlaceOptions(
        scenarios=tuple(scenario or ()),
        hold_out=tuple(hold_out or ()),
        variations=variations,
        severity=severity,
        fleet_share=fleet_share,
        targets=targets,
        seed=seed,
        on=None if on is None else parse_day(on),
        budget=float("inf") if budget is None else budget,
        required_share=require_share,
        fixed=parse_fixed(fix or ()),
        forbidden=parse_forbidden(forbid or ()),
        keep_existing=keep_existing,
        risk=parse_risk(risk),
        gap=gap,
        moves=moves,
        studies=studies,
        replay=replay,
    )
    folder = out or Path("runs") / region / "place"
    result = _place(region, options, folder, levels, data, library, quiet=quiet)
    if not quiet:
        _show(result, folder)
    return ANSWERED if result.blocked is None else BLOCKED


def _place(
    region: str,
    options: PlaceOptions,
    folder: Path,
    levels: Path | None,
    data: Path | None,
    library: Path | None,
    *,
    quiet: bool,
) -> PlaceResult:

    from scenarios.placement.place import place_region  # noqa: PLC0415
    from scenarios.placement.solver import solve  # noqa: PLC0415
    from scenarios.progress import progress_on  # noqa: PLC0415

    return place_region(
        region,
        options,
        out=folder,
        levels=levels,
        data_root=data,
        library=library_beside(library, data),
        solve=solve,
        progress=progress_on(sys.stderr, quiet=quiet),
    )


def _show(result: PlaceResult, folder: Path) -> None:
    from scenarios.placement.words import finding_lines, verdict  # noqa: PLC0415

    blocked = [*result.blocked.reasons, result.blocked.nearest] if result.blocked else []
    for line in (verdict(result), *blocked, *finding_lines(result)):
        typer.echo(" ".join(line))
    for warning in result.warnings:
        typer.echo(f"⚠ {' '.join(warning)}")
    typer.echo(f"报告 report: {(folder / 'place.md').as_posix()}")
