"""A small finished run, written by hand, with names that try to break every output."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from scenarios.result import (
    Bound,
    FirstArrival,
    FirstGoodsResult,
    Gap,
    RunResult,
    TargetResult,
    Verification,
)
from scenarios.schema import Scenario
from stockpile.region import Region

LONG_NAME = "六安市金安区应急管理局救灾物资储备中心第一仓库（含防汛抗旱与森林防火专用分库）" * 3
PIPE_NAME = "孙岗|中学 <script>alert(1)</script>"
FORMULA_NAME = '=cmd|"/C calc"!A0'
TWO_LINES = "东桥\n中心小学"
HORIZON = 24
PEOPLE = {"S-1": 12_000, "S-2": 9_000, "S-3": 6_000, "S-4": 3_000, "S-5": 800}
FIRST_SUPPLIED_H = {"S-1": 2, "S-2": 3, "S-3": 6, "S-4": 11}
"""Hour after which a site is supplied at 2,000 people an hour; S-5 is isolated."""


def table(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A table from space-separated column names."""
    return pd.DataFrame(list(rows), columns=columns.split())


def sample_region() -> Region:
    """Five sites in two townships, three loading points, two owners."""
    unused = pd.DataFrame()
    return Region(
        name="luan_jinan",
        places=table(
            "id name_zh name_en level parent",
            ("341502", "金安区", "Jin'an", "district", ""),
            ("341502101", "木厂镇", "Muchang", "township", "341502"),
            ("341502102", "马头镇", "", "township", "341502"),
            ("341502101001", "木厂社区", "", "community", "341502101"),
        ),
        warehouses=table(
            "id name_zh name_en level place",
            ("W-01", LONG_NAME, "District store", "district", "341502"),
            ("W-02", "[木厂]:*?/\\库", "", "township", "341502101"),
            ("W-C1", "社区点", "", "community", "341502101001"),
        ),
        lots=table(
            "id item quantity expires_on",
            ("L-1", "water", 3_600, dt.date(2027, 1, 1)),
            ("+L-2", "quilt", 400, None),
        ),
        suppliers=table(
            "id name_zh name_en depot",
            ("P-1", "+协议货场", "Agreement yard", "=协议|货场"),
            ("P-2", "另一家", "", "=协议|货场"),
        ),
        sites=table(
            "id name_zh name_en place capacity",
            ("S-1", PIPE_NAME, "", "341502101001", 12_000),
            ("S-2", FORMULA_NAME, "", "341502101", 9_000),
            ("S-3", TWO_LINES, "", "341502102", 6_000),
            ("S-4", "[bold]马头[/bold] *中学* `x`", "", "341502102", 3_000),
            ("S-5", "@孤岛 _点_ & ~~co~~", "", "341502102", 800),
        ),
        fleet=table(
            "id name_zh name_en type owner",
            ("F-1", "一车队", "", "truck-5t", '"金安"|货运公司'),
            ("F-2", "冲锋舟队", "", "boat", ""),
        ),
        roads=unused,
        floors=unused,
        items=table(
            "id name_zh name_en unit",
            ("water", "饮用水", "Water", "瓶"),
            ("quilt", "棉被", "Quilt", "床"),
        ),
        baskets=unused,
        vehicle_types=table(
            "id name_zh name_en",
            ("truck-5t", "五吨货车", "Truck 5 t"),
            ("boat", "冲锋舟", "Assault boat"),
        ),
        digests={},
    )


def sample_scenario() -> Scenario:
    """One promise counted from the order, one from the event half an hour earlier."""
    return Scenario.model_validate(
        {
            "schema": "stockpile-scenario/1",
            "region": "luan_jinan",
            "id": "meiyu-flood",
            "name_zh": "梅雨<洪涝>",
            "name_en": "Plum-rain flood",
            "description_zh": "低洼乡镇受淹。",
            "description_en": "Low townships stand in water.",
            "hazard": "flood",
            "basket": "flood",
            "supply_days": 3.0,
            "date": dt.date(2026, 7, 5),
            "horizon_h": 24.0,
            "event_to_order_h": 0.5,
            "targets": {
                "half-4h": {
                    "hours": 4.5,
                    "scope": "share",
                    "required": 0.1,
                    "clock": "event",
                    "source": "assumed",
                },
                "county-2h": {
                    "hours": 2.0,
                    "scope": "first_goods",
                    "level": "district",
                    "required": 0.5,
                    "clock": "order",
                    "source": "guidance",
                },
                "city-8h": {
                    "hours": 8.0,
                    "scope": "first_goods",
                    "level": "city",
                    "required": 1.0,
                    "clock": "order",
                    "source": "guidance",
                },
                "everyone-8h": {
                    "hours": 8.0,
                    "scope": "share",
                    "required": 1.0,
                    "clock": "order",
                    "source": "金政办秘〔2023〕17号",
                },
            },
            "affected": {"plain": {"places": ["341502101"], "share": 0.12}},
        }
    )


def supplied_at(site: str, hour: float) -> int:
    """People of a site supplied by an hour: 2,000 an hour from its first."""
    first = FIRST_SUPPLIED_H.get(site)
    return 0 if first is None else int(min(PEOPLE[site], max(0.0, 2_000 * (hour - first))))


