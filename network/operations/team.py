"""Teams: who belongs to an initiative in which role, and who is invited."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from accounts import operations as accounts
from accounts import queries as people
from accounts.models import Person
from kit import i18n
from kit.errors import NotFound, Refused
from kit.i18n import _
from kit.journal import pseudonym
from kit.text import address, normalised_address
from mail import queries as mail
from mail.limits import give_back, over_limit
from mail.operations import skip
from mail.rules import Reason
from network import letters, queries
from network.models import Initiative, Membership, TeamInvitation
from network.operations.log import locked, note
from network.rules import INVITATION_LIVES, KEPT_AFTER_INVITATION, Role, invitation_open
from network.words import role_sentence


class LastOwner(Refused):
    """An initiative always has an owner."""

    def default(self) -> str:
        return _(
            "Das ist die einzige Person, der diese Initiative gehört. "
            "Geben Sie zuerst jemand anderem die Rolle „Inhaberin oder Inhaber“."
        )


class AlreadyMember(Refused):
    def default(self) -> str:
        return _("Diese Person gehört schon zum Team. Ihre Rolle ändern Sie in der Liste.")


class AlreadyInvited(Refused):
    def default(self) -> str:
        return _("Diese Adresse ist schon eingeladen. In der Liste schicken Sie die Einladung noch einmal.")


class AlreadyOwner(Refused):
    def default(self) -> str:
        return _("Dieser Person gehört die Initiative schon. Schicken Sie ihr oben die E-Mail noch einmal.")


class InvitedOften(Refused):
    """So many letters a day go to an address that nobody confirmed."""

    def default(self) -> str:
        return _("An diese Adresse gingen heute schon drei Einladungen. Morgen geht die nächste.")


class InvitationGone(NotFound):
    """The invitation was accepted, taken back or sent again since, or is too old."""

    def default(self) -> str:
        return _(
            "Diese Einladung gilt nicht mehr. Vielleicht haben Sie sie schon angenommen, oder eine neuere ist in Ihrem "
            "Postfach. Sonst bitten Sie die Initiative um eine neue."
        )


def add_member(
    session: Session,
    *,
    initiative: Initiative,
    email: str,
    name: str = "",
    role: str,
    welcome: bool = True,
    actor: str,
    now: datetime,
) -> Membership:
    """Takes somebody into the team and tells them by letter. Raises AlreadyMember and TextRefused."""
    row = locked(session, initiative.id)
    person = accounts.ensure_person(session, email=email, name=name, language=i18n.current(), now=now)
    session.flush()
    if queries.membership_of(session, initiative_id=row.id, person_id=person.id) is not None:
        raise AlreadyMember
    membership = Membership(initiative_id=row.id, person_id=person.id, role=Role(role), created_at=now)
    session.add(membership)
    session.flush()
    if welcome:
        welcome_to(session, initiative=row, person=person, role=Role(role), now=now)
    note(
        session,
        row,
        actor=actor,
        action="add_member",
        kind="membership",
        object_id=membership.id,
        detail=Role(role),
        now=now,
    )
    return membership


def change_role(session: Session, *, membership: Membership, role: str, actor: str, now: datetime) -> bool:
    """Gives a member another role. Returns whether it is another one. Raises LastOwner and NotFound."""
    row, membership = _held_member(session, membership)
    if membership.role == role:
        return False
    _keep_an_owner(session, membership)
    membership.role = Role(role)
    session.add(membership)
    note(
        session,
        row,
        actor=actor,
        action="change_role",
        kind="membership",
        object_id=membership.id,
        detail=Role(role),
        now=now,
    )
    return True


def remove_member(session: Session, *, membership: Membership, actor: str, now: datetime) -> None:
    """Takes somebody out of the team; their next request is refused. Raises LastOwner and NotFound."""
    row, membership = _held_member(session, membership)
    _keep_an_owner(session, membership)
    session.delete(membership)
    note(session, row, actor=actor, action="remove_member", kind="membership", object_id=membership.id, now=now)


def renew_calendar(session: Session, *, membership: Membership, actor: str, now: datetime) -> None:
    """A new address for the team's calendar of one member; the one before gives nothing more. Raises NotFound."""
    row, membership = _held_member(session, membership)
    membership.calendar_version += 1
    session.add(membership)
    note(session, row, actor=actor, action="renew_calendar", kind="membership", object_id=membership.id, now=now)


