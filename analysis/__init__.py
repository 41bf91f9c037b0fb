"""From weighted answers to the index: estimates, their precision, points and ranks."""
