"""Where stock should be: the scenarios of a region as one placement problem, its answer and its report."""
