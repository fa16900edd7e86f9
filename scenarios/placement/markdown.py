"""place.md: where stock should be and why, verdict first, Chinese with English beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scenarios.placement.goals import counts_missing, goal_words, share_is_met
from scenarios.placement.headings import TABLES, headings_in, shown
from scenarios.placement.no_regret import NEAR_SHARE
from scenarios.placement.result import PlaceResult
from scenarios.placement.words import (
    finding_lines,
    model_line,
    no_knee,
    setting_line,
    unanswered_lines,
    verdict,
)
from scenarios.report.wording import percent_text
from stockpile.output.markdown_text import plain, table_lines
from stockpile.reorder.headings import Heading, pick

SHOWN_ROWS = 20
TRANSFER_COLUMNS = (
    *("from_name_zh", "from_warehouse", "to_name_zh", "to_warehouse", "item_name_zh", "lot", "quantity"),
    *("unit", "km", "tonne_km"),
)
PURCHASE_COLUMNS = (
    *("warehouse_name_zh", "warehouse", "item_name_zh", "packs", "quantity", "unit", "cost_yuan"),
)
MOVE_COLUMNS = (
    *("order", "from_name_zh", "from_warehouse", "to_name_zh", "to_warehouse", "item_name_zh", "lot"),
    *("quantity", "unit", "km", "people", "missing"),
)
PICTURE = "budget-coverage.svg"
LEVEL_COLUMNS = ("warehouse_name_zh", "warehouse", "item_name_zh", "today", "at_least", "level", "unit")


def place_markdown(result: PlaceResult) -> str:
    """The report as Markdown."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: PlaceResult) -> Iterator[str]:
    tops = result.region.places[result.region.places["parent"] == ""]
    names = "、".join(f"{row['name_zh']} {row['name_en']}".strip() for row in tops.to_dict("records"))
    yield from (f"# 储备布局 Placement: {plain(f'{names} ({result.region.name})')}", "")
    yield from (setting_line(result), "")
    yield from _verdict(result)
    yield from _coverage(result)
    yield from _decisions(result)
    yield from _orders(result)
    yield from _levels(result)
    yield from _townships(result)
    if "budget_curve" in result.tables:
        yield from _curve(result)
        yield from _marginal(result)
        yield from _moves(result)
        yield from _no_regret(result)
    if "replay" in result.tables:
        yield from _replay(result)
    yield from _proof(result)
    yield from _honesty(result)


def _both(pair: tuple[str, str]) -> str:
    return plain(" ".join(pair))


def _verdict(result: PlaceResult) -> Iterator[str]:
    yield f"> **{_both(verdict(result))}**"
    if result.blocked is not None:
        for reason in (*result.blocked.reasons, result.blocked.nearest):
            yield from (">", f"> {_both(reason)}")
    for line in finding_lines(result):
        yield from (">", f"> {_both(line)}")
    for warning in result.warnings:
        yield from (">", f"> ⚠ {_both(warning)}")
    yield ""


def _table(
    headings: tuple[Heading, ...], rows: pd.DataFrame, file: str, most: int = SHOWN_ROWS
) -> Iterator[str]:
    if rows.empty:
        yield from ("无 None.", "")
        return
    labels = [f"{heading.label_zh} {heading.label_en}" for heading in headings]
    numbers = [index for index, heading in enumerate(headings) if heading.kind not in ("wrap", "date")]
    cells = [
        [shown(value, heading) for heading, value in zip(headings, row, strict=True)]
        for row in rows[[heading.name for heading in headings]].head(most).itertuples(index=False)
    ]
    yield from (*table_lines(labels, cells, numbers=numbers), "")
    if len(rows) > most:
        rest = len(rows) - most
        yield from (f"另有 {rest} 行见 `tables/{file}.csv`。 {rest} more rows in `tables/{file}.csv`.", "")


