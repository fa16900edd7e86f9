"""Write the tables of Ningbo Jiangbei (data/warehouses/ningbo_jiangbei) from the committed inputs.

python data/build/ningbo_jiangbei.py [--out FOLDER]
"""

from __future__ import annotations

from datetime import date

from kit.lots import LotRules
from kit.places import PlaceRules
from kit.region import RegionRules, main
from kit.sites import SiteRules
from kit.stores import CommunityPointRules, TownshipStoreRules

PLAN = "Plan 北区政办发〔2021〕29号"
SHELTERS = f"{PLAN}: shelters of the district, each subdistrict or town, each village or community; no counts"

RULES = RegionRules(
    name="ningbo_jiangbei",
    origin=(121.5, 29.96),
    # With the default weights Cicheng, the only town, would hold a third more than its stated 100,889.
    places=PlaceRules(class_weight={"111": 1.0, "112": 0.8, "121": 1.6, "122": 1.0}),
    sites=(
        SiteRules(
            spread="total",
            number=3,
            capacity_total=3600,
            name_zh="区级避灾安置场所",
            name_en="district shelter",
            source=f"{SHELTERS}; number, places and capacity of the district's assumed",
        ),
        SiteRules(
            spread="seat",
            capacity_share=0.015,
            name_zh="避灾安置场所",
            name_en="shelter",
            source=f"{SHELTERS}, every subdistrict and town done; position at the seat and capacity assumed",
        ),
        SiteRules(
            spread="community",
            capacity_share=0.1,
            wharf_reach_m=1200,
            name_zh="避灾安置点",
            name_en="shelter point",
            source=f"{SHELTERS}; one in each village and community and its capacity assumed, hand-out rate "
            "from the planning type of 5,000 people a day (NC Emergency Management, USACE) by capacity",
        ),
    ),
    township_stores=TownshipStoreRules(
        name_zh="应急物资储备库",
        name_en="emergency store",
        least_floor_m2=60,
        source=f"{PLAN}: a store in each subdistrict and town, without size; at least 60 m2 and 2 m2 per "
        "1000 residents, position, dock and rates modelled or assumed",
    ),
    community_points=CommunityPointRules(
        name_zh="救灾物资储备点",
        name_en="relief stock point",
        basis="modelled",
        source=f"{PLAN}: relief stock points of villages and communities; one in each and its size assumed",
        everywhere=True,
    ),
    lots=LotRules(
        counted={
            "district": date(2026, 6, 12),
            "township": date(2026, 6, 5),
            "community": date(2026, 5, 25),
        },
        rule_source="Modelled: units per 1000 residents times the township's stock factor (SOURCES.md); "
        "dates assumed",
        community_share=0.08,
        community_source=f"{PLAN}: household stock demonstration and stock points, without figures; "
        "modelled: goods for 8 % of the people of the shelter point (SOURCES.md), dates assumed",
    ),
    sources={
        "LIVING": "Modelled amount (SOURCES.md); the plan states none; dates assumed",
        "FLOOD": "Modelled flood goods (SOURCES.md); the plan states none; amounts and dates assumed",
        "FOREST": f"{PLAN}: one district forest fire team of 25 people; one beater and torch each and ten "
        "blowers assumed",
        "MUST": f"{PLAN}: every multi-hazard village holds satellite phone, generator and drainage pump; "
        "which villages, one of each and that it is there today modelled (SOURCES.md)",
        "AGREEMENT": "Modelled: agreement and market stock; firm, amount, call-off time and rates assumed",
        "CAPACITY": f"{PLAN}: directory of production capacity and a rule for calling on it, without firms; "
        "firm, amount, call-off time and rates modelled or assumed",
        "TRUCKS": "Assumed: the plan states no vehicles; generic firms, numbers, load classes, yards and "
        "call-out assumed",
        "BOATS": "Assumed: the plan asks for water transport without boats; holders, numbers, berths assumed",
        "REGIONAL": f"{PLAN}: one regional emergency team to be set up; its vehicles and boats assumed",
        "TEAM": f"{PLAN}: one district forest fire team of 25 people; that it carries goods on foot assumed",
        "AIR": f"{PLAN}: helicopter landing points; that a helicopter of the province or city comes within "
        "3 h assumed",
    },
)

if __name__ == "__main__":
    main(RULES)
