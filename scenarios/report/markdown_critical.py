"""Section 5 of report.md, last part: the roads and bridges that must not be lost too."""

from __future__ import annotations

from collections import defaultdict

from scenarios.critical_roads import NOTABLE_DELAY_S
from scenarios.report.findings import CriticalLink, Row, critical_links, rows_of, target_hour
from scenarios.report.wording import Names, clock_text, counted, hour_text, people_text
from scenarios.result import RunResult
from stockpile.output.markdown_text import more_lines, plain, table_lines
from stockpile.units import SECONDS_PER_MINUTE

ROWS_SHOWN = 5
BRIDGES_SHOWN = 3
"""Rows for bridges that are not among the first."""
LINKS_NAMED = 3
SITES_NAMED = 3
ROADS_WATCHED = 3
MINUTES = NOTABLE_DELAY_S // SECONDS_PER_MINUTE


def critical_lines(result: RunResult, names: Names) -> list[str]:
    """What one more closed link would do, the worst first; nothing when the fleet has no road vehicle."""
    sites = rows_of(result.tables["site_sources"])
    if not sites:
        return []
    links = critical_links(result)
    return [
        "### 再断一处会怎样 If one more road closed",
        "",
        _summary(links, str(sites[0]["vehicle_type"]), names),
        "",
        *_no_road_lines([site for site in sites if site["source_id"] == ""]),
        *(_table(result, links, names) if links else []),
        (
            "车程从最近的有货装货点算起，库存是否够用未计；断路者或可由船、直升机等到达。"
            "每个安置点的次近装货点和最要害的路段见 `tables/site_sources.csv`。 "
            "Drives begin at the nearest loading point with goods, whether it holds enough or not; boats or "
            "aircraft may still reach who is cut off by road. The second nearest loading point and the most "
            "critical link of every site are in `tables/site_sources.csv`."
        ),
        "",
    ]


def _summary(links: tuple[CriticalLink, ...], vehicle: str, names: Names) -> str:
    name_zh = names.zh("vehicle_types", vehicle)
    name_en = names.english["vehicle_types"].get(vehicle) or name_zh
    tried = (
        f"逐一假设再断一处（一段路或一座桥），重算“{plain(name_zh)}”到各安置点的车程，"
        "可改由任一有货的装货点、走任一条路。"
    )
    tried_en = (
        "Each stretch of road and each bridge is closed in turn and the drive to every site worked out anew "
        f"({plain(name_en)}; from any loading point with goods, by any way)."
    )
    if not links:
        return (
            f"{tried}没有哪一处会使安置点断路或晚到 {MINUTES} 分钟以上。 "
            f"{tried_en} None cuts a site off or delays it by {MINUTES} minutes."
        )
    on_bridges = sum(bool(link.row["is_bridge"]) for link in links)
    return (
        f"{tried}**{len(links)} 处（其中桥上 {on_bridges} 处）会使安置点断路或至少晚到 {MINUTES} 分钟。** "
        f"{tried_en} **{counted(len(links), 'link')} ({on_bridges} on bridges) would cut a site off or "
        f"delay it by {MINUTES} minutes or more.**"
    )


def _no_road_lines(sites: list[Row]) -> list[str]:
    if not sites:
        return []
    people = people_text(sum(int(site["people"]) for site in sites))
    return [
        (
            f"没有全程开放的道路可到的 {len(sites)} 个安置点（{people} 人）不在其内，"
            f"道路恢复通行后或可到达。 Not counted: {counted(len(sites), 'site')} ({people} people) "
            "to which no road is open throughout; one may reopen."
        ),
        "",
    ]


def _table(result: RunResult, links: tuple[CriticalLink, ...], names: Names) -> list[str]:
    hour = hour_text(target_hour(result, result.targets[0]))
    headers = (
        "若断 if closed",
        "受影响 people",
        f"其中车程超过 {hour} 小时或断路 past {hour} h or cut off",
        "安置点：人数，车程 sites: people, drive (h:mm)",
    )
    groups = _alike(links)
    bridges = [group for group in groups[ROWS_SHOWN:] if any(link.row["is_bridge"] for link in group)]
    shown = [*groups[:ROWS_SHOWN], *bridges[:BRIDGES_SHOWN]]
    rows = [
        (
            _links_text(group),
            people_text(group[0].people),
            people_text(group[0].past),
            _sites_text(group[0].sites, names),
        )
        for group in shown
    ]
    rest = len(links) - sum(len(group) for group in shown)
    return [*table_lines(headers, rows, numbers=[1, 2]), "", *more_lines(rest, "critical_links")]


def _alike(links: tuple[CriticalLink, ...]) -> list[tuple[CriticalLink, ...]]:
    """Links grouped by what their loss would do: the stretches of a dead-end road, say."""
    groups: defaultdict[tuple[object, ...], list[CriticalLink]] = defaultdict(list)
    for link in links:
        groups[tuple((site["site_id"], site["without_link_h"]) for site in link.sites)].append(link)
    return [tuple(group) for group in groups.values()]


def _links_text(group: tuple[CriticalLink, ...]) -> str:
    """Links of the first few names, bridges before others, and how many there are: any one would do it."""
    by_name: dict[str, Row] = {}
    for link in sorted(group, key=lambda link: not link.row["is_bridge"]):
        by_name.setdefault(_name(link.row) or str(link.row["link"]), link.row)
    shown = "、".join(_link_text(row) for row in list(by_name.values())[:LINKS_NAMED])
    return f"{shown} 等 {len(group)} 处任一 (any one of {len(group)})" if len(group) > 1 else shown


def _link_text(row: Row) -> str:
    """Name, number, id of the road it is in and which piece of it, and its middle."""
    piece = str(row["link"])[len(str(row["road"])) + 1 :]
    part = f" 第{piece}段 part {piece}" if piece else ""
    spot = f"({row['road']}{part}, {row['lon']:.4f} {row['lat']:.4f})"
    kind = "【桥 bridge】" if row["is_bridge"] else ""
    return f"{kind}{_name(row) or '无名路 unnamed road'} {spot}"


def _name(row: Row) -> str:
    """Both names and the number; a name that is the same in both columns once."""
    return " ".join(dict.fromkeys(str(row[key]) for key in ("name_zh", "name_en", "ref") if row[key]))


def _sites_text(sites: tuple[Row, ...], names: Names) -> str:
    shown = "；".join(_site_text(site, names) for site in sites[:SITES_NAMED])
    return f"{shown} 等 {len(sites)} 个 ({len(sites)} in all)" if len(sites) > SITES_NAMED else shown


def _site_text(site: Row, names: Names) -> str:
    before = clock_text(float(site["drive_h"]))
    without = site["without_link_h"]
    after = "断路 cut off" if without == "" else clock_text(float(without))
    key = str(site["site_id"])
    return f"{names.zh('sites', key)} ({key}): {people_text(int(site['people']))}, {before} → {after}"


def watch_steps(result: RunResult) -> list[str]:
    """Which roads to guard: those whose loss would leave people past the first target or cut off."""
    groups = [group for group in _alike(critical_links(result)) if group[0].past][:ROADS_WATCHED]
    if not groups:
        return []
    roads = "；".join(
        f"{plain(_link_text(group[0].row))}（{people_text(group[0].past)} 人 people）" for group in groups
    )
    return [
        (
            f"派人看守、优先保通第 5 节的要害路段：{roads}。 "
            "Guard these roads and keep them open: if one is lost, the people beside it have no road in time."
        )
    ]
