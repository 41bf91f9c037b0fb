"""Numbers printed elsewhere, and the program that compares ours with them."""
