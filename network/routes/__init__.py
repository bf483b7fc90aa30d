"""Addresses of initiatives, teams and the texts of the platform."""

from network.routes import account, door, logo, settings, team, texts

ROUTES = (*texts.ROUTES, *door.ROUTES, *account.ROUTES, *team.ROUTES, *settings.ROUTES, *logo.ROUTES)
