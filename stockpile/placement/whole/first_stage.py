"""Constraints on what is kept, bought and opened before anything happens."""

from __future__ import annotations

import numpy as np

from stockpile.placement.whole.columns import StockModel
from stockpile.placement.whole.program import entry


def define_volume(model: StockModel) -> None:
    """sum_k volume_k stock_ik <= usable_i open_i + expansion_i."""
    rules = model.problem.rules
    source = np.arange(len(model.opened))
    limited = np.isfinite(rules.usable_m3)
    model.program.add_rows(
        "volume",
        [
            entry(source[:, None], model.stock, rules.unit_volume_m3),
            entry(source, model.opened, -np.where(limited, rules.usable_m3, 0.0)),
            entry(source, model.expansion, -1.0),
        ],
        lower=np.full(len(source), -np.inf),
        upper=np.where(limited, 0.0, np.inf),
    )


def define_expansion(model: StockModel) -> None:
    """expansion_i <= most_i open_i, for candidates."""
    rules = model.problem.rules
    source = np.arange(len(model.opened))
    limited = rules.candidate & (rules.expansion_m3 > 0) & np.isfinite(rules.expansion_m3)
    model.program.add_rows(
        "expansion",
        [
            entry(source, model.expansion, 1.0),
            entry(source, model.opened, -np.where(limited, rules.expansion_m3, 0.0)),
        ],
        lower=np.full(len(source), -np.inf),
        upper=np.where(limited, 0.0, np.inf),
    )


def define_item_totals(model: StockModel) -> None:
    """sum_i stock_ik = sum_i current_ik + bought_k: what is there stays somewhere."""
    item = np.arange(len(model.bought))
    held = model.problem.rules.current.sum(axis=0)
    model.program.add_rows(
        "item_totals",
        [entry(item, model.stock, 1.0), entry(item, model.bought, -1.0)],
        lower=held,
        upper=held,
    )


def define_budget(model: StockModel) -> None:
    """sum_k unit_cost_k bought_k + sum_i opening_cost_i open_i + expansion_cost_i expansion_i <= budget.

    Only candidates cost anything to open.
    """
    rules = model.problem.rules
    model.program.add_rows(
        "budget",
        [
            entry(0, model.bought, rules.unit_cost),
            entry(0, model.opened, np.where(rules.candidate, rules.opening_cost, 0.0)),
            entry(0, model.expansion, rules.expansion_cost_per_m3),
        ],
        lower=np.full(1, -np.inf),
        upper=np.array([rules.budget]),
    )


def define_openings(model: StockModel) -> None:
    """sum over candidates of open_i <= most_open."""
    rules = model.problem.rules
    most = np.inf if rules.most_open is None else float(rules.most_open)
    model.program.add_rows(
        "openings",
        [entry(0, model.opened[rules.candidate], 1.0)],
        lower=np.full(1, -np.inf),
        upper=np.array([most]),
    )
