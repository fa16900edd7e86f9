"""manifest.json: what a run was made from, so that another machine can make it again and compare."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version

from scenarios.result import RunResult
from stockpile.output.text import json_text

SCHEMA = "stockpile-manifest/1"
PACKAGES = ("networkx", "numpy", "ortools", "pandas", "pyyaml", "scipy", "shapely", "xlsxwriter")
"""Packages whose version can change a byte of the output."""
CHANGE_KEYS = ("key", "old", "new", "by")


def manifest_json(result: RunResult, outputs: Mapping[str, str]) -> str:
    """The manifest as JSON; `outputs` maps every other file of the folder to its SHA-256.

    No clock time, no path and no host: the same inputs give the same bytes on every machine.
    """
    return json_text(
        {
            "schema": SCHEMA,
            "scenario": result.spec,
            "seed": int(result.seed),
            "effort": result.effort,
            "versions": {
                "python": platform.python_version(),
                **{package: version(package) for package in PACKAGES},
            },
            "inputs": dict(sorted(result.inputs.items())),
            "change_log": [{name: change[name] for name in CHANGE_KEYS} for change in result.change_log],
            "outputs": dict(sorted(outputs.items())),
        }
    )
