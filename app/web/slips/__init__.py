"""Invitation slips: printing them, and reconciling them in the evening."""

from app.web.slips import day, lists, runs, units
from app.web.slips.site import blueprint

__all__ = ["blueprint", "day", "lists", "runs", "units"]
