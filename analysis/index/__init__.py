"""From points to the index: surveys merged in, units ranked and banded."""
