"""From the bytes of a CSV file to rows of text, whatever a Chinese or an English office program wrote.

UTF-8 with or without byte order mark and GB18030 (which covers GBK and GB2312) are read. Anything else is
refused rather than guessed, and so is text that was once decoded with the wrong one of the two.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass

csv.field_size_limit(1 << 17)
MOST_ROWS = 1_000_000
MOST_CELLS = 1_000

_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_SAVE_AS_UTF8 = "Save it as CSV in UTF-8 (in a spreadsheet: 'CSV UTF-8')"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{3,}")
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]{2,}")
_NEVER_IN_TEXT = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|锟斤|烫烫烫")


@dataclass(eq=False)
class BadFile(Exception):  # noqa: N818 - becomes a Problem, is no failure of the program
    """A file cannot be read as a table; `row` is the row at which reading ended, when that is known."""

    message: str
    remedy: str
    row: int | None = None


def decode(content: bytes) -> str:
    """Return the text of a file.

    Raises:
        BadFile: the bytes are neither UTF-8 nor GB18030.
    """
    for mark, name in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise BadFile(f"is encoded in {name}", _SAVE_AS_UTF8)
    if b"\x00" in content:
        raise BadFile("is not a text file: it holds zero bytes", _SAVE_AS_UTF8)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as in_utf8:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            row = content.count(b"\n", 0, in_utf8.start) + 1
            raise BadFile("is neither UTF-8 nor GB18030", _SAVE_AS_UTF8, row) from None


def split_rows(text: str) -> list[list[str]]:
    """Return the rows of a CSV text, cells stripped; the row at index i is row i + 1 of the file.

    Raises:
        BadFile: a quotation mark is never closed, or the file, a row or a cell is absurdly long.
    """
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append([cell.strip() for cell in row])
            if len(rows) > MOST_ROWS or len(row) > MOST_CELLS:
                what = f"{MOST_ROWS:,} rows" if len(rows) > MOST_ROWS else f"{MOST_CELLS} cells in a row"
                raise BadFile(f"holds more than {what}", "Keep the table alone in the file", len(rows))
    except csv.Error as error:
        raise BadFile(
            f"cannot be split into cells ({error})",
            "Look for a quotation mark without its partner in this row; double those that belong to the text",
            len(rows) + 1,
        ) from None
    return rows


def is_garbled(text: str) -> bool:
    """Say whether a text was decoded with the wrong encoding before it came here.

    Two signs: marks that no writer types, and a run of letters that turns into Chinese when the wrong
    decoding is undone (`鍏畨` for 六安 read as GBK, `å…­å®‰` for 六安 read as Latin-1).

    >>> is_garbled("六安"), is_garbled("六安".encode().decode("gb18030"))
    (False, True)
    """
    if text.isascii():
        return _NEVER_IN_TEXT.search(text) is not None
    if _NEVER_IN_TEXT.search(text):
        return True
    return any(_was_utf8(run) for run in _BEYOND_ASCII.findall(text))


def _was_utf8(run: str) -> bool:
    for encoding in ("gb18030", "cp1252", "latin-1"):
        try:
            # Not final: the wrong decoding often swallows the last byte of a name.
            original = codecs.getincrementaldecoder("utf-8")().decode(run.encode(encoding), final=False)
        except UnicodeError:
            continue
        if _CHINESE.fullmatch(original):
            return True
    return False
