"""report.json: the machine-readable result, schema stockpile-report/1."""

from __future__ import annotations

from scenarios.report.findings import CriticalLink, critical_links, rows_of
from scenarios.report.first_goods import missed_arrivals
from scenarios.result import FirstGoodsResult, Gap, RunResult, TargetResult
from stockpile.output.text import json_text

SCHEMA = "stockpile-report/1"
HOUR_DECIMALS = 4
SHARE_DECIMALS = 6


def report_json(result: RunResult) -> str:
    """The report as JSON text with a final line feed; ValueError when a number is not finite."""
    return json_text(report_document(result))


def report_document(result: RunResult) -> dict[str, object]:
    """The report as plain values.

    Lists of targets and hours keep the order of the run, gaps and isolated sites are sorted by site,
    critical links by what their loss would do. Hours have 4 decimals, shares 6.
    """
    gaps = sorted(result.gaps, key=lambda gap: (gap.site, gap.hour, gap.item))
    return {
        "schema": SCHEMA,
        "scenario": result.spec,
        "region": result.region.name,
        "targets": [_target(target) for target in result.targets],
        "first_goods": [_first_goods(result, goods) for goods in result.first_goods],
        "people": _people(result),
        "bound": _bound(result),
        "gaps": [_gap(gap) for gap in gaps],
        "verification": {
            "violations": sorted(result.verification.violations),
            "rules_checked": int(result.verification.rules_checked),
        },
        "provenance": {
            "modelled_or_assumed_share": _share(result.modelled_or_assumed_share),
            "inputs": dict(sorted(result.inputs.items())),
        },
        "cost_yuan": _rounded(result.cost_yuan, 2),
        "isolated": _isolated(result),
        "flooded": _flooded(result),
        "critical_links": [_critical_link(link) for link in critical_links(result)],
    }


def _people(result: RunResult) -> dict[str, object]:
    return {
        "affected": int(result.affected),
        "supplied_by_hour": [
            [_rounded(hour, HOUR_DECIMALS), int(supplied)] for hour, supplied in result.supplied_by_hour
        ],
        "person_hours": _rounded(result.person_hours, HOUR_DECIMALS),
    }


def _bound(result: RunResult) -> dict[str, object]:
    return {
        "supplied": [int(supplied) for supplied in result.bound.supplied],
        "person_hours": _rounded(result.bound.person_hours, HOUR_DECIMALS),
        "gap": _share(result.bound.gap),
    }


def _target(target: TargetResult) -> dict[str, object]:
    return {
        "id": target.id,
        "hours": _hours(target.hours),
        "scope": str(target.scope),
        "required": _share(target.required),
        "people": int(target.people),
        "supplied": int(target.supplied),
        "share": _share(target.share),
        "exempt_people": int(target.exempt_people),
        "met": bool(target.met),
        "judged": bool(target.judged),
    }


def _first_goods(result: RunResult, goods: FirstGoodsResult) -> dict[str, object]:
    return {
        "id": goods.id,
        "level": goods.level,
        "hours": _hours(goods.hours),
        "required": _share(goods.required),
        "townships": goods.townships,
        "reached": goods.reached,
        "bound": goods.bound,
        "share": _share(goods.share),
        "exempt_townships": goods.exempt_townships,
        "last_h": None if goods.last_h is None else _hours(goods.last_h),
        "judged": goods.judged,
        "met": goods.met,
        "late": [
            {
                "township": arrival.township,
                "people": arrival.people,
                "first_h": None if arrival.first_h is None else _hours(arrival.first_h),
                "soonest_h": None if arrival.soonest_h is None else _hours(arrival.soonest_h),
                "causes": list(arrival.causes),
            }
            for arrival in missed_arrivals(result, goods)
        ],
    }


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "site": gap.site,
        "place": gap.place,
        "people": int(gap.people),
        "item": gap.item,
        "hour": _hours(gap.hour),
        "causes": list(gap.causes),
        "proven": bool(gap.proven),
        "repair": gap.repair,
    }


def _isolated(result: RunResult) -> list[dict[str, object]]:
    found = [
        {"site": str(row["site_id"]), "place": str(row["place"]), "people": int(row["people"])}
        for row in rows_of(result.tables["isolated"])
    ]
    return sorted(found, key=lambda site: str(site["site"]))


def _flooded(result: RunResult) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [
        {
            "point": str(row["point_id"]),
            "kind": str(row["kind"]),
            "people": int(row["people"]),
            "depth_m": None if row["depth_m"] == "" else _rounded(float(row["depth_m"]), 3),
        }
        for row in rows_of(result.tables["flooded"])
    ]
    return sorted(found, key=lambda point: (str(point["kind"]), str(point["point"])))


def _critical_link(link: CriticalLink) -> dict[str, object]:
    return {
        "link": str(link.row["link"]),
        "road": str(link.row["road"]),
        "ref": str(link.row["ref"]),
        "name_zh": str(link.row["name_zh"]),
        "name_en": str(link.row["name_en"]),
        "is_bridge": bool(link.row["is_bridge"]),
        "people": link.people,
        "people_past_target": link.past,
        "sites": [
            {
                "site": str(site["site_id"]),
                "people": int(site["people"]),
                "drive_h": _hours(float(site["drive_h"])),
                "without_link_h": None
                if site["without_link_h"] == ""
                else _hours(float(site["without_link_h"])),
            }
            for site in link.sites
        ],
    }


def _rounded(value: float, decimals: int) -> float:
    """A plain float, never minus zero."""
    return round(float(value), decimals) + 0.0


def _share(value: float) -> float:
    return _rounded(value, SHARE_DECIMALS)


def _hours(value: float) -> float | int:
    """Hours as the schema writes them: whole ones without decimals."""
    hours = _rounded(value, HOUR_DECIMALS)
    return int(hours) if hours.is_integer() else hours
