"""Long runs of faults and attacks; each has a quick form among the tests."""
