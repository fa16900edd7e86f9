"""Lay files over each other: base, scenario, then overrides in order, with a log of what each changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from scenarios.yaml_files import YamlFile
from stockpile.errors import DataError, Problem

# An override changes what happens, not which scenario it is.
FIXED_KEYS = ("schema", "region", "id", "overrides")

ChangeLog = tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Origin:
    """Where a value was written: file, line, and the override that set it."""

    file: str
    row: int | None
    override: str | None = None


@dataclass(frozen=True)
class Override:
    """Named changes: dotted key -> new value (None removes the key), and where each was written."""

    name: str
    changes: Mapping[str, object]
    origins: Mapping[str, Origin]


@dataclass(frozen=True)
class Document:
    """Values laid over each other, where each came from, and what replaced what.

    `origins` maps dotted keys to the place that gave the value in force; `file` is the scenario's own file.
    """

    file: str
    values: Mapping[str, object]
    origins: Mapping[str, Origin]
    change_log: ChangeLog = ()

    def origin(self, dotted: str) -> Origin:
        """Return where a key, or the nearest key above it, was written."""
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            found = self.origins.get(".".join(parts[:length]))
            if found is not None:
                return found
        return Origin(self.file, None)

    def problem(self, dotted: str, value: object, message: str, remedy: str) -> Problem:
        """Return a problem with one key, placed where the key was written."""
        origin = self.origin(dotted)
        shown = None if value is None else as_text(value)
        by = f"override {origin.override}" if origin.override else None
        return Problem(origin.file, origin.row, dotted, shown, message, remedy, id=by)


def document_of(file: YamlFile) -> Document:
    """Return the values of one file as a document of their own."""
    origins = {key: Origin(file.label, line) for key, line in file.lines.items()}
    return Document(file.label, file.values, origins)


def merge(base: Document, scenario: Document, by: str) -> Document:
    """Lay a scenario over the base: mappings merge key by key, anything else is replaced, null removes.

    The change log gets one entry for every value of the base that the scenario replaced.
    """
    changes: list[Mapping[str, str]] = []
    values = _merged(base.values, scenario.values, "", by, changes)
    log = (*base.change_log, *changes)
    return Document(scenario.file, values, {**base.origins, **scenario.origins}, log)


def _merged(
    old: Mapping[str, object],
    new: Mapping[str, object],
    prefix: str,
    by: str,
    changes: list[Mapping[str, str]],
) -> dict[str, object]:
    result = dict(old)
    for key, value in new.items():
        before = old.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            result[key] = _merged(before, value, f"{prefix}{key}.", by, changes)
            continue
        if key in old and before != value:
            changes.append(_change(f"{prefix}{key}", before, value, by))
        if value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result


def apply_overrides(document: Document, overrides: Sequence[Override]) -> Document:
    """Apply overrides in order; each may set any key that no other one sets.

    Raises:
        DataError: two overrides set one key, or one sets a key that contains a key of the other; an
            override sets a key that is fixed, goes through a value that is not a mapping, or removes
            what is not there. All such problems are listed.
    """
    problems = [*_conflicts(overrides), *_fixed_keys(overrides)]
    if problems:
        raise DataError(problems)
    for override in overrides:
        document = _with_override(document, override, problems)
    if problems:
        raise DataError(problems)
    return document


def _conflicts(overrides: Iterable[Override]) -> list[Problem]:
    settings = sorted(
        (
            (tuple(key.split(".")), order, override)
            for order, override in enumerate(overrides)
            for key in override.changes
        ),
        key=lambda setting: (len(setting[0]), setting[1]),
    )
    setter: dict[tuple[str, ...], Override] = {}
    problems = []
    for parts, _, override in settings:
        prefixes = (parts[:length] for length in range(1, len(parts) + 1))
        taken = next((prefix for prefix in prefixes if prefix in setter), None)
        if taken is None:
            setter[parts] = override
            continue
        key, other = ".".join(parts), setter[taken]
        where = "it too" if taken == parts else f"{'.'.join(taken)}, which contains it"
        problems.append(
            _problem(
                override,
                key,
                f'is set by override "{override.name}", but override "{other.name}" sets {where}',
                "Use only one of the two overrides, or let them set different keys",
            )
        )
    return problems


def _fixed_keys(overrides: Iterable[Override]) -> list[Problem]:
    return [
        _problem(override, key, "cannot be overridden", "Write a scenario of its own")
        for override in overrides
        for key in override.changes
        if key.split(".")[0] in FIXED_KEYS
    ]


def _with_override(document: Document, override: Override, problems: list[Problem]) -> Document:
    values = deepcopy(dict(document.values))
    origins = dict(document.origins)
    log = list(document.change_log)
    for key, value in override.changes.items():
        holder = _holder(values, key)
        last = key.split(".")[-1]
        if holder is None:
            problems.append(
                _problem(
                    override, key, "leads through a value that is not a mapping", "Correct the dotted key"
                )
            )
            continue
        if value is None and last not in holder:
            problems.append(_problem(override, key, "is removed but was never set", "Correct the dotted key"))
            continue
        if holder.get(last) != value:
            log.append(_change(key, holder.get(last), value, f"override {override.name}"))
        if value is None:
            del holder[last]
        else:
            holder[last] = value
        origins = {known: at for known, at in origins.items() if not known.startswith(f"{key}.")}
        origins[key] = override.origins[key]
    return replace(document, values=values, origins=origins, change_log=tuple(log))


def _holder(values: dict[str, object], key: str) -> dict[str, object] | None:
    """Return the mapping that holds the last part of a dotted key, made where it is missing."""
    holder = values
    for part in key.split(".")[:-1]:
        below = holder.setdefault(part, {})
        if not isinstance(below, dict):
            return None
        holder = below
    return holder


def _problem(override: Override, key: str, message: str, remedy: str) -> Problem:
    origin = override.origins[key]
    return Problem(origin.file, origin.row, key, None, message, remedy, id=f"override {override.name}")


def _change(key: str, old: object, new: object, by: str) -> Mapping[str, str]:
    return {"key": key, "old": as_text(old), "new": as_text(new), "by": by}


def as_text(value: object) -> str:
    """Return a value on one line: text as it is, nothing for null, lists and mappings as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
