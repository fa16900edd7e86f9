"""Show on a terminal which step of a long run is under way; say nothing anywhere else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TextIO

Tell = Callable[[str], None]
"""Called with what a step has reached so far."""

Progress = Callable[[str], AbstractContextManager[Tell | None]]
"""Called with the name of a step, which may tell what it has reached; None where nobody looks."""


def progress_on(stream: TextIO, *, quiet: bool) -> Progress:
    """Return what a run calls with the name of each step.

    On a terminal a step spins while it lasts, beside what it has reached, and leaves a line with its seconds.
    In CI, in a pipe and with `quiet` nothing is written, so that logs and comparisons stay the same from run
    to run.
    """
    if quiet or os.environ.get("CI") or not stream.isatty():
        return progress_on_nothing
    return _on_terminal(stream)


def progress_on_nothing(_step: str) -> AbstractContextManager[None]:
    """Show nothing."""
    return nullcontext()


def _on_terminal(stream: TextIO) -> Progress:
    from rich.console import Console  # noqa: PLC0415 - not needed where nothing is shown
    from rich.markup import escape  # noqa: PLC0415

    console = Console(file=stream)

    @contextmanager
    def show(step: str) -> Iterator[Tell]:
        begun = time.perf_counter()
        with console.status(escape(step)) as status:
            yield lambda reached: status.update(f"{escape(step)}  [dim]{escape(reached)}[/dim]")
        console.print(f"[green]✓[/green] {escape(step)}  [dim]{time.perf_counter() - begun:.1f} s[/dim]")

    return show
