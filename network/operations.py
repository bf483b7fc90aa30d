"""Changing initiatives and their teams."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from accounts import operations as accounts
from accounts.models import Person
from accounts.rules import OPERATOR_INITIATIVE_ID
from kit import i18n
from kit.errors import Refused
from kit.i18n import _
from kit.journal import SYSTEM, answered, audit, remember
from kit.settings import settings
from kit.text import sort_key
from network import queries
from network.models import AccessibilityNote, Initiative, Membership
from network.rules import OPERATOR_SLUG, RESERVED_SLUGS, Role, slug_fits
from network.words import role_sentence


class SlugTaken(Refused):
    """The address of an initiative is in use or reserved, or is no address."""

    def default(self) -> str:
        return _("Diese Adresse ist schon vergeben. Bitte wählen Sie eine andere.")


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


@dataclass(frozen=True)
class NewInitiative:
    """What an initiative begins with. `land` is a code such as NW."""

    slug: str
    name: str
    land: str
    accent: str = "stahl"
    about: str = ""
    kreis: str = ""
    nuts: str = ""
    logo: str = ""


@dataclass(frozen=True)
class InitiativeTexts:
    """What the owner may change: look, imprint, privacy, funding."""

    name: str
    about: str
    accent: str
    funding_line: str
    street: str
    place: str
    email: str
    phone: str
    represented_by: str
    register_entry: str
    privacy_contact: str
    privacy_extra: str


def ensure_operator(session: Session, *, now: datetime) -> None:
    """Makes the service point's own initiative when it is missing: letters and the log of accounts belong to it."""
    if session.get(Initiative, OPERATOR_INITIATIVE_ID) is not None:
        return
    operator = settings().operator
    name = operator.get("name") or "Servicestelle"
    row = Initiative(
        id=OPERATOR_INITIATIVE_ID,
        slug=OPERATOR_SLUG,
        name=name[:200],
        sort_key=sort_key(name)[:200],
        land="BE",
        accent="schiefer",
        email=operator.get("email", ""),
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Another process made it at the same moment.
        if session.get(Initiative, OPERATOR_INITIATIVE_ID) is None:
            raise


def create_admin(session: Session, *, email: str, name: str = "", now: datetime) -> Person:
    """Makes the person of this address one of the service point. Raises TextRefused for what is no address."""
    ensure_operator(session, now=now)
    person = accounts.ensure_person(session, email=email, name=name, desk=True, now=now)
    session.flush()
    audit(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        actor=SYSTEM,
        action="create_admin",
        object_kind="person",
        object_id=person.id,
        now=now,
    )
    return person


def create_initiative(
    session: Session,
    *,
    value: NewInitiative,
    owner_email: str,
    owner_name: str = "",
    welcome: bool = True,
    key: str = "",
    actor: str,
    now: datetime,
) -> Initiative:
    """Makes an initiative with its first owner, who gets a letter.

    `key` names the form: the same form sent again gives the same initiative. Raises SlugTaken and TextRefused.
    """
    ensure_operator(session, now=now)
    if key:
        _locked(session, OPERATOR_INITIATIVE_ID)
        made = answered(session, initiative_id=OPERATOR_INITIATIVE_ID, key=key, flow="create-initiative")
        if made is not None:
            return queries.initiative(session, made)
    if not slug_fits(value.slug) or value.slug in RESERVED_SLUGS:
        raise SlugTaken
    row = Initiative(**asdict(value), sort_key=sort_key(value.name)[:200], created_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise SlugTaken from error
    # Who is new reads letters in the language of who calls them in, until they choose another.
    person = accounts.ensure_person(session, email=owner_email, name=owner_name, language=i18n.current(), now=now)
    session.flush()
    session.add(Membership(initiative_id=row.id, person_id=person.id, role=Role.OWNER, created_at=now))
    if welcome:
        _welcome(session, initiative=row, person=person, role=Role.OWNER, now=now)
    if key:
        remember(
            session,
            initiative_id=OPERATOR_INITIATIVE_ID,
            key=key,
            flow="create-initiative",
            object_id=row.id,
            now=now,
        )
    _audit(session, row, actor=actor, action="create_initiative", kind="initiative", object_id=row.id, now=now)
    return row


def change_initiative(
    session: Session, *, initiative: Initiative, value: InitiativeTexts, actor: str, now: datetime
) -> bool:
    """Sets look and texts. Returns whether anything changed; when not, nothing is written."""
    row = _locked(session, initiative.id)
    before = {name: getattr(row, name) for name in asdict(value)}
    if before == asdict(value):
        return False
    for name, text in asdict(value).items():
        setattr(row, name, text)
    row.sort_key = sort_key(value.name)[:200]
    row.version += 1
    session.add(row)
    _audit(session, row, actor=actor, action="change_initiative", kind="initiative", object_id=row.id, now=now)
    return True


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
    row = _locked(session, initiative.id)
    person = accounts.ensure_person(session, email=email, name=name, language=i18n.current(), now=now)
    session.flush()
    if queries.membership_of(session, initiative_id=row.id, person_id=person.id) is not None:
        raise AlreadyMember
    membership = Membership(initiative_id=row.id, person_id=person.id, role=Role(role), created_at=now)
    session.add(membership)
    session.flush()
    if welcome:
        _welcome(session, initiative=row, person=person, role=Role(role), now=now)
    _audit(
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
    """Gives a member another role. Returns whether it is another one. Raises LastOwner."""
    row = _locked(session, membership.initiative_id)
    if membership.role == role:
        return False
    _keep_an_owner(session, membership)
    membership.role = Role(role)
    session.add(membership)
    _audit(
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
    """Takes somebody out of the team; their next request is refused. Raises LastOwner."""
    row = _locked(session, membership.initiative_id)
    _keep_an_owner(session, membership)
    session.delete(membership)
    _audit(session, row, actor=actor, action="remove_member", kind="membership", object_id=membership.id, now=now)


def note_barrier(session: Session, *, key: str, text: str, email: str, path: str, now: datetime) -> AccessibilityNote:
    """Keeps what somebody wrote about a barrier; the same form sent twice is one note."""
    ensure_operator(session, now=now)
    _locked(session, OPERATOR_INITIATIVE_ID)
    made = answered(session, initiative_id=OPERATOR_INITIATIVE_ID, key=key, flow="accessibility-note")
    if made is not None:
        return session.exec(select(AccessibilityNote).where(AccessibilityNote.id == made)).one()
    note = AccessibilityNote(at=now, path=path, text=text, email=email)
    session.add(note)
    session.flush()
    remember(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        key=key,
        flow="accessibility-note",
        object_id=note.id,
        now=now,
    )
    audit(
        session,
        initiative_id=OPERATOR_INITIATIVE_ID,
        actor="visitor",
        action="note_barrier",
        object_kind="accessibility_note",
        object_id=note.id,
        now=now,
    )
    return note


def _locked(session: Session, initiative_id: str) -> Initiative:
    """The initiative's row, held until the end of the transaction: changes of one team go one after the other."""
    same: ColumnElement[bool] = col(Initiative.id) == initiative_id
    return session.exec(
        select(Initiative).where(same).with_for_update().execution_options(populate_existing=True)
    ).one()


def _keep_an_owner(session: Session, membership: Membership) -> None:
    session.refresh(membership)
    if membership.role == Role.OWNER and queries.owners(session, membership.initiative_id) == 1:
        raise LastOwner


def _welcome(session: Session, *, initiative: Initiative, person: Person, role: Role, now: datetime) -> None:
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


def _audit(
    session: Session,
    initiative: Initiative,
    *,
    actor: str,
    action: str,
    kind: str,
    object_id: str,
    now: datetime,
    detail: str = "",
) -> None:
    audit(
        session,
        initiative_id=initiative.id,
        actor=actor,
        action=action,
        object_kind=kind,
        object_id=object_id,
        now=now,
        detail=detail,
    )
