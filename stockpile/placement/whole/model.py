"""The placement model: the table of contents of its constraints.

Indices as in `stockpile.placement.problem`: i source, k item, j site, h hour, m fleet, e lane, s scenario.
"""

from __future__ import annotations

from stockpile.placement.problem import Goal, PlacementProblem
from stockpile.placement.whole import first_stage, second_stage
from stockpile.placement.whole.columns import (
    ReducedModel,
    StockModel,
    WholeModel,
    reduced_columns,
    whole_columns,
)
from stockpile.placement.whole.coverage import (
    define_moving_cost,
    define_objective,
    define_required_coverage,
)


def build_whole_model(problem: PlacementProblem, goal: Goal) -> WholeModel:
    """Return the model of a problem for a goal."""
    model = whole_columns(problem, goal)
    define_first_stage(model)
    for scenario in model.scenarios:
        second_stage.define_stock_use(model, scenario)
        second_stage.define_baskets(model, scenario)
        second_stage.define_docks(model, scenario)
        second_stage.define_fleets(model, scenario)
        second_stage.define_open_sources(model, scenario)
        second_stage.define_single_source(model, scenario)
    define_required_coverage(model)
    define_objective(model)
    define_moving_cost(model)
    return model


def build_reduced_model(problem: PlacementProblem, goal: Goal) -> ReducedModel:
    """Return the first stage of a problem for a goal, what the scenarios decide left open."""
    model = reduced_columns(problem, goal)
    define_first_stage(model)
    define_required_coverage(model)
    define_objective(model)
    return model


def define_first_stage(model: StockModel) -> None:
    """All limits of what is kept, bought and opened."""
    first_stage.define_volume(model)
    first_stage.define_expansion(model)
    first_stage.define_item_totals(model)
    first_stage.define_budget(model)
    first_stage.define_openings(model)
