"""people-by-hour.svg: well-formed, to scale, and never broken by a name."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from report_fixture import sample_result

from scenarios.report.picture import BOTTOM, LEFT, RIGHT, people_by_hour_svg
from scenarios.report.svg import HEIGHT, WIDTH, tick_step
from scenarios.result import Bound, RunResult

SVG = "{http://www.w3.org/2000/svg}"


def drawn(result: RunResult) -> ET.Element:
    """The picture as a tree."""
    return ET.fromstring(people_by_hour_svg(result))  # noqa: S314  (own output)


def curve_points(picture: ET.Element) -> list[tuple[float, float]]:
    """Corners of the curve in pixels."""
    pairs = picture.findall(f"{SVG}polyline")[0].attrib["points"].split()
    return [(float(pair.split(",")[0]), float(pair.split(",")[1])) for pair in pairs]


def test_curve_runs_from_the_first_to_the_last_hour_and_never_falls() -> None:
    """Curve runs from the first to the last hour and never falls."""
    points = curve_points(drawn(sample_result()))
    assert len(points) == 25
    assert points[0] == (LEFT, HEIGHT - BOTTOM)
    assert points[-1][0] == WIDTH - RIGHT
    assert all(later[1] <= earlier[1] for earlier, later in pairwise(points))


def test_target_dots_lie_on_the_curve() -> None:
    """Target dots lie on the curve."""
    picture = drawn(sample_result())
    points = curve_points(picture)
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in picture.findall(f"{SVG}circle")]
    assert dots == [points[4], points[8]]


def test_names_and_figures_stand_as_text() -> None:
    """Names and figures stand as text."""
    texts = [text.text or "" for text in drawn(sample_result()).iter(f"{SVG}text")]
    assert "梅雨<洪涝> Plum-rain flood" in texts
    assert "25,000 (83.3 %)" in texts
    assert "≤ 28,000" in texts
    assert "✗ 8 h ≥ 100.0 %" in texts
    assert "30,800" in texts


def test_nothing_leaves_the_sheet() -> None:
    """Nothing leaves the sheet."""
    picture = drawn(sample_result())
    for element in picture.iter():
        for key in ("x", "x1", "x2", "cx"):
            assert 0 <= float(element.attrib.get(key, 0)) <= WIDTH
        for key in ("y", "y1", "y2", "cy"):
            assert 0 <= float(element.attrib.get(key, 0)) <= HEIGHT


def test_a_run_without_people_can_be_drawn() -> None:
    """A run without people can be drawn."""
    nobody = replace(
        sample_result(),
        affected=0,
        supplied_by_hour=((0.0, 0),),
        targets=(),
        bound=Bound(supplied=(), person_hours=0.0, gap=0.0),
    )
    assert drawn(nobody).tag == f"{SVG}svg"


@pytest.mark.parametrize(
    ("top", "step"), [(1, 1), (6, 1), (7, 2), (60, 10), (61, 20), (60_000, 10_000), (80_000, 20_000)]
)
def test_ticks_are_round(top: int, step: int) -> None:
    """Ticks are round."""
    assert tick_step(top) == step
