"""Addresses of initiatives, teams and the texts of the platform."""

from network.routes import door, settings, team, texts

ROUTES = (*texts.ROUTES, *door.ROUTES, *team.ROUTES, *settings.ROUTES)
