"""How a sheet goes on paper: A4 landscape, as wide as the table, page breaks that keep rows together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

PAPER_A4 = 9
MARGINS_IN = {"left": 0.4, "right": 0.4, "top": 0.45, "bottom": 0.55}
WIDTH_PT = 842 - 72 * (MARGINS_IN["left"] + MARGINS_IN["right"])
HEIGHT_PT = 595 - 72 * (MARGINS_IN["top"] + MARGINS_IN["bottom"])
DIGIT_PT, PADDING_PT = 5.25, 3.75  # a digit of the standard size is 7 pixels wide, a column has 5 more
SPARE = 0.95  # other programs have other fonts: some room for higher lines


def set_print(page: Worksheet) -> None:
    """A4 landscape, narrow margins, all columns on one page, name of the sheet and page number below."""
    page.set_landscape()
    page.set_paper(PAPER_A4)
    page.set_margins(**MARGINS_IN)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")


def break_pages(
    page: Worksheet,
    widths: Sequence[float],
    heights_pt: Sequence[float],
    keys: Sequence[Hashable],
    *,
    head: int,
) -> None:
    """End pages so that rows with one key stand on one page; a program that fits pages may pass over it.

    Args:
        page: the sheet.
        widths: of its columns, in digits.
        heights_pt: of all its rows from the first one on.
        keys: of the rows below the header.
        head: rows above the first of those; the last one, the header, stands on every page.
    """
    points = sum(DIGIT_PT * width + PADDING_PT for width in widths)
    room = SPARE * HEIGHT_PT * max(1.0, points / WIDTH_PT)
    rooms = (room - sum(heights_pt[:head]), room - heights_pt[head - 1])
    page.set_h_pagebreaks([head + row for row in page_breaks(heights_pt[head:], keys, rooms)])


def page_breaks(heights_pt: Sequence[float], keys: Sequence[Hashable], room_pt: Sequence[float]) -> list[int]:
    """Rows before which a page ends so that neighbouring rows with one key stand on one page.

    A run that is longer than a page begins a page and goes on over the next.

    Args:
        heights_pt: height of each row.
        keys: key of each row.
        room_pt: room for rows on the first page and on every later one.

    >>> page_breaks([10] * 6, "aabbcc", (50, 40))
    [4]
    """
    breaks: list[int] = []
    row, left = 0, room_pt[0]
    for _, run in groupby(keys):
        size = len(list(run))
        height = sum(heights_pt[row : row + size])
        if row and height > left:
            breaks.append(row)
            left = room_pt[1]
        left -= height
        while left < 0:
            left += room_pt[1]
        row += size
    return breaks
