"""Write the tables of Chongqing Jiangbei (data/warehouses/chongqing_jiangbei) from the committed inputs.

python data/build/chongqing_jiangbei.py [--out FOLDER]
"""

from __future__ import annotations

from datetime import date

from kit.lots import LotRules
from kit.places import PlaceRules
from kit.region import RegionRules, main
from kit.roads import RoadRules
from kit.sites import SiteRules
from kit.stores import CommunityPointRules, TownshipStoreRules

PLAN = "Plan 江北府发〔2022〕8号"
THE_PLAN = "plan 江北府发〔2022〕8号"

RULES = RegionRules(
    name="chongqing_jiangbei",
    origin=(106.65, 29.6),
    # Communities named for river bends, shoals, mouths of streams and the port stand nearest to the water.
    places=PlaceRules(river_words=("锣旗寺", "水岸", "沱社区", "溪社区", "嘴社区", "江湾", "港", "下湾")),
    roads=RoadRules(junction_spacing_m=2500),
    sites=(
        SiteRules(
            spread="total",
            number=48,
            least=1,
            # More than 1.5 m2 for each resident: taken as one place of 1.5 m2 each.
            capacity_total=925_800,
            wharf_reach_m=900,
            name_zh="应急避难场所",
            name_en="emergency shelter",
            source=f"{PLAN}: 48 emergency shelters, more than 1.5 m2 for each resident; spread, position and "
            "capacity of each modelled, hand-out rate from the planning type of 5,000 people a day "
            "(NC Emergency Management, USACE)",
        ),
    ),
    township_stores=TownshipStoreRules(
        name_zh="防汛救灾物资储备仓库",
        name_en="flood and relief store",
        floor_m2_per_1000=1.0,
        source=f"{PLAN}: one of 12 township-level flood and relief stores (12个街镇级); size, position, dock "
        "and rates modelled or assumed",
    ),
    community_points=CommunityPointRules(
        name_zh="物资储备点",
        name_en="stock point",
        source=f"Assumed: {THE_PLAN} asks villages and communities to help and households "
        "to hold stock, without figures; one stock point beside each shelter",
    ),
    lots=LotRules(
        counted={
            "city": date(2026, 7, 15),
            "district": date(2026, 7, 20),
            "township": date(2026, 7, 10),
            "community": date(2026, 6, 26),
        },
        rule_source="Modelled: units per 1000 residents times the township's stock factor (SOURCES.md); "
        "dates assumed",
        community_share=0.0025,
        community_source="Modelled: household and community stock for 0.25 % of the places of the shelter "
        "(SOURCES.md); dates assumed",
    ),
    sources={
        "CITY": f"Modelled: {THE_PLAN} has the city's stock back the district without amounts; dates assumed",
        "LIVING": "Modelled amount (SOURCES.md); not in the plan; dates assumed",
        "GEAR": "Assumed: flood gear of a district store; the plan gives no counts; dates assumed",
        "TEAMS": f"{PLAN}: about 1,100 members of 32 teams; one piece each modelled, dates assumed",
        "FOREST": "Assumed: hand tools for the forest of Tieshanping and Mingyueshan; not in the plan",
        "AGENCY": f"Modelled: {THE_PLAN} has supermarkets and makers of the district hold stock for the "
        "state (代储) without naming them; firm, amount, call-off time and rates assumed",
        "CAPACITY": f"Modelled: {THE_PLAN} asks for capacity-reserve firms with pre-signed contracts "
        "(产能储备企业, 预签合同) without naming them; firm, amount, call-off time, ramp and rates assumed",
        "REQUISITION": f"Modelled: {THE_PLAN} asks for temporary requisition of stock near the "
        "area (临时征用调拨); the neighbour's goods are handed over inside the district, the call-off time "
        "covers its own loading and drive; amounts and rates assumed",
        "OWN": "Assumed: the plan counts no vehicles; number, load class, yard and call-out assumed",
        "TEAM": f"Assumed: one truck for each township's response team; {THE_PLAN} counts 14 teams of "
        "townships, parks and business districts and no vehicles",
        "CARRIER": f"Assumed: {THE_PLAN} has social carriers deliver (充分利用社会力量进行物资配送) without "
        "naming them; numbers, load classes, yards and call-out assumed",
        "WATER": f"Assumed: {THE_PLAN} asks for transport by water and land (水、陆等多种运输方式) without "
        "counts; numbers, berths and call-out assumed",
        "BOATS": "Assumed: the boats of the district store, seen as vehicles; split over teams, berths and "
        "call-out assumed",
    },
)

if __name__ == "__main__":
    main(RULES)
