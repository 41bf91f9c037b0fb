"""Rows in, values out; nothing here commits."""
