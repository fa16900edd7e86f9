"""Every promise of the five plans points at the rows and the check that stand for it, and both are there."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "promises.md"
REGIONS = {"beijing", "chongqing_jiangbei", "hangzhou_gongshu", "luan_jinan", "ningbo_jiangbei"}


def promises() -> list[tuple[str, str, str, str]]:
    """Region, promise, pointers to data and pointers to checks of each row of the page's tables."""
    rows, region = [], ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"## .*`(\w+)`.*", line)
        if heading:
            region = heading[1]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[0] not in ("kind", "---"):
            rows.append((region, cells[1], cells[2], cells[3]))
    return rows


def pointers(cell: str) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


@cache
def table(region: str, name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table of the region, or of the catalogue."""
    own = ROOT / "data" / "warehouses" / region / f"{name}.csv"
    path = own if own.exists() else ROOT / "data" / "warehouses" / "catalogue" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def data_is_there(region: str, pointer: str) -> bool:
    """`table:column=value,column=value` names a row at least; `scenario:dotted.key` a key of a scenario."""
    name, _, rest = pointer.partition(":")
    library = ROOT / "scenarios" / "library" / region / f"{name}.yaml"
    if library.exists():
        value: object = yaml.safe_load(library.read_text(encoding="utf-8"))
        for key in rest.split("."):
            if not isinstance(value, dict) or key not in value:
                return False
            value = value[key]
        return True
    wanted = [condition.split("=", 1) for condition in rest.split(",") if condition]
    return any(all(row.get(column) == value for column, value in wanted) for row in table(region, name))


@cache
def functions_of(path: str) -> frozenset[str]:
    """Test functions of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def check_is_there(pointer: str) -> bool:
    """`tests/file.py::test_name` is a test."""
    path, _, name = pointer.partition("::")
    return (ROOT / path).is_file() and name.startswith("test_") and name in functions_of(path)


@pytest.mark.parametrize(
    ("region", "promise", "data", "check"), promises(), ids=lambda value: str(value)[:60]
)
def test_a_promise_is_kept_by_rows_and_a_check(region: str, promise: str, data: str, check: str) -> None:
    """Each promise names rows or keys that exist and a test that exists."""
    assert promise
    assert pointers(data)
    assert pointers(check)
    assert [one for one in pointers(data) if not data_is_there(region, one)] == []
    assert [one for one in pointers(check) if not check_is_there(one)] == []


def test_every_region_has_its_promises() -> None:
    """Five plans, none of them empty."""
    assert {region for region, *_ in promises()} == REGIONS


def test_a_pointer_to_nowhere_is_found_out() -> None:
    """What the page must not hold: rows, keys and tests that are not there."""
    assert not data_is_there("luan_jinan", "warehouses:id=W-nowhere")
    assert not data_is_there("luan_jinan", "base:targets.nowhere")
    assert not check_is_there("tests/test_promises.py::test_nowhere")
    assert not check_is_there("tests/nowhere.py::test_a")
