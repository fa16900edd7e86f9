"""Write a folder of results whole or not at all, and never over somebody else's files."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from stockpile.errors import DataError, Problem

MANIFEST = "manifest.json"
SCHEMA = "stockpile-reorder/1"


def check_writable(out: Path, names: Collection[str]) -> None:
    """Make sure that `out` is new, empty, or an earlier result of ours with nothing else in it.

    Args:
        out: folder to write.
        names: files that a result of ours holds.

    Raises:
        DataError: it is a file, or a folder with files that are not ours.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise DataError([_occupied(out, "exists and is not a folder")])
    if not out.is_dir():
        return
    # Desktops and open spreadsheets leave hidden files and locks behind; they are nobody's work.
    found = {path.name for path in out.iterdir() if not path.name.startswith((".", "~$"))}
    strange = sorted(found.difference(names))
    if strange:
        raise DataError([_occupied(out, f"is a folder that holds other files ({', '.join(strange[:3])})")])
    if found and not _is_ours(out / MANIFEST):
        raise DataError([_occupied(out, "is a folder that this command did not write")])


def _is_ours(manifest: Path) -> bool:
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("schema") == SCHEMA


def _occupied(out: Path, message: str) -> Problem:
    return Problem("--out", None, None, str(out), message, "choose a new folder, or move what is there away")


def replace_folder(out: Path, write: Callable[[Path], None]) -> None:
    """Fill a temporary folder beside `out` and rename it to `out`; a failure leaves `out` as it was."""
    target = out.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        fresh, former = work / "new", work / "old"
        fresh.mkdir()
        write(fresh)
        if target.exists():
            target.rename(former)
        try:
            fresh.rename(target)
        except OSError:
            if former.exists():
                former.rename(target)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
