"""Markdown: text from tables shows as it is, whatever it holds."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from stockpile.output.markdown_text import plain, table_lines
from stockpile.output.text import one_line

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TRICKY = st.text(alphabet="ab1 .|\\`*_~[]<>&#+-=!(){}$\n\t中\u202e", max_size=30)


def visible(source: str) -> str:
    """Text of the HTML without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", source))


@given(TRICKY)
def test_plain_text_shows_as_it_is(text: str) -> None:
    """Plain text shows as it is."""
    expected = one_line(text)
    shown = RENDERER.render("\n".join(table_lines(["a", "b"], [[text, "end"]])))
    cells = re.findall(r"<td>(.*?)</td>", shown, flags=re.DOTALL)
    assert [visible(cell).strip() for cell in cells] == [expected, "end"]
    assert "<" not in re.sub(r"</?(?:table|thead|tbody|tr|t[hd])>", "", shown)


@given(TRICKY)
def test_plain_text_makes_no_heading_or_list(text: str) -> None:
    """Plain text makes no heading or list."""
    shown = RENDERER.render(plain(text))
    assert visible(shown).strip() == one_line(text)
    assert not re.search(r"<(?!/?p>)", shown)
