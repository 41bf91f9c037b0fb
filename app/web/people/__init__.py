"""Pages on which administrators care for the people of the office."""

from app.web.people import changes, links, lists, pages
from app.web.people.site import blueprint

__all__ = ["blueprint", "changes", "links", "lists", "pages"]
