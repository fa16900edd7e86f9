"""Who gives what to whom before anything is bought, and which lots go on the road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockpile.reorder.stock import Lot

Units = NDArray[np.int64]


@dataclass(frozen=True)
class Move:
    """Units of one lot that go from the warehouse that holds it to another."""

    lot: Lot
    receiver: str
    quantity: int
    metres: float


def units_to_move(spare: Units, short: Units, metres: NDArray[np.float64], pack_size: int) -> Units:
    """Return the units of one item that each giver g sends to each receiver r, shape (G, R).

        most units moved, then least  sum_gr metres_gr move_gr
        sum_r move_gr <= spare_g,  sum_g move_gr <= short_r rounded up to whole packs

    Whole packs go first. Loose units follow only where they save a pack that would be bought otherwise.

    Args:
        spare: units each giver can spare, shape (G,).
        short: units each receiver lacks, shape (R,).
        metres: distance from each giver to each receiver, shape (G, R).
        pack_size: units in one pack.
    """
    packs = _cheapest_flow(spare // pack_size, -(-short // pack_size), metres)
    moved = packs * pack_size
    left_spare = spare - moved.sum(axis=1)
    left_short = np.maximum(short - moved.sum(axis=0), 0)
    return moved + _loose_units(left_spare, left_short, metres, pack_size)


def _cheapest_flow(supply: Units, demand: Units, metres: NDArray[np.float64]) -> Units:
    """Return the largest flow from givers to receivers that costs the fewest unit-metres, shape (G, R)."""
    # The solver is slow to load and --help must not wait for it.
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    givers, receivers = metres.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    tail, head = np.divmod(np.arange(givers * receivers), receivers)
    most = np.minimum(supply[tail], demand[head])
    flow.add_arcs_with_capacity_and_unit_cost(
        tail, givers + head, most, np.rint(metres).astype(np.int64).ravel()
    )
    flow.set_nodes_supplies(np.arange(givers + receivers), np.concatenate([supply, -demand]))
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the transfer flow was not solved: {status}")
    return np.array(flow.flows(np.arange(givers * receivers)), dtype=np.int64).reshape(givers, receivers)


def _loose_units(spare: Units, short: Units, metres: NDArray[np.float64], pack_size: int) -> Units:
    """Return loose units: each time the fewest that save one receiver a pack, from the nearest givers."""
    moved = np.zeros(metres.shape, dtype=np.int64)
    spare, short = spare.copy(), short.copy()
    while short.any():
        saving = np.where(short > 0, (short - 1) % pack_size + 1, np.iinfo(np.int64).max)
        receiver = int(saving.argmin())
        wanted = int(saving[receiver])
        if wanted > spare.sum():
            break
        for giver in np.argsort(metres[:, receiver], kind="stable"):
            units = min(wanted, int(spare[giver]))
            moved[giver, receiver] += units
            spare[giver] -= units
            short[receiver] -= units
            wanted -= units
    return moved


def lots_to_move(
    lots: Sequence[Lot], units: Units, receivers: Sequence[str], metres: NDArray[np.float64]
) -> list[Move]:
    """Return the lots that one giver sends out, first expired first out, the nearest receiver served first.

    Args:
        lots: lots of the giver that may travel, in FEFO order.
        units: units for each receiver, shape (R,); together at most what the lots hold.
        receivers: warehouse ids, shape (R,).
        metres: distance to each receiver, NaN where no way is known: those come last, shape (R,).
    """
    moves: list[Move] = []
    queue = [(lot, lot.quantity) for lot in reversed(lots)]
    for receiver in np.argsort(metres, kind="stable"):
        wanted = int(units[receiver])
        while wanted > 0:
            lot, left = queue.pop()
            taken = min(wanted, left)
            moves.append(Move(lot, receivers[receiver], taken, float(metres[receiver])))
            wanted -= taken
            if left > taken:
                queue.append((lot, left - taken))
    return moves
