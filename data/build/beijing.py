"""Write the tables of Beijing (data/warehouses/beijing) from the committed inputs.

python data/build/beijing.py [--out FOLDER]
"""

from __future__ import annotations

from datetime import date

from kit.lots import LotRules
from kit.places import PlaceRules
from kit.region import RegionRules, main
from kit.roads import RoadRules
from kit.sites import SiteRules
from kit.stores import TownshipStoreRules

PLAN = "Plan 京应急发〔2021〕31号"
CENSUS = "7th national census 2020, Beijing bulletin no. 2"

RULES = RegionRules(
    name="beijing",
    origin=(116.4, 40.2),
    # The weights of the townships (weight_residents) count the classes too: SOURCES.md.
    places=PlaceRules(
        class_weight={
            "111": 1.0,
            "112": 0.8,
            "121": 0.8,
            "122": 0.4,
            "123": 0.1,
            "210": 0.3,
            "220": 0.3,
        },
        residents_source="Residents: model (SOURCES.md)",
    ),
    roads=RoadRules(
        junction_spacing_m=5000, bridge_limits_t=(("tertiary", (20, 30)), ("unclassified", (15, 10)))
    ),
    sites=(
        SiteRules(
            spread="total",
            number=165,
            capacity_total=3_000_000,
            scale="township",
            name_zh="地震应急避难场所",
            name_en="earthquake shelter",
            source=f"{PLAN}: 165 shelters for 3 million people; spread, position, capacity modelled",
        ),
        SiteRules(
            spread="seat",
            scale="township",
            capacity_share=0.25,
            name_zh="安置点",
            name_en="resettlement point",
            source="Modelled: one point in each township, 25 % of residents",
        ),
        SiteRules(
            spread="community",
            scale="community",
            capacity_share=0.25,
            name_zh="应急服务站",
            name_en="service station",
            source=f"{PLAN}: community service stations; capacity of 25 % modelled",
        ),
    ),
    township_stores=TownshipStoreRules(
        name_zh="应急物资储备库",
        name_en="emergency store",
        source=f"{PLAN}: third level of reserves; here the exposed townships; all figures modelled",
    ),
    lots=LotRules(
        counted={
            "city": date(2026, 3, 20),
            "district": date(2026, 3, 18),
            "township": date(2026, 3, 10),
            "community": date(2026, 3, 5),
        },
        rule_source="Modelled per 1000 residents (SOURCES.md)",
        community_share=0.15,
        community_source="Modelled: households and villages, 15 % of the station's capacity",
    ),
    sources={
        "CENSUS": CENSUS,
        "CENSUS-CITY": f"{CENSUS}: sum of the 16 districts; point at the centre of the city",
        "RING": "Ring road; way through nodes and detour factor modelled, not surveyed",
        "HIGHWAY": "Road known by its number; way through seats and detour factor modelled, not surveyed",
        "VALLEY": "Modelled regional road through seats; way and detour factor not surveyed",
        "RINGNODE": "Modelled interchange of a ring road; not surveyed",
        "HIGHWAYNODE": "Modelled point on a main road; not surveyed",
        "BORDER": "Modelled: where the road leaves the city; not surveyed",
        "RAILYARD": "Modelled position of a rail yard; not surveyed",
        "AIRFIELD": "Modelled helicopter base; not surveyed",
        "HUBPOINT": "Modelled position of a logistics hub; not surveyed",
        "UNDERPASS": "Modelled underpass below a railway or interchange, flooded in 2012 or like those",
        "TUNNEL": "Modelled mountain tunnel; not surveyed",
        "STREAM": "Modelled line of a river; not surveyed",
        "STORE-CITY": f"{PLAN}: 1 to 2 city stores; site, size, docks and rates modelled",
        "STORE-DISTRICT": f"{PLAN}: district level of reserves; site, size, docks and rates modelled",
        "STATION": f"{PLAN}: village service stations, firms and households hold goods; all figures assumed",
        "FLOOR-CITY": f"{PLAN}: living goods for 1.2 % of residents; 0.4 % in two city stores, 1 day assumed",
        "FLOOR-DISTRICT": f"{PLAN}: living goods for 1.2 % of residents; 0.7 % at this level, 1 day assumed",
        "FLOOR-TOWNSHIP": f"{PLAN}: living goods for 1.2 % of residents; 0.1 % of all residents at this "
        "level, as a share of those of townships with a store, and 1 day assumed",
        "FLOOR-COLD": "Assumed: quilts for the cold season",
        "EQUIPMENT": "Assumed: the plan names kinds of goods without counts",
        "HUB": f"{PLAN}: logistics hubs serve in emergencies (平时服务、战时应急); amounts and times assumed",
        "FIRM": f"{PLAN}: government with society (政府和社会相结合); firm, amounts and times assumed",
        "PRODUCTION": f"{PLAN}: physical with capacity (实物和产能相结合); firm, amounts and rates assumed",
        "RAIL": f"{PLAN}: rail capacity (铁路运力储备); yard, hour and amounts assumed",
        "MUTUAL": f"{PLAN}: Beijing-Tianjin-Hebei supply help (京津冀物资协同保障); hour and amounts assumed",
        "TRUCKS": f"{PLAN}: road capacity in reserve (公路应急运力储备); firms and numbers assumed",
        "CITYFLEET": f"{PLAN}: road capacity in reserve (公路应急运力储备); numbers assumed",
        "COMMAND": f"{PLAN}: a command vehicle for each district (应急指挥车); van as carrier assumed",
        "DRONES": f"{PLAN}: drones for each district (无人机); type and number assumed",
        "AIR": f"{PLAN}: air rescue within 2 h inside 200 km; base, number and call-out assumed",
    },
)

if __name__ == "__main__":
    main(RULES)
