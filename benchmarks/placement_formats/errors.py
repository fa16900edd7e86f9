"""What a reader says of a file that it cannot read."""

from __future__ import annotations


class FormatError(ValueError):
    """A file does not follow its format; the message says where and how."""
