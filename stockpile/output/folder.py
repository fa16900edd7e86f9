"""Write a folder of results whole or not at all, and never over somebody else's files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stockpile.errors import DataError, Problem

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ResultFolder:
    """A folder that a command may write: new, empty, or holding nothing but an earlier result of its kind.

    `schema` names the kind: a manifest.json with this schema lists, under `outputs`, every other file of the
    result with its SHA-256.
    """

    path: Path
    schema: str

    def check(self) -> None:
        """Raise DataError when what stands there may not be replaced or nothing can be written there.

        To be asked before long work.
        """
        try:
            self._check()
        except OSError as error:
            raise self._unwritable(error) from error

    def _check(self) -> None:
        folder = self.path.resolve()
        above = next(parent for parent in folder.parents if parent.exists())
        if not above.is_dir():
            raise self._refusal(f"leads through the file {above.name}")
        _ask_leave(above)
        if not folder.exists():
            return
        if not folder.is_dir():
            raise self._refusal("is a file, not a folder")
        _ask_leave(folder)
        found = {name for name in file_names(folder) if not _is_litter(name)}
        if not found and not any(child.is_dir() for child in folder.iterdir()):
            return
        written = self._written(folder)
        if written is None:
            raise self._refusal(f"holds files but no {MANIFEST} of this command")
        if found - written:
            raise self._refusal(f"holds a file that this command did not write: {min(found - written)}")

    def write(
        self, write_files: Callable[[Path], None], manifest: Callable[[Mapping[str, str]], str]
    ) -> tuple[str, ...]:
        """Write the result and return the names of its files, sorted.

        The files are made in a hidden folder beside it, which then takes its place in one step, so an
        interrupted run leaves the earlier result as it was.

        Args:
            write_files: writes every file but the manifest into the folder it is given.
            manifest: text of the manifest from the SHA-256 of each of those files by name.

        Raises:
            DataError: something stands there that may not be replaced, or it cannot be written.
        """
        self.check()
        try:
            return self._write(write_files, manifest)
        except OSError as error:
            raise self._unwritable(error) from error

    def _write(
        self, write_files: Callable[[Path], None], manifest: Callable[[Mapping[str, str]], str]
    ) -> tuple[str, ...]:
        # A link to a folder is followed: the folder is replaced, not the link.
        target = self.path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            # A folder inside the workshop gets the usual permissions; the workshop itself is private.
            fresh = workshop / "new"
            fresh.mkdir()
            write_files(fresh)
            digests = {name: _digest(fresh / name) for name in file_names(fresh)}
            # The manifest comes last: a folder that has one is complete.
            write_text(fresh / MANIFEST, manifest(digests))
            _take_place(fresh, target, workshop / "old")
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
        return file_names(target)

    def _written(self, folder: Path) -> frozenset[str] | None:
        """Names of the files of the earlier result, its manifest included; None when there is none."""
        try:
            document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(document, dict) or document.get("schema") != self.schema:
            return None
        outputs = document.get("outputs")
        return frozenset([*outputs, MANIFEST]) if isinstance(outputs, dict) else None

    def _refusal(self, message: str) -> DataError:
        remedy = "choose a new folder, or move what is there away"
        return self._error(f"{message}; it is left as it is", remedy)

    def _unwritable(self, error: OSError) -> DataError:
        remedy = "choose a folder that you may write to, on a disk with room"
        return self._error(f"cannot be written: {error.strerror or error}", remedy)

    def _error(self, message: str, remedy: str) -> DataError:
        return DataError([Problem("--out", None, None, self.path.as_posix(), message, remedy)])


def file_names(folder: Path) -> tuple[str, ...]:
    """Names of all files below a folder, relative to it and sorted."""
    return tuple(
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    )


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with the line ends that it has."""
    path.write_bytes(text.encode("utf-8"))


def _is_litter(name: str) -> bool:
    """Whether a desktop or an open spreadsheet left this file: hidden files and lock files at the top."""
    return "/" not in name and name.startswith((".", "~$"))


def _ask_leave(folder: Path) -> None:
    """Folders take each other's place by renaming: that asks for leave to write in both and above them."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"no leave to write in {folder.name or folder}")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _take_place(fresh: Path, target: Path, aside: Path) -> None:
    """Put `fresh` where `target` stands; whatever goes wrong, `target` is the old folder or the new one."""
    if target.exists():
        target.rename(aside)
    try:
        fresh.rename(target)
    except BaseException:
        if aside.exists():
            aside.rename(target)
        raise
