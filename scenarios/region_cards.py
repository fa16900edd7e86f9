"""What a region is on a few lines: names, size and the promise that its scenarios make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.library_folders import scenario_names
from scenarios.loading import load_scenario
from scenarios.overrides import document_of
from scenarios.report.wording import counted, hour_text
from scenarios.schema import RegionText, Target
from scenarios.schema_problems import validated
from scenarios.yaml_files import read_yaml
from stockpile.echelons import LEVELS_ZH
from stockpile.errors import DataError
from stockpile.region import load_region, region_folder

REGION_FILE = "region.yaml"


@dataclass(frozen=True)
class RegionCard:
    """A region in a list; `size` says how large it is, or what keeps it from being read."""

    name: str
    name_zh: str
    name_en: str
    description_zh: str
    description_en: str
    size: str
    promises: tuple[str, ...]


def region_card(name: str, data_root: Path | None = None, library: Path | None = None) -> RegionCard:
    """Return the card of a region; a region that cannot be read says so in place of its size.

    Raises:
        DataError: there is no such region.
    """
    scenarios = scenario_names(name, library)
    folder = region_folder(name, data_root)
    try:
        text = region_text(folder)
        region = load_region(name, data_root)
        promises = _promises(name, scenarios, library)
    except DataError as error:
        size = f"{counted(len(error.problems), 'problem')} in the data: see `stockpile check-data {name}`"
        return RegionCard(name, "", "", "", "", size, ())
    top = next(iter(region.places[region.places["parent"] == ""].to_dict("records")))
    townships = int((region.places["level"] == "township").sum())
    size = ", ".join(
        (
            *(counted(townships, "township"), counted(len(region.sites), "site")),
            *(counted(len(region.warehouses), "warehouse"), counted(len(scenarios), "scenario")),
        )
    )
    return RegionCard(
        name=name,
        name_zh=str(top["name_zh"]),
        name_en=str(top["name_en"]),
        description_zh=text.description_zh if text else "",
        description_en=text.description_en if text else "",
        size=size,
        promises=promises,
    )


def region_text(folder: Path) -> RegionText | None:
    """Return what region.yaml in the folder of a region says; None without one.

    Raises:
        DataError: the file is not as it should be.
    """
    if not (folder / REGION_FILE).is_file():
        return None
    file = read_yaml(folder / REGION_FILE, f"{folder.name}/{REGION_FILE}")
    return validated(RegionText, file.values, document_of(file))


def _promises(region: str, scenarios: Sequence[str], library: Path | None) -> tuple[str, ...]:
    """The promises of all scenarios, each once, in the order in which they come."""
    found = [load_scenario(f"{region}/{name}", library).scenario for name in scenarios]
    return tuple(dict.fromkeys(promise_text(one) for scenario in found for one in scenario.targets.values()))


def promise_text(target: Target) -> str:
    """Return a promise in one line, Chinese with English beside it."""
    share, hour = f"{target.required * 100:g} %", hour_text(target.hours)
    start = ("调令后", "the order") if target.clock == "order" else ("灾后", "the event")
    if target.level is not None:
        return (
            f"{start[0]}{hour}小时内{share}乡镇收到{LEVELS_ZH[target.level]}首批物资 "
            f"first goods of a {target.level} warehouse at {share} of the townships {hour} h after {start[1]}"
        )
    return (
        f"{start[0]}{hour}小时内{share}受灾群众获供 {share} of the people supplied {hour} h after {start[1]}"
    )
