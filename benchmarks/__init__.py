"""Measurements of the engine against the libraries that could have been used instead."""
