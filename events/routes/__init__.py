"""The addresses of dialogues and initiatives."""

from events.routes import calendars, public, workspace

ROUTES = [*public.ROUTES, *calendars.ROUTES, *workspace.ROUTES]
