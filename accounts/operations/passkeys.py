"""Passkeys: made on the account page, asked for at the sign-in page, checked here. Origin and host come from the settings.

A challenge belongs to the browser that asked for it, is good for one answer, and for five minutes.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import webauthn
from sqlalchemy import delete
from sqlmodel import Session, col
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts import letters, queries, rules
from accounts.models import LoginSession, Passkey, PasskeyChallenge, Person
from accounts.operations.log import note
from kit.errors import NotFound, Refused
from kit.i18n import _
from kit.settings import settings
from kit.tokens import token_hash

NAME = "Dialogwerk"
# A credential of today is under two kilobytes.
MOST_CHARS = 20_000
_TIMEOUT = int(rules.CHALLENGE_LIVES.total_seconds() * 1000)

Checked = TypeVar("Checked")


class PasskeyRefused(Refused):
    """The answer of a browser does not fit: unreadable, foreign, too late, sent before, of a deleted passkey."""

    status = 400

    def default(self) -> str:
        return _("Das hat nicht geklappt. Versuchen Sie es noch einmal, oder nehmen Sie den Link per E-Mail.")


class PasskeysFull(Refused):
    def default(self) -> str:
        return _("Sie haben schon zwanzig Passkeys. Löschen Sie zuerst einen, den Sie nicht mehr brauchen.")


def _site() -> tuple[str, str]:
    return rules.passkey_site(settings().base_url)


def ask_for_new(session: Session, *, person: Person, cookie: str, now: datetime) -> str:
    """What the browser needs to make a passkey, as JSON. `cookie` is the session's. Raises PasskeysFull."""
    known = queries.passkeys_of(session, person_id=person.id)
    if len(known) >= rules.MOST_PASSKEYS:
        raise PasskeysFull
    options = webauthn.generate_registration_options(
        rp_id=_site()[0],
        rp_name=NAME,
        user_id=person.id.encode(),
        user_name=person.email,
        user_display_name=person.name or person.email,
        challenge=_ask(session, cookie=cookie, purpose="create", now=now),
        timeout=_TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id)) for passkey in known
        ],
    )
    return webauthn.options_to_json(options)


def add_passkey(session: Session, *, person: Person, credential: str, name: str, cookie: str, now: datetime) -> Passkey:
    """Keeps a passkey that the browser made. Raises PasskeyRefused and PasskeysFull."""
    challenge = _answered(session, cookie=cookie, purpose="create", now=now)
    if len(queries.passkeys_of(session, person_id=person.id)) >= rules.MOST_PASSKEYS:
        raise PasskeysFull
    made = _checked(
        lambda: webauthn.verify_registration_response(
            credential=credential[:MOST_CHARS],
            expected_challenge=challenge,
            expected_rp_id=_site()[0],
            expected_origin=_site()[1],
            require_user_verification=True,
        )
    )
    credential_id, public_key = bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key)
    if queries.passkey_by_credential(session, credential_id) is not None or len(public_key) > rules.KEY_CHARS:
        raise PasskeyRefused
    passkey = Passkey(
        person_id=person.id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    letters.post_passkey_added(
        session, initiative_id=rules.OPERATOR_INITIATIVE_ID, person=person, passkey=passkey, now=now
    )
    note(session, person_id=person.id, action="add_passkey", now=now)
    return passkey


def delete_passkey(session: Session, *, person_id: str, passkey_id: str, cookie: str, now: datetime) -> None:
    """Deletes one of a person's own passkeys and ends the sessions it opened, but this browser's, `cookie`.

    Raises NotFound for anything else.
    """
    person = queries.held_person(session, person_id)
    passkey = queries.passkey_of(session, person_id=person_id, passkey_id=passkey_id)
    if person is None or passkey is None:
        raise NotFound
    opened = (col(LoginSession.person_id) == person_id, col(LoginSession.passkey_id) == passkey_id)
    here = col(LoginSession.token_hash) == token_hash(cookie)
    session.connection().execute(delete(LoginSession).where(*opened, ~here))
    session.delete(passkey)
    letters.post_passkey_removed(
        session,
        initiative_id=rules.OPERATOR_INITIATIVE_ID,
        person=person,
        passkey=passkey,
        now=now,
    )
    note(session, person_id=person_id, action="delete_passkey", now=now)


def ask_for_any(session: Session, *, cookie: str, now: datetime) -> str:
    """What the browser needs to sign in with a passkey it knows, as JSON. `cookie` is fresh and of this question only."""
    options = webauthn.generate_authentication_options(
        rp_id=_site()[0],
        challenge=_ask(session, cookie=cookie, purpose="get", now=now),
        timeout=_TIMEOUT,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def answered_passkey(session: Session, *, credential: str, cookie: str, now: datetime) -> Passkey:
    """The passkey that answered. Notes its use. Raises PasskeyRefused."""
    challenge = _answered(session, cookie=cookie, purpose="get", now=now)
    claimed = _checked(lambda: webauthn.helpers.parse_authentication_credential_json(credential[:MOST_CHARS]))
    passkey = queries.passkey_by_credential(session, bytes_to_base64url(claimed.raw_id), lock=True)
    handle = claimed.response.user_handle
    if passkey is None or (handle and handle != passkey.person_id.encode()):
        raise PasskeyRefused
    found = _checked(
        lambda: webauthn.verify_authentication_response(
            credential=claimed,
            expected_challenge=challenge,
            expected_rp_id=_site()[0],
            expected_origin=_site()[1],
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    )
    passkey.sign_count = found.new_sign_count
    passkey.used_at = now
    session.add(passkey)
    return passkey


def _ask(session: Session, *, cookie: str, purpose: str, now: datetime) -> bytes:
    """A new challenge; a browser has one open question at a time."""
    challenge = generate_challenge()
    binding = token_hash(cookie)
    session.connection().execute(delete(PasskeyChallenge).where(col(PasskeyChallenge.binding_hash) == binding))
    session.add(
        PasskeyChallenge(
            binding_hash=binding,
            purpose=purpose,
            challenge=bytes_to_base64url(challenge),
            expires_at=now + rules.CHALLENGE_LIVES,
        )
    )
    session.flush()
    return challenge


def _answered(session: Session, *, cookie: str, purpose: str, now: datetime) -> bytes:
    """The challenge that this browser was asked, taken away: a second answer finds none. Raises PasskeyRefused."""
    found = queries.passkey_challenge(session, cookie=cookie, purpose=purpose, now=now)
    if found is None:
        raise PasskeyRefused
    taken = session.connection().execute(
        delete(PasskeyChallenge).where(
            col(PasskeyChallenge.binding_hash) == found.binding_hash,
            col(PasskeyChallenge.challenge) == found.challenge,
        )
    )
    if taken.rowcount != 1:
        raise PasskeyRefused
    return base64url_to_bytes(found.challenge)


def _checked(check: Callable[[], Checked]) -> Checked:
    """What the library makes of bytes from outside. Whatever it stumbles over, the answer does not fit."""
    try:
        return check()
    except Exception as stumbled:
        raise PasskeyRefused from stumbled
