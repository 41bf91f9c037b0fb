"""From a frame to weights: what may be drawn, how many, which ones, and what each stands for."""
