"""The addresses of dialogues and initiatives."""

from events.routes import calendars, open_data, plain, public, series, settings, start, team_calendar, workspace

ROUTES = [
    *start.ROUTES,
    *public.ROUTES,
    *calendars.ROUTES,
    *team_calendar.ROUTES,
    *series.ROUTES,
    *open_data.ROUTES,
    *plain.ROUTES,
    *workspace.ROUTES,
    *settings.ROUTES,
]
