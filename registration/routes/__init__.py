"""Addresses of registrations: for the public, for whoever holds a link, for the workspace."""

from registration.routes import own, public

ROUTES = (*public.ROUTES, *own.ROUTES)
