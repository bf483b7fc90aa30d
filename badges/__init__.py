"""Badges: the sheet that an organiser prints."""
