"""Readers of published routing formats, and the checker that replays routes."""
