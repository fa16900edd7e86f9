"""The short answer on the terminal: right at 80 columns, with and without colour."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from report_fixture import sample_result
from rich.cells import cell_len
from rich.console import Console

from scenarios.report.terminal import show_run
from scenarios.result import RunResult, Verification


def shown(result: RunResult, *, colour: bool = False) -> str:
    """What an 80-column terminal shows."""
    screen = io.StringIO()
    console = Console(
        file=screen, width=80, force_terminal=colour, color_system="standard" if colour else None
    )
    show_run(result, Path("runs/luan_jinan/meiyu-flood"), console)
    return screen.getvalue()


def test_no_line_is_wider_than_the_terminal() -> None:
    """No line is wider than the terminal."""
    assert max(cell_len(line) for line in shown(sample_result()).splitlines()) <= 80


def test_figures_are_never_cut() -> None:
    """Figures are never cut."""
    text = shown(sample_result())
    for figure in ("25,000", "28,000", "83.3 %", "3,000", "2,000", "5,800"):
        assert figure in text


def test_columns_line_up_although_chinese_signs_are_wide() -> None:
    """Columns line up although chinese signs are wide."""
    lines = shown(sample_result()).splitlines()
    first = next(index for index, line in enumerate(lines) if "half-4h" in line)
    ends = {
        cell_len(line[: line.index(mark)]) for line, mark in zip(lines[first : first + 2], "✓✗", strict=True)
    }
    assert len(ends) == 1


def test_square_brackets_in_a_name_are_no_markup() -> None:
    """Square brackets in a name are no markup."""
    assert "[bold]马头[/bold]" in shown(sample_result())


def test_colour_is_an_extra_only() -> None:
    """Colour is an extra only."""
    assert "\x1b[" not in shown(sample_result())
    assert "\x1b[" in shown(sample_result(), colour=True)


def test_failed_check_is_named() -> None:
    """Failed check is named."""
    failed = Verification(violations=("T0001 drives [closed] road",), rules_checked=9)
    text = shown(replace(sample_result(), verification=failed))
    assert "failed its check" in text
    assert "T0001 drives [closed] road" in text


def test_files_are_named() -> None:
    """Files are named."""
    assert "runs/luan_jinan/meiyu-flood/report.md" in shown(sample_result())


def test_overfull_sites_and_items_without_any_usable_lot_are_warned_of() -> None:
    """One line each, none when all is well."""
    result = sample_result()
    assert "⚠" not in shown(result)
    sites = result.region.sites.assign(capacity=1_000)
    region = result.region.replace(sites=sites, lots=result.region.lots.assign(quantity=0))
    lines = shown(replace(result, region=region)).splitlines()
    assert [line.strip() for line in lines if "⚠" in line] == [
        "⚠ 4 个安置点超出容量共 26,000 人 4 sites over capacity by 26,000 people",
        "⚠ 库存无当日可用批次 no lot in stock usable on the day: 饮用水",
    ]
