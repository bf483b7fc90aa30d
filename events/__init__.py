"""Dialogues, offers, publication and calendar feeds."""
