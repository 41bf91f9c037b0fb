"""Pages, one blueprint for each audience; the work itself is done by services."""
