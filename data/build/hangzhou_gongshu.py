"""Write the tables of Hangzhou Gongshu (data/warehouses/hangzhou_gongshu) from the committed inputs.

python data/build/hangzhou_gongshu.py [--out FOLDER]
"""

from __future__ import annotations

from datetime import date

from kit.lots import LotRules
from kit.region import RegionRules, main
from kit.roads import RoadRules
from kit.sites import SiteRules
from kit.stores import CommunityPointRules, TownshipStoreRules

PLAN = "Plan 拱应急〔2021〕18号"
HANDOUT = (
    "hand-out rate from the planning type of 5,000 people a day (NC Emergency Management, USACE) "
    "scaled by capacity"
)
# Sites as near as this to the canal have a landing for boats.
WHARF_REACH_M = 450

RULES = RegionRules(
    name="hangzhou_gongshu",
    origin=(120.15, 30.32),
    roads=RoadRules(
        # City blocks: streets meet more often than country roads.
        junction_spacing_m=1200,
        seat_class="secondary",
        seat_name_zh="城市道路",
        seat_name_en="City street",
        # City bridges carry loaded trucks; only side streets have light ones.
        bridge_limits_t=(("tertiary", (20, 20, 10)),),
    ),
    sites=(
        SiteRules(
            spread="seat",
            scale="township",
            capacity_share=0.04,
            name_zh="公园广场应急避难场所",
            name_en="emergency shelter in a park or square",
            source=f"{PLAN}: parks, squares and green land as shelters, none counted; one in each "
            f"subdistrict at its seat and its capacity assumed, {HANDOUT}",
            basis="assumed",
        ),
        SiteRules(
            spread="township",
            scale="township",
            number=3,
            capacity_share=0.08,
            wharf_reach_m=WHARF_REACH_M,
            name_zh="学校体育馆避灾安置点",
            name_en="shelter in a school or sports hall",
            source=f"{PLAN}: schools and stadiums as shelters, none counted; three in each "
            f"subdistrict, position and capacity assumed, {HANDOUT}",
            basis="assumed",
        ),
        SiteRules(
            spread="community",
            scale="community",
            capacity_share=0.1,
            wharf_reach_m=WHARF_REACH_M,
            name_zh="避灾安置点",
            name_en="shelter",
            source=f"{PLAN}: community points, none counted; one in each community and its capacity "
            f"assumed, {HANDOUT}",
            basis="assumed",
        ),
    ),
    township_stores=TownshipStoreRules(
        name_zh="应急物资仓库",
        name_en="emergency store",
        basis="assumed",
        least_floor_m2=60,
        floor_m2_per_1000=1.0,
        source=f"Assumed: {PLAN} names stock of the district and of the communities; a store in each "
        "subdistrict, its size (60 m2 and 1 m2 more per 1000 residents), position, dock and rates assumed",
    ),
    community_points=CommunityPointRules(
        name_zh="应急物资储备点",
        name_en="stock point",
        source=f"{PLAN}: goods are one of the six things each community has (六有); size and rates assumed",
        everywhere=True,
    ),
    lots=LotRules(
        counted={
            "district": date(2026, 6, 15),
            "township": date(2026, 6, 8),
            "community": date(2026, 5, 25),
        },
        rule_source="Modelled: units per 1000 residents times the subdistrict's stock factor (SOURCES.md); "
        "dates assumed",
        community_share=0.035,
        community_source=f"{PLAN} asks for goods in each community (六有) without amounts; modelled "
        "for 3.5 % of the capacity of the community's shelter (SOURCES.md), dates assumed",
    ),
    sources={
        "LIVING": "Modelled amount (SOURCES.md); the plan asks for physical reserves without amounts; "
        "dates assumed",
        "GEAR": "Modelled amount of rescue gear (SOURCES.md); not in the plan; dates assumed",
        "AGREEMENT": f"Modelled: {PLAN} asks for agreement reserves (协议储备) held by large and "
        "medium firms and social bodies, without names or amounts; holder, amount, call-off time and "
        "rates assumed",
        "MARKET": f"Modelled: {PLAN} asks for market reserves (市场储备) without names or amounts; "
        "holder, amount, call-off time and rates assumed",
        "PRODUCTION": f"Modelled: {PLAN} asks for production-capacity reserves (生产能力储备) without "
        "names or amounts; firm, amount, call-off time and rates assumed",
        "TRUCKS": "Assumed: the plan counts no vehicles; owners generic, numbers, yards and call-out assumed",
        "BOATS": "Assumed: the plan counts no boats; numbers, berths on the canal and call-out assumed",
        "DRONES": f"{PLAN}: drones are to drop goods (物资投送); numbers, bases and call-out assumed",
        "HELICOPTER": f"{PLAN}: helicopter points for moving goods (物资转运); one aircraft on call, "
        "its stand-by field and call-out assumed",
    },
)

if __name__ == "__main__":
    main(RULES)
