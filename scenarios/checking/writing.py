"""What a check shows and writes: a table on the terminal, check.csv, check.md and junit.xml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scenarios.checking.baseline import Finding
from scenarios.checking.rows import BROKEN, ERROR, MET, MISSED, NOT_JUDGED, UNSOUND, CheckRow, rows_text
from scenarios.report.wording import counted, gap_text, people_text
from stockpile.output.folder import ResultFolder, write_text
from stockpile.output.markdown_text import plain, table_lines
from stockpile.output.text import json_text

SCHEMA = "stockpile-check/1"
VERDICT_WORDS = {
    MET: "✓ 达成 met",
    MISSED: "✗ 未达成 missed",
    BROKEN: "‼ 违规 broken",
    ERROR: "‼ 出错 error",
}
MARKS = {MET: "✓", MISSED: "✗", NOT_JUDGED: "—"}


@dataclass(frozen=True)
class Checked:
    """Rows of a check and what differs from the baseline `compared`, whose name is blank for none."""

    rows: tuple[CheckRow, ...]
    findings: tuple[Finding, ...]
    compared: str

    @property
    def worse(self) -> tuple[Finding, ...]:
        """What got worse."""
        return tuple(finding for finding in self.findings if finding.worse)

    @property
    def verdict(self) -> str:
        """One line: how many scenarios, how many got worse, how many better."""
        planned = counted(len(self.rows), "scenario")
        failed = sum(row.verdict in UNSOUND for row in self.rows)
        faults = f"; {failed} without a sound plan" if failed else ""
        if not self.compared:
            return f"{planned} planned, not compared with a baseline{faults}"
        worse = len({finding.spec for finding in self.worse})
        better = len({finding.spec for finding in self.findings if not finding.worse})
        return f"{planned}: {worse} worse than {self.compared}, {better} better{faults}"


def show_check(checked: Checked, console: Console) -> None:
    """Print the rows, then every difference with what to do about it."""
    grid = Table(title="各场景复核 Check", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for zh, en in (("场景", "scenario"), ("目标", "targets"), ("获供", "supplied")):
        grid.add_column(f"{zh}\n{en}", overflow="fold")
    for zh, en in (("距上限", "gap"), ("最缺乡镇", "worst township"), ("结论", "verdict")):
        grid.add_column(f"{zh}\n{en}", overflow="fold", justify="right" if en == "gap" else "left")
    for row in checked.rows:
        spec, *cells = _cells(row, "\n")
        grid.add_row(*(Text(cell) for cell in (spec.replace("/", "/\n"), *cells)))
    console.print(grid)
    for finding in checked.findings:
        style = "red" if finding.worse else "green"
        mark = "变差 worse" if finding.worse else "变好 better"
        console.print(Text(f"{mark}: {finding.spec}: {finding.message}. {finding.remedy}", style=style))
    for row in checked.rows:
        if row.error and not any(finding.spec == row.spec for finding in checked.findings):
            console.print(Text(f"{row.spec}: {row.error}", style="red"))
    console.print(Text(checked.verdict, style="bold"))


def _cells(row: CheckRow, between: str) -> tuple[str, ...]:
    targets = [_target_text(target) for target in row.targets]
    supplied = [f"{hour} h {people_text(people)}" for hour, people in row.supplied_by.items()]
    worst = f"{row.worst_name} {people_text(row.worst_people)}" if row.worst_people else ""
    gap = gap_text(float(row.gap)) if row.gap else ""
    verdict = VERDICT_WORDS[row.verdict]
    return row.spec, between.join(targets), between.join(supplied), gap, worst, verdict


def _target_text(target: str) -> str:
    name, _, status = target.rpartition("=")
    word, _, share = status.partition(":")
    return f"{MARKS[word]} {name}" + (f" {100 * float(share):.2f} %" if share else "")


def write_check(checked: Checked, folder: Path) -> None:
    """Write check.csv, check.md and junit.xml into a folder of their own, with a manifest of their digests.

    Raises:
        DataError: something stands there that no check wrote.
    """

    def write_files(fresh: Path) -> None:
        write_text(fresh / "check.csv", rows_text(checked.rows))
        write_text(fresh / "check.md", check_markdown(checked))
        write_text(fresh / "junit.xml", junit_xml(checked))

    ResultFolder(folder, SCHEMA).write(
        write_files, lambda digests: json_text({"schema": SCHEMA, "outputs": dict(sorted(digests.items()))})
    )


def check_markdown(checked: Checked) -> str:
    """Return the check as a Markdown page."""
    headers = (
        *("场景 scenario", "目标 targets", "获供 supplied", "距上限 gap", "最缺乡镇 worst township"),
        "结论 verdict",
    )
    table = table_lines(headers, [_cells(row, "; ") for row in checked.rows], numbers=[3])
    found = [
        f"- **{'变差 worse' if finding.worse else '变好 better'}** {plain(finding.spec)}: "
        f"{plain(finding.message)}. {finding.remedy}."
        for finding in checked.findings
    ]
    errors = [f"- {plain(row.spec)}: {plain(row.error)}" for row in checked.rows if row.error]
    parts: Sequence[list[str]] = (
        ["# 各场景复核 Check of all scenarios", "", f"**{plain(checked.verdict)}.**", "", *table, ""],
        ["## 与基线相比 Against the baseline", "", *found, ""] if found else [],
        ["## 错误 Errors", "", *errors, ""] if errors else [],
    )
    return "\n".join(line for part in parts for line in part)


def junit_xml(checked: Checked) -> str:
    """Return the check as JUnit XML: failures are what got worse, errors have no plan."""
    errors = sum(row.verdict == ERROR for row in checked.rows)
    cases = [_case(row, [f for f in checked.worse if f.spec == row.spec]) for row in checked.rows]
    failures = sum("<failure" in case for case in cases)
    head = f'<testsuite name="stockpile check" tests="{len(cases)}" failures="{failures}" errors="{errors}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"]) + "\n"


def _case(row: CheckRow, worse: Sequence[Finding]) -> str:
    opening = f"  <testcase classname={quoteattr(row.region)} name={quoteattr(row.scenario)}>"
    said = f"    <system-out>{escape('; '.join(_cells(row, ', ')[1:]))}</system-out>"
    fault = []
    if row.verdict == ERROR:
        fault = [f"    <error message={quoteattr(row.error)}/>"]
    elif worse or row.verdict == BROKEN:
        message = "; ".join(finding.message for finding in worse) or row.error
        remedy = worse[0].remedy if worse else ""
        fault = [f"    <failure message={quoteattr(message)}>{escape(remedy)}</failure>"]
    return "\n".join([opening, *fault, said, "  </testcase>"])
