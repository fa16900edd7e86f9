"""The page of the data dictionary is the one that columns.csv makes."""

from __future__ import annotations

from stockpile.bundle import ALL_TABLES, GIVEN_TABLES
from stockpile.columns import read_dictionary
from stockpile.dictionary import PAGE, dictionary_page


def test_the_page_is_fresh() -> None:
    """Run `python -m stockpile.dictionary` when this fails."""
    assert PAGE.read_text(encoding="utf-8") == dictionary_page()


def test_the_dictionary_describes_the_tables_of_a_region() -> None:
    """No table is read without columns, none is described without being read."""
    assert sorted(read_dictionary()) == sorted(ALL_TABLES + GIVEN_TABLES)


def test_the_page_has_a_section_a_table_with_both_labels_of_each_column() -> None:
    """Every column stands in the section of its table, in Chinese and English."""
    sections = {part.split(" ", 1)[0]: part for part in dictionary_page().split("\n## ")[1:]}
    assert sorted(sections) == sorted(ALL_TABLES + GIVEN_TABLES)
    for table, columns in read_dictionary().items():
        for column in columns:
            assert f"| `{column.name}` | {column.label_zh} | {column.label_en} |" in sections[table]


def test_every_column_is_fully_described() -> None:
    """Labels, description, a table that a ref names, and a default that is no wrong value."""
    for table, columns in read_dictionary().items():
        for column in columns:
            assert column.label_zh, (table, column.name)
            assert column.label_en, (table, column.name)
            assert column.description, (table, column.name)
            assert column.type != "ref" or column.refers_to in ALL_TABLES
            assert column.required is False or not column.default
