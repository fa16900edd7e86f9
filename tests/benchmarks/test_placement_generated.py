"""Made-up regions for placement: the sizes promised, the same for the same seed, limits that bind."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from benchmarks.placement_generated import SIZES, Form, Size, generate

SMALL = Size(warehouses=9, sites=40, scenarios=3, items=4, lanes_per_site=5.0, struck=0.5)


@pytest.mark.parametrize("form", ["separable", "coupled"])
def test_the_same_seed_makes_the_same_region(form: Form) -> None:
    """Every array of every scenario; another seed makes another."""
    (one, _), (same, _), (other, _) = (generate(SMALL, form=form, seed=seed) for seed in (1, 1, 2))
    for left, right in zip(one.scenarios, same.scenarios, strict=True):
        arrays = [field.name for field in fields(left) if isinstance(getattr(left, field.name), np.ndarray)]
        assert all(np.array_equal(getattr(left, name), getattr(right, name)) for name in arrays)
        assert np.array_equal(left.lanes.effort_s, right.lanes.effort_s)
    assert np.array_equal(one.rules.opening_cost, same.rules.opening_cost)
    assert not np.array_equal(one.rules.opening_cost, other.rules.opening_cost)


@pytest.mark.parametrize(("name", "flows"), [("a", 210_000), ("b", 1_250_000), ("c", 6_500_000)])
def test_sizes_have_the_flows_that_they_promise(name: str, flows: int) -> None:
    """Lanes times items, to a percent."""
    problem, _ = generate(SIZES[name], form="separable", seed=1)
    lanes = sum(len(scenario.lanes.site) for scenario in problem.scenarios)
    assert lanes * len(problem.item_ids) == pytest.approx(flows, rel=0.01)


def test_a_scenario_strikes_the_sites_nearest_to_a_point() -> None:
    """Half of them here; probabilities add up to 1, lanes are sorted by site, and some stock is lost."""
    problem, _ = generate(SMALL, form="separable", seed=3)
    assert sum(scenario.probability for scenario in problem.scenarios) == pytest.approx(1)
    for scenario in problem.scenarios:
        assert len(scenario.site) == 20
        assert (np.diff(scenario.site) > 0).all()
        assert (np.diff(scenario.lanes.site) >= 0).all()
        assert ((scenario.surviving >= 0) & (scenario.surviving <= 1)).all()
        assert (scenario.surviving < 1).any()


def test_only_the_coupled_form_limits_docks_and_fleets() -> None:
    """And only it counts complete baskets."""
    (separable, _), (coupled, _) = (generate(SMALL, form=form, seed=1) for form in ("separable", "coupled"))
    assert (separable.complete_baskets, coupled.complete_baskets) == (False, True)
    assert np.isinf([scenario.dock_kg for scenario in separable.scenarios]).all()
    assert np.isfinite([scenario.dock_kg for scenario in coupled.scenarios]).all()
    assert [len(scenario.fleet_kg_s) for scenario in separable.scenarios] == [0, 0, 0]
    assert [len(scenario.fleet_kg_s) for scenario in coupled.scenarios] == [1, 1, 1]


def test_opening_a_candidate_costs_half_a_percent_to_two_of_the_budget() -> None:
    """Each one alone, whatever their number; what is open already costs nothing."""
    for name in ("a", "b"):
        rules = generate(SIZES[name], form="separable", seed=1)[0].rules
        share = rules.opening_cost / rules.budget
        assert rules.candidate.sum() == SIZES[name].warehouses // 3
        assert ((share >= 0.005) & (share <= 0.02))[rules.candidate].all()
        assert not share[~rules.candidate].any()
