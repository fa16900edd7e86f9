"""Read a YAML file that may be hostile: bounded in size, depth and expansion, plain values only.

Only a small, unsurprising part of YAML is understood: mappings, lists, text, whole and decimal numbers,
true/false, null and dates (YYYY-MM-DD). `yes`, `8:30` and `010` stay text instead of turning into a truth
value, a number of base 60 and an octal number.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from stockpile.errors import DataError, Problem

MAX_BYTES = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 20
MAX_SHOWN = 60

_PREFIX = "tag:yaml.org,2002:"


class _BoundedLoader(yaml.SafeLoader):
    """A safe loader whose nesting is limited and whose plain words keep their face value."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as in PyYAML
    depth = 0
    nodes = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise yaml.YAMLError(f"nested deeper than {MAX_DEPTH} levels")
        self.nodes += 1
        if self.nodes > 2 * MAX_NODES:  # a key and a value each
            raise yaml.YAMLError(f"more than {MAX_NODES:,} values")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _kind, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]{0,17})$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})(?:[eE][-+][0-9]{1,3})?$", "-+.0123456789"),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
):
    _BoundedLoader.add_implicit_resolver(_PREFIX + _kind, re.compile(_pattern), list(_first))


_SCALARS: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "null": lambda _: None,
    "bool": {"true": True, "false": False}.__getitem__,
    "int": int,
    "float": float,
    "timestamp": dt.date.fromisoformat,
}


@dataclass(frozen=True)
class YamlFile:
    """One file: its label in messages, its values, the line of every dotted key, and its SHA-256."""

    label: str
    values: Mapping[str, object]
    lines: Mapping[str, int]
    sha256: str


def read_yaml(path: Path, label: str) -> YamlFile:
    """Read a file whose top level is a mapping.

    Raises:
        DataError: the file is missing, too large, not UTF-8, not YAML, repeats a key, uses a YAML feature
            that a scenario does not need, or is not a mapping at the top level.
    """
    content = _read_bytes(path, label)
    try:
        text = content.decode("utf-8-sig")
        node = _BoundedLoader(text).get_single_node()
    except UnicodeDecodeError as error:
        raise _refusal(label, f"is not UTF-8 (byte {error.start})", "Save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _refusal(
            label, f"is not readable YAML: {error.problem or error.context}", "Correct this line", line
        ) from error
    except yaml.YAMLError as error:
        raise _refusal(
            label, f"is not readable YAML: {str(error).splitlines()[0]}", "Keep to plain text in few levels"
        ) from error
    if not isinstance(node, MappingNode):
        raise _refusal(
            label, "is not a mapping of keys to values", "Write `key: value` lines at the top level"
        )
    reader = _Reader(label)
    values = reader.mapping(node, "")
    if reader.problems:
        raise DataError(reader.problems)
    return YamlFile(label, values, reader.lines, hashlib.sha256(content).hexdigest())


def _read_bytes(path: Path, label: str) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refusal(label, f"cannot be read: {error.strerror}", "Check the name of the file") from error
    if len(content) > MAX_BYTES:
        raise _refusal(label, f"is larger than {MAX_BYTES:,} bytes", "Split it or simplify its polygons")
    return content


def _refusal(label: str, message: str, remedy: str, line: int | None = None) -> DataError:
    return DataError([Problem(label, line, None, None, message, remedy)])


class _Reader:
    """Turns nodes into values, noting the line of each key; an alias counts every time it is expanded."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def mapping(self, node: MappingNode, prefix: str) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            if key is None:
                self._report(
                    line, prefix, None, "has a list or mapping as a key", "Use plain text as the key"
                )
                continue
            dotted = f"{prefix}.{key}" if prefix else key
            if key in values:
                self._report(line, dotted, None, "is given twice", "Keep one of the two")
                continue
            self.lines[dotted] = line
            values[key] = self._value(value_node, dotted)
        return values

    def _value(self, node: Node, dotted: str) -> object:
        self.nodes += 1
        depth = dotted.count(".") + 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            line = node.start_mark.line + 1
            raise _refusal(
                self.label,
                f"expands to more than {MAX_NODES:,} values or {MAX_DEPTH} levels",
                "Write aliases out",
                line,
            )
        if isinstance(node, MappingNode) and node.tag == _PREFIX + "map":
            return self.mapping(node, dotted)
        if isinstance(node, SequenceNode) and node.tag == _PREFIX + "seq":
            return [self._value(item, f"{dotted}.{index}") for index, item in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return self._scalar(node, dotted)
        self._report(node.start_mark.line + 1, dotted, node.tag, "has a YAML tag", "Write a plain value")
        return None

    def _scalar(self, node: ScalarNode, dotted: str) -> object:
        text: str = node.value
        convert = _SCALARS.get(node.tag.removeprefix(_PREFIX))
        if convert is None:
            self._report(node.start_mark.line + 1, dotted, node.tag, "has a YAML tag", "Write a plain value")
            return None
        try:
            return convert(text)
        except (ValueError, KeyError):
            self._report(node.start_mark.line + 1, dotted, text, "is no valid value", "Correct the value")
            return None

    def _report(self, line: int, dotted: str, value: str | None, message: str, remedy: str) -> None:
        shown = None if value is None else value[:MAX_SHOWN]
        self.problems.append(Problem(self.label, line, dotted or None, shown, message, remedy))
