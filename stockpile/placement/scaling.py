"""Natural sizes of stock, flows and prices, and the steps of the primal-dual method that follow from them.

With column sizes d and row sizes e, the steps d / (|A|' e) and e / (|A| d) make the scaled matrix a
contraction: Pock and Chambolle, Diagonal preconditioning for first order primal-dual algorithms, ICCV 2011,
lemma 2 with alpha = 1. Sizes are guesses of what a quantity comes to in the optimum; bad ones cost steps,
never correctness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockpile.placement.first_stage import FirstStage
from stockpile.placement.problem import Flags, Floats
from stockpile.placement.second_stage import SecondStage

TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Scaling:
    """Sizes and steps; `loops` is what the compiled step takes, in its order.

    `column_size`, `column_step` (U,); `row_step` (R,).
    """

    column_size: Floats
    column_step: Floats
    row_step: Floats
    loops: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Activity of the limits when everything has its natural size, (S, I or M, H), and which ones exist."""

    activity: Floats
    exists: Flags

    def left(self) -> Floats:
        """Rows from each hour on."""
        counts: Floats = self.exists[:, :, ::-1].cumsum(axis=2)[:, :, ::-1].astype(np.float64)
        return counts


def measure(first: FirstStage, second: SecondStage) -> Scaling:
    """Return sizes and steps for a problem."""
    loops = second.loops
    size = _column_sizes(first, second)
    person_price = _person_prices(first, second)
    crowd = second.crowd()
    activity = abs(first.matrix) @ size + np.einsum("rsh,s->r", np.abs(first.people), crowd)
    row_size = _row_sizes(first, activity, float(person_price @ crowd))
    price = _item_prices(second, person_price)
    people = np.maximum(second.people, 1e-9)
    stock, docks, fleets = _stock_rows(second), _dock_rows(second), _fleet_rows(second)
    kg = np.maximum((loops.kg * second.in_basket).sum(axis=1), TINY)
    dock_price = person_price / kg
    moving = loops.fleet >= 0
    fleet_price = dock_price / (float(loops.effort_s[moving].mean()) + TINY if moving.any() else 1.0)
    level = size[first.stock]
    placed = loops.surviving[:, :, None] * level / loops.per_person[:, None, :]
    stock_step = price[:, None, None, :] / (stock.activity[..., None] + placed[:, :, None, :] + 1e-9)
    at = (second.lane_scenario, loops.source, loops.hour)
    lane_items = second.shape[2] - loops.hour + loops.load * stock.left()[at]
    lane_kg = dock_price[second.lane_scenario] * docks.left()[at]
    if second.fleets:
        own = fleets.left()[second.lane_scenario, np.maximum(loops.fleet, 0), loops.hour]
        lane_kg = lane_kg + fleet_price[second.lane_scenario] * loops.effort_s * own
    in_time = np.zeros((len(people), second.shape[2]))
    np.add.at(in_time, (second.lane_site, loops.hour), 1.0)
    one_person = (price * second.in_basket).sum(axis=1) if second.together else person_price
    counted = np.einsum("rsh,r->sh", np.abs(first.people), row_size)
    arrays = (
        people,
        price,
        1.0 / (people[:, None] * (1.0 + in_time.cumsum(axis=1))),
        stock_step * stock.exists[..., None],
        dock_price[:, None, None] * docks.exists / np.maximum(docks.activity, TINY),
        fleet_price[:, None, None] * fleets.exists / np.maximum(fleets.activity, TINY),
        lane_items,
        np.where(moving, lane_kg, 0.0),
        one_person[:, None] + counted,
    )
    columns = abs(first.matrix).T @ row_size
    rows = stock.exists.sum(axis=2)
    units = np.einsum("si,sk->ik", rows * loops.surviving, price / loops.per_person)
    columns[first.stock] += units
    return Scaling(
        column_size=size,
        column_step=size / np.maximum(columns, 1e-15),
        row_step=row_size / np.maximum(activity, 1e-15),
        loops=tuple(np.ascontiguousarray(array, dtype=np.float64) for array in arrays),
    )


