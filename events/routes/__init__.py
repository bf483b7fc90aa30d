"""The addresses of dialogues and initiatives."""

from events.routes import calendars, open_data, plain, public, settings, start, workspace

ROUTES = [
    *start.ROUTES,
    *public.ROUTES,
    *calendars.ROUTES,
    *open_data.ROUTES,
    *plain.ROUTES,
    *workspace.ROUTES,
    *settings.ROUTES,
]
