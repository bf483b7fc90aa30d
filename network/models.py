"""Initiatives and who belongs to them in which role."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import SQLModel

from kit.ids import new_id
from kit.models import BYTE_ORDER, Tenant, global_table, moment, personal, plain, tenant_key


class Initiative(SQLModel, table=True):
    """An organisation that publishes dialogues: the tenant."""

    __tablename__ = global_table("initiative", "the tenant itself; its page is public")

    id: str = plain(new_id, primary_key=True, max_length=16)
    slug: str = plain(max_length=80, unique=True)
    name: str = plain(max_length=200)
    sort_key: str = plain(sa_type=BYTE_ORDER, index=True)
    about: str = plain("", max_length=2000)
    land: str = plain(max_length=2)
    kreis: str = plain("", max_length=5)
    nuts: str = plain("", max_length=5)
    accent: str = plain("stahl", max_length=20)
    logo: str = plain("", max_length=40)
    funding_line: str = plain("", max_length=400)
    # Imprint (§ 5 DDG) and controller (Art. 13 GDPR): public by duty.
    street: str = plain("", max_length=200)
    place: str = plain("", max_length=200)
    email: str = plain("", max_length=254)
    phone: str = plain("", max_length=60)
    represented_by: str = plain("", max_length=200)
    register_entry: str = plain("", max_length=200)
    privacy_contact: str = plain("", max_length=254)
    privacy_extra: str = plain("", max_length=4000)
    version: int = plain(1)
    created_at: datetime = moment()


class Logo(Tenant, table=True):
    """The picture that stands for an initiative, as we encoded it. `drawing` is what stood there before, and does again.

    Each picture has an id, and with it an address, of its own: who holds one need not ask whether it changed.
    """

    __tablename__ = "logo"
    __table_args__ = (UniqueConstraint("initiative_id"),)

    id: str = plain(new_id, primary_key=True, max_length=16)
    media_type: str = plain(max_length=20)
    content: bytes = plain(sa_type=LargeBinary)
    drawing: str = plain("", max_length=40)
    created_at: datetime = moment()


class Membership(Tenant, table=True):
    """A person's role in one initiative: owner, organiser, helper, reader or observer."""

    __tablename__ = "membership"
    __table_args__ = (tenant_key(), UniqueConstraint("initiative_id", "person_id"), Index(None, "person_id"))

    id: str = plain(new_id, primary_key=True, max_length=16)
    person_id: str = plain(foreign_key="person.id", max_length=16)
    role: str = plain(max_length=20)
    # Grows when the address of the team's calendar is given up.
    calendar_version: int = plain(1)
    created_at: datetime = moment()


class TeamInvitation(Tenant, table=True):
    """Somebody who was asked into a team and has not come yet; accepted and withdrawn ones are gone.

    `version` counts the letters: the link of an earlier one opens nothing.
    """

    __tablename__ = "team_invitation"
    __table_args__ = (UniqueConstraint("initiative_id", "normalised_email"),)

    id: str = plain(new_id, primary_key=True, max_length=16)
    email: str = personal(
        max_length=254, category="account", purpose="invite into a team", retention="account", erase="delete"
    )
    normalised_email: str = personal(
        max_length=254,
        category="account",
        purpose="invite into a team",
        retention="account",
        export=False,
        erase="delete",
    )
    name: str = personal(
        "", max_length=200, category="account", purpose="invite into a team", retention="account", erase="delete"
    )
    role: str = plain(max_length=20)
    language: str = plain("de", max_length=5)
    version: int = plain(1)
    sent_at: datetime = moment()
    expires_at: datetime = moment()
    created_at: datetime = moment()


class AccessibilityNote(SQLModel, table=True):
    """A barrier somebody reported through the statement's form."""

    __tablename__ = global_table("accessibility_note", "goes to the operator of the installation")

    id: str = plain(new_id, primary_key=True, max_length=16)
    at: datetime = moment()
    path: str = plain("", max_length=300)
    text: str = personal(
        max_length=4000, category="content", purpose="remove a barrier", retention="note", erase="delete"
    )
    email: str = personal("", max_length=254, category="contact", purpose="answer", retention="note", erase="delete")
