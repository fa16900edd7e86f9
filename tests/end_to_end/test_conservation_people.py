"""People: who is affected, who is supplied when, who is short, rebuilt from the written tables alone."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

import pandas as pd
import pytest
from command_line import WrittenRun, data_table, whole_seconds
from hand_out_queue import Queue, complete_baskets

CAUSES = {
    *("stock", "expired", "road", "distance", "callout", "docks", "fleet", "handout"),
    *("isolated", "several"),
}


@cache
def deliveries(run: WrittenRun) -> pd.DataFrame:
    """Everything that reaches a site: site_id, second, item, quantity."""
    stops = run.table("stops").assign(second=lambda rows: whole_seconds(rows["unload_end_h"]))
    brought = run.table("load_lines").merge(stops[["trip_id", "stop", "second"]], on=["trip_id", "stop"])
    held = run.table("local_issues").assign(second=0)
    columns = ["site_id", "second", "item", "quantity"]
    return pd.concat([brought[columns], held[columns]], ignore_index=True)


@cache
def essentials(run: WrittenRun) -> Mapping[str, Fraction]:
    """Units a person needs of each essential item."""
    demand = run.table("demand")
    rows = demand[demand["essential"] == "yes"].drop_duplicates("item")
    return {
        item: Fraction(str(quantity))
        for item, quantity in zip(rows["item"], rows["quantity_per_person"], strict=True)
    }


@cache
def people(run: WrittenRun) -> pd.Series[int]:
    """Affected people by site."""
    return run.table("demand").drop_duplicates("site_id").set_index("site_id")["people"]


@cache
def queues(run: WrittenRun) -> Mapping[str, Queue]:
    """The hand-out of every site with people."""
    rate = data_table("sites").set_index("id")["handout_persons_per_h"]
    horizon_s = round(run.scenario["horizon_h"] * 3600)
    came = {site: rows for site, rows in deliveries(run).groupby("site_id")}  # noqa: C416 - a frame a site
    nothing = deliveries(run).iloc[:0]
    return {
        site: Queue(
            int(number),
            Fraction(str(rate[site])) / 3600,
            complete_baskets(
                came.get(site, nothing)[["second", "item", "quantity"]].itertuples(index=False, name=None),
                essentials(run),
            ),
            horizon_s,
        )
        for site, number in people(run).items()
    }


def target_hours(run: WrittenRun) -> list[float]:
    """Hour of each target on the clock of the plan."""
    late = run.scenario.get("event_to_order_h", 0)
    return [
        target["hours"] - (late if target["clock"] == "event" else 0)
        for target in run.scenario["targets"].values()
    ]


def test_the_affected_are_the_share_of_the_residents(shipped: WrittenRun) -> None:
    """share x residents of each place come to its sites, each site within one person of its part."""
    above = data_table("places").set_index("id")["parent"].to_dict()
    residents = data_table("places").set_index("id")["population"]
    sites, counted = data_table("sites"), people(shipped)
    seen: list[str] = []
    for group in shipped.scenario["affected"].values():
        for place in map(str, group["places"]):
            inside = sites[[place in _with_units_above(at, above) for at in sites["place"]]]
            come = Fraction(str(group["share"])) * int(residents[place])
            here = counted.reindex(inside["id"], fill_value=0)
            assert abs(int(here.sum()) - come) <= Fraction(1, 2)
            part = inside["capacity"].to_numpy() / inside["capacity"].sum() * here.sum()
            assert (abs(here.to_numpy() - part) < 1).all()
            seen.extend(inside["id"])
    assert set(counted.index) <= set(seen)
    assert shipped.report["people"]["affected"] == counted.sum()


def _with_units_above(place: str, above: Mapping[str, str]) -> list[str]:
    chain = [place]
    while above[chain[-1]]:
        chain.append(above[chain[-1]])
    return chain


def test_coverage_is_the_hand_out_of_what_was_unloaded(shipped: WrittenRun) -> None:
    """Supplied people of each site and hour follow from drops, on-the-spot stock and the hand-out rate."""
    coverage = shipped.table("coverage")
    rebuilt = [
        queues(shipped)[site].served(second)
        for site, second in zip(coverage["site_id"], whole_seconds(coverage["hour"]), strict=True)
    ]
    wrong = coverage[coverage["supplied"] != rebuilt]
    assert wrong.empty, wrong
    hours = set(coverage["hour"])
    whole = set(range(int(shipped.scenario["horizon_h"]) + 1))
    assert hours == whole | {round(hour, 4) for hour in target_hours(shipped)}
    assert len(coverage) == len(hours) * len(people(shipped))


def test_the_curve_is_the_sum_of_coverage_and_never_falls(shipped: WrittenRun) -> None:
    """People by hour of all sites, as a number and as a share of the affected."""
    curve = shipped.table("curve").set_index("hour")
    totals = shipped.table("coverage").groupby("hour")["supplied"].sum()
    assert curve["supplied"].to_dict() == totals.to_dict()
    assert curve["supplied"].is_monotonic_increasing
    assert curve["supplied"].max() <= people(shipped).sum()
    assert curve["share"].to_numpy() == pytest.approx((totals / people(shipped).sum()).to_numpy(), abs=0.6e-6)


def test_the_report_gives_the_people_of_the_curve(shipped: WrittenRun) -> None:
    """supplied_by_hour holds every whole hour, from 0 to the horizon, as in tables/curve.csv."""
    curve = shipped.table("curve").set_index("hour")["supplied"]
    by_hour = shipped.report["people"]["supplied_by_hour"]
    assert [hour for hour, _ in by_hour] == list(range(int(shipped.scenario["horizon_h"]) + 1))
    assert all(curve[hour] == supplied for hour, supplied in by_hour)


def test_person_hours_are_the_area_above_the_curve(shipped: WrittenRun) -> None:
    """Waiting is summed exactly over sites; the bound is no larger."""
    waited = float(sum(queue.waiting_person_hours() for queue in queues(shipped).values()))
    assert shipped.report["people"]["person_hours"] == pytest.approx(waited, abs=0.001)
    assert shipped.report["bound"]["person_hours"] <= waited


def test_targets_follow_from_coverage_without_the_isolated(shipped: WrittenRun) -> None:
    """Supplied people of reachable sites by the hour; the exempt are exactly the isolated; met is judged."""
    isolated = shipped.table("isolated")
    counted = people(shipped).drop(isolated["site_id"])
    coverage = shipped.table("coverage")
    reachable = coverage[coverage["site_id"].isin(counted.index)]
    limits = shipped.report["bound"]["supplied"]
    for hour, target, limit in zip(target_hours(shipped), shipped.report["targets"], limits, strict=True):
        supplied = reachable.loc[reachable["hour"] == round(hour, 4), "supplied"].sum()
        promise = shipped.scenario["targets"][target["id"]]
        assert (target["people"], target["supplied"]) == (counted.sum(), supplied)
        assert target["exempt_people"] == isolated["people"].sum()
        assert target["people"] + target["exempt_people"] == shipped.report["people"]["affected"]
        assert target["share"] == pytest.approx(supplied / counted.sum(), abs=0.6e-6)
        assert target["met"] is bool(supplied >= promise["required"] * counted.sum())
        assert supplied <= limit <= counted.sum()


def test_isolated_sites_are_named_with_all_their_people_and_no_vehicle_comes(shipped: WrittenRun) -> None:
    """isolated.csv and report.json name the same sites; no trip stops there."""
    isolated = shipped.table("isolated").set_index("site_id")
    assert isolated["people"].to_dict() == people(shipped)[list(isolated.index)].to_dict()
    assert not set(isolated.index) & set(shipped.table("stops")["site_id"])
    named = [(row["site"], row["place"], row["people"]) for row in shipped.report["isolated"]]
    assert named == list(zip(isolated.index, isolated["place"], isolated["people"], strict=True))
    sites = data_table("sites").set_index("id")
    assert isolated["place"].to_dict() == sites.loc[isolated.index, "place"].to_dict()


def test_every_short_site_has_one_gap_and_no_other_site_has_any(shipped: WrittenRun) -> None:
    """The sites of the gaps are those that coverage leaves short at the first target they miss."""
    gaps = shipped.table("gaps")
    assert gaps["site"].is_unique
    short = set()
    for hour in target_hours(shipped):
        by_then = _supplied_at(shipped, hour)
        short |= set(by_then.index[by_then < people(shipped)[by_then.index]])
    assert set(gaps["site"]) == short


def _supplied_at(run: WrittenRun, hour: float) -> pd.Series[int]:
    coverage = run.table("coverage")
    return coverage[coverage["hour"] == round(hour, 4)].set_index("site_id")["supplied"]


def test_people_of_a_reached_gap_are_those_whom_coverage_leaves_out(shipped: WrittenRun) -> None:
    """people = affected - supplied at the hour of the gap; together they are what the target lacks."""
    gaps = shipped.table("gaps")
    reached = gaps[~gaps["site"].isin(shipped.table("isolated")["site_id"])]
    for gap in reached.itertuples():
        assert gap.people == people(shipped)[gap.site] - _supplied_at(shipped, gap.hour)[gap.site]
    first = shipped.report["targets"][0]
    at_first = reached[reached["hour"] == round(target_hours(shipped)[0], 4)]
    assert at_first["people"].sum() == first["people"] - first["supplied"]


def test_people_of_an_isolated_gap_are_those_without_stock_on_the_spot(
    shipped_runs: Mapping[str, WrittenRun],
) -> None:
    """An isolated site is short of its people less those whom its own stock supplies."""
    for run in shipped_runs.values():
        gaps = run.table("gaps")
        for gap in gaps[gaps["site"].isin(run.table("isolated")["site_id"])].itertuples():
            assert gap.people == people(run)[gap.site] - _supplied_at(run, gap.hour)[gap.site], gap.site


def test_a_gap_names_its_place_its_scarcest_item_and_known_causes(shipped: WrittenRun) -> None:
    """The limiting item has the fewest persons' shares on the site by the hour."""
    place = data_table("sites").set_index("id")["place"]
    wanted, came = essentials(shipped), deliveries(shipped)
    for gap in shipped.report["gaps"]:
        assert gap["place"] == place[gap["site"]]
        here = came[(came["site_id"] == gap["site"]) & (came["second"] <= round(gap["hour"] * 3600))]
        units = here.groupby("item")["quantity"].sum()
        shares = {item: int(units.get(item, 0)) / need for item, need in wanted.items()}
        assert shares[gap["item"]] == min(shares.values()), gap
        assert gap["causes"]
        assert set(gap["causes"]) <= CAUSES
        assert not (gap["proven"] and set(gap["causes"]) & {"several", "isolated"})


def test_the_table_of_gaps_and_the_report_say_the_same(shipped: WrittenRun) -> None:
    """One row a gap in both, whatever the order."""
    rows = shipped.table("gaps").sort_values("site")
    written = [
        (row.site, row.place, row.people, row.item, row.hour, row.causes.split("|"), row.proven == "yes")
        for row in rows.itertuples()
    ]
    reported = [
        tuple(gap[key] for key in ("site", "place", "people", "item", "hour", "causes", "proven"))
        for gap in sorted(shipped.report["gaps"], key=lambda gap: gap["site"])
    ]
    assert written == reported
