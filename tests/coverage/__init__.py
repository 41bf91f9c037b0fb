"""Whether 95 % intervals hold the truth 95 times in 100, over many samples of known populations."""
