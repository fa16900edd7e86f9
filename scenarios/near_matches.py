"""Say what a mistyped name may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

MAX_NEAR = 3
NEAR = 0.62  # "county" is no "city"
MAX_LISTED = 12


def did_you_mean(value: str, known: Iterable[str] | Mapping[str, str]) -> str:
    """Return a remedy: the nearest known names, else all of them when they are few.

    A mapping gives each id its readable name; a value that is the readable name finds its id.

    >>> did_you_mean("meiyu-flod", ["meiyu-flood", "winter-ice"])
    'Did you mean meiyu-flood?'
    >>> did_you_mean("quake", ["meiyu-flood", "winter-ice"])
    'Known are meiyu-flood, winter-ice'
    >>> did_you_mean("county", ["city", "district"])
    'Known are city, district'
    >>> did_you_mean("城北乡", {"341502201": "城北乡", "341502202": "翁墩乡"})
    'Did you mean 341502201 (城北乡)?'
    """
    names = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, "")
    near = [name for name, readable in names.items() if readable and readable == value]
    near = near or get_close_matches(value[:200], list(names), n=MAX_NEAR, cutoff=NEAR)
    shown = [f"{name} ({names[name]})" if names[name] else name for name in near]
    if shown:
        return f"Did you mean {' or '.join(shown)}?"
    if not names:
        return "None is known here"
    if len(names) <= MAX_LISTED:
        return f"Known are {', '.join(names)}"
    return f"Known are {len(names)}, such as {', '.join(list(names)[:MAX_NEAR])}"
