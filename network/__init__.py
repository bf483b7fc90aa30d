"""Initiatives, memberships and who may do what."""
