"""One module per output of a run."""
