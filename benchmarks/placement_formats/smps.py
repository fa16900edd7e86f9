"""Reads two-stage problems in SMPS: a core in MPS (.cor), the stages (.tim), the scenarios (.sto).

Only what two-stage problems with scenarios in the right-hand side need: sections ROWS, COLUMNS, RHS and
BOUNDS of the core, PERIODS of the stages, SCENARIOS of the scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reading import FormatError

STAGES = 2
ROUNDING = 1e-6
ROOTS = ("ROOT", "'ROOT'")


@dataclass
class Column:
    """One column of the core: its entries by row, whether it is an integer, and its upper bound."""

    entries: dict[str, float] = field(default_factory=dict)
    integer: bool = False
    upper: float = float("inf")


@dataclass
class Core:
    """Rows with their senses (N, L, G, E), columns and right-hand sides, all in the order of the file."""

    name: str = ""
    rows: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    right_side: dict[str, float] = field(default_factory=dict)

    @property
    def objective(self) -> str:
        """Name of the row that is minimised: the first free one."""
        return next(row for row, sense in self.rows.items() if sense == "N")


@dataclass(frozen=True)
class Scenario:
    """One scenario: its probability, and the right-hand sides in which it differs from its parent."""

    name: str
    probability: float
    right_side: dict[str, float]


@dataclass(frozen=True)
class TwoStage:
    """A two-stage problem; `first_column` and `first_row` begin the second stage."""

    core: Core
    first_column: str
    first_row: str
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class _Line:
    path: Path
    number: int
    words: tuple[str, ...]
    is_header: bool

    def wrong(self, what: str) -> FormatError:
        return FormatError(f"{self.path.name}, line {self.number}: {what}")

    def number_at(self, place: int) -> float:
        try:
            return float(self.words[place])
        except (ValueError, IndexError):
            raise self.wrong(f"expected a number as word {place + 1}") from None

    def pairs(self, first: int) -> Iterator[tuple[str, float]]:
        """Yield name and number for each pair from word `first` on."""
        if len(self.words) <= first or (len(self.words) - first) % 2:
            raise self.wrong("expected pairs of a name and a number")
        for place in range(first, len(self.words), 2):
            yield self.words[place], self.number_at(place + 1)


def read_smps(core_path: Path) -> TwoStage:
    """Read a two-stage problem from its .cor file and the .tim and .sto files beside it.

    Raises:
        FormatError: A file is missing, malformed, or holds something other than two stages with scenarios
            in the right-hand side.
    """
    core = _read_core(core_path)
    first_column, first_row = _read_stages(core_path.with_suffix(".tim"), core)
    scenarios = _read_scenarios(core_path.with_suffix(".sto"), core)
    return TwoStage(core, first_column, first_row, scenarios)


def _sections(path: Path) -> Iterator[tuple[str, _Line]]:
    """Yield each line with the section it stands in, headers included, up to ENDATA."""
    if not path.is_file():
        raise FormatError(f"{path.name} is not beside the other files of its problem")
    section = ""
    for number, text in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), 1):
        if not text.strip() or text.startswith("*"):
            continue
        line = _Line(path, number, tuple(text.split()), is_header=not text[0].isspace())
        if line.is_header:
            section = line.words[0].upper()
            if section == "ENDATA":
                return
        yield section, line
    raise FormatError(f"{path.name} ends without ENDATA")


def _read_core(path: Path) -> Core:
    core = Core()
    readers: dict[str, Callable[[Core, _Line], None]] = {
        "ROWS": _read_row,
        "COLUMNS": _read_column,
        "RHS": _read_right_side,
        "BOUNDS": _read_bound,
    }
    integer = False
    for section, line in _sections(path):
        if line.is_header:
            if section == "NAME":
                core.name = " ".join(line.words[1:])
            elif section not in readers:
                raise line.wrong(f"section {section} is not read")
        elif section == "COLUMNS" and "'MARKER'" in line.words:
            integer = line.words[-1] == "'INTORG'"
        else:
            readers[section](core, line)
            if section == "COLUMNS":
                core.columns[line.words[0]].integer = integer
    if "N" not in core.rows.values():
        raise FormatError(f"{path.name}: no row to minimise (sense N)")
    return core


def _read_row(core: Core, line: _Line) -> None:
    if len(line.words) != 2 or line.words[0] not in "NLGE":  # noqa: PLR2004
        raise line.wrong("expected a sense (N, L, G, E) and the name of a row")
    sense, row = line.words
    if row in core.rows:
        raise line.wrong(f"row {row} appears twice")
    core.rows[row] = sense


def _read_column(core: Core, line: _Line) -> None:
    entries = core.columns.setdefault(line.words[0], Column()).entries
    for row, value in line.pairs(1):
        _check_row(core, row, line)
        if row in entries:
            raise line.wrong(f"column {line.words[0]} has two entries in row {row}")
        entries[row] = value


def _read_right_side(core: Core, line: _Line) -> None:
    for row, value in line.pairs(1):
        _check_row(core, row, line)
        core.right_side[row] = value


def _read_bound(core: Core, line: _Line) -> None:
    kind, column = line.words[0], core.columns.get(line.words[2] if len(line.words) > 2 else "")  # noqa: PLR2004
    if column is None:
        raise line.wrong("expected a kind of bound, the name of the set and a column of the core")
    if kind == "BV":
        column.integer, column.upper = True, 1.0
    elif kind in {"UP", "UI"}:
        column.upper = line.number_at(3)
    else:
        raise line.wrong(f"bounds of kind {kind} are not read")


def _check_row(core: Core, row: str, line: _Line) -> None:
    if row not in core.rows:
        raise line.wrong(f"row {row} is not among the ROWS")


def _read_stages(path: Path, core: Core) -> tuple[str, str]:
    stages = [line for section, line in _sections(path) if section == "PERIODS" and not line.is_header]
    if len(stages) != STAGES:
        raise FormatError(f"{path.name}: {len(stages)} stages, expected {STAGES}")
    column, row = stages[-1].words[:2]
    if column not in core.columns or row not in core.rows:
        raise stages[-1].wrong(f"column {column} or row {row} is not in the core")
    return column, row


def _read_scenarios(path: Path, core: Core) -> tuple[Scenario, ...]:
    scenarios: list[Scenario] = []
    for section, line in _sections(path):
        if line.is_header:
            if section not in {"STOCH", "SCENARIOS"}:
                raise line.wrong(f"section {section} is not read; the problem needs SCENARIOS")
        elif line.words[0] == "SC":
            if len(line.words) < 4 or line.words[2] not in ROOTS:  # noqa: PLR2004
                raise line.wrong("expected SC, a name, ROOT and a probability")
            scenarios.append(Scenario(line.words[1], line.number_at(3), {}))
        elif not scenarios:
            raise line.wrong("a value before the first scenario (SC)")
        else:
            if line.words[0] in core.columns:
                raise line.wrong("scenarios may differ in the right-hand side only")
            for row, value in line.pairs(1):
                _check_row(core, row, line)
                scenarios[-1].right_side[row] = value
    total = sum(scenario.probability for scenario in scenarios)
    if abs(total - 1) > ROUNDING:
        raise FormatError(f"{path.name}: the probabilities of the scenarios add up to {total:g}, not to 1")
    return tuple(scenarios)