def _coverage(result: PlaceResult) -> Iterator[str]:
    yield from ("## 1 各情景覆盖 Coverage by scenario", "")
    yield from (
        (
            "建议据“据以布局”的情景做出；“留作检验”和“变体检验”只用来检验。 "
            "The answer was made for placed scenarios; those held out and variations only test it. "
            "概率在同一用途内合计为 1，变体均分其情景的概率。 "
            "Probabilities add up to 1 within a role; the variations of a scenario share its probability."
        ),
        "",
    )
    table = result.tables["coverage"]
    yield from _table(TABLES["coverage"], table, "coverage", most=len(table))
    changes = table[(table["after"] - table["before"]).abs() >= 1]
    gain = sorted(set(changes.loc[changes["after"] > changes["before"], "scenario"]))
    lose = sorted(set(changes.loc[changes["after"] < changes["before"], "scenario"]))
    listed = ", ".join(gain) or "无 none", ", ".join(lose) or "无 none"
    yield from (f"受益情景 Scenarios that gain: {plain(listed[0])}. 受损 That lose: {plain(listed[1])}.", "")


def _decisions(result: PlaceResult) -> Iterator[str]:
    yield from ("## 2 启用与扩容 Open and expand", "")
    yield from _table(TABLES["decisions"], result.tables["decisions"], "decisions")


def _orders(result: PlaceResult) -> Iterator[str]:
    yield from ("## 3 先调拨 Transfers first", "")
    transfers = result.tables["transfers"].sort_values("tonne_km", ascending=False, kind="stable")
    yield from _table(pick(TABLES["transfers"], TRANSFER_COLUMNS), transfers, "transfers")
    yield from ("## 4 后采购 Then purchases", "")
    purchases = result.tables["purchases"].sort_values("cost_yuan", ascending=False, kind="stable")
    yield from _table(pick(TABLES["purchases"], PURCHASE_COLUMNS), purchases, "purchases")


def _levels(result: PlaceResult) -> Iterator[str]:
    yield from ("## 5 目标水平 Levels that change most", "")
    levels = result.tables["levels"]
    price = dict(zip(result.region.items["id"], result.region.items["unit_cost"], strict=True))
    change = (levels["level"] - levels["today"]).abs().astype(float) * levels["item"].map(price).astype(float)
    order = change.sort_values(ascending=False, kind="stable")
    rows = levels.loc[order[order > 0].index]
    yield from _table(pick(TABLES["levels"], LEVEL_COLUMNS), rows, "levels")
    yield from (
        (
            "`tables/levels.csv` 列出全部水平；同日用 `stockpile reorder --levels`，调拨与采购与此相同，"
            "另列临期批次：其轮换费用不在采购金额内；备选库启用后才计入，未能保证的定额仍按原数。 "
            "`tables/levels.csv` has every level; `stockpile reorder --levels` moves and buys the same on "
            "the same day and lists lots about to lapse: exchanging them is not in the purchases. Candidates "
            "count there once they are existing, floors that could not be kept in full."
        ),
        "",
    )


def _townships(result: PlaceResult) -> Iterator[str]:
    if "townships" not in result.tables:
        return
    yield from ("## 6 受益与受损乡镇 Townships that gain and lose", "")
    yield from (
        "同样总人数有多种分法，此处为其一。 Of several ways to supply as many people this is one.",
        "",
    )
    table = result.tables["townships"]
    moved = table[table["change"].abs() >= 1]
    yield from _table(TABLES["townships"], moved, "townships")


def _curve(result: PlaceResult) -> Iterator[str]:
    yield from ("## 7 预算与覆盖 Budget and coverage", "")
    zh, en = goal_words(result.steps[0], result.options)
    yield from (
        (
            f"计数：{zh}。每个预算只求首要目标；建议方案为其后目标可略少。 "
            f"Counted: {en}. Each is solved for the first goal alone; the answer may give up a little for "
            "later goals."
        ),
        "",
        f"![预算与覆盖 Budget and coverage]({PICTURE})",
        "",
    )
    table = result.tables["budget_curve"]
    if not table["knee"].any():
        yield from (_both(no_knee(table)), "")
    yield from _table(headings_in(TABLES["budget_curve"], table), table, "budget_curve")


def _marginal(result: PlaceResult) -> Iterator[str]:
    yield from ("## 8 再多一点 One more", "")
    zh, en = goal_words(result.steps[0], result.options)
    better = ("增加", "more") if not counts_missing(result.options) else ("减少", "fewer")
    yield from (
        (
            f"逐项加上后重新求解；人数为{zh}的{better[0]}。 "
            f"Each is added and solved again: so many {better[1]} {en}."
        ),
        "",
    )
    table = result.tables["marginal"]
    yield from _table(headings_in(TABLES["marginal"], table), table, "marginal")


