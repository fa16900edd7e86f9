"""manifest.json: what a run was made from, so that another machine can make it again and compare."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from scenarios.report.json_report import json_text
from scenarios.result import RunResult

SCHEMA = "stockpile-manifest/1"
FILE_NAME = "manifest.json"
PACKAGES = ("networkx", "numpy", "ortools", "pandas", "scipy", "xlsxwriter")
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


def listed_outputs(folder: Path) -> frozenset[str] | None:
    """Names of the files that a run wrote into a folder, its manifest included; None when no run wrote it."""
    try:
        document = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return None
    outputs = document.get("outputs")
    return frozenset([*outputs, FILE_NAME]) if isinstance(outputs, dict) else None
