"""Addresses of the door, in the workspace and by link. Everything but camera and queue works without script."""

from typing import Any

from checkin.routes import door, duties, links, reports
from checkin.routes.gates import PART, load_gate, load_gate_by_token, with_guest
from kit.registry import route
from network.loaders import load_initiative
from registration.routes.dialogues import BASE

_LINKS = f"{BASE}/{PART}/zugang"
_MANAGED: dict[str, Any] = {"permission": "organiser", "changes_state": True, "rate": "session"}


def _door(path: str, load: Any, **access: Any) -> tuple[Any, ...]:
    """The addresses of one kind of door."""
    changes = access | {"changes_state": True}
    # What a session changes is counted; failed links count for looking too.
    looks = access | {"rate": "token" if access["permission"] == "token" else "none"}
    load_guest = with_guest(load)
    return (
        route("GET", path, door.show, loads=load, **looks),
        route("POST", path, reports.create, loads=load, **changes),
        route("GET", f"{path}/stand", door.count, loads=load, **looks),
        route("POST", f"{path}/code", reports.scan, loads=load, **changes),
        route("GET", f"{path}/{{participant}}", reports.show_verdict, loads=load_guest, **looks),
        route("POST", f"{path}/{{participant}}/zuruecknahme", reports.undo, loads=load_guest, **changes),
    )


ROUTES = (
    route("GET", f"/arbeitsplatz/{{initiative}}/{PART}", door.show_next, permission="helper", loads=load_initiative),
    route("GET", _LINKS, links.show, permission="organiser", loads=load_gate),
    route("POST", _LINKS, links.create, loads=load_gate, **_MANAGED),
    route("POST", f"{_LINKS}/{{link}}/ende", links.end, loads=links.load_link, **_MANAGED),
    route(
        "GET",
        "/kalender/einsatz/{token}.ics",
        duties.show,
        permission="token",
        loads=duties.load_duty,
        rate="token",
    ),
    *_door(f"{BASE}/{PART}", load_gate, permission="helper", rate="session"),
    *_door(f"/{PART}/{{token}}", load_gate_by_token, permission="token", rate="token"),
)
