"""Moving and keeping what an installation holds: archive, backup, restoring (decision 0020)."""
