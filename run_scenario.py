"""Plan the relief of one or more scenarios: the same as `stockpile run`."""

import sys

from scenarios.cli import main

sys.exit(main(["run", *sys.argv[1:]]))
