"""A model as text, family by family, for people to read and for golden files."""

from __future__ import annotations

import numpy as np

from stockpile.placement.whole.columns import WholeModel


def lp_text(model: WholeModel) -> str:
    """Return objective, rows and bounds of a model in the manner of an LP file; numbers to 12 digits."""
    program = model.program.linear_program()
    names = model.program.column_names()
    lines = ["minimise", f"  {_sum(names, np.flatnonzero(program.cost), program.cost)}", "subject to"]
    matrix = program.matrix.sorted_indices()
    for row, name in enumerate(model.program.row_names()):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        value = dict(zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True))
        left = _sum(names, list(value), value)
        lines.append(f"  {name}: {_between(program.row_lower[row], left, program.row_upper[row])}")
    lower = np.zeros(len(names)) if program.lower is None else program.lower
    lines += [
        "bounds",
        *(f"  {_between(low, name, up)}" for low, name, up in zip(lower, names, program.upper, strict=True)),
    ]
    whole = np.flatnonzero(program.whole) if program.whole is not None else np.zeros(0, np.int64)
    lines += ["whole", *(f"  {names[column]}" for column in whole), ""]
    return "\n".join(lines)


def _sum(names: list[str], columns: object, value: object) -> str:
    terms = [f"{value[column]:+.12g} {names[column]}" for column in columns]  # type: ignore[attr-defined,index]
    return " ".join(terms) or "0"


def _between(lower: float, middle: str, upper: float) -> str:
    if lower == upper:
        return f"{middle} = {upper:.12g}"
    left = f"{lower:.12g} <= " if np.isfinite(lower) else ""
    right = f" <= {upper:.12g}" if np.isfinite(upper) else ""
    return f"{left}{middle}{right}"
