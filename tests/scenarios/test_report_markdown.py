"""report.md: verdict first, tables that nothing in a name can break."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace

import pandas as pd
from markdown_it import MarkdownIt
from report_fixture import sample_gaps, sample_result

from scenarios.report.markdown import report_markdown
from scenarios.result import Gap, RunResult, Verification
from scenarios.schema import Closure, Speeds

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(result: RunResult) -> str:
    """The report as HTML, which is how most readers see it."""
    return str(RENDERER.render(report_markdown(result, picture="people-by-hour.svg")))


def visible(source: str) -> str:
    """Text of the HTML without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", source))


def test_every_table_row_has_as_many_cells_as_its_header() -> None:
    """Every table row has as many cells as its header."""
    page = rendered(sample_result())
    tables = re.findall(r"<table>.*?</table>", page, flags=re.DOTALL)
    assert len(tables) == 13
    for table in tables:
        headers = table.count("<th") - table.count("<thead")
        rows = re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)[1:]
        assert rows
        assert {row.count("<td") for row in rows} == {headers}


def test_names_bring_no_markup_into_the_page() -> None:
    """Names bring no markup into the page."""
    page = rendered(sample_result())
    assert "<script" not in page
    assert "<b>" not in page
    assert "孙岗|中学 <script>alert(1)</script>" not in page
    assert "[bold]马头[/bold] *中学* `x`" in visible(page)


def test_verdict_comes_before_the_first_section() -> None:
    """Verdict comes before the first section."""
    text = report_markdown(sample_result(), picture="p.svg")
    head = text.split("## 1 ")[0]
    assert "Verdict: targets are missed." in head
    assert "25,000 of 30,000 people" in head
    assert "5,000 still wait" in head
    assert "By hour 4, 6,000 of 30,000" in head


def test_verdict_when_all_is_well() -> None:
    """Verdict when all is well."""
    result = sample_result()
    kept = tuple(replace(target, met=True) for target in result.targets)
    text = report_markdown(replace(result, targets=kept, first_goods=(), gaps=()), picture="p.svg")
    assert "Verdict: every target is met." in text
    assert "Nobody is short." in text
    assert "还差" not in text


def test_the_verdict_says_how_the_plan_ends() -> None:
    """Who still waits at the last hour; or the hour by which everyone is supplied."""
    result = sample_result()
    head = report_markdown(result, picture="p.svg").split("## 1 ")[0]
    assert "When the plan ends at hour 24, 800 still wait." in head
    served = replace(result, affected=30_000)
    head = report_markdown(served, picture="p.svg").split("## 1 ")[0]
    assert "By hour 13 everyone holds a complete basket." in head


def test_depots_and_vehicles_go_by_name_with_their_ids() -> None:
    """A loading point shows both names and its id, a vehicle the name of its fleet row and its id."""
    text = report_markdown(sample_result(), picture="p.svg")
    assert "| +协议货场 Agreement yard (=协议\\|货场) |" in text.replace("\\+", "+")
    assert "冲锋舟队 F-2#01，T0003" in text


def test_sites_stand_below_their_township_without_columns_that_say_nothing() -> None:
    """One target: no column of hours; no repair: no column of repairs; the township is named once."""
    result = sample_result()
    gaps = tuple(replace(gap, repair=None) for gap in result.gaps)
    text = report_markdown(replace(result, gaps=gaps), picture="p.svg")
    table = text.split("### 按安置点 By site")[1].split("## 5 ")[0]
    assert "时限 hour" not in table
    assert "补救 repair" not in table
    assert table.count("| 马头镇 |") == 1
    late = (replace(gaps[0], hour=4.5), *gaps[1:])
    assert "时限 hour" in report_markdown(replace(result, gaps=late), picture="p.svg")


def test_a_plan_that_failed_its_check_is_not_to_be_used() -> None:
    """A plan that failed its check is not to be used."""
    failed = Verification(violations=("T0001 drives *closed* road R-3",), rules_checked=10)
    text = report_markdown(replace(sample_result(), verification=failed), picture="p.svg")
    assert "do not use it" in text.split("## 1 ")[0]
    assert r"\*closed\*" in text
    assert "First to load" not in text


def test_gaps_are_told_by_cause_township_and_site() -> None:
    """Gaps are told by cause township and site."""
    text = report_markdown(sample_result(), picture="p.svg")
    section = text.split("## 4 ")[1].split("## 5 ")[0]
    assert "5,800 people at 3 sites" in section
    assert "| 马头镇 | 5,800 | 3 | 棉被、饮用水 |" in section
    assert section.index("(S-4)") < section.index("(S-3)") < section.index("(S-5)")


