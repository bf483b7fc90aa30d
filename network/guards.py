"""Who is looking, and what they may do. Roles are read for every request, so a change acts at once."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col
from starlette.requests import Request

from accounts import cookies
from accounts import queries as accounts
from accounts.models import LoginSession
from accounts.rules import worth_noting
from kit.db import ScopedSession
from kit.errors import Forbidden, NotFound, SignInNeeded
from kit.i18n import _
from kit.journal import pseudonym
from kit.registry import Declared
from kit.settings import settings
from network import queries
from network.rules import ADMITTED


@dataclass(frozen=True)
class Viewer:
    """Whoever looks at a page. `roles`: initiative id → role; `slugs`: initiative id → its name in addresses. Nobody signed
    in has no `person_id`."""

    person_id: str | None = None
    name: str = ""
    email: str = ""
    desk: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    slugs: Mapping[str, str] = field(default_factory=dict)

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def shown_name(self) -> str:
        return self.name or self.email

    @property
    def actor(self) -> str:
        """Who acted, as the audit log names it."""
        return pseudonym("person", self.person_id) if self.person_id else "visitor"


NOBODY = Viewer()


def identify(session: ScopedSession, request: Request, now: datetime) -> Viewer:
    """The viewer behind the session cookie. Notes the last use at most every ten minutes."""
    found = accounts.signed_in(session, cookie=cookies.read(request), now=now)
    if found is None:
        return NOBODY
    if worth_noting(seen_at=found.login.seen_at, now=now):
        _note_use(session, request.method, found.login, now)
    person = found.person
    places = queries.places_of(session, person.id)
    return Viewer(
        person_id=person.id,
        name=person.name,
        email=person.email,
        desk=person.desk,
        roles={key: role for key, (role, _slug) in places.items()},
        slugs={key: slug for key, (_role, slug) in places.items()},
    )


def _note_use(session: ScopedSession, method: str, login: LoginSession, now: datetime) -> None:
    statement = (
        update(LoginSession)
        .where(col(LoginSession.token_hash) == login.token_hash)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )
    if method not in ("GET", "HEAD"):
        session.connection().execute(statement)
        return
    # The session of a GET is never committed, so this one write has a transaction of its own. When the database is too
    # busy for it, the next request notes the use.
    engine: Any = session.get_bind()
    assert isinstance(engine, Engine)
    with (
        contextlib.suppress(OperationalError),
        engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection,
    ):
        connection.execute(statement)


def permit(declared: Declared, viewer: Viewer, initiative_id: str | None) -> None:
    """Lets a viewer pass, or raises.

    Called once before the thing is loaded (`initiative_id` None), and again with the initiative it belongs to. Nobody
    signed in: SignInNeeded for a page, Forbidden for a form. Of another initiative: NotFound. Too low a role: Forbidden.
    """
    permission = declared.permission
    if permission in ("public", "token"):
        return
    if permission == "demo":
        if not settings().demo:
            raise NotFound
    elif permission == "operator":
        # Decided by network address at the edge; no role opens these.
        raise NotFound
    elif not viewer.signed_in:
        raise _turned_away(declared.method)
    elif permission == "desk":
        if not viewer.desk:
            raise Forbidden(_("Diese Seite ist für die Servicestelle. Ihr Konto gehört zu einer Initiative."))
    elif permission in ADMITTED and initiative_id is not None:
        _admit(permission, viewer.roles.get(initiative_id))


def _turned_away(method: str) -> Exception:
    if method in ("GET", "HEAD"):
        return SignInNeeded()
    return Forbidden(
        _(
            "Sie sind nicht mehr eingeloggt. Loggen Sie sich in einem zweiten Fenster "
            "ein. Gehen Sie dann hierher zurück und schicken Sie das Formular noch einmal."
        )
    )


def _admit(permission: str, role: str | None) -> None:
    if role is None:
        raise NotFound
    if role not in ADMITTED[permission]:
        raise Forbidden
