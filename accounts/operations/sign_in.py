"""One-time links, and the sessions that they open."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from accounts import letters, queries, rules
from accounts.models import EmailChange, LoginSession, PasskeyChallenge, Person, SignInLink
from accounts.operations.log import note
from kit.errors import NotFound
from kit.i18n import _
from kit.journal import answered, remember
from kit.text import normalised_address
from kit.tokens import derive, random_token, token_hash

FLOW = "sign-in"


class LinkGone(NotFound):
    """The sign-in link was used, is too old, or never existed."""

    def default(self) -> str:
        return _(
            "Dieser Link zum Einloggen gilt nicht mehr. Jeder Link gilt einmal und nur kurze Zeit. "
            "Fordern Sie unter /anmelden einen neuen an."
        )


def make_sign_in_link(
    session: Session, *, person: Person, now: datetime, lives: timedelta = rules.LINK_LIVES, next_path: str = ""
) -> str:
    """A fresh one-time link, for a terminal. Returns its token, for `/anmelden/{token}`."""
    link = _new_link(session, person=person, now=now, lives=lives, next_path=next_path)
    note(session, person_id=person.id, action="make_sign_in_link", now=now)
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
    note(session, person_id=person.id, action="request_sign_in_link", now=now)
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


def redeem(session: Session, *, link: SignInLink, old_cookie: str, device: str = "", now: datetime) -> str:
    """Signs in by a link, once. Returns the new session's token for the cookie. Raises LinkGone."""
    used = session.connection().execute(
        update(SignInLink)
        .where(col(SignInLink.id) == link.id, col(SignInLink.used_at).is_(None), col(SignInLink.expires_at) > now)
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise LinkGone
    return sign_in(session, person_id=link.person_id, old_cookie=old_cookie, device=device, now=now)


def sign_in(
    session: Session,
    *,
    person_id: str,
    old_cookie: str,
    device: str = "",
    passkey_id: str | None = None,
    now: datetime,
) -> str:
    """Opens a session under a new id; the one the browser held ends. Returns the token for the cookie.

    `device` is what `rules.device` makes of the browser's own words, `passkey_id` names the passkey that answered.
    """
    if old_cookie:
        session.connection().execute(delete(LoginSession).where(col(LoginSession.token_hash) == token_hash(old_cookie)))
    token = random_token()
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            person_id=person_id,
            device=device,
            passkey_id=passkey_id,
            created_at=now,
            seen_at=now,
            expires_at=now + rules.SESSION_LIVES,
        )
    )
    note(session, person_id=person_id, action="sign_in", now=now)
    return token


def sign_out(session: Session, *, cookie: str, now: datetime) -> None:
    """Ends the session of this browser, if it has one."""
    found = queries.signed_in(session, cookie=cookie, now=now)
    if found is not None:
        session.delete(found.login)
        note(session, person_id=found.person.id, action="sign_out", now=now)


def end_session(session: Session, *, person_id: str, session_id: str, now: datetime) -> None:
    """Ends one of a person's own sessions. Raises NotFound for anything else."""
    ended = session.connection().execute(
        delete(LoginSession).where(col(LoginSession.id) == session_id, col(LoginSession.person_id) == person_id)
    )
    if ended.rowcount != 1:
        raise NotFound
    note(session, person_id=person_id, action="end_session", now=now)


def end_other_sessions(session: Session, *, person_id: str, cookie: str, now: datetime) -> int:
    """Ends all of a person's sessions but this browser's. Returns how many."""
    ended = session.connection().execute(
        delete(LoginSession).where(
            col(LoginSession.person_id) == person_id, col(LoginSession.token_hash) != token_hash(cookie)
        )
    )
    if ended.rowcount:
        note(session, person_id=person_id, action="end_other_sessions", now=now)
    return ended.rowcount


def forget_ended(session: Session, *, now: datetime) -> int:
    """Deletes links and sessions that ended a week ago. Housekeeping for a sweep; returns how many rows went."""
    before = now - rules.KEPT_AFTER_END
    session.connection().execute(delete(EmailChange).where(col(EmailChange.expires_at) < before))
    session.connection().execute(delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) < now))
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