def test_isolated_and_flooded_stand_apart() -> None:
    """Isolated and flooded stand apart."""
    section = report_markdown(sample_result(), picture="p.svg").split("## 5 ")[1].split("## 6 ")[0]
    isolated, flooded = section.split("**受淹**")
    assert "1 site, 800 people" in isolated
    assert "(S-5)" in isolated
    assert "2 处，其中安置点 1 个、6,000 人" in flooded
    assert "2 points, of them 1 site with 6,000 people" in flooded
    assert "(S-3) | 安置点 site | 6,000 | 0.9 m |" in flooded
    assert "(W-1) | 仓库 warehouse |  | 0.3 m |" in flooded


def critical_section(result: RunResult) -> str:
    """What the report says of one more closed road."""
    section = report_markdown(result, picture="p.svg").split("### 再断一处会怎样 If one more road closed")
    return section[1].split("## 6 ")[0] if len(section) > 1 else ""


def test_critical_roads_are_named_with_sites_people_and_times() -> None:
    """Past the first target are those beyond 4 h or cut off; links with the same effect share a row."""
    section = critical_section(sample_result())
    assert "9 links (2 on bridges) would cut a site off or delay it by 10 minutes" in section
    assert "(Truck 5 t; from any loading point" in section
    assert "1 site (800 people) to which no road is open throughout; one may reopen." in section
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == 6
    assert rows[0].startswith(
        "| 【桥 bridge】大桥 Bridge (R-4, 116.6000 31.7500)、"
        "=路\\|名 G312 (R-3 第2段 part 2, 116.5000 31.7500) 等 2 处任一 (any one of 2) | 21,000 | 12,000 | "
    )
    assert "(S-1): 12,000, 0:30 → 断路 cut off；" in rows[0]
    assert "(S-2): 9,000, 1:00 → 1:15 |" in rows[0]
    assert rows[1].startswith("| 无名路 unnamed road (R-5, 116.7000 31.7500) | 9,000 | 9,000 | ")
    assert rows[2].startswith("| 无名路 unnamed road (R-6, 116.7000 31.7500) | 9,000 | 0 | ")
    assert rows[5].startswith("| 【桥 bridge】小桥 (R-11, ")
    assert "2 more in `tables/critical_links.csv`" in section


def test_a_name_that_stands_in_both_columns_is_said_once() -> None:
    """Outside China the local name fills the Chinese column and the English one."""
    links = sample_result().tables["critical_links"]
    local = with_tables(critical_links=links.assign(name_zh="Rua Tsiu", name_en="Rua Tsiu", ref=""))
    assert "| 【桥 bridge】Rua Tsiu (R-4, 116.6000 31.7500) 等 2 处任一" in critical_section(local)


def test_roads_that_cut_people_off_are_to_be_guarded() -> None:
    """Those past the first target or cut off have a step of their own, and no others."""
    steps = report_markdown(sample_result(), picture="p.svg").split("## 8 ")[1]
    assert "大桥 Bridge" not in steps
    assert (
        "=路\\|名 G312 (R-3 第2段 part 2, 116.5000 31.7500)（12,000 人 people）；"
        "无名路 unnamed road (R-5, 116.7000 31.7500)（9,000 人 people）。 Guard these roads"
    ) in steps


def with_tables(**changed: pd.DataFrame) -> RunResult:
    """The sample with other tables."""
    result = sample_result()
    return replace(result, tables={**result.tables, **changed})


def test_where_no_road_is_critical_the_report_says_so() -> None:
    """Without any critical link there is no table and nothing to guard; without any truck, no word of it."""
    tables = sample_result().tables
    unharmed = with_tables(critical_links=tables["critical_links"].head(0))
    assert "None cuts a site off or delays it by 10 minutes." in critical_section(unharmed)
    assert "| --- |" not in critical_section(unharmed)
    assert "Guard these roads" not in report_markdown(unharmed, picture="p.svg")
    afloat = with_tables(
        critical_links=tables["critical_links"].head(0), site_sources=tables["site_sources"].head(0)
    )
    assert critical_section(afloat) == ""


def test_a_share_below_one_never_reads_as_the_whole() -> None:
    """A share below one never reads as the whole."""
    result = sample_result()
    target = replace(result.targets[1], supplied=29_999, share=29_999 / 30_000)
    text = report_markdown(replace(result, targets=(result.targets[0], target)), picture="p.svg")
    assert "(99.9 %)" in text


def test_the_sheet_of_the_hand_out_on_the_spot_is_named() -> None:
    """Where community points hand out, the report says which sheet lists it."""
    text = report_markdown(sample_result(), picture="p.svg")
    assert "the list is in `plan.xlsx`, sheet 就地发放 On-site." in text


def test_a_target_that_counts_from_the_event_says_so() -> None:
    """4.5 h from the event, half an hour before the order; a target from the order has its hour alone."""
    section = report_markdown(sample_result(), picture="p.svg").split("## 1 ")[1].split("## 2 ")[0]
    assert "| half-4h | 4.5 h 自事件 from the event = 4 |" in section
    assert "| everyone-8h | 8 |" in section


def next_steps(*gaps: Gap) -> str:
    """The last section of the report with these gaps."""
    return report_markdown(replace(sample_result(), gaps=gaps), picture="p.svg").split("## 8 ")[1]


