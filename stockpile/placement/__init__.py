"""Placement: what to keep where so that the most people are supplied within their hours, with a proof."""
