"""Erasing an account: its memberships end first, and no initiative loses its only owner."""

from datetime import datetime

from sqlmodel import Session

from accounts import operations as accounts
from accounts import queries as people
from accounts.models import Person
from kit.errors import Refused
from kit.i18n import _
from kit.journal import pseudonym
from network import queries
from network.operations.log import locked, note


class StillNeeded(Refused):
    """Somebody alone owns an initiative, or is alone at the service point."""

    def default(self) -> str:
        return _("Ohne Sie hätte eine Initiative niemanden mehr, dem sie gehört. Geben Sie sie zuerst weiter.")


class LastAtDesk(Refused):
    def default(self) -> str:
        return _("Sie sind die einzige Person der Servicestelle. Wer den Server betreibt, legt zuerst eine zweite an.")


def erase_account(session: Session, *, person: Person, now: datetime, even_if_needed: bool = False) -> None:
    """Erases somebody who signs in, with all that is theirs alone: what they did keeps a pseudonym. Twice is once.

    The person is held first, as by whatever writes letters to them, so that none comes behind the erasure.
    `even_if_needed` repeats an erasure in a restored copy. Raises StillNeeded and LastAtDesk.
    """
    if people.held_person(session, person.id) is None:
        return
    memberships = sorted(queries.memberships_of(session, person.id), key=lambda row: row[1].id)
    for _membership, initiative in memberships:
        locked(session, initiative.id)
    if not even_if_needed:
        if queries.owned_alone(session, person.id):
            raise StillNeeded
        if person.desk and people.desk_people(session) == 1:
            raise LastAtDesk
    actor = pseudonym("person", person.id)
    for membership, initiative in memberships:
        session.delete(membership)
        note(session, initiative, actor=actor, action="leave_team", kind="membership", object_id=membership.id, now=now)
    for invitation in queries.invitations_to(session, person.normalised_email):
        session.delete(invitation)
    session.flush()
    accounts.erase_person(session, person=person, now=now)
