"""Dossier lists as offices export them: looked at, mapped, and read into a frame."""
