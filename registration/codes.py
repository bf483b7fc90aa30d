"""The code that the door reads, for one participant of this installation."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kit.ids import id_bytes, id_from_bytes
from kit.settings import settings
from registration import checkin_code


def participant_code(participant_id: str) -> str:
    """The code on ticket and badge, signed with the first key of the installation. It gives no other right."""
    return checkin_code.encode(id_bytes(participant_id), _signing_key(settings().secret_keys[0]))


def participant_id_of(code: str) -> str | None:
    """The id in a code that one of the installation's keys has signed, otherwise None. Whose it is stays open."""
    found = checkin_code.decode(code, [_signing_key(secret) for secret in settings().secret_keys])
    return None if found is None else id_from_bytes(found)


@cache
def _signing_key(secret: str) -> Ed25519PrivateKey:
    return checkin_code.signing_key(secret.encode())
