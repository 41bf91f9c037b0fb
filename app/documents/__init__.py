"""Documents made from values, with their templates beside the code."""
