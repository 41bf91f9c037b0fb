"""From a criteria set and what units achieved to exact points."""
