"""Plan every scenario and hold what comes out against a baseline."""
