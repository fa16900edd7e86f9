"""The placement model: the table of contents of its constraints.

Indices as in `stockpile.placement.problem`: i source, k item, j site, h hour, m fleet, e lane, s scenario.
"""

from __future__ import annotations

from stockpile.placement.problem import Goal, PlacementProblem
from stockpile.placement.whole import first_stage, second_stage
from stockpile.placement.whole.columns import WholeModel, define_columns
from stockpile.placement.whole.coverage import define_objective, define_required_coverage


def build_whole_model(problem: PlacementProblem, goal: Goal) -> WholeModel:
    """Return the model of a problem for a goal."""
    model = define_columns(problem, goal)
    first_stage.define_volume(model)
    first_stage.define_expansion(model)
    first_stage.define_item_totals(model)
    first_stage.define_budget(model)
    first_stage.define_openings(model)
    for scenario in model.scenarios:
        second_stage.define_stock_use(model, scenario)
        second_stage.define_baskets(model, scenario)
        second_stage.define_docks(model, scenario)
        second_stage.define_fleets(model, scenario)
        second_stage.define_open_sources(model, scenario)
        second_stage.define_single_source(model, scenario)
    define_required_coverage(model)
    define_objective(model)
    return model
