"""The whole placement model at once, as one sparse program: exact, for small problems and for comparison."""
