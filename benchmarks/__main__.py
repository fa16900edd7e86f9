"""Command line of the benchmarks: `python -m benchmarks NAME`."""

from __future__ import annotations

import argparse

from benchmarks import dispatch, placement, relief, travel_times


def main() -> None:
    """Run the benchmark that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    benchmarks = parser.add_subparsers(required=True, metavar="NAME")
    travel_times.add_parser(benchmarks)
    placement.add_parser(benchmarks)
    dispatch.add_parser(benchmarks)
    relief.add_parser(benchmarks)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
