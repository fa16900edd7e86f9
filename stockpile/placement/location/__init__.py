"""Which sources to open so that everybody is served at least cost: one item, one scenario, with a proof."""
