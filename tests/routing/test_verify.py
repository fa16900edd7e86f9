"""A sound plan passes, through its files too; the replay is independent of the planner, and quick."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_verify_first_goods import MUTATIONS as FIRST_GOODS
from test_verify_goods import MUTATIONS as GOODS
from test_verify_modes import MUTATIONS as MODES
from test_verify_movement import MUTATIONS as MOVEMENT
from test_verify_people import MUTATIONS as PEOPLE
from verify_fixture import changed, frame, hours, reported_figures, small_context, small_plan
from verify_mutations import Mutation, close, figures, line, region, sound, trip

import routing.verify
from routing.verify import RULES, PlanContext, Violation, verify_plan
from routing.verify.handout import HandOut, whole_people

MAY_IMPORT = ("stockpile.", "routing.verify.", "routing.road_network", "routing.closures", "routing.fleet")


def test_a_sound_plan_breaks_no_rule() -> None:
    """The plan worked out by hand passes several hundred single checks."""
    check = verify_plan(small_plan(), small_context(), reported=reported_figures())
    assert check.violations == ()
    assert check.rules_checked > 500


def test_a_plan_read_back_from_its_files_breaks_no_rule(tmp_path: Path) -> None:
    """Blank cells, numbers and yes/no survive the way through CSV."""
    read = {}
    for name, table in small_plan().items():
        table.to_csv(tmp_path / name, index=False)
        read[name] = pd.read_csv(tmp_path / name)
    assert verify_plan(read, small_context(), reported=reported_figures()).violations == ()


def test_a_plan_without_trips_is_sound_when_it_says_so() -> None:
    """Nobody supplied but on the spot: a poor plan, and a true one."""
    tables = {
        name: table.head(0) if name in {"trips", "stops", "load_lines", "legs"} else table
        for name, table in small_plan().items()
    }
    broken = {v.rule for v in verify_plan(tables, small_context(), reported=reported_figures()).violations}
    assert broken == {"demand", "coverage", "curve", "targets", "reported"}


def test_a_violation_reads_as_one_line() -> None:
    """Rule, place, message."""
    assert str(Violation("docks", "source W-1", "two")) == "docks: source W-1: two"


def test_every_rule_is_broken_by_hand_at_least_once() -> None:
    """A new rule comes with a plan that breaks it."""
    assert {rule for rule, _, _ in (*GOODS, *MOVEMENT, *MODES, *PEOPLE, *FIRST_GOODS)} == set(RULES)


ALONE: dict[str, Mutation] = {
    "fefo": line(1, 1, lot_id="LOT-2"),
    "capacity": region("vehicle_types", "truck", payload_kg=789.0),
    "closed_link": close("truck", "L6", "C"),
    "shift": region("fleet", "F-2", available_to_h=1.97),
    "loading_time": trip(3, load_end_h=hours(8106)),
    "docks": trip(4, dock=2),
    "weights": trip(1, weight_kg=780.0),
    "reported": figures(supplied_by_target=(159, 190)),
}


@pytest.mark.parametrize("rule", ALONE)
def test_a_fault_is_reported_once_and_not_as_others(rule: str) -> None:
    """One thing wrong, one violation."""
    assert [violation.rule for violation in ALONE[rule](sound()).check().violations] == [rule]


def test_the_replay_imports_nothing_of_the_planner() -> None:
    """What the planner got wrong must not look right here."""
    imported = set()
    for path in Path(routing.verify.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                assert node.module is not None
                imported.add(node.module)
    own = {name for name in imported if name.split(".")[0] in {"stockpile", "routing", "scenarios"}}
    assert own
    assert [name for name in sorted(own) if not name.startswith(MAY_IMPORT)] == []


def test_the_hand_out_queue_of_a_worked_example() -> None:
    """100 people, 60 served an hour, 20 baskets at once, 80 more after one hour.

    By 1 h the 20 are served (from 0.333 h on nobody is), then 60 an hour up to 2.333 h. Waiting:
    100 * 2.333 - 20^2 / 120 - 20 * 0.667 - (20 * 1.333 + 80^2 / 120) = 136.67 person-hours.
    """
    queue = HandOut(100, 60 / 3600, [(0, 20.0), (3600, 100.0)])
    asked = (0, 600, 1200, 3600, 5400, 8400, 9000)
    assert [round(queue.supplied(second), 6) for second in asked] == [0, 10, 20, 20, 50, 100, 100]
    assert queue.waiting_s(9000) / 3600 == pytest.approx(136.6667, abs=1e-4)


@given(
    rate=st.floats(0.01, 1.0),
    jumps=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 40)), max_size=6),
)
def test_the_hand_out_queue_follows_its_definition(rate: float, jumps: list[tuple[int, int]]) -> None:
    """Simulated second by second, and summed up, it gives the same people and waiting time."""
    arriving = dict.fromkeys(range(1001), 0)
    for second, baskets in jumps:
        arriving[second] += baskets
    held, steps = 0.0, []
    for second in sorted({second for second, _ in jumps}):
        held += arriving[second]
        steps.append((second, held))
    queue = HandOut(300, rate, steps)
    stock, supplied, waiting = 0.0, 0.0, 0.0
    for second in range(1000):
        stock += arriving[second]
        assert queue.supplied(second) == pytest.approx(supplied, abs=1e-6)
        served = min(stock - supplied, rate)
        straight = served**2 / (2 * rate) + served * (1 - served / rate)  # served early in the second
        waiting += 300 - supplied - straight
        supplied += served
    assert queue.waiting_s(1000) == pytest.approx(waiting, abs=1e-6)


def test_people_are_counted_whole() -> None:
    """Noise below a millionth of a person does not lose anybody."""
    assert [whole_people(people) for people in (6.9999999, 6.99, 7.0)] == [7, 6, 7]


def test_every_trip_of_a_large_plan_is_checked() -> None:
    """100 trucks make 4 trips each with 4 lines; only the counts of people are not those of the plan."""
    context = small_context()
    region = context.region.replace(
        fleet=changed(context.region.fleet, {"id": "F-1"}, number=100),
        warehouses=changed(context.region.warehouses, {"id": "W-2"}, docks=100),
        lots=pd.concat([context.region.lots, *(_lots_of_torches(number) for number in range(40))]),
    )
    trips = [_busy_trip(vehicle, sequence) for vehicle in range(1, 101) for sequence in range(1, 5)]
    tables = small_plan()
    tables["supply"] = pd.concat(
        [
            tables["supply"],
            *(
                _lots_of_torches(number)
                .rename(columns={"id": "lot_id", "warehouse": "source_id"})
                .assign(available_h=0.0, expires_on="")
                for number in range(40)
            ),
        ]
    )
    for table in ("trips", "stops", "load_lines", "legs"):
        rows = [row for trip in trips for row in trip[table]]
        tables[table] = pd.DataFrame(rows, columns=tables[table].columns)
    check = verify_plan(
        tables,
        PlanContext(**{**vars(context), "region": region}),
        reported=reported_figures(),
    )
    assert {v.rule for v in check.violations} == {"demand", "coverage", "curve", "targets", "reported"}
    assert check.rules_checked > 20_000


def _lots_of_torches(number: int) -> pd.DataFrame:
    return frame("id warehouse item quantity expires_on", (f"N-{number}", "W-2", "torch", 1000, None))


def _busy_trip(vehicle: int, sequence: int) -> dict[str, list[tuple[object, ...]]]:
    """Base A to W-2 at B for the first trip (747 s), from S-1 to W-2 later (54 s); S-1 is 54 s away."""
    trip_id = f"T{vehicle:03d}{sequence}"
    depart = 1200 + (sequence - 1) * 3000
    arrive = depart + (747 if sequence == 1 else 54)
    load_start, weight = max(arrive, 1800) if sequence == 1 else arrive, 4 * 5 * 0.5
    load_end = load_start + 610
    at_site = load_end + 54
    end = at_site + 610
    lot = f"N-{(vehicle + sequence) % 40}"
    first = ("F-1", "W-2", hours(depart), hours(arrive), 10.111, "L1", "")
    later = ("S-1", "W-2", hours(depart), hours(arrive), 0.222, "", "")
    legs = [(trip_id, 0, *(first if sequence == 1 else later))]
    legs.append((trip_id, 1, "W-2", "S-1", hours(load_end), hours(at_site), 0.222, "", ""))
    km, drive_s = (10.333, 801) if sequence == 1 else (0.444, 108)
    times = (hours(second) for second in (depart, arrive, load_start, load_end, end))
    name = (trip_id, f"F-1#{vehicle:03d}", "F-1", "truck", "road", sequence, "W-2", vehicle)
    return {
        "trips": [(*name, *times, weight, 0.02, km, hours(drive_s))],
        "stops": [(trip_id, 1, "S-1", hours(at_site), hours(at_site), hours(end), weight)],
        "load_lines": [(trip_id, 1, "S-1", pick, lot, "torch", 5, 2.5, 0.005) for pick in range(1, 5)],
        "legs": legs,
    }
