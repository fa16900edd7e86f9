"""What one run found: the only thing that the reports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from scenarios.schema import Scenario
from stockpile.region import Region


@dataclass(frozen=True)
class TargetResult:
    """How one promise was kept.

    `people` are the affected people the promise counts (without the exempt), `supplied` those who hold a
    complete basket by `hours` after the promise's clock start, `share` is supplied / people.
    """

    id: str
    hours: float
    scope: str
    required: float
    people: int
    supplied: int
    share: float
    exempt_people: int
    met: bool
    source: str


@dataclass(frozen=True)
class Gap:
    """People of one site who lack a complete basket at the hour of the first target they miss.

    `item` is the essential item with the fewest complete shares, `causes` are limits that keep it away.
    When `proven`, lifting any one of them alone serves all people of the site, in the order they were tried;
    else lifting each serves some more, the largest gain first.
    """

    site: str
    place: str
    people: int
    item: str
    hour: float
    causes: tuple[str, ...]
    proven: bool
    repair: str | None


@dataclass(frozen=True)
class Bound:
    """Proven limits: no plan supplies more people by target g than `supplied[g]`, nor waits less in all.

    `gap` is the share by which the plan stays below the bound on the first target,
    (bound - plan) / bound; 0 when the bound is 0.
    """

    supplied: tuple[int, ...]
    person_hours: float
    gap: float


@dataclass(frozen=True)
class Verification:
    """Broken rules, one sentence each, and how many single checks were made."""

    violations: tuple[str, ...]
    rules_checked: int


@dataclass(frozen=True)
class RunResult:
    """A finished run of one scenario.

    `tables` holds the plan tables by name (trips, stops, load_lines, legs, local_issues, supply, demand,
    coverage, curve, isolated, flooded, closures, lost_stock, site_sources, critical_links, gaps, targets).
    `supplied_by_hour` is cumulative people at each whole
    hour from 0 to the horizon. `inputs` maps every input file to its SHA-256. `change_log` lists the values
    that the scenario and its overrides changed (key, old, new, by).
    """

    spec: str
    scenario: Scenario
    region: Region
    affected: int
    supplied_by_hour: tuple[tuple[float, int], ...]
    person_hours: float
    cost_yuan: float
    targets: tuple[TargetResult, ...]
    gaps: tuple[Gap, ...]
    bound: Bound
    verification: Verification
    modelled_or_assumed_share: float
    inputs: Mapping[str, str]
    tables: Mapping[str, pd.DataFrame]
    change_log: tuple[Mapping[str, str], ...]
    resolved_yaml: str
    seed: int
    effort: str

    @property
    def targets_met(self) -> bool:
        """Whether every promise was kept."""
        return all(target.met for target in self.targets)
