"""Compiled inner loops of the search over trips; `layout` says what the tables hold."""
