"""Reading persons, links and sessions."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from accounts.models import EmailChange, LoginSession, Passkey, PasskeyChallenge, Person, SignInLink
from accounts.rules import EMAIL_CHANGE_PURPOSE, LINK_PURPOSE, LINK_VERSION, SESSION_IDLE, session_open
from kit.tokens import present, token_hash


def person_by_address(session: Session, normalised_email: str, *, lock: bool = False) -> Person | None:
    """The person of an address; with `lock`, what is done for them goes one after the other."""
    query = select(Person).where(Person.normalised_email == normalised_email)
    return session.exec(query.with_for_update() if lock else query).first()


def held_person(session: Session, person_id: str) -> Person | None:
    """The person as they stand now, held until the end of the transaction; None where they are erased."""
    return session.get(Person, person_id, populate_existing=True, with_for_update=True)


def links_since(session: Session, *, person_id: str, since: datetime) -> int:
    """How many sign-in links were made for a person since a time."""
    return session.exec(
        select(func.count())
        .select_from(SignInLink)
        .where(SignInLink.person_id == person_id, col(SignInLink.created_at) > since)
    ).one()


def link_by_token(session: Session, token: str) -> SignInLink | None:
    """The link a token proves, used and expired ones included."""
    presented = present(token)
    if presented is None or not presented.proves(LINK_PURPOSE, LINK_VERSION):
        return None
    return session.get(SignInLink, presented.object_id)


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, and by which session."""

    person: Person
    login: LoginSession


def signed_in(session: Session, *, cookie: str, now: datetime) -> SignedIn | None:
    """The person and session behind a cookie, or None when it is unknown or over."""
    if not cookie or len(cookie) > 100:
        return None
    row = session.exec(
        select(Person, LoginSession)
        .join(LoginSession, col(LoginSession.person_id) == col(Person.id))
        .where(LoginSession.token_hash == token_hash(cookie))
    ).first()
    if row is None or not session_open(seen_at=row[1].seen_at, expires_at=row[1].expires_at, now=now):
        return None
    return SignedIn(*row)


def person_of_cookie(session: Session, *, cookie: str, now: datetime) -> Person | None:
    """Whoever is signed in with this cookie."""
    found = signed_in(session, cookie=cookie, now=now)
    return found.person if found else None


def sessions_of(session: Session, *, person_id: str, now: datetime) -> list[LoginSession]:
    """A person's open sessions, last used first."""
    return list(
        session.exec(
            select(LoginSession)
            .where(LoginSession.person_id == person_id, col(LoginSession.expires_at) > now)
            .where(col(LoginSession.seen_at) > now - SESSION_IDLE)
            .order_by(col(LoginSession.seen_at).desc(), LoginSession.id)
        )
    )


def email_changes_since(session: Session, *, person_id: str, since: datetime) -> int:
    """How many new addresses a person named since a time."""
    return session.exec(
        select(func.count())
        .select_from(EmailChange)
        .where(EmailChange.person_id == person_id, col(EmailChange.created_at) > since)
    ).one()


def email_change_by_token(session: Session, token: str, *, now: datetime) -> EmailChange | None:
    """The open change that a token proves."""
    presented = present(token)
    if presented is None or not presented.proves(EMAIL_CHANGE_PURPOSE, LINK_VERSION):
        return None
    found = session.get(EmailChange, presented.object_id)
    return found if found is not None and found.expires_at > now else None


def passkeys_of(session: Session, *, person_id: str) -> list[Passkey]:
    """A person's passkeys, in the order of making."""
    return list(
        session.exec(
            select(Passkey).where(Passkey.person_id == person_id).order_by(col(Passkey.created_at), Passkey.id)
        )
    )


def passkey_of(session: Session, *, person_id: str, passkey_id: str) -> Passkey | None:
    """One of a person's passkeys, its row locked."""
    query = select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    return session.exec(query.with_for_update()).first()


def passkey_by_credential(session: Session, credential_id: str, *, lock: bool = False) -> Passkey | None:
    query = select(Passkey).where(Passkey.credential_id == credential_id)
    return session.exec(query.with_for_update() if lock else query).first()


def passkey_challenge(session: Session, *, cookie: str, purpose: str, now: datetime) -> PasskeyChallenge | None:
    """The open question to the browser with this cookie."""
    if not cookie or len(cookie) > 100:
        return None
    return session.exec(
        select(PasskeyChallenge).where(
            PasskeyChallenge.binding_hash == token_hash(cookie),
            PasskeyChallenge.purpose == purpose,
            col(PasskeyChallenge.expires_at) > now,
        )
    ).first()


def desk_exists(session: Session) -> bool:
    """Whether anybody works at the service point yet."""
    return session.exec(select(Person.id).where(col(Person.desk).is_(True)).limit(1)).first() is not None


def desk_people(session: Session) -> int:
    """How many people work at the service point."""
    return session.exec(select(func.count()).select_from(Person).where(col(Person.desk).is_(True))).one()


def everybody_of_the_desk(session: Session) -> list[Person]:
    """Who works at the service point."""
    return list(session.exec(select(Person).where(col(Person.desk).is_(True)).order_by(Person.normalised_email)))


def first_desk_person(session: Session) -> Person | None:
    return session.exec(
        select(Person).where(col(Person.desk).is_(True)).order_by(col(Person.created_at), Person.normalised_email)
    ).first()
