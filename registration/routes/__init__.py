"""Addresses of registrations: for the public, for whoever holds a link, for the workspace."""

from registration.routes import (
    all_calendar,
    calendar,
    dates,
    desk,
    desk_erasure,
    desk_files,
    dialogues,
    files,
    letters,
    mailings,
    own,
    own_data,
    public,
    seating,
)

ROUTES = (
    *public.ROUTES,
    *own.ROUTES,
    *calendar.ROUTES,
    *all_calendar.ROUTES,
    *own_data.ROUTES,
    *dialogues.ROUTES,
    *dates.ROUTES,
    *desk.ROUTES,
    *desk_erasure.ROUTES,
    *seating.ROUTES,
    *desk_files.ROUTES,
    *files.ROUTES,
    *mailings.ROUTES,
    *letters.ROUTES,
)
