"""Samples drawn with unequal probabilities by a generator: re-runnable, not publicly verifiable."""
