"""Find out what kind of file the roads come in, and unpack it within limits."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, NoReturn, TypeAlias

from stockpile.errors import DataError, Problem

Format: TypeAlias = Literal["osm", "pbf", "graphml"]
OSM: Final = "osm"
PBF: Final = "pbf"
GRAPHML: Final = "graphml"

FORMAT_OF_ENDING: dict[str, Format] = {
    ".osm": OSM,
    ".osm.gz": OSM,
    ".osm.bz2": OSM,
    ".osm.pbf": PBF,
    ".pbf": PBF,
    ".graphml": GRAPHML,
    ".graphml.gz": GRAPHML,
    ".graphml.bz2": GRAPHML,
}
FILE_SIZE_LIMIT = 2 * 1024**3
TEXT_SIZE_LIMIT = 4 * 1024**3  # of XML after unpacking
_BLOCK = 1 << 20
_HEAD = 64  # bytes that show what a file is
_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"
_PBF_BEGINS = b"\n\tOSMHeader"  # after four bytes that hold a length
_AS_XML = "Ask Overpass for XML ([out:xml]) instead, or export the area as .osm.pbf"
_UNPACK = "Unpack it first; a packed file may be .osm.gz or .osm.bz2"
_OTHER_CONTENT = (
    (b"{", "holds JSON", _AS_XML),
    (b"[", "holds JSON", _AS_XML),
    (b"\xfd7zXZ", "is packed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "is packed with Zstandard", _UNPACK),
    (b"PK\x03\x04", "is a ZIP archive", _UNPACK),
)
"""What people pass instead of a file of roads: how it begins, what it is, and what to do."""

_CUT = "The file may have been cut off on its way: fetch it again, or export it anew"


@dataclass(frozen=True, eq=False)
class RoadFile:
    """A file of roads: its name, format, digest and, except for PBF, its unpacked text."""

    path: Path
    name: str
    format: Format
    sha256: str
    text: bytes


def refuse(name: str, message: str, remedy: str) -> NoReturn:
    """Give up on a file with the one problem it has.

    Raises:
        DataError: always.
    """
    raise DataError([Problem(name, None, None, None, message, remedy)]) from None


def open_road_file(path: Path) -> RoadFile:
    """Read and unpack a file of roads.

    Raises:
        DataError: the ending is unknown, or the file is missing, empty, too large or damaged.
    """
    name = path.name or str(path)
    try:
        if not path.is_file():
            refuse(name, "is no file", "Give the path of an OpenStreetMap or GraphML file")
        size = path.stat().st_size
        if size == 0:
            refuse(name, "is empty", _CUT)
        if size > FILE_SIZE_LIMIT:
            remedy = "Cut the area you need out of it, for instance with `osmium extract`"
            refuse(name, f"is larger than the limit of {FILE_SIZE_LIMIT // 1024**3} GB", remedy)
        with path.open("rb") as file:
            head = file.read(_HEAD)
            _refuse_other_content(head, name)
            kind = PBF if head[4:].startswith(_PBF_BEGINS) else _format_of(name)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            text = b"" if kind == PBF else _unpack(file, name)
    except OSError as error:
        refuse(name, f"cannot be read ({error.strerror})", "Check that it is a plain file that you may read")
    _refuse_other_content(text[:_HEAD], name)
    return RoadFile(path, name, kind, digest, text)


def _refuse_other_content(head: bytes, name: str) -> None:
    """Say what a file is that begins like something else, whatever its ending says."""
    for begins, what, remedy in _OTHER_CONTENT:
        if head.lstrip().startswith(begins):
            refuse(name, what, remedy)


def _format_of(name: str) -> Format:
    for ending, kind in FORMAT_OF_ENDING.items():
        if name.lower().endswith(ending):
            return kind
    return refuse(name, "is of no kind that can be read", f"Give one of {', '.join(FORMAT_OF_ENDING)}")


def _unpack(file: BinaryIO, name: str) -> bytes:
    """Return the text of a file; what it is packed with shows in its first bytes."""
    magic = file.read(len(_BZIP2))
    file.seek(0)
    try:
        if magic.startswith(_GZIP):
            text = _limited(gzip.GzipFile(fileobj=file).read, name)
        elif magic == _BZIP2:
            text = _limited(bz2.BZ2File(file).read, name)
        else:
            text = file.read()
    except (EOFError, gzip.BadGzipFile, zlib.error, OSError, ValueError):
        refuse(name, "is damaged: it cannot be unpacked to its end", _CUT)
    if not text.strip():
        refuse(name, "is empty", _CUT)
    return text


def _limited(read: Callable[[int], bytes], name: str) -> bytes:
    """Read to the end, but never more than the limit: a small file may unpack to a huge one."""
    blocks, size = [], 0
    while block := read(_BLOCK):
        blocks.append(block)
        size += len(block)
        if size > TEXT_SIZE_LIMIT:
            message = f"unpacks to more than {TEXT_SIZE_LIMIT // 1024**3} GB"
            refuse(name, message, "Give the area as .osm.pbf, which needs less room, or cut it smaller")
    return b"".join(blocks)