def _column_sizes(first: FirstStage, second: SecondStage) -> Floats:
    """Stock by the people it would serve if every site drew evenly on its lanes; the rest by its range."""
    loops = second.loops
    lanes = np.maximum(np.diff(loops.first_lane), 1).astype(np.float64)
    even = np.zeros(second.shape[:2])
    np.add.at(even, (second.lane_scenario, loops.source), (second.people / lanes)[second.lane_site])
    typical = np.einsum("si,sk->ik", even, loops.per_person * second.in_basket) / second.shape[0]
    size = np.ones(len(first.gain))
    size[first.stock] = np.maximum(typical, 1e-6 * typical.max(initial=1.0))
    size[first.bought] = np.maximum(typical.sum(axis=0), 1e-6)
    size[first.expansion] = np.maximum(first.upper[first.expansion] / 2.0, 1e-6)
    size[first.risk] = np.maximum(first.upper[first.risk] / 4.0, 1e-6)
    return size


def _person_prices(first: FirstStage, second: SecondStage) -> Floats:
    """What a person is worth in each scenario, (S,): in the goal, else in yuan by what a basket costs."""
    worth = np.abs(first.people_gain).max(axis=1)
    needed = np.abs(first.people).max(axis=2, initial=0.0).max(axis=0, initial=0.0)
    if needed.any():
        gain = np.abs(first.gain)
        scale = float(worth.max())
        if not scale:
            basket = (second.loops.per_person * second.in_basket).mean(axis=0)
            scale = float(basket @ gain[first.bought]) or float(second.loops.cost.max(initial=1.0))
        worth = np.maximum(worth, needed / needed.max() * (scale or 1.0))
    most = worth.max()
    return np.maximum(worth, 1e-3 * most) if most else np.ones(len(worth))


def _row_sizes(first: FirstStage, activity: Floats, everything: float) -> Floats:
    """All that everybody is worth, shared out among the rows of a family by their activity, (R,)."""
    counts = {name: first.families.count(name) for name in set(first.families)}
    share = np.array([counts[name] for name in first.families], dtype=np.float64)
    sizes: Floats = max(everything, TINY) / np.maximum(share * activity, TINY)
    return sizes


def _item_prices(second: SecondStage, person_price: Floats) -> Floats:
    """What an item is worth to a person, (S, K): an even part of the basket, or its own weight."""
    if second.together:
        count = np.maximum(second.in_basket.sum(axis=1), 1.0)
        return np.repeat((person_price / count)[:, None], second.shape[3], axis=1)
    weighed: Floats = person_price[:, None] * np.maximum(second.loops.item_weight, 1e-9)
    return weighed


def _stock_rows(second: SecondStage) -> _Rows:
    """Stock by hour; of a source at which nothing becomes ready over time the last hour says it all."""
    loops = second.loops
    activity = np.zeros(second.shape[:3])
    at = (second.lane_scenario, loops.source, loops.hour)
    np.add.at(activity, at, loops.load * second.people[second.lane_site])
    activity = activity.cumsum(axis=2)
    exists = np.zeros(second.shape[:3], dtype=bool)
    exists[:, :, -1] = True
    exists[(np.diff(loops.ready, axis=2) != 0).any(axis=(2, 3))] = True
    return _Rows(activity, exists & (activity > 0))


def _moved_kg(second: SecondStage) -> Floats:
    """Weight of a whole site's baskets on each lane that ties vehicles down, 0 on the others, (E,)."""
    kg = (second.loops.kg * second.in_basket).sum(axis=1)[second.lane_scenario]
    return np.where(second.loops.fleet >= 0, kg * second.people[second.lane_site], 0.0)


def _dock_rows(second: SecondStage) -> _Rows:
    loops = second.loops
    activity = np.zeros(second.shape[:3])
    np.add.at(activity, (second.lane_scenario, loops.source, loops.hour), _moved_kg(second))
    activity = activity.cumsum(axis=2)
    return _Rows(activity, np.isfinite(loops.dock_kg) & (activity > 0))


def _fleet_rows(second: SecondStage) -> _Rows:
    loops = second.loops
    activity = np.zeros(loops.fleet_kg_s.shape)
    moving = loops.fleet >= 0
    at = (second.lane_scenario[moving], loops.fleet[moving], loops.hour[moving])
    np.add.at(activity, at, (_moved_kg(second) * loops.effort_s)[moving])
    activity = activity.cumsum(axis=2)
    return _Rows(activity, np.isfinite(loops.fleet_kg_s) & (activity > 0))
