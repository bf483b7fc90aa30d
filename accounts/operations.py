"""Changing persons, links and sessions. Each change writes one audit row, in the log of the service point."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from accounts import letters, queries, rules
from accounts.models import LoginSession, Person, SignInLink
from kit.errors import NotFound
from kit.i18n import _
from kit.journal import answered, audit, pseudonym, remember
from kit.text import address, normalised_address
from kit.tokens import derive, random_token, token_hash

FLOW = "sign-in"


class LinkGone(NotFound):
    """The sign-in link was used, is too old, or never existed."""

    def default(self) -> str:
        return _(
            "Dieser Link zum Einloggen gilt nicht mehr. Jeder Link gilt einmal und nur kurze Zeit. "
            "Fordern Sie unter /anmelden einen neuen an."
        )


def ensure_person(
    session: Session, *, email: str, name: str = "", language: str = "de", desk: bool = False, now: datetime
) -> Person:
    """The person of this address; made when there is none. The caller's audit row covers it. Raises TextRefused."""
    normalised = normalised_address(email)
    person = queries.person_by_address(session, normalised)
    if person is None:
        person = Person(
            email=address(email), normalised_email=normalised, name=name, language=language, desk=desk, created_at=now
        )
        try:
            with session.begin_nested():
                session.add(person)
        except IntegrityError:
            # Somebody else made the same person at the same moment.
            person = queries.person_by_address(session, normalised)
            if person is None:
                raise
    if desk and not person.desk:
        person.desk = True
        session.add(person)
    if name and not person.name:
        person.name = name
        session.add(person)
    return person


def change_person(session: Session, *, person: Person, name: str, language: str, now: datetime) -> bool:
    """Sets the name and the language of letters. Returns whether anything changed."""
    if (person.name, person.language) == (name, language):
        return False
    person.name = name
    person.language = language
    session.add(person)
    _audit(session, person_id=person.id, action="change_account", now=now)
    return True


def make_sign_in_link(
    session: Session, *, person: Person, now: datetime, lives: timedelta = rules.LINK_LIVES, next_path: str = ""
) -> str:
    """A fresh one-time link, for a terminal. Returns its token, for `/anmelden/{token}`."""
    link = _new_link(session, person=person, now=now, lives=lives, next_path=next_path)
    _audit(session, person_id=person.id, action="make_sign_in_link", now=now)
    return derive(rules.LINK_PURPOSE, link.id, rules.LINK_VERSION)


def request_sign_in_link(
    session: Session, *, email: str, next_path: str = "", key: str = "", now: datetime
) -> SignInLink | None:
    """Mails a link to the person of this address. `key` names the form, which asks once however often it is sent.

    Does nothing, and returns None, when there is no such person or it was sent enough links within the hour; the page
    says the same in all cases.
    """
    person = queries.person_by_address(session, normalised_address(email), lock=True)
    if person is None:
        return None
    if key and answered(session, initiative_id=rules.OPERATOR_INITIATIVE_ID, key=key, flow=FLOW) is not None:
        return None
    made = queries.links_since(session, person_id=person.id, since=now - timedelta(hours=1))
    if made >= rules.LINKS_AN_HOUR:
        return None
    link = _new_link(session, person=person, now=now, lives=rules.LINK_LIVES, next_path=next_path)
    letters.post_sign_in_link(session, initiative_id=rules.OPERATOR_INITIATIVE_ID, person=person, link=link, now=now)
    if key:
        remember(session, initiative_id=rules.OPERATOR_INITIATIVE_ID, key=key, flow=FLOW, object_id=link.id, now=now)
    _audit(session, person_id=person.id, action="request_sign_in_link", now=now)
    return link


def welcome(
    session: Session,
    *,
    person: Person,
    initiative_id: str,
    initiative_name: str,
    role_sentence: str,
    next_path: str,
    now: datetime,
) -> None:
    """Mails somebody that they belong to an initiative, with a link. Part of the change that adds them."""
    link = _new_link(session, person=person, now=now, lives=rules.WELCOME_LIVES, next_path=next_path)
    letters.post_welcome(
        session,
        initiative_id=initiative_id,
        initiative_name=initiative_name,
        role_sentence=role_sentence,
        person=person,
        link=link,
        now=now,
    )


def redeem(session: Session, *, link: SignInLink, old_cookie: str, now: datetime) -> str:
    """Signs in by a link, once. Returns the new session's token for the cookie. Raises LinkGone."""
    used = session.connection().execute(
        update(SignInLink)
        .where(col(SignInLink.id) == link.id, col(SignInLink.used_at).is_(None), col(SignInLink.expires_at) > now)
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise LinkGone
    return sign_in(session, person_id=link.person_id, old_cookie=old_cookie, now=now)


def sign_in(session: Session, *, person_id: str, old_cookie: str, now: datetime) -> str:
    """Opens a session under a new id; the one the browser held ends. Returns the token for the cookie."""
    if old_cookie:
        session.connection().execute(delete(LoginSession).where(col(LoginSession.token_hash) == token_hash(old_cookie)))
    token = random_token()
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + rules.SESSION_LIVES,
        )
    )
    _audit(session, person_id=person_id, action="sign_in", now=now)
    return token


def sign_out(session: Session, *, cookie: str, now: datetime) -> None:
    """Ends the session of this browser, if it has one."""
    found = queries.signed_in(session, cookie=cookie, now=now)
    if found is not None:
        session.delete(found.login)
        _audit(session, person_id=found.person.id, action="sign_out", now=now)


def end_session(session: Session, *, person_id: str, session_id: str, now: datetime) -> None:
    """Ends one of a person's own sessions. Raises NotFound for anything else."""
    ended = session.connection().execute(
        delete(LoginSession).where(col(LoginSession.id) == session_id, col(LoginSession.person_id) == person_id)
    )
    if ended.rowcount != 1:
        raise NotFound
    _audit(session, person_id=person_id, action="end_session", now=now)


def forget_ended(session: Session, *, now: datetime) -> int:
    """Deletes links and sessions that ended a week ago. Housekeeping for a sweep; returns how many rows went."""
    before = now - rules.KEPT_AFTER_END
    links = session.connection().execute(delete(SignInLink).where(col(SignInLink.expires_at) < before))
    sessions = session.connection().execute(
        delete(LoginSession).where(
            (col(LoginSession.expires_at) < before) | (col(LoginSession.seen_at) < before - rules.SESSION_IDLE)
        )
    )
    return links.rowcount + sessions.rowcount


def _new_link(session: Session, *, person: Person, now: datetime, lives: timedelta, next_path: str) -> SignInLink:
    link = SignInLink(
        person_id=person.id, next_path=rules.local_path(next_path), created_at=now, expires_at=now + lives
    )
    session.add(link)
    session.flush()
    return link


def _audit(session: Session, *, person_id: str, action: str, now: datetime) -> None:
    audit(
        session,
        initiative_id=rules.OPERATOR_INITIATIVE_ID,
        actor=pseudonym("person", person_id),
        action=action,
        object_kind="person",
        object_id=person_id,
        now=now,
    )
