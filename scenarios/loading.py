"""Read a scenario of the library or of a file, lay what is asked for over it, check its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from scenarios.library_folders import (
    BASE,
    TARGETS_FOLDER,
    is_name,
    library_regions,
    library_root,
    profile_file,
    scenario_names,
)
from scenarios.near_matches import MAX_NEAR, did_you_mean
from scenarios.overrides import ChangeLog, Document, Origin, Override, apply_overrides, document_of, merge
from scenarios.schema import NamedOverride, OverrideFile, Scenario, TargetProfile
from scenarios.schema_problems import validated
from scenarios.yaml_files import YamlFile, read_yaml
from stockpile.errors import DataError, Problem

SUFFIXES = (".yaml", ".yml")
MAX_SPEC_SHOWN = 80


@dataclass(frozen=True)
class ResolvedScenario:
    """A scenario with everything laid over it, and what that took.

    `document` holds the plain values behind `scenario` (a complete stand-alone scenario file), `sources`
    the SHA-256 of every file read, `change_log` what replaced what (key, old, new, by).
    """

    scenario: Scenario
    change_log: ChangeLog
    sources: Mapping[str, str]
    document: Mapping[str, object]
    written: Document

    @property
    def spec(self) -> str:
        """Region and scenario, as in luan_jinan/meiyu-flood."""
        return f"{self.scenario.region}/{self.scenario.id}"

    def as_yaml(self) -> str:
        """Return the resolved scenario as a stand-alone file that runs to the same plan."""
        return yaml.safe_dump(dict(self.document), allow_unicode=True, sort_keys=False, width=110)


def load_scenario(
    spec: str,
    library: Path | None = None,
    override_names: Sequence[str] = (),
    override_files: Sequence[Path] = (),
    *,
    targets: str | None = None,
    scale: str | None = None,
) -> ResolvedScenario:
    """Return the scenario `REGION/SCENARIO` of the library, or the one in a YAML file, with its overrides.

    A library scenario lies over the base.yaml of its region; a stand-alone file (`*.yaml`) is complete in
    itself and names its region. The target profile `targets` takes the place of the scenario's targets; then
    come the named overrides, in the order given, override files, and the `scale` of the sites.
    Ids of places, warehouses and roads are not looked up here: that is `scenarios.references`.

    Raises:
        DataError: unknown scenario or override, unreadable file, conflicting overrides, or a value that the
            schema refuses, each with file, line, key and remedy.
    """
    written, sources = _scenario_document(spec, library)
    named, written = _named_overrides(written)
    if targets is not None:
        profile = read_yaml(*profile_file(targets, library))
        sources[profile.label] = profile.sha256
        written = apply_overrides(written, [_targets_of(profile, targets)])
    chosen = _chosen(override_names, named, written.file)
    for file in override_files:
        read = read_yaml(file, file.name)
        if read.label in sources:
            raise _refusal(
                read.label, "is the name of two input files", "Give each override file its own name"
            )
        sources[read.label] = read.sha256
        chosen.append(_override_file(read))
    if scale is not None:
        chosen.append(Override("--scale", {"scale": scale}, {"scale": Origin("--scale", None)}))
    _refuse_repeated(chosen)
    written = apply_overrides(written, chosen)
    scenario = validated(Scenario, written.values, written)
    return ResolvedScenario(scenario, written.change_log, sources, written.values, written)


def offered_overrides(spec: str, library: Path | None = None) -> Mapping[str, NamedOverride]:
    """Return the named overrides that a scenario offers, in the order of its file."""
    named, _ = _named_overrides(_scenario_document(spec, library)[0])
    return {name: model for name, (model, _) in named.items()}


def _scenario_document(spec: str, library: Path | None) -> tuple[Document, dict[str, str]]:
    if spec.lower().endswith(SUFFIXES):
        path = Path(spec)
        file = read_yaml(path, path.name)
        return document_of(file), {file.label: file.sha256}
    region, name = region_and_name(spec, library)
    folder = library_root(library) / region
    own = read_yaml(folder / f"{name}.yaml", f"{region}/{name}.yaml")
    files = [own]
    if (folder / f"{BASE}.yaml").is_file():
        files.insert(0, read_yaml(folder / f"{BASE}.yaml", f"{region}/{BASE}.yaml"))
    return _library_document(files, region, name), {file.label: file.sha256 for file in files}


def _library_document(files: Sequence[YamlFile], region: str, name: str) -> Document:
    documents = [document_of(file) for file in files]
    _refuse_other_name(documents[-1], "id", name)
    for document in documents:
        _refuse_other_name(document, "region", region)
    merged = documents[0] if len(documents) == 1 else merge(documents[0], documents[1], name)
    return replace(merged, values={"region": region, **merged.values})


def _refuse_other_name(document: Document, key: str, expected: str) -> None:
    """In the library the folder and the file name say the same as the keys."""
    given = document.values.get(key, expected)
    if given != expected:
        problem = document.problem(
            key,
            given,
            f"differs from the place in the library, {expected}",
            f"Write {expected}, or move the file",
        )
        raise DataError([problem])


def region_and_name(spec: str, library: Path | None = None) -> tuple[str, str]:
    """Return region and scenario of the `REGION/SCENARIO` of the library.

    Raises:
        DataError: it is not of that form or there is no such scenario; named is what comes near.
    """
    regions = library_regions(library)
    parts = spec.split("/")
    if len(parts) != 2 or not all(is_name(part) for part in parts):  # noqa: PLR2004 - region and scenario
        raise _refusal(spec[:MAX_SPEC_SHOWN], "is not of the form REGION/SCENARIO", _way_on(spec, library))
    region, name = parts
    if region not in regions:
        raise _refusal(spec, f"names the unknown region {region}", did_you_mean(region, regions))
    names = scenario_names(region, library)
    if name not in names:
        raise _refusal(spec, f"names the unknown scenario {name}", did_you_mean(name, names))
    return region, name


def _way_on(spec: str, library: Path | None) -> str:
    """Return how to write a spec: with the region or scenario that was named alone, else what comes near."""
    known = [
        f"{region}/{name}" for region in library_regions(library) for name in scenario_names(region, library)
    ]
    named = [one for one in known if spec.strip("/") in one.split("/")]
    hint = f"Did you mean {' or '.join(named[:MAX_NEAR])}?" if named else did_you_mean(spec, known)
    return f"Write REGION/SCENARIO. {hint}"


Offered = Mapping[str, tuple[NamedOverride, Override]]


def _named_overrides(document: Document) -> tuple[Offered, Document]:
    """Take the overrides that a scenario offers out of its document, all checked, chosen or not."""
    values = dict(document.values)
    offered = values.pop("overrides", None) or {}
    if not isinstance(offered, Mapping):
        problem = document.problem("overrides", None, "is not a mapping", "Write name: {set: {key: value}}")
        raise DataError([problem])
    problems: list[Problem] = []
    named: dict[str, tuple[NamedOverride, Override]] = {}
    for name, content in offered.items():
        at = f"overrides.{name}"
        if not is_name(name):
            problems.append(document.problem(at, None, "is no valid name", "Use letters, digits, - and _"))
            continue
        try:
            model = validated(NamedOverride, content, document, at=at)
        except DataError as error:
            problems.extend(error.problems)
            continue
        named[name] = (model, _override(name, model, document, f"{at}.set"))
    if problems:
        raise DataError(problems)
    return named, replace(document, values=values)


def _override(name: str, model: NamedOverride, document: Document, at: str) -> Override:
    origins = {key: replace(document.origin(f"{at}.{key}"), override=name) for key in model.changes}
    return Override(name, model.changes, origins)


def _override_file(file: YamlFile) -> Override:
    document = document_of(file)
    model = validated(OverrideFile, file.values, document)
    return _override(model.id, model, document, "set")


def load_profile(name: str, library: Path | None = None) -> TargetProfile:
    """Return a target profile by its name.

    Raises:
        DataError: there is none of that name, or it is not as it should be.
    """
    file = read_yaml(*profile_file(name, library))
    return _profile(file, name)


def _profile(file: YamlFile, name: str) -> TargetProfile:
    document = document_of(file)
    profile = validated(TargetProfile, file.values, document)
    _refuse_other_name(document, "id", name)
    return profile


def _targets_of(file: YamlFile, name: str) -> Override:
    """Read a target profile as an override of all targets."""
    document, profile = document_of(file), _profile(file, name)
    changes = {"targets": file.values["targets"]}
    return Override(f"{TARGETS_FOLDER}/{profile.id}", changes, {"targets": document.origin("targets")})


def _chosen(names: Iterable[str], named: Offered, file: str) -> list[Override]:
    chosen = []
    for name in names:
        if name not in named:
            message = f'offers no override "{name[:MAX_SPEC_SHOWN]}"'
            raise _refusal(file, message, did_you_mean(name, list(named)))
        chosen.append(named[name][1])
    return chosen


def _refuse_repeated(overrides: Sequence[Override]) -> None:
    names = [override.name for override in overrides]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise _refusal(f"override {repeated[0]}", "is asked for twice", "Name each override once")


def _refusal(file: str, message: str, remedy: str) -> DataError:
    return DataError([Problem(file, None, None, None, message, remedy)])