def _moves(result: PlaceResult) -> Iterator[str]:
    totals = result.totals
    what = "missing" if counts_missing(result.options) else "people"
    actual, best = (f"{totals[f'balance_{which}_{what}']:z,.1f}" for which in ("actual", "best"))
    zh, en = goal_words(result.steps[0], result.options)
    share = percent_text(totals["balance"])
    yield from ("## 9 均衡度与最佳调令 Balance and the best transfers", "")
    yield from (
        (
            f"{zh}：现有库存 {actual}，同样库存最佳布局 {best}；均衡度 {share}。 "
            f"{en[0].upper()}{en[1:]}: {actual} with today's stock, "
            f"{best} with the same stock laid out best; balance {share}."
        ),
        "",
    )
    if counts_missing(result.options):
        asked = result.options.required_share
        of_zh, of_en = (
            ("", "") if asked is None else (f"的 {percent_text(asked)} ", f"{percent_text(asked)} of ")
        )
        yield from (
            (
                f"均衡度为两者“最大情景人数{of_zh}减所缺人数”之比。 "
                f"The balance compares {of_en}the people of the largest scenario less those who are missing."
            ),
            "",
        )
    table = result.tables["moves"]
    yield from _table(headings_in(pick(TABLES["moves"], MOVE_COLUMNS), table), table, "moves")


def _no_regret(result: PlaceResult) -> Iterator[str]:
    yield from ("## 10 无悔储备 No-regret stock", "")
    plans = f"{result.totals['near_best_plans']:,.0f}"
    worse = (
        f"首要时限少供不超过 {NEAR_SHARE:.0%}",
        f"that supply at most {NEAR_SHARE:.0%} fewer people",
    )
    if counts_missing(result.options):
        worse = (
            f"首要时限至多再多缺最大情景人数的 {NEAR_SHARE:.0%}",
            f"that leave at most {NEAR_SHARE:.0%} of the people of the largest scenario more without",
        )
    yield from (
        (
            f"找到的 {plans} 个近优方案（{worse[0]}）都有的库存。 "
            f"What all {plans} plans found hold {worse[1]}."
        ),
        "",
    )
    yield from _table(TABLES["no_regret"], result.tables["no_regret"], "no_regret")


def _replay(result: PlaceResult) -> Iterator[str]:
    yield from ("## 11 调度引擎核对 Replay by the dispatch engine", "")
    yield from (
        (
            "每个情景分别用现有库存和建议库存编制调度计划（与 `stockpile run` 相同），库存视为按时轮换。"
            "计划是可以执行的。 "
            "Every scenario is planned with today's stock and with the recommended one, as `stockpile run` "
            "does; stock is taken to be renewed in time. A plan can be carried out."
        ),
        "",
    )
    table = result.tables["replay"]
    yield from _table(TABLES["replay"], table, "replay", most=len(table))


def _proof(result: PlaceResult) -> Iterator[str]:
    yield from ("## 证书 Certificate", "")
    yield from (
        (
            "逐级求解：后一目标不得损害前一目标，至多让出上述数量。 "
            "Goals in their order, each keeping the earlier ones but for what is named above."
        ),
        "",
        " ".join(model_line(result)),
        "",
        (
            "费用含采购、启用、扩容和各情景中运送的期望费用。 "
            "The goal yuan counts purchases, openings, expansion and the expected cost of driving in the "
            "scenarios."
        ),
        "",
    )
    for line in unanswered_lines(result.steps, result.options):
        yield from (" ".join(line), "")
    if share_is_met(result.steps[0], result.options):
        yield from (
            (
                "第一行是最多能达到的，费用一行才是建议方案；它只求达到要求的比例。 "
                "The first row is the most that can be reached; the answer is that of the row of yuan, which "
                "reaches the share asked for."
            ),
            "",
        )
    yield from _table(TABLES["steps"], result.tables["steps"], "steps")
    yield from (
        f"种子 seed {result.options.seed}；输入摘要见 `place.json`。 Input digests: `place.json`.",
        "",
    )


def _honesty(result: PlaceResult) -> Iterator[str]:
    share = percent_text(result.modelled_or_assumed_share)
    yield from ("## 数据可信度 How far to trust the data", "")
    yield (
        f"输入数据中 **{share}** 的行是推算或假定的。 **{share}** of the input rows are modelled or assumed."
    )
