"""Speed as ratios to a baseline measured in the same minutes; absolute times mean nothing."""