def test_advice_is_marked_when_its_cause_is_proven_for_nobody() -> None:
    """One proven gap of the cause takes the mark away."""
    unproven, other, proven = sample_gaps()
    steps = next_steps(unproven, other, proven)
    assert "车辆不足 few vehicles（3,000 人 people；马头镇；未证 not shown）：" in steps
    assert "发放太慢 slow hand-out（2,000 人 people；马头镇）：" in steps
    steps = next_steps(unproven, replace(proven, causes=("fleet",)))
    assert "车辆不足 few vehicles（5,000 人 people；马头镇）：" in steps


def test_no_boat_is_advised_where_no_mode_gets_through() -> None:
    """An isolated site wants its road where that is the cause, else helicopters; others have other ways."""
    late, isolated, _ = sample_gaps()
    steps = next_steps(isolated)
    assert "Ask for helicopters or porters for 1 isolated site of section 5 (800 people short)." in steps
    assert "Reopen" not in steps
    behind_road = replace(isolated, causes=("road",), proven=True)
    steps = next_steps(behind_road)
    assert "Reopen the roads to 1 isolated site of section 5 (800 people short); until then neither" in steps
    assert "by water" not in steps
    assert "Ask for helicopters" not in steps
    steps = next_steps(behind_road, replace(late, causes=("road",), proven=True))
    assert "道路中断 road cut（3,000 人 people；马头镇）：抢通道路，或改走水路、空中。" in steps


def test_the_verdict_warns_of_overfull_sites_and_of_items_without_any_usable_lot() -> None:
    """A site at its capacity and a lot on its last day are no cause for a warning; one more or older is."""
    result = sample_result()
    assert "⚠" not in report_markdown(result, picture="p.svg")
    sites = result.region.sites.assign(capacity=[12_000, 8_990, 5_995, 3_000, 900])
    lots = result.region.lots.assign(expires_on=[dt.date(2026, 7, 4), dt.date(2026, 7, 5)])
    region = result.region.replace(sites=sites, lots=lots)
    head = report_markdown(replace(result, region=region), picture="p.svg").split("## 1 ")[0]
    assert "> ⚠ 2 个安置点超出容量共 15 人 2 sites over capacity by 15 people\n" in head
    # of the items only water is essential
    demand = result.tables["demand"]
    assert set(demand.loc[demand["essential"], "item"]) == {"water"}
    assert "> ⚠ 库存无当日可用批次 no lot in stock usable on the day: 饮用水\n" in head


def test_plain_closures_and_speeds_are_not_told() -> None:
    """The scenario says all there is to say about a closed road."""
    section = report_markdown(sample_result(), picture="p.svg").split("## 5 ")[1].split("## 6 ")[0]
    assert "Closures" not in section
    assert "Road speeds" not in section


def test_closures_with_hours_and_factors_are_told() -> None:
    """Which closures act, why a reopening road is not used, and what slows the roads."""
    result = sample_result()
    scenario = result.scenario.model_copy(
        update={
            "closures": {"bridge": Closure(near=(116.5, 31.7), until_h=6.0)},
            "speeds": Speeds(weather_factor=0.9, night_factor=0.8, order_hour=21.0),
        }
    )
    text = report_markdown(replace(result, scenario=scenario), picture="p.svg")
    section = text.split("## 5 ")[1].split("## 6 ")[0]
    assert "1 of 2 closures act" in section
    assert "| bridge | 是 yes |  | 6 | 封闭 closed | 1 | R-2 (12.5 m) |" in section
    assert "| mud | 否 no | 30 |  | 减速 slow | 1,200 |  |" in section
    assert "multiplied by 0.720: 车辆 truck 1 × 天气 weather 0.9 × 夜间 night 0.8 ÷" in section


def test_the_distance_to_the_bound_is_rounded_up() -> None:
    """One person of 100,000,000 is not nothing."""
    result = sample_result()
    target = replace(result.targets[0], supplied=99_999_999)
    bound = replace(result.bound, supplied=(100_000_000,))
    text = report_markdown(replace(result, targets=(target,), bound=bound), picture="p.svg")
    assert "| 0.001 % |" in text.split("## 6 ")[1].split("## 7 ")[0]


def test_a_plan_far_below_the_bound_says_what_to_try() -> None:
    """Longer, unless the search was the longest; nothing where the bound is near."""
    result = sample_result()
    far = replace(result.bound, gap=0.124)

    def told(**changes: object) -> str:
        return report_markdown(replace(result, **changes), picture="p.svg")  # type: ignore[arg-type]

    assert "12.400 % below the bound" in told(bound=far, effort="quick")
    assert "`--effort thorough` (the search takes about 33 times as long)" in told(bound=far, effort="quick")
    assert "try another `--seed`" in told(bound=far, effort="thorough")
    assert "better one may exist" not in told(bound=replace(result.bound, gap=0.05), effort="quick")
