"""Persons: one for each address."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from accounts import queries
from accounts.letters import keys_of
from accounts.models import Person
from accounts.operations.log import note
from kit.journal import note_erasure
from kit.models import GLOBAL_TABLES
from kit.text import address, normalised_address
from mail.operations import forget_letters_to


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
    note(session, person_id=person.id, action="change_account", now=now)
    return True


def erase_person(session: Session, *, person: Person, now: datetime) -> None:
    """Deletes somebody on their request, the letters to them too. The journal of erasures keeps the id."""
    forget_letters_to(session, recipient=person.email, key_prefixes=keys_of(person.id))
    note_erasure(session, kind="person", object_id=person.id, now=now)
    delete_person(session, person=person, action="erase_account", now=now)


def delete_person(session: Session, *, person: Person, action: str = "forget_account", now: datetime) -> None:
    """Deletes somebody who has no role any more, with everything that belongs to the person alone: links, sessions, keys."""
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            if table.name in GLOBAL_TABLES and key.column is Person.__table__.columns.id:  # type: ignore[attr-defined]
                session.connection().execute(delete(table).where(key.parent == person.id))
    note(session, person_id=person.id, action=action, now=now)
    session.delete(person)
    session.flush()
