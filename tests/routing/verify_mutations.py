"""Small changes to a sound plan, to what it must respect, and to what was reported about it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from verify_fixture import Tables, change, changed, reported_figures, small_context, small_plan, without

from routing.verify import PlanCheck, PlanContext, ReportedFigures, verify_plan


@dataclass(frozen=True)
class Case:
    """A plan, what it must respect, and what was reported about it."""

    tables: Tables
    context: PlanContext
    reported: ReportedFigures

    def check(self) -> PlanCheck:
        """Verify the plan."""
        return verify_plan(self.tables, self.context, reported=self.reported)


Mutation = Callable[[Case], Case]

LATER_S = 10**9
"""After every plan."""


def sound() -> Case:
    """Return the sound plan."""
    return Case(small_plan(), small_context(), reported_figures())


def plan(change_tables: Callable[[Tables], Tables]) -> Mutation:
    """Change the plan."""
    return lambda case: dataclasses.replace(case, tables=change_tables(case.tables))


def row(table: str, key: dict[str, object], /, **values: object) -> Mutation:
    """Change rows of one table of the plan."""
    return plan(lambda tables: change(tables, table, key, **values))


def trip(number: int, /, **values: object) -> Mutation:
    """Change one trip."""
    return row("trips", {"trip_id": f"T000{number}"}, **values)


def stop(number: int, place: int, /, **values: object) -> Mutation:
    """Change one stop."""
    return row("stops", {"trip_id": f"T000{number}", "stop": place}, **values)


def line(number: int, pick: int, /, **values: object) -> Mutation:
    """Change one load line."""
    return row("load_lines", {"trip_id": f"T000{number}", "pick": pick}, **values)


def leg(number: int, place: int, /, **values: object) -> Mutation:
    """Change one leg."""
    return row("legs", {"trip_id": f"T000{number}", "leg": place}, **values)


def drop(table: str, /, **key: object) -> Mutation:
    """Leave out rows of one table of the plan."""
    return plan(lambda tables: without(tables, table, key))


def region(table: str, key: str, /, **values: object) -> Mutation:
    """Change the row with that id in one table of the region."""

    def apply(case: Case) -> Case:
        table_then = changed(case.context.region.table(table), {"id": key}, **values)
        return context(region=case.context.region.replace(**{table: table_then}))(case)

    return apply


def context(**values: object) -> Mutation:
    """Change what the plan must respect."""
    return lambda case: dataclasses.replace(case, context=dataclasses.replace(case.context, **values))


def figures(**values: object) -> Mutation:
    """Change what was reported."""
    return lambda case: dataclasses.replace(case, reported=dataclasses.replace(case.reported, **values))


def roads(**values: object) -> Mutation:
    """Change the roads of all periods."""

    def apply(case: Case) -> Case:
        changed_roads = tuple(dataclasses.replace(period, **values) for period in case.context.roads)
        return context(roads=changed_roads)(case)

    return apply


def close(kind: str, link: str, begin: str, *, from_s: int = 0, until_s: int = LATER_S) -> Mutation:
    """Close one direction of a link to one vehicle type, throughout or from one second until another."""
    return slow(kind, link, begin, np.inf, from_s=from_s, until_s=until_s)


def slow(
    kind: str, link: str, begin: str, seconds: float, *, from_s: int = 0, until_s: int = LATER_S
) -> Mutation:
    """Give one direction of a link other seconds for one vehicle type."""

    def apply(case: Case) -> Case:
        network = case.context.network
        slowed = [
            network.link_ids[number] == link and network.node_ids[node] == begin
            for number, node in zip(network.link.tolist(), network.edge_from.tolist(), strict=True)
        ]
        assert any(slowed)
        (now,) = case.context.roads
        other = {**now.edge_seconds, kind: np.where(slowed, seconds, now.edge_seconds[kind])}
        periods = [
            dataclasses.replace(now, start_s=from_s, edge_seconds=other),
            *([dataclasses.replace(now, start_s=0)] if from_s else []),
            *([dataclasses.replace(now, start_s=until_s)] if until_s < LATER_S else []),
        ]
        return context(roads=tuple(sorted(periods, key=lambda period: period.start_s)))(case)

    return apply


def both(*mutations: Mutation) -> Mutation:
    """Apply several mutations."""

    def apply(case: Case) -> Case:
        for mutation in mutations:
            case = mutation(case)
        return case

    return apply


def twice(table: str) -> Mutation:
    """Write the first row of a table twice."""
    return plan(lambda tables: {**tables, table: pd.concat([tables[table], tables[table].head(1)])})


YESTERDAY = dt.date(2026, 7, 4)


def said(mutate: Mutation, rule: str) -> list[str]:
    """Return what is reported under a rule once the sound plan is changed."""
    return [str(violation) for violation in mutate(sound()).check().violations if violation.rule == rule]
