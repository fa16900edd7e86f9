"""Plan many scenarios, one after the other or in processes of their own; one that fails stops no other."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from routing.dispatch import Effort
from scenarios.checking.rows import CheckRow, Terms, error_row, row_of
from scenarios.finish import finished_result
from scenarios.loading import load_scenario
from scenarios.progress import Progress, progress_on_nothing
from scenarios.run import planned, read_planning
from stockpile.errors import DataError


@dataclass(frozen=True)
class CheckOptions:
    """How every scenario is planned: as `stockpile run` does, without causes and critical roads."""

    data_root: Path | None
    library: Path | None
    targets: str | None
    scale: str | None
    effort: Effort
    seed: int

    @property
    def terms(self) -> Terms:
        """What rows must have in common to be compared."""
        return Terms(self.effort, self.seed, self.targets or "", self.scale or "")


def check_scenario(spec: str, options: CheckOptions) -> CheckRow:
    """Return the row of one scenario; what goes wrong is told in it and not raised."""
    try:
        resolved = load_scenario(spec, options.library, targets=options.targets, scale=options.scale)
        planning = read_planning(resolved, options.data_root)
        finished = planned(
            planning, seed=options.seed, effort=options.effort, explained=False, progress=progress_on_nothing
        )
        return row_of(finished_result(finished), profile=options.terms.profile, scale=options.terms.scale)
    except DataError as error:
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        return error_row(spec, options.terms, f"{error.problems[0]}{more}")
    except Exception as error:  # noqa: BLE001 - one scenario must not stop the others
        return error_row(spec, options.terms, f"{type(error).__name__}: {error}")


def check_scenarios(
    specs: Sequence[str], options: CheckOptions, *, workers: int, progress: Progress
) -> tuple[CheckRow, ...]:
    """Return the rows of all scenarios in the order given, whatever the number of workers."""
    if workers == 1 or len(specs) == 1:
        return tuple(_one_by_one(specs, options, progress))
    with (
        progress(f"Planning {len(specs)} scenarios with {workers} workers") as tell,
        # a process of its own starts fresh: threads of a solver do not survive being copied
        ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        futures = [pool.submit(check_scenario, spec, options) for spec in specs]
        rows = []
        for spec, future in zip(specs, futures, strict=True):
            try:
                rows.append(future.result())
            except Exception as error:  # noqa: BLE001 - a worker that died takes its scenarios along
                message = f"{type(error).__name__}: {error}"
                rows.append(error_row(spec, options.terms, message))
            if tell is not None:
                tell(f"{len(rows)} of {len(specs)} done, last {spec}: {rows[-1].verdict}")
        return tuple(rows)


def _one_by_one(specs: Sequence[str], options: CheckOptions, progress: Progress) -> Iterator[CheckRow]:
    for number, spec in enumerate(specs, start=1):
        with progress(f"{number} of {len(specs)}: {spec}"):
            yield check_scenario(spec, options)
