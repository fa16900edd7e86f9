"""tables/*.csv: every table of a run reads back as it was."""

from __future__ import annotations

import csv
import io

from report_fixture import sample_result

from stockpile.output.csv_text import csv_text


def test_every_table_of_a_run_reads_back_with_line_feeds_only() -> None:
    """Every table of a run reads back with line feeds only."""
    for frame in sample_result().tables.values():
        text = csv_text(frame)
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0] == list(frame.columns)
        assert [len(row) for row in rows] == [len(frame.columns)] * (len(frame) + 1)
        assert "\r" not in text
        assert "nan" not in text.lower()
