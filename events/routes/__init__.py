"""The addresses of dialogues and initiatives."""

from events.routes import calendars, open_data, public, start, workspace

ROUTES = [*start.ROUTES, *public.ROUTES, *calendars.ROUTES, *open_data.ROUTES, *workspace.ROUTES]
