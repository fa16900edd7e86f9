"""One row a scenario: what its plan keeps of the promises, as a line of a table that can be compared."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

from scenarios.report.findings import target_hour
from scenarios.report.wording import hour_text, names_of
from scenarios.result import RunResult
from stockpile.errors import DataError, Problem
from stockpile.output.csv_text import csv_text
from stockpile.output.text import one_line

MET, MISSED, BROKEN, ERROR = "met", "missed", "broken", "error"
VERDICTS = (MET, MISSED, BROKEN, ERROR)
"""Best first: promises kept; missed; the plan fails its own check; no plan."""

UNSOUND = (BROKEN, ERROR)
"""Verdicts that no baseline takes in: there is no plan that could be carried out."""

NOT_JUDGED = "not-judged"
SHARE_DECIMALS = 4
ERROR_LENGTH = 300


@dataclass(frozen=True)
class Terms:
    """How a scenario was planned; only rows of equal terms compare.

    `profile` and `scale` are blank when they are the scenario's own.
    """

    effort: str
    seed: int
    profile: str = ""
    scale: str = ""

    def __str__(self) -> str:
        """All of them in words."""
        profile = f", targets {self.profile}" if self.profile else ""
        scale = f", scale {self.scale}" if self.scale else ""
        return f"effort {self.effort}, seed {self.seed}{profile}{scale}"


@dataclass(frozen=True)
class CheckRow:
    """What became of one scenario.

    `targets` are `ID=met:SHARE`, `ID=missed:SHARE` or `ID=not-judged`, in the order of the scenario, those to
    people first; `supplied` are `HOUR=PEOPLE` for the hour of each target to people and the end of the plan.
    Of the affected `people` those of sites that no mode reaches are `exempt`.
    `gap` is the share by which the plan stays below the proven bound on the first target. The worst township
    is the one with `worst_people` short at the hour of the first target. `profile` and `scale` are the target
    profile and the scale of sites that were asked for, blank for the scenario's own.
    """

    region: str
    scenario: str
    effort: str
    seed: int
    verdict: str
    targets: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()
    people: int = 0
    exempt: int = 0
    gap: str = ""
    worst_township: str = ""
    worst_name: str = ""
    worst_people: int = 0
    error: str = ""
    profile: str = ""
    scale: str = ""

    @property
    def terms(self) -> Terms:
        """How it was planned."""
        return Terms(self.effort, self.seed, self.profile, self.scale)

    @property
    def spec(self) -> str:
        """Region and scenario, as in luan_jinan/meiyu-flood."""
        return f"{self.region}/{self.scenario}"

    @property
    def status_of(self) -> dict[str, str]:
        """met, missed or not-judged by target."""
        pairs = (target.rpartition("=") for target in self.targets)
        return {name: status.partition(":")[0] for name, _, status in pairs}

    @property
    def share_of(self) -> dict[str, float]:
        """Share by target, of those that are judged."""
        pairs = (target.rpartition("=") for target in self.targets)
        shares = ((name, status.partition(":")[2]) for name, _, status in pairs)
        return {name: float(share) for name, share in shares if share}

    @property
    def supplied_by(self) -> dict[str, int]:
        """People supplied by hour, as written."""
        pairs = (supplied.split("=") for supplied in self.supplied)
        return {hour: int(people) for hour, people in pairs}


def row_of(result: RunResult, *, profile: str = "", scale: str = "") -> CheckRow:
    """Return the row of a finished run that was asked for with this target profile and scale of sites."""
    township, people_short = worst_township(result)
    region, scenario = result.spec.split("/")
    verdict = MET if result.targets_met else MISSED
    broken = sorted(result.verification.violations)
    return CheckRow(
        region=region,
        scenario=scenario,
        effort=result.effort,
        seed=result.seed,
        verdict=BROKEN if broken else verdict,
        targets=(
            *(_status(target.id, target.share, met=target.met) for target in result.targets if target.judged),
            *(
                _status(goods.id, goods.share, met=goods.met) if goods.judged else f"{goods.id}={NOT_JUDGED}"
                for goods in result.first_goods
            ),
        ),
        supplied=tuple(_supplied(result)),
        people=result.affected,
        exempt=result.targets[0].exempt_people,
        gap=f"{result.bound.gap:.{SHARE_DECIMALS}f}",
        worst_township=township,
        worst_name=names_of(result.region).zh("places", township) if township else "",
        worst_people=people_short,
        error=one_line(broken[0])[:ERROR_LENGTH] if broken else "",
        profile=profile,
        scale=scale,
    )


def error_row(spec: str, terms: Terms, message: str) -> CheckRow:
    """Return the row of a scenario that could not be planned."""
    region, _, scenario = spec.partition("/")
    error = one_line(message)[:ERROR_LENGTH]
    return CheckRow(region=region, scenario=scenario, verdict=ERROR, error=error, **asdict(terms))


def _status(name: str, share: float, *, met: bool) -> str:
    return f"{name}={MET if met else MISSED}:{share:.{SHARE_DECIMALS}f}"


def _supplied(result: RunResult) -> Iterable[str]:
    """People by the hour of each target to people, once each, then by the end of the plan."""
    curve = result.tables["curve"]
    people = dict(zip(curve["hour"], curve["supplied"], strict=True))
    hours = dict.fromkeys([*(target_hour(result, target) for target in result.targets), max(people)])
    return (f"{hour_text(hour)}={int(people[hour])}" for hour in hours)


def worst_township(result: RunResult) -> tuple[str, int]:
    """Return the township with most people short at the first target's hour, and how many; "" for none."""
    hour = target_hour(result, result.targets[0])
    demand = result.tables["demand"].drop_duplicates("site_id")
    coverage = result.tables["coverage"]
    at_hour = coverage[coverage["hour"] == hour]
    supplied = dict(zip(at_hour["site_id"], at_hour["supplied"], strict=True))
    names = names_of(result.region)
    short: dict[str, int] = {}
    for site, place, people in zip(demand["site_id"], demand["place"], demand["people"], strict=True):
        township = names.township(place)
        short[township] = short.get(township, 0) + int(people) - int(supplied.get(site, 0))
    township = min(short, key=lambda one: (-short[one], one), default="")
    return (township, short[township]) if short.get(township) else ("", 0)


