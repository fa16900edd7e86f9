"""Stock, targets and transfers of a region on one day: what every table of the sheets is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockpile.bundle import Region
from stockpile.distances import Distances
from stockpile.echelons import LEVELS
from stockpile.reorder.stock import Clock, Holding, Lot, LotState, holdings
from stockpile.reorder.targets import NO_TARGET, Target
from stockpile.reorder.transfers import Move, lots_to_move, units_to_move

Key = tuple[str, str]  # (warehouse id, item id)
Row = dict[Any, Any]


@dataclass(frozen=True)
class Position:
    """Existing warehouses from the highest level down, catalogue, stock, targets and moves.

    With `on_the_day` every lot counts that can be used on the day itself, and exactly what is short moves;
    else lots count that outlive the lead time, and whole packs go first.
    """

    clock: Clock
    warehouses: Mapping[str, Row]
    items: Mapping[str, Row]
    places: Mapping[str, Row]
    stock: Mapping[Key, Holding]
    targets: Mapping[Key, Target]
    moves: tuple[Move, ...]
    on_the_day: bool = False

    def lines(self) -> list[Key]:
        """Return every (warehouse, item) that has stock or a target, in the order of the warehouses."""
        rank = {warehouse: number for number, warehouse in enumerate(self.warehouses)}
        return sorted(self.stock.keys() | self.targets.keys(), key=lambda key: (rank[key[0]], key[1]))

    def holding(self, key: Key) -> Holding:
        """Return the stock, empty when there is none."""
        return self.stock.get(key, Holding())

    def target(self, key: Key) -> Target:
        """Return the target, zero when no rule applies."""
        return self.targets.get(key, NO_TARGET)

    def counted(self, key: Key) -> int:
        """Return the units that count towards the target."""
        holding = self.holding(key)
        return sum(lot.quantity for lot in holding.unexpired) if self.on_the_day else holding.usable

    def shortage(self, key: Key) -> int:
        """Return the units missing to the target before anything is moved or bought."""
        return max(0, self.target(key).quantity - self.counted(key))

    @cached_property
    def moved_in(self) -> Counter[Key]:
        """Units that each (warehouse, item) receives."""
        units: Counter[Key] = Counter()
        for move in self.moves:
            units[move.receiver, move.lot.item] += move.quantity
        return units

    @cached_property
    def moved_out(self) -> Counter[Key]:
        """Units that each (warehouse, item) gives."""
        units: Counter[Key] = Counter()
        for move in self.moves:
            units[move.lot.warehouse, move.lot.item] += move.quantity
        return units

    def missing(self, key: Key) -> int:
        """Return the units still missing after the transfers."""
        return max(0, self.shortage(key) - self.moved_in[key])

    def packs_to_buy(self, key: Key) -> int:
        """Return the whole packs that make up for what the transfers leave missing."""
        return -(-self.missing(key) // int(self.items[key[1]]["pack_size"]))

    def after_transfers(self, key: Key) -> list[tuple[date | None, int]]:
        """Return (last day of use, units) of the unexpired stock once the transfers are done."""
        return self._stock_after_transfers.get(key, [])

    @cached_property
    def _stock_after_transfers(self) -> dict[Key, list[tuple[date | None, int]]]:
        stock = {
            key: [(lot.expires_on, lot.quantity) for lot in holding.unexpired]
            for key, holding in self.stock.items()
        }
        for move in self.moves:
            stock[move.lot.warehouse, move.lot.item].append((move.lot.expires_on, -move.quantity))
            stock.setdefault((move.receiver, move.lot.item), []).append((move.lot.expires_on, move.quantity))
        return stock


def take_position(
    region: Region, clock: Clock, targets: Mapping[Key, Target], distances: Distances
) -> Position:
    """Return the position of a region: what is held, what should be, and what moves before buying.

    A lot that lapses before an order of the day would arrive does not count. `distances` are the ways that
    goods take.
    """
    return _with_moves(_position(region, clock, targets), distances)


def position_on_the_day(
    region: Region,
    clock: Clock,
    targets: Mapping[Key, Target],
    distances: Distances,
    also: Container[str] = (),
) -> Position:
    """Return the position in which every lot counts that can be used on the day itself.

    Exactly what is short moves: the targets are levels, and a unit too many would be missed elsewhere. Lots
    that the reorder sheets would move go first; those about to lapse follow only where these do not suffice.
    `distances` are the ways that goods take; `also` are candidates that take part: those to be opened.
    """
    still = _position(region, clock, targets, also)
    return _with_moves(replace(still, on_the_day=True), distances)


def _position(
    region: Region,
    clock: Clock,
    targets: Mapping[Key, Target],
    also: Container[str] = (),
) -> Position:
    table = region.warehouses
    taking_part = (table["status"] == "existing") | table["id"].map(lambda name: name in also)
    warehouses = _rows_by_id(table[taking_part])
    items = _rows_by_id(region.items)
    lead_times = {item: int(row["lead_time_days"]) for item, row in items.items()}
    ranked = dict(sorted(warehouses.items(), key=lambda pair: (LEVELS.index(pair[1]["level"]), pair[0])))
    lots = region.lots[region.lots["warehouse"].isin(ranked.keys())]
    return Position(
        clock=clock,
        warehouses=ranked,
        items=items,
        places=_rows_by_id(region.places),
        stock=holdings(lots, lead_times, clock),
        targets=targets,
        moves=(),
    )


def _with_moves(position: Position, distances: Distances) -> Position:
    return replace(position, moves=_moves(position, distances))


def _rows_by_id(table: Any) -> dict[str, Row]:  # noqa: ANN401 - pandas rows carry no types
    return {row["id"]: row for row in table.sort_values("id").to_dict("records")}


def _moves(position: Position, distances: Distances) -> tuple[Move, ...]:
    """Return all moves, sorted by giver, receiver, item and then the giver's FEFO order."""
    ids = list(position.warehouses)
    metres, told = distances.between(ids), distances.told(ids)
    moves: list[Move] = []
    for item in sorted({item for _, item in position.targets}):
        moves += _moves_of_item(position, item, ids, metres, told)
    return tuple(sorted(moves, key=lambda move: (move.lot.warehouse, move.receiver, move.lot.item)))


