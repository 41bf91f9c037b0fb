"""How large a demo may be."""

SMALL, LARGE = "small", "large"
SIZES = (SMALL, LARGE)
