"""Disturb a region, plan its relief, explain the plan and report it."""