def invite(
    session: Session,
    *,
    initiative: Initiative,
    email: str,
    name: str = "",
    role: str,
    inviter: str,
    actor: str,
    now: datetime,
) -> TeamInvitation:
    """Asks somebody into the team by letter. Raises AlreadyMember, AlreadyInvited, InvitedOften and TextRefused.

    `inviter` is who asks, as the letter names them. A membership begins when the invitation is accepted.
    """
    row = locked(session, initiative.id)
    normalised = normalised_address(email)
    person = people.person_by_address(session, normalised)
    if person is not None and queries.membership_of(session, initiative_id=row.id, person_id=person.id) is not None:
        raise AlreadyMember
    earlier = queries.invitation_to(session, initiative_id=row.id, normalised_email=normalised)
    if earlier is not None:
        if invitation_open(expires_at=earlier.expires_at, now=now):
            raise AlreadyInvited
        session.delete(earlier)
        session.flush()
    invitation = TeamInvitation(
        initiative_id=row.id,
        email=address(email),
        normalised_email=normalised,
        name=name,
        role=Role(role),
        # Who is new reads letters in the language of who calls them in.
        language=person.language if person is not None else i18n.current(),
        sent_at=now,
        expires_at=now + INVITATION_LIVES,
        created_at=now,
    )
    session.add(invitation)
    session.flush()
    _send(session, initiative=row, invitation=invitation, inviter=inviter, now=now)
    _note_invitation(session, row, invitation, actor=actor, action="invite_member", now=now)
    return invitation


def name_owner(
    session: Session, *, initiative: Initiative, email: str, name: str = "", inviter: str, actor: str, now: datetime
) -> None:
    """Makes somebody an owner: a member at once, everybody else by an invitation, which is sent again where one is open.

    Raises AlreadyOwner, InvitedOften and TextRefused.
    """
    normalised = normalised_address(email)
    person = people.person_by_address(session, normalised)
    membership = person and queries.membership_of(session, initiative_id=initiative.id, person_id=person.id)
    earlier = queries.invitation_to(session, initiative_id=initiative.id, normalised_email=normalised)
    if membership:
        if not change_role(session, membership=membership, role=Role.OWNER, actor=actor, now=now):
            raise AlreadyOwner
        welcome_again(session, membership=membership, actor=actor, now=now)
    elif earlier is not None and earlier.role == Role.OWNER:
        invite_again(session, invitation=earlier, inviter=inviter, actor=actor, now=now)
    else:
        if earlier is not None:
            withdraw_invitation(session, invitation=earlier, actor=actor, now=now)
            session.flush()
        asked = {"email": email, "name": name, "role": Role.OWNER, "inviter": inviter, "actor": actor}
        invite(session, initiative=initiative, **asked, now=now)


def welcome_again(session: Session, *, membership: Membership, actor: str, now: datetime) -> None:
    """Sends a member the letter of welcome once more, with a fresh link. Raises InvitedOften and NotFound."""
    row, membership = _held_member(session, membership)
    person = session.get_one(Person, membership.person_id)
    if over_limit(session, address=person.email, now=now):
        raise InvitedOften
    welcome_to(session, initiative=row, person=person, role=Role(membership.role), now=now)
    note(session, row, actor=actor, action="welcome_again", kind="membership", object_id=membership.id, now=now)


def invite_again(session: Session, *, invitation: TeamInvitation, inviter: str, actor: str, now: datetime) -> None:
    """Sends an invitation once more, for another week; the link sent before ends. Raises InvitedOften."""
    row, invitation = _held(session, invitation)
    _skip_letter(session, invitation)
    invitation.version += 1
    invitation.sent_at = now
    invitation.expires_at = now + INVITATION_LIVES
    session.add(invitation)
    session.flush()
    _send(session, initiative=row, invitation=invitation, inviter=inviter, now=now)
    _note_invitation(session, row, invitation, actor=actor, action="invite_member_again", now=now)


