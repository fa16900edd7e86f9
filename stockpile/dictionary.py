"""Write the data dictionary as a page: `python -m stockpile.dictionary` renews docs/data-dictionary.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stockpile.bundle import CATALOGUE_TABLES, GIVEN_TABLES
from stockpile.columns import Column, read_dictionary
from stockpile.tables import OPTIONAL_TABLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data-dictionary.md"

# One row of the table is: in Chinese, in English.
TABLE_TITLES = {
    "places": ("行政单位", "an administrative unit"),
    "warehouses": ("仓库和储备点", "a stocking point"),
    "lots": ("库存批次", "a lot on hand"),
    "suppliers": ("协议储备", "an agreement, market or production reserve of one item"),
    "sites": ("安置点", "a site where people are supplied"),
    "fleet": ("运力", "vehicles of one type at one base"),
    "roads": ("道路", "a link of the road or water network"),
    "floors": ("最低储备规则", "a rule for the least stock to hold"),
    "items": ("物资目录", "an item of stock"),
    "baskets": ("保障篮", "the need of one item in one basket"),
    "vehicle_types": ("车型目录", "a vehicle type"),
    "levels": ("储备水平", "the stock level of an item at a warehouse"),
}

_TYPE_WORDS = {
    "id": "id",
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "choice": "one word",
    "set": "words",
    "boolean": "yes or no",
    "date": "day",
}

_INTRODUCTION = """\
# Data dictionary · 数据字典

This page is made from `data/warehouses/columns.csv` by `python -m stockpile.dictionary`; change that file,
not this page. 本页由 `columns.csv` 生成,请勿直接修改。

A region is a folder with one CSV file per table; the first row holds the column names below.
The tables of the catalogue are shared by all regions and lie in `catalogue/`; a region that has a file of
that name in its own folder uses it instead. `suppliers.csv` and `floors.csv` may be left out.
`region.yaml` in its folder says what the region is: [planner's guide](guide-planner.md#your-own-tables).

- **Encoding**: UTF-8 with or without byte order mark, or GB18030 (GBK, GB2312). A file is at most 64 MB.
- **id**: at most 64 signs without blanks and without `# @ , ; | " ' →`; given once in its table.
- **ref**: an id of the table named.
- **whole number, number**: digits without separators or unit.
- **yes or no**: `yes`/`no`, `true`/`false`, `1`/`0` or `是`/`否`.
- **day**: year-month-day, such as `2026-07-05`; with slashes also `2026/7/5` or `2026/07/05`.
- **words**: any of the allowed words with `|` between them.
- **basis** says where a row comes from: `plan` (stated in a plan), `census`, `standard`, `published`,
  `modelled` or `assumed`. Reports state the share of rows that are modelled or assumed.
"""


def dictionary_page() -> str:
    """Return the page as Markdown: one section per table, labels in Chinese and English."""
    sections = [_section(table, columns) for table, columns in read_dictionary().items()]
    return "\n".join([_INTRODUCTION, *sections])


def _section(table: str, columns: tuple[Column, ...]) -> str:
    return "\n".join([*_section_lines(table, columns), ""])


def _section_lines(table: str, columns: tuple[Column, ...]) -> Iterator[str]:
    title_zh, title_en = TABLE_TITLES[table]
    yield f"## {table} · {title_zh}"
    yield ""
    yield f"One row is {title_en}. {_whereabouts(table)}"
    yield ""
    yield "| column | 中文 | English | type | unit | required | default | allowed | description |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for column in columns:
        cells = (
            f"`{column.name}`",
            column.label_zh,
            column.label_en,
            f"ref to {column.refers_to}" if column.refers_to else _TYPE_WORDS[column.type],
            column.unit,
            "yes" if column.required else "no",
            column.default,
            str(column.interval) if column.interval else ", ".join(f"`{word}`" for word in column.choices),
            column.description,
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _whereabouts(table: str) -> str:
    if table in GIVEN_TABLES:
        return "`stockpile place` writes it; `--levels FILE` of `place` and `reorder` reads it."
    folder = "catalogue" if table in CATALOGUE_TABLES else "region"
    presence = "optional" if table in OPTIONAL_TABLES else "required"
    return f"File `{table}.csv` of the {folder}, {presence}."


def main() -> None:
    """Renew the page."""
    PAGE.write_text(dictionary_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
