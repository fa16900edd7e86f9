"""Readers of published location and placement problems, one module a format."""
