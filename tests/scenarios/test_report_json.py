"""report.json: the shape that other programs rely on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from report_fixture import sample_result

from scenarios.report.json_report import report_document, report_json

NUMBER = (int, float)
NULLABLE_TEXT = (str, type(None))
NULLABLE_NUMBER = (int, float, type(None))
SHAPE = {
    "schema": str,
    "scenario": str,
    "region": str,
    "targets": [
        {
            "id": str,
            "hours": NUMBER,
            "scope": str,
            "required": NUMBER,
            "people": int,
            "supplied": int,
            "share": NUMBER,
            "exempt_people": int,
            "met": bool,
            "judged": bool,
        }
    ],
    "first_goods": [
        {
            "id": str,
            "level": str,
            "hours": NUMBER,
            "required": NUMBER,
            "townships": int,
            "reached": int,
            "bound": int,
            "share": NUMBER,
            "exempt_townships": int,
            "last_h": NULLABLE_NUMBER,
            "judged": bool,
            "met": bool,
            "late": [
                {
                    "township": str,
                    "people": int,
                    "first_h": NULLABLE_NUMBER,
                    "soonest_h": NULLABLE_NUMBER,
                    "causes": [str],
                }
            ],
        }
    ],
    "people": {"affected": int, "supplied_by_hour": [[NUMBER]], "person_hours": NUMBER},
    "bound": {"supplied": [int], "person_hours": NUMBER, "gap": NUMBER},
    "gaps": [
        {
            "site": str,
            "place": str,
            "people": int,
            "item": str,
            "hour": NUMBER,
            "causes": [str],
            "proven": bool,
            "repair": NULLABLE_TEXT,
        }
    ],
    "verification": {"violations": [str], "rules_checked": int},
    "provenance": {"modelled_or_assumed_share": NUMBER, "inputs": dict},
    "cost_yuan": NUMBER,
    "isolated": [{"site": str, "place": str, "people": int}],
    "flooded": [{"point": str, "kind": str, "people": int, "depth_m": NULLABLE_NUMBER}],
    "critical_links": [
        {
            "link": str,
            "road": str,
            "ref": str,
            "name_zh": str,
            "name_en": str,
            "is_bridge": bool,
            "people": int,
            "people_past_target": int,
            "sites": [{"site": str, "people": int, "drive_h": NUMBER, "without_link_h": NULLABLE_NUMBER}],
        }
    ],
}
"""Keys in order with the type of each value; one element stands for all of a list."""


def faults(value: object, shape: object, where: str = "report") -> list[str]:
    """Where a value departs from a shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict) or list(value) != list(shape):
            return [f"{where}: keys {list(value) if isinstance(value, dict) else value}"]
        return [fault for key in shape for fault in faults(value[key], shape[key], f"{where}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [fault for part in value for fault in faults(part, shape[0], f"{where}[]")]
    assert isinstance(shape, type | tuple)
    fits = isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
    return [] if fits else [f"{where}: {value!r}"]


def test_report_follows_the_schema_in_key_order() -> None:
    """Report follows the schema in key order."""
    document = json.loads(report_json(sample_result()))
    assert faults(document, SHAPE) == []
    assert document["schema"] == "stockpile-report/1"
    assert all(len(pair) == 2 for pair in document["people"]["supplied_by_hour"])
    assert len(document["bound"]["supplied"]) == len(document["targets"])


def test_shape_check_sees_a_missing_key_and_a_wrong_type() -> None:
    """Shape check sees a missing key and a wrong type."""
    document = json.loads(report_json(sample_result()))
    document["bound"]["gap"] = "0.2"
    del document["gaps"][0]["proven"]
    assert len(faults(document, SHAPE)) == 2


def test_lists_are_sorted_and_figures_rounded() -> None:
    """Lists are sorted and figures rounded."""
    document = json.loads(report_json(sample_result()))
    assert [gap["site"] for gap in document["gaps"]] == ["S-3", "S-4", "S-5"]
    assert list(document["provenance"]["inputs"]) == ["catalogue/items.csv", "luan_jinan/sites.csv"]
    assert document["people"]["person_hours"] == 221_034.1235
    assert document["provenance"]["modelled_or_assumed_share"] == 0.618034
    assert document["targets"][1]["share"] == 0.833333
    assert document["targets"][0]["hours"] == 4.5
    assert '"hours": 8,' in report_json(sample_result())


def test_chinese_stays_readable_and_text_ends_with_a_line_feed() -> None:
    """Chinese stays readable and text ends with a line feed."""
    text = report_json(sample_result())
    assert "发放台" in text
    assert text.endswith("}\n")


def test_a_number_that_is_none_is_refused() -> None:
    """A number that is none is refused."""
    broken = replace(sample_result(), person_hours=float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        report_json(broken)


def test_critical_links_keep_their_order_with_people_and_times() -> None:
    """The worst first; null is a way that does not exist; past the first target are those beyond 4 h."""
    links = json.loads(report_json(sample_result()))["critical_links"]
    assert [link["link"] for link in links] == ["R-3~2", "R-4", "R-5", *(f"R-{n}" for n in range(6, 12))]
    assert [link["people_past_target"] for link in links] == [12_000, 12_000, 9_000, *[0] * 6]
    assert (links[0]["road"], links[0]["people"], links[1]["is_bridge"]) == ("R-3", 21_000, True)
    assert links[0]["sites"] == [
        {"site": "S-1", "people": 12_000, "drive_h": 0.5, "without_link_h": None},
        {"site": "S-2", "people": 9_000, "drive_h": 1, "without_link_h": 1.25},
    ]


def test_isolated_and_flooded_are_told_apart() -> None:
    """Isolated and flooded are told apart."""
    document = report_document(sample_result())
    assert document["isolated"] == [{"site": "S-5", "place": "341502102", "people": 800}]
    assert document["flooded"] == [
        {"point": "S-3", "kind": "site", "people": 6_000, "depth_m": 0.9},
        {"point": "W-1", "kind": "warehouse", "people": 0, "depth_m": 0.3},
    ]
