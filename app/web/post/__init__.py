"""Batches of forms for the post office: hand-over, return, re-check, payment."""

from app.web.post import acts, lists, one
from app.web.post.site import blueprint

__all__ = ["acts", "blueprint", "lists", "one"]