def plan_tables() -> dict[str, pd.DataFrame]:
    """The tables of the plan: three trips by truck and boat, one hand-out on the spot."""
    return {
        "trips": table(
            "trip_id vehicle_id fleet_id vehicle_type mode sequence source_id dock depart_h arrive_h "
            "load_start_h load_end_h end_h weight_kg volume_m3 drive_km drive_h",
            (
                "T0001",
                "F-1#01",
                "F-1",
                "truck-5t",
                "road",
                1,
                "W-01",
                1,
                0.5,
                0.75,
                0.75,
                2.0,
                3.25,
                4800.0,
                12.5,
                41.2004,
                1.25,
            ),
            (
                "T0002",
                "F-1#01",
                "F-1",
                "truck-5t",
                "road",
                2,
                "=协议|货场",
                2,
                3.25,
                3.5,
                3.5,
                4.0,
                5.0,
                2400.0,
                6.0,
                20.0,
                0.9,
            ),
            (
                "T0003",
                "F-2#01",
                "F-2",
                "boat",
                "water",
                1,
                "W-02",
                1,
                0.5,
                0.6,
                0.7,
                0.9,
                1.5,
                400.0,
                1.0,
                6.0,
                0.5,
            ),
        ),
        "stops": table(
            "trip_id stop site_id arrive_h unload_start_h unload_end_h weight_kg",
            ("T0001", 1, "S-1", 2.5, 2.5, 2.75, 2400.0),
            ("T0001", 2, "S-2", 3.0, 3.0, 3.25, 2400.0),
            ("T0002", 1, "S-3", 4.75, 4.75, 5.0, 2400.0),
            ("T0003", 1, "S-4", 1.25, 1.25, 1.5, 400.0),
        ),
        "load_lines": table(
            "trip_id stop site_id pick lot_id item quantity weight_kg volume_m3",
            ("T0001", 2, "S-2", 1, "L-1", "water", 1200, 1200.0, 3.0),
            ("T0001", 2, "S-2", 2, "+L-2", "quilt", 400, 1200.0, 3.0),
            ("T0001", 1, "S-1", 3, "L-1", "water", 2400, 2400.0, 6.5),
            ("T0002", 1, "S-3", 1, "P-1@0", "water", 2400, 2400.0, 6.0),
            ("T0003", 1, "S-4", 1, "L-9", "quilt", 133, 400.0, 1.0),
        ),
        "legs": table(
            "trip_id leg from_id to_id depart_h arrive_h km links via",
            ("T0001", 0, "F-1", "W-01", 0.5, 0.75, 5.0, "R-1 R-2", "G312 → 皖西大道"),
            ("T0001", 1, "W-01", "S-1", 2.0, 2.5, 20.0, "R-3", "=路名"),
            ("T0001", 2, "S-1", "S-2", 2.75, 3.0, 16.2004, "R-4", ""),
            ("T0002", 0, "S-2", "=协议|货场", 3.25, 3.5, 4.0, "R-4", ""),
            ("T0002", 1, "=协议|货场", "S-3", 4.0, 4.75, 16.0, "R-5", "S366"),
            ("T0003", 0, "F-2", "W-02", 0.5, 0.6, 0.0, "", ""),
            ("T0003", 1, "W-02", "S-4", 0.9, 1.25, 6.0, "V-1", "淠河"),
        ),
        "local_issues": table(
            "site_id warehouse_id lot_id item quantity hour", ("S-1", "W-C1", "L-5", "water", 40, 0)
        ),
        "supply": table(
            "lot_id source_id item quantity available_h expires_on",
            ("L-1", "W-01", "water", 3600, 0.0, dt.date(2027, 1, 1)),
            ("+L-2", "W-01", "quilt", 400, 0.0, None),
        ),
        "demand": table(
            "site_id place people item essential quantity_per_person need delivered unmet",
            *(
                (site, "341502101", people, "water", True, 1 / 3, -(-people // 3), 0, -(-people // 3))
                for site, people in PEOPLE.items()
            ),
        ),
        "coverage": table(
            "site_id hour supplied",
            *((site, float(hour), supplied_at(site, hour)) for site in PEOPLE for hour in range(HORIZON + 1)),
        ),
        "curve": table("hour supplied share", (0.0, 0, 0.0), (1.0, 0, float("nan"))),
        "site_sources": table(
            "site_id people vehicle_type source_id drive_h second_source_id second_drive_h critical_link "
            "is_bridge without_link_h",
            ("S-1", 12_000, "truck-5t", "W-01", 0.5, "W-02", 0.75, "R-3~2", True, None),
            ("S-2", 9_000, "truck-5t", "W-01", 1.0, "", None, "", None, 1.0),
            ("S-5", 800, "truck-5t", "", None, "", None, "", None, None),
        ),
        "critical_links": table(
            "link road ref name_zh name_en is_bridge lon lat site_id people drive_h without_link_h",
            ("R-3~2", "R-3", "G312", "=路|名", "", False, 116.5, 31.75, "S-1", 12_000, 0.5, None),
            ("R-3~2", "R-3", "G312", "=路|名", "", False, 116.5, 31.75, "S-2", 9_000, 1.0, 1.25),
            ("R-4", "R-4", "", "大桥", "Bridge", True, 116.6, 31.75, "S-1", 12_000, 0.5, None),
            ("R-4", "R-4", "", "大桥", "Bridge", True, 116.6, 31.75, "S-2", 9_000, 1.0, 1.25),
            ("R-5", "R-5", "", "", "", False, 116.7, 31.75, "S-2", 9_000, 1.0, 4.5),
            *(
                (f"R-{n}", f"R-{n}", "", "", "", False, 116.7, 31.75, "S-2", 9_000, 1.0, 2.0 - n / 100)
                for n in range(6, 11)
            ),
            ("R-11", "R-11", "", "小桥", "", True, 116.7, 31.75, "S-2", 9_000, 1.0, 1.5),
        ),
        "gaps": table(
            "site place people item hour causes proven repair",
            *(
                (gap.site, gap.place, gap.people, gap.item, gap.hour, gap.causes, gap.proven, gap.repair)
                for gap in sample_gaps()
            ),
        ),
        "targets": table("id hours met", ("half-4h", 4.5, True), ("everyone-8h", 8.0, False)),
        "first_goods": table("id level met"),
        "first_arrivals": table("target township first_h"),
        "isolated": table(
            "site_id name_zh name_en place people", ("S-5", "@孤岛 _点_ & ~~co~~", "", "341502102", 800)
        ),
        "flooded": table(
            "point_id kind name_zh people depth_m",
            ("S-3", "site", TWO_LINES, 6_000, 0.9),
            ("W-1", "warehouse", "区库", 0, 0.3),
        ),
        "closures": table(
            "closure acts from_h until_h effect depth_m speed_factor links nearest_link nearest_m",
            ("bridge", True, None, 6.0, "closed", None, None, 1, "R-2", 12.5),
            ("mud", False, 30.0, None, "slow", None, 0.5, 1200, "", None),
        ),
    }


def sample_gaps() -> tuple[Gap, ...]:
    """Three late sites, one of them isolated; listed out of order on purpose."""
    return (
        Gap("S-4", "341502102", 3_000, "quilt", 8.0, ("fleet", "docks"), proven=False, repair=None),
        Gap("S-5", "341502102", 800, "water", 8.0, ("isolated",), proven=False, repair=None),
        Gap(
            "S-3",
            "341502102",
            2_000,
            "water",
            8.0,
            ("handout",),
            proven=True,
            repair="+2 发放台 | <b>desks</b>",
        ),
    )


def sample_result() -> RunResult:
    """The finished run."""
    by_hour = tuple(
        (float(hour), sum(supplied_at(site, hour) for site in PEOPLE)) for hour in range(HORIZON + 1)
    )
    return RunResult(
        spec="luan_jinan/meiyu-flood",
        scenario=sample_scenario(),
        region=sample_region(),
        affected=sum(PEOPLE.values()),
        supplied_by_hour=by_hour,
        person_hours=221_034.123456,
        cost_yuan=81_234.567,
        targets=(
            TargetResult("half-4h", 4.5, "share", 0.1, 30_000, 6_000, 0.2, 800, met=True, source="assumed"),
            TargetResult(
                "everyone-8h",
                8.0,
                "share",
                1.0,
                30_000,
                25_000,
                25 / 30,
                800,
                met=False,
                source="金政办秘〔2023〕17号",
            ),
        ),
        first_goods=(
            FirstGoodsResult(
                *("county-2h", "district", 2.0, 0.5, 2, 0, 1, 0.0, 0, 5.0),
                judged=True,
                met=False,
                source="guidance",
            ),
            FirstGoodsResult(
                *("city-8h", "city", 8.0, 1.0, 2, 0, 0, 0.0, 0, None),
                judged=False,
                met=False,
                source="guidance",
            ),
        ),
        first_arrivals=(
            FirstArrival(
                *("county-2h", "341502101", 21_000, 2.75, "W-01", "T0001", "S-1", 640.0),
                exempt=False,
                in_time=False,
                soonest_h=1.5,
                causes=("others",),
            ),
            FirstArrival(
                *("county-2h", "341502102", 9_800, 5.0, "W-01", "T0002", "S-3", 210.0),
                exempt=False,
                in_time=False,
                soonest_h=4.25,
                causes=("callout", "distance"),
            ),
        ),
        gaps=sample_gaps(),
        bound=Bound(supplied=(7_500, 28_000), person_hours=201_000.0, gap=0.2),
        verification=Verification(violations=(), rules_checked=1_234),
        modelled_or_assumed_share=0.61803398875,
        inputs={"luan_jinan/sites.csv": "b" * 64, "catalogue/items.csv": "a" * 64},
        tables=plan_tables(),
        change_log=({"key": "fleet_factor", "old": "1.0", "new": "2.0", "by": "double-fleet"},),
        resolved_yaml="schema: stockpile-scenario/1\nid: meiyu-flood\n",
        seed=7,
        effort="quick",
    )
