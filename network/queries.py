"""Reading initiatives and memberships."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from accounts.models import Person
from accounts.rules import OPERATOR_INITIATIVE_ID
from kit.db import row_by_id
from kit.tokens import present
from network.models import AccessibilityNote, Initiative, Logo, Membership, TeamInvitation
from network.rules import INVITATION_PURPOSE, Role


def initiative_by_slug(session: Session, slug: str) -> Initiative | None:
    """An initiative by its address. The service point's own is none that people can visit."""
    return session.exec(
        select(Initiative).where(Initiative.slug == slug, Initiative.id != OPERATOR_INITIATIVE_ID)
    ).first()


def initiative(session: Session, initiative_id: str) -> Initiative:
    """The initiative of a row that names it, from memory where the request has read it. Raises NoResultFound."""
    return row_by_id(session, Initiative, initiative_id)


def logo_of(session: Session, initiative_id: str) -> Logo | None:
    """The picture that an initiative chose."""
    return session.exec(select(Logo).where(Logo.initiative_id == initiative_id)).first()


def logo_by_id(session: Session, logo_id: str) -> Logo | None:
    return session.get(Logo, logo_id)


def directory(session: Session, land: str = "") -> list[Initiative]:
    """All initiatives, or those of one Land, by name."""
    query = select(Initiative).where(Initiative.id != OPERATOR_INITIATIVE_ID)
    if land:
        query = query.where(Initiative.land == land)
    # Sorted here, because databases differ in how they order text.
    return sorted(session.exec(query), key=_by_name)


def places_of(session: Session, person_id: str) -> dict[str, tuple[str, str]]:
    """initiative id → role of one person and the initiative's name in addresses."""
    rows = session.exec(
        select(Membership.initiative_id, Membership.role, Initiative.slug)
        .join(Initiative, col(Initiative.id) == col(Membership.initiative_id))
        .where(Membership.person_id == person_id)
    )
    return {initiative_id: (role, slug) for initiative_id, role, slug in rows}


def roles_of(session: Session, person_id: str) -> dict[str, str]:
    """initiative id → role of one person."""
    memberships = session.exec(select(Membership).where(Membership.person_id == person_id))
    return {membership.initiative_id: membership.role for membership in memberships}


def memberships_of(session: Session, person_id: str) -> list[tuple[Membership, Initiative]]:
    """The initiatives somebody belongs to, by name."""
    rows = session.exec(
        select(Membership, Initiative)
        .join(Initiative, col(Initiative.id) == col(Membership.initiative_id))
        .where(Membership.person_id == person_id)
    )
    return sorted(((membership, found) for membership, found in rows), key=lambda row: _by_name(row[1]))


def team(session: Session, initiative_id: str) -> list[tuple[Membership, Person]]:
    """Everybody who belongs to an initiative, in the order of joining."""
    rows = session.exec(
        select(Membership, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(Membership.initiative_id == initiative_id)
        .order_by(col(Membership.created_at), Membership.id)
    )
    return [(membership, person) for membership, person in rows]


def membership_of(session: Session, *, initiative_id: str, person_id: str) -> Membership | None:
    return session.exec(
        select(Membership).where(Membership.initiative_id == initiative_id, Membership.person_id == person_id)
    ).first()


def membership_by_id(session: Session, membership_id: str, *, fresh: bool = False) -> Membership | None:
    """A membership; `fresh` asks the database though the session knows it."""
    query = select(Membership).where(Membership.id == membership_id)
    return session.exec(query.execution_options(populate_existing=fresh)).first()


def invitations_of(session: Session, initiative_id: str) -> list[TeamInvitation]:
    """Who is asked into a team, in the order of asking."""
    return list(
        session.exec(
            select(TeamInvitation)
            .where(TeamInvitation.initiative_id == initiative_id)
            .order_by(col(TeamInvitation.created_at), TeamInvitation.id)
        )
    )


def invitation_to(session: Session, *, initiative_id: str, normalised_email: str) -> TeamInvitation | None:
    return session.exec(
        select(TeamInvitation).where(
            TeamInvitation.initiative_id == initiative_id, TeamInvitation.normalised_email == normalised_email
        )
    ).first()


def invitation_by_id(session: Session, invitation_id: str, *, fresh: bool = False) -> TeamInvitation | None:
    """An invitation; `fresh` asks the database though the session knows it."""
    query = select(TeamInvitation).where(TeamInvitation.id == invitation_id)
    return session.exec(query.execution_options(populate_existing=fresh)).first()


def invitation_by_token(session: Session, token: str) -> TeamInvitation | None:
    """The invitation that a token proves, expired ones included."""
    presented = present(token)
    found = invitation_by_id(session, presented.object_id) if presented is not None else None
    if presented is None or found is None or not presented.proves(INVITATION_PURPOSE, found.version):
        return None
    return found


def owners(session: Session, initiative_id: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(Membership)
        .where(Membership.initiative_id == initiative_id, Membership.role == Role.OWNER)
    ).one()


def owned_alone(session: Session, person_id: str) -> set[str]:
    """The ids of the initiatives that nobody but this person owns."""
    owned = [initiative_id for initiative_id, role in roles_of(session, person_id).items() if role == Role.OWNER]
    return {initiative_id for initiative_id in owned if owners(session, initiative_id) == 1}


def invitations_to(session: Session, normalised_email: str) -> list[TeamInvitation]:
    """What an address is asked into, by all initiatives."""
    return list(session.exec(select(TeamInvitation).where(TeamInvitation.normalised_email == normalised_email)))


def owners_by_initiative(session: Session) -> dict[str, list[Person]]:
    """initiative id → its owners, in the order of joining."""
    found: dict[str, list[Person]] = {}
    rows = session.exec(
        select(Membership.initiative_id, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(Membership.role == Role.OWNER)
        .order_by(col(Membership.created_at), Membership.id)
    )
    for initiative_id, person in rows:
        found.setdefault(initiative_id, []).append(person)
    return found


def first_person_with_role(session: Session, role: str) -> Person | None:
    """The person who has had this role longest in any initiative and does not work at the service point."""
    return session.exec(
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(Membership.role == role, col(Person.desk).is_(False))
        .order_by(col(Membership.created_at), Person.normalised_email)
    ).first()


def accessibility_notes(session: Session, limit: int = 100) -> list[AccessibilityNote]:
    """Reported barriers, newest first."""
    return list(session.exec(select(AccessibilityNote).order_by(col(AccessibilityNote.at).desc()).limit(limit)))


def notes_since(session: Session, since: datetime) -> int:
    """How many barriers were reported since a time."""
    return session.exec(
        select(func.count()).select_from(AccessibilityNote).where(col(AccessibilityNote.at) > since)
    ).one()


def _by_name(initiative: Initiative) -> tuple[str, str]:
    return initiative.sort_key, initiative.id
