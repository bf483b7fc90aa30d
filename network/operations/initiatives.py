"""Initiatives: made by the service point, described by their owners."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

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
from network.models import Initiative, Membership
from network.operations.log import locked, note
from network.operations.team import welcome_to
from network.rules import OPERATOR_SLUG, RESERVED_SLUGS, Role, slug_fits


class SlugTaken(Refused):
    """The address of an initiative is in use or reserved, or is no address."""

    def default(self) -> str:
        return _("Diese Adresse ist schon vergeben. Bitte wählen Sie eine andere.")


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
        locked(session, OPERATOR_INITIATIVE_ID)
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
        welcome_to(session, initiative=row, person=person, role=Role.OWNER, now=now)
    if key:
        remember(
            session,
            initiative_id=OPERATOR_INITIATIVE_ID,
            key=key,
            flow="create-initiative",
            object_id=row.id,
            now=now,
        )
    note(session, row, actor=actor, action="create_initiative", kind="initiative", object_id=row.id, now=now)
    return row


def change_initiative(
    session: Session, *, initiative: Initiative, value: InitiativeTexts, actor: str, now: datetime
) -> bool:
    """Sets look and texts. Returns whether anything changed; when not, nothing is written."""
    row = locked(session, initiative.id)
    before = {name: getattr(row, name) for name in asdict(value)}
    if before == asdict(value):
        return False
    for name, text in asdict(value).items():
        setattr(row, name, text)
    row.sort_key = sort_key(value.name)[:200]
    row.version += 1
    session.add(row)
    note(session, row, actor=actor, action="change_initiative", kind="initiative", object_id=row.id, now=now)
    return True