def rows_text(rows: Iterable[CheckRow]) -> str:
    """Return the rows as CSV."""
    columns = [field.name for field in fields(CheckRow)]
    return csv_text(pd.DataFrame([asdict(row) for row in rows], columns=columns).astype(object))


def read_rows(path: Path) -> tuple[CheckRow, ...]:
    """Read rows from a CSV file that `rows_text` wrote.

    Raises:
        DataError: the file is missing, or is none of ours.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(path.read_text("utf-8")), strict=True))
        return tuple(_row(line) for line in lines)
    except FileNotFoundError:
        message = "is not there"
        remedy = "Make it with `stockpile check --all --update-baseline`, or name another with --baseline"
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error):
        message, remedy = "is no baseline", "Write it anew with `stockpile check --all --update-baseline`"
    raise DataError([Problem(path.name, None, None, None, message, remedy)])


def _row(line: Mapping[str, str]) -> CheckRow:
    row = CheckRow(
        region=line["region"],
        scenario=line["scenario"],
        effort=line["effort"],
        seed=int(line["seed"]),
        verdict=line["verdict"],
        targets=tuple(filter(None, line["targets"].split("|"))),
        supplied=tuple(filter(None, line["supplied"].split("|"))),
        people=int(line["people"]),
        exempt=int(line["exempt"]),
        gap=line["gap"],
        worst_township=line["worst_township"],
        worst_name=line["worst_name"],
        worst_people=int(line["worst_people"]),
        error=line["error"],
        # a baseline without these columns was planned by the scenarios' own
        profile=line.get("profile", ""),
        scale=line.get("scale", ""),
    )
    if row.verdict not in VERDICTS or not all("=" in cell for cell in (*row.targets, *row.supplied)):
        raise ValueError(row.spec)
    return row
