"""People who sign in, their one-time links and their sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import SQLModel

from accounts.rules import KEY_CHARS
from kit.ids import new_id
from kit.models import global_table, moment, personal, plain


class Person(SQLModel, table=True):
    """Somebody who signs in. Citizens who take part are never persons."""

    __tablename__ = global_table("person", "one person may belong to several initiatives")

    id: str = plain(new_id, primary_key=True, max_length=16)
    email: str = personal(max_length=254, category="account", purpose="sign-in", retention="account")
    normalised_email: str = personal(
        max_length=254, unique=True, category="account", purpose="sign-in", retention="account", export=False
    )
    name: str = personal("", max_length=200, category="account", purpose="who acted", retention="account")
    language: str = plain("de", max_length=5)
    desk: bool = plain(False)
    created_at: datetime = moment()


class SignInLink(SQLModel, table=True):
    """A one-time link. Its token is derived from the id when it is shown or mailed, and kept nowhere."""

    __tablename__ = global_table("sign_in_link", "belongs to a person")
    __table_args__ = (Index(None, "person_id", "created_at"),)

    id: str = plain(new_id, primary_key=True, max_length=16)
    person_id: str = plain(foreign_key="person.id", max_length=16)
    next_path: str = plain("", max_length=300)
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(None, nullable=True)


class LoginSession(SQLModel, table=True):
    """A signed-in browser; only the hash of its cookie is kept. `id` names it to its owner and gives no right.

    `device` holds `browser/system` as the owner would say it, never what the browser sent.
    """

    __tablename__ = global_table("login_session", "belongs to a person")
    __table_args__ = (Index(None, "person_id"),)

    token_hash: str = plain(primary_key=True, max_length=64)
    id: str = plain(new_id, unique=True, max_length=16)
    person_id: str = plain(foreign_key="person.id", max_length=16)
    device: str = personal(
        "",
        max_length=40,
        category="access",
        purpose="know one's sessions",
        retention="account",
        erase="delete",
    )
    # Which passkey opened it; none: a link. No key into its table: the passkey goes first, its sessions with it.
    passkey_id: str | None = plain(None, max_length=16, nullable=True)
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment()


_ACCESS: dict[str, Any] = {"category": "access", "purpose": "sign-in", "retention": "account", "erase": "delete"}


class Passkey(SQLModel, table=True):
    """A key that a person's device holds; we know its public half."""

    __tablename__ = global_table("passkey", "belongs to a person")
    __table_args__ = (Index(None, "person_id"),)

    id: str = plain(new_id, primary_key=True, max_length=16)
    person_id: str = plain(foreign_key="person.id", max_length=16)
    # The longest id that the standard allows, as base64url.
    credential_id: str = personal(max_length=1364, unique=True, export=False, **_ACCESS)
    public_key: str = personal(max_length=KEY_CHARS, export=False, **_ACCESS)
    # Counts to 2**32, which PostgreSQL's integer does not.
    sign_count: int = plain(0, sa_type=BigInteger)
    name: str = personal(max_length=60, **_ACCESS)
    created_at: datetime = moment()
    used_at: datetime | None = moment(None, nullable=True)


class PasskeyChallenge(SQLModel, table=True):
    """The open question to one browser, named by the hash of its cookie."""

    __tablename__ = global_table("passkey_challenge", "belongs to a browser")

    binding_hash: str = plain(primary_key=True, max_length=64)
    purpose: str = plain(max_length=10)
    challenge: str = plain(max_length=100)
    expires_at: datetime = moment()


class EmailChange(SQLModel, table=True):
    """A new address that waits to be confirmed from its own mailbox; confirmed ones are gone."""

    __tablename__ = global_table("email_change", "belongs to a person")
    __table_args__ = (Index(None, "person_id"),)

    id: str = plain(new_id, primary_key=True, max_length=16)
    person_id: str = plain(foreign_key="person.id", max_length=16)
    email: str = personal(max_length=254, **_ACCESS)
    normalised_email: str = personal(max_length=254, export=False, **_ACCESS)
    created_at: datetime = moment()
    expires_at: datetime = moment()