def _moves_of_item(
    position: Position, item: str, ids: list[str], metres: NDArray[np.float64], told: NDArray[np.float64]
) -> list[Move]:
    spare = np.array([_spare(position, (warehouse, item)) for warehouse in ids], dtype=np.int64)
    short = np.array([position.shortage((warehouse, item)) for warehouse in ids], dtype=np.int64)
    givers, receivers = np.flatnonzero(spare), np.flatnonzero(short)
    if not (givers.size and receivers.size):
        return []
    between = metres[np.ix_(givers, receivers)]
    pack_size = 1 if position.on_the_day else int(position.items[item]["pack_size"])
    units = units_to_move(spare[givers], short[receivers], between, pack_size)
    names = [ids[receiver] for receiver in receivers]
    return [
        move
        for row, giver in enumerate(givers)
        for move in lots_to_move(
            _that_may_travel(position, (ids[giver], item)), units[row], names, told[giver, receivers]
        )
    ]


def _spare(position: Position, key: Key) -> int:
    """Return the units above the own target that may travel.

    On the sheets lots leave in FEFO order, and what stays lasts at least as long as what goes: giving never
    brings the giver below its target on any later day. A community point hands out on the spot and loads no
    vehicle, so it gives nothing, unless it is told to hold less than it does.
    """
    if position.warehouses[key[0]]["level"] == "community" and not position.target(key).is_level:
        return 0
    units = sum(lot.quantity for lot in _that_may_travel(position, key))
    return max(0, units - position.target(key).quantity)


def _that_may_travel(position: Position, key: Key) -> list[Lot]:
    """Return the lots that are worth a journey, in the order in which they leave.

    Lots that lapse within the rotation window stay and are rotated: the receiver would have to replace them
    at once. When every lot counts that can be used on the day they go after all others, the last to lapse
    first.
    """
    lots = position.holding(key).lots
    if not position.on_the_day:
        return lots[LotState.SOUND]
    return [*lots[LotState.SOUND], *reversed(lots[LotState.ROTATING]), *reversed(lots[LotState.EXPIRING])]
