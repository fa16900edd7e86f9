"""Write the tables of Lu'an Jin'an (data/warehouses/luan_jinan) from the committed inputs.

python data/build/luan_jinan.py [--out FOLDER]
"""

from __future__ import annotations

from datetime import date

from kit.lots import LotRules
from kit.places import PlaceRules
from kit.region import RegionRules, main
from kit.sites import SiteRules
from kit.stores import CommunityPointRules, TownshipStoreRules

PLAN = "Plan 金政办秘〔2023〕17号"

RULES = RegionRules(
    name="luan_jinan",
    origin=(116.6, 31.7),
    # Villages named for river flats or bends (滩, 湾) stand nearest to the river.
    places=PlaceRules(river_words=("滩村", "湾村")),
    sites=(
        SiteRules(
            spread="total",
            number=84,
            least=2,
            # The plan's ceiling of 15,000 people hit per 100,000 and year.
            capacity_share=0.15,
            wharf_reach_m=2500,
            name_zh="安置点",
            name_en="resettlement point",
            source=f"{PLAN}: 84 resettlement points in the townships; spread, position and capacity "
            "modelled, hand-out rate from the planning type of 5,000 people a day (NC Emergency "
            "Management, USACE) scaled by capacity",
        ),
    ),
    township_stores=TownshipStoreRules(
        name_zh="水旱灾害防御物资库",
        name_en="flood and drought store",
        least_floor_m2=50,
        source=f"{PLAN}: at least 50 m2 in each township and subdistrict; "
        "size above that 2 m2 per 1000 residents, position, dock and rates modelled or assumed",
    ),
    community_points=CommunityPointRules(
        name_zh="物资储备点",
        name_en="stock point",
        source="Assumed: one stock point beside each resettlement point; the plan asks for social "
        "and household stock without figures",
    ),
    lots=LotRules(
        counted={
            "district": date(2026, 6, 20),
            "township": date(2026, 6, 10),
            "community": date(2026, 5, 28),
        },
        rule_source="Modelled: units per 1000 residents times the township's stock factor (SOURCES.md); "
        "dates assumed",
        community_share=0.03,
        community_source="Modelled: household and community stock for 3 % of the point's capacity "
        "(SOURCES.md); dates assumed",
        plan_floor_source=f"{PLAN}: total over all holders exact; split over holders modelled",
    ),
    sources={
        "PLAN": f"{PLAN}: total over all holders exact; split over holders and lots, and dates, modelled",
        "LIVING": "Modelled amount (SOURCES.md); not in the plan; dates assumed",
        "FORWARD": "Modelled forward stock of the emergency bureau at the wharf (SOURCES.md); dates assumed",
        "FOREST": "One beater a member of the plan's 16 half-professional teams (362 people); "
        "torches assumed",
        "TRUCKS": f"{PLAN}: 8 firms with 68 transport vehicles in all; firm names generic, split over firms, "
        "load classes, yards and call-out assumed",
        "BOATS": f"{PLAN}: 32 rubber boats and 10 assault boats in all, holders named; split over holders, "
        "berths and call-out assumed",
        "AGREEMENT": "Modelled: plan 金政办秘〔2023〕17号 asks for agreement, social and production reserves "
        "without naming firms or amounts; firm, amount, call-off time and rates assumed",
    },
)

if __name__ == "__main__":
    main(RULES)
