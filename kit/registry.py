"""The route registry: every address declares who may, what it loads, whether it changes state, its limits and its cache.

A route without a declaration cannot be built, so the application does not start with one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PERMISSIONS = {
    "public": "everybody",
    "token": "whoever holds the link in the address",
    "signed_in": "whoever is signed in",
    "desk": "the service point",
    "member": "everybody with a role in the initiative",
    "team": "helper, reader, organiser and owner of the initiative",
    "observer": "observer, reader, organiser and owner of the initiative",
    "reader": "reader, organiser and owner of the initiative",
    "helper": "helper, organiser and owner of the initiative",
    "organiser": "organiser and owner of the initiative",
    "owner": "owner of the initiative",
    "demo": "everybody, in the demo only",
    "operator": "trusted addresses only",
}
# Whether somebody may is known only with the thing that the address names.
_OF_A_THING = ("token", "member", "team", "observer", "reader", "helper", "organiser", "owner")
RATES = {
    "none": "not limited",
    "address": "counted per e-mail address in the operation",
    "token": "failed tokens counted per network address",
    "sign_in": "sign-in links counted per address and network address",
    "session": "what one person changes while signed in, counted per hour",
}
CACHES = {
    "public": "one copy for all visitors, at most two seconds behind a change and half a minute behind the clock",
    "none": "no-store",
    "static": "a year",
}


@dataclass(frozen=True)
class Declared:
    """One route. `loads` finds the thing named by the path and its initiative: `loads(session, params) -> Loaded`."""

    method: str
    path: str
    endpoint: Callable[..., Any]
    permission: str
    loads: Callable[..., Any] | None
    changes_state: bool
    rate: str
    cache: str
    flow: str = ""
    uploads: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "path": self.path,
            "permission": self.permission,
            "loads": self.loads.__name__ if self.loads else None,
            "changes_state": self.changes_state,
            "rate": self.rate,
            "cache": self.cache,
        }


class Undeclared(RuntimeError):
    """A route lacks a declaration or contradicts itself."""


def route(
    method: str,
    path: str,
    endpoint: Callable[..., Any],
    *,
    permission: str,
    loads: Callable[..., Any] | None = None,
    changes_state: bool = False,
    rate: str = "none",
    cache: str = "none",
    uploads: bool = False,
) -> Declared:
    """Declares one route; `uploads` takes one file. Raises Undeclared when the declaration does not hold together."""
    if permission not in PERMISSIONS or rate not in RATES or cache not in CACHES:
        raise Undeclared(f"{method} {path}: unknown permission, rate or cache class")
    if changes_state and method in ("GET", "HEAD"):
        raise Undeclared(f"{method} {path}: GET never changes state")
    if method not in ("GET", "HEAD") and not changes_state:
        raise Undeclared(f"{method} {path}: only a form that changes state is posted")
    if rate == "session" and not changes_state:
        raise Undeclared(f"{method} {path}: changes are counted for each session, and this changes nothing")
    if loads is None and permission in _OF_A_THING:
        raise Undeclared(f"{method} {path}: this permission needs a loader")
    return Declared(method, path, endpoint, permission, loads, changes_state, rate, cache, uploads=uploads)
