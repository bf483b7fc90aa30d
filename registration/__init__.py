"""Registrations: parties, participants, places, waiting list, invitations."""
