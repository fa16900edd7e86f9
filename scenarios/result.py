"""What one run found: the only thing that the reports read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from routing.dispatch import Effort
from scenarios.schema import Scenario
from stockpile.region import Region


@dataclass(frozen=True)
class TargetResult:
    """How one promise was kept.

    `people` are the affected people the promise counts (without the exempt), `supplied` those who hold a
    complete basket by `hours` after the promise's clock start, `share` is supplied / people. It is not
    `judged` when the scenario promises first goods only and people are counted for the reader; `met` is False
    then.
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
    judged: bool = True


OTHERS_FIRST = "others"
"""Cause of late first goods that no limit rules out for the township alone."""

COMPLETE = "complete"
"""Cause of first goods that never came where other stores have met every need."""


@dataclass(frozen=True)
class FirstArrival:
    """The first goods of one township for one promise; blank ids and None where none came by the horizon.

    `people` are its affected people, `first_h` is the hour after the dispatch order at which the goods, `kg`
    of them, have been unloaded. It is `exempt` when no mode reaches any of its sites with people. No plan
    brings goods of the promise before `soonest_h`, None for never. `causes` say why they came late: limits
    without any one of which that hour would not be past the promise, OTHERS_FIRST where it is not, COMPLETE
    where nothing was left to bring; nothing where they were in time, or nobody asked.
    """

    target: str
    township: str
    people: int
    first_h: float | None
    source_id: str
    trip_id: str
    site_id: str
    kg: float
    exempt: bool
    in_time: bool
    soonest_h: float | None
    causes: tuple[str, ...]


@dataclass(frozen=True)
class FirstGoodsResult:
    """How a promise of first goods from warehouses of a level was kept.

    `townships` are the affected townships without the exempt, `reached` those with goods in time, no more
    than `bound` in any plan, `share` is reached / townships, `last_h` the hour at which the last of them got
    its first goods, None while one got none. It is not `judged` when no existing warehouse of the level keeps
    a lot of the basket; `met` is False then.
    """

    id: str
    level: str
    hours: float
    required: float
    townships: int
    reached: int
    bound: int
    share: float
    exempt_townships: int
    last_h: float | None
    judged: bool
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
    coverage, curve, isolated, flooded, closures, lost_stock, site_sources, critical_links, gaps, targets,
    first_goods, first_arrivals). `targets` count people, `first_goods` townships.
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
    first_goods: tuple[FirstGoodsResult, ...]
    first_arrivals: tuple[FirstArrival, ...]
    gaps: tuple[Gap, ...]
    bound: Bound
    verification: Verification
    modelled_or_assumed_share: float
    inputs: Mapping[str, str]
    tables: Mapping[str, pd.DataFrame]
    change_log: tuple[Mapping[str, str], ...]
    resolved_yaml: str
    seed: int
    effort: Effort

    @property
    def not_judged(self) -> int:
        """Promises of first goods that cannot be judged."""
        return sum(not goods.judged for goods in self.first_goods)

    @property
    def targets_met(self) -> bool:
        """Whether every promise that can be judged was kept, and there is one."""
        judged = [target.met for target in self.targets if target.judged]
        judged += [goods.met for goods in self.first_goods if goods.judged]
        return bool(judged) and all(judged)