def withdraw_invitation(session: Session, *, invitation: TeamInvitation, actor: str, now: datetime) -> None:
    """Takes an invitation back; its link opens nothing any more."""
    row, invitation = _held(session, invitation)
    _skip_letter(session, invitation)
    session.delete(invitation)
    _note_invitation(session, row, invitation, actor=actor, action="withdraw_invitation", now=now)


def accept_invitation(session: Session, *, invitation: TeamInvitation, now: datetime) -> Person:
    """The invited person joins; who is a member already stays what they are. Raises InvitationGone."""
    version = invitation.version
    row, invitation = _held(session, invitation)
    if invitation.version != version or not invitation_open(expires_at=invitation.expires_at, now=now):
        raise InvitationGone
    person = accounts.ensure_person(
        session, email=invitation.email, name=invitation.name, language=invitation.language, now=now
    )
    session.flush()
    if queries.membership_of(session, initiative_id=row.id, person_id=person.id) is None:
        session.add(Membership(initiative_id=row.id, person_id=person.id, role=Role(invitation.role), created_at=now))
    session.delete(invitation)
    actor = pseudonym("person", person.id)
    _note_invitation(session, row, invitation, actor=actor, action="accept_invitation", now=now)
    return person


def forget_invitations(session: Session, *, now: datetime) -> int:
    """Deletes invitations that ended a month ago. Housekeeping for a sweep; returns how many."""
    gone = delete(TeamInvitation).where(col(TeamInvitation.expires_at) < now - KEPT_AFTER_INVITATION)
    return session.connection().execute(gone).rowcount


def _held(session: Session, invitation: TeamInvitation) -> tuple[Initiative, TeamInvitation]:
    """Initiative and invitation as they are now, held. Raises InvitationGone."""
    invitation_id = invitation.id
    row = locked(session, invitation.initiative_id)
    found = queries.invitation_by_id(session, invitation_id, fresh=True)
    if found is None:
        raise InvitationGone
    return row, found


def _send(session: Session, *, initiative: Initiative, invitation: TeamInvitation, inviter: str, now: datetime) -> None:
    if over_limit(session, address=invitation.email, now=now):
        raise InvitedOften
    letters.post_team_invitation(session, initiative=initiative, invitation=invitation, inviter=inviter, now=now)


def _skip_letter(session: Session, invitation: TeamInvitation) -> None:
    letter = mail.letter_by_key(session, letters.invitation_key(invitation))
    if letter is not None and skip(session, letter, Reason.TAKEN_BACK):
        give_back(session, address=letter.recipient, written_at=letter.created_at)


def _note_invitation(
    session: Session, initiative: Initiative, invitation: TeamInvitation, *, actor: str, action: str, now: datetime
) -> None:
    note(
        session,
        initiative,
        actor=actor,
        action=action,
        kind="team_invitation",
        object_id=invitation.id,
        detail=invitation.role,
        now=now,
    )


def _held_member(session: Session, membership: Membership) -> tuple[Initiative, Membership]:
    """Initiative and membership as they are now, held. Raises NotFound for whom somebody removed meanwhile."""
    membership_id = membership.id
    row = locked(session, membership.initiative_id)
    found = queries.membership_by_id(session, membership_id, fresh=True)
    if found is None:
        raise NotFound
    return row, found


def _keep_an_owner(session: Session, membership: Membership) -> None:
    if membership.role == Role.OWNER and queries.owners(session, membership.initiative_id) == 1:
        raise LastOwner


def welcome_to(session: Session, *, initiative: Initiative, person: Person, role: Role, now: datetime) -> None:
    """Tells a new member by letter. Part of the change that adds them."""
    with i18n.use(person.language):
        sentence = role_sentence(role)
    accounts.welcome(
        session,
        person=person,
        initiative_id=initiative.id,
        initiative_name=initiative.name,
        role_sentence=sentence,
        next_path=f"/arbeitsplatz/{initiative.slug}/",
        now=now,
    )
